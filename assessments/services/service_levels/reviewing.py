"""What people note about a week of error budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import SloReview, Workspace
from assessments.services import journal
from assessments.services.refusals import Refusal, Unfit

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.contrib.auth.models import AbstractBaseUser

LONGEST = 4000
_MONDAY = 0


class Overtaken(Refusal):
    """Somebody else wrote the note while this one was being written."""


@transaction.atomic
def note(
    *,
    workspace_id: int,
    week: date,
    text: str,
    seen: str,
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Keep the note of a week; `seen` is the one that it is meant to replace."""
    # Browsers write the ends of lines in their own way.
    text, seen = ("\n".join(one.split("\r\n")).strip() for one in (text, seen))
    if not text or len(text) > LONGEST:
        raise Unfit("text", _("Write up to 4000 characters."))
    if week.weekday() != _MONDAY or week > now.date():
        raise Unfit("text", _("There is no such week yet."))
    Workspace.objects.select_for_update().get(pk=workspace_id)
    standing = SloReview.objects.filter(workspace_id=workspace_id, week=week).first()
    before = standing.note if standing else ""
    if before == text:
        return
    if before != seen:
        raise Overtaken(
            _(
                "Somebody else wrote a note for this week meanwhile. It stands above"
                " yours: put the two together, and save again."
            )
        )
    review, _made = SloReview.objects.update_or_create(
        workspace_id=workspace_id,
        week=week,
        defaults={"note": text, "written_by_id": by.pk, "written_at": now},
    )
    journal.record(
        workspace_id=workspace_id,
        verb="slo_review.written",
        target=("slo_review", review.pk),
        by=by,
        at=now,
        detail={"week": week.isoformat()},
        before={"note": before} if before else None,
        after={"note": text},
    )
