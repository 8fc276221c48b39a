"""Links that show a cycle's result to whoever holds them, until a day."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import Cycle, CycleState, ShareLink
from assessments.services import journal
from assessments.services.refusals import Refusal, Unfit

if TYPE_CHECKING:
    from datetime import date, tzinfo

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

    from scoring.events import Json

_MOST_DAYS = 366
# When a link was last opened is kept to the minute: reading stays reading.
_KEEP_EVERY = timedelta(minutes=1)


class NothingToShow(Refusal):
    """A draft has no result."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What a link shows."""

    cycle_id: int
    time_zone: str
    expires_at: datetime


@transaction.atomic
def share(
    *,
    cycle_id: int,
    label: str,
    expires_on: date,
    zone: tzinfo,
    by: User,
    now: datetime,
) -> str:
    """Make a link and return its whole address, this once.

    It opens through its last day, as that day is in `zone`.
    """
    rows = Cycle.objects.select_for_update(of=("self",)).defer("content")
    cycle = rows.get(pk=cycle_id)
    if cycle.state == CycleState.DRAFT:
        raise NothingToShow(_("A draft has no result to share. Open the cycle first."))
    last_day = (now + timedelta(days=_MOST_DAYS)).astimezone(zone).date()
    if not now.astimezone(zone).date() <= expires_on <= last_day:
        raise Unfit(
            "expires_on",
            _("Choose a day from today on, within a year."),
        )
    label = label.strip()
    # So a second click makes no second link, and each can be told from the others.
    if _live(now).filter(cycle=cycle, label=label).exists():
        raise Unfit(
            "label", _("A link of this name is open already. Name this one otherwise.")
        )
    midnight = datetime.combine(expires_on + timedelta(days=1), time(), tzinfo=zone)
    token = secrets.token_urlsafe(32)
    link = ShareLink.objects.create(
        cycle=cycle,
        label=label,
        token_sha256=_digest(token),
        created_by=by,
        created_at=now,
        expires_at=midnight.astimezone(UTC),
    )
    detail: dict[str, Json] = {"label": label, "until": expires_on.isoformat()}
    _note_down(link, cycle, "share_link.made", by, now, detail)
    return f"{settings.PUBLIC_URL}{reverse('shared', args=[token])}"


@transaction.atomic
def revoke(*, cycle_id: int, link_id: int, by: User, now: datetime) -> bool:
    """Let a link open nothing any more; False if the cycle has none such."""
    mine = ShareLink.objects.filter(cycle_id=cycle_id, pk=link_id)
    link = mine.select_related("cycle").defer("cycle__content").first()
    if link is None:
        return False
    # Said twice, it is revoked once.
    if mine.filter(revoked_at=None).update(revoked_at=now):
        detail: dict[str, Json] = {"label": link.label}
        _note_down(link, link.cycle, "share_link.revoked", by, now, detail)
    return True


@transaction.atomic
def look(*, token: str, now: datetime) -> Shared | None:
    """Return what a link shows; None if it is unknown, over or revoked."""
    rows = _live(now).filter(token_sha256=_digest(token))
    rows = rows.exclude(cycle__state=CycleState.DRAFT)
    link = rows.select_related("cycle__workspace").defer("cycle__content").first()
    if link is None:
        return None
    unseen = Q(seen_at=None) | Q(seen_at__lte=now - _KEEP_EVERY)
    ShareLink.objects.filter(unseen, pk=link.pk).update(seen_at=now)
    return Shared(
        cycle_id=link.cycle_id,
        time_zone=link.cycle.workspace.time_zone,
        expires_at=link.expires_at,
    )


def _live(now: datetime) -> QuerySet[ShareLink]:
    return ShareLink.objects.filter(revoked_at=None, expires_at__gt=now)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _note_down(
    link: ShareLink,
    cycle: Cycle,
    verb: str,
    by: User,
    now: datetime,
    detail: dict[str, Json],
) -> None:
    journal.record(
        workspace_id=cycle.workspace_id,
        verb=verb,
        target=("share_link", link.pk),
        by=by,
        at=now,
        detail={"cycle": cycle.pk, "title": cycle.title, **detail},
    )
