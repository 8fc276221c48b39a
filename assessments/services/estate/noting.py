"""What people note about a model where no system tells it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import ModelNote, Service
from assessments.services import journal
from assessments.services.refusals import Refusal, Unfit

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.contrib.auth.models import AbstractBaseUser

    from scoring.events import Json

_LONGEST_OWNER = 120
_LONGEST_CARD = 500


class NoSuchModel(Refusal):
    """The workspace has no such model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What is noted; empty and None: nothing is."""

    owner: str = ""
    review_on: date | None = None
    retired_on: date | None = None
    model_card: str = ""
    shared_on_call: bool | None = None


def noted(*, workspace_id: int, service_id: int) -> Noted:
    """Return what is noted about a model."""
    return _of(
        ModelNote.objects.filter(
            service__workspace_id=workspace_id, service_id=service_id
        ).first()
    )


@transaction.atomic
def note(
    *,
    workspace_id: int,
    service_id: int,
    new: Noted,
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Keep what a person notes about a model; the same again changes nothing."""
    service = (
        Service.objects.select_for_update()
        .filter(workspace_id=workspace_id, pk=service_id)
        .first()
    )
    if service is None:
        raise NoSuchModel(_("This workspace has no such model (any more)."))
    if len(new.owner) > _LONGEST_OWNER:
        raise Unfit("owner", _("Write up to 120 characters."))
    if len(new.model_card) > _LONGEST_CARD:
        raise Unfit("model_card", _("Write up to 500 characters."))
    standing = ModelNote.objects.filter(service=service).first()
    before = _of(standing)
    if new == before:
        return
    ModelNote.objects.update_or_create(
        service=service,
        defaults={**asdict(new), "noted_by_id": by.pk, "noted_at": now},
    )
    journal.record(
        workspace_id=workspace_id,
        verb="model.noted",
        target=("service", service_id),
        by=by,
        at=now,
        before=_plain(before),
        after=_plain(new),
    )


def _of(row: ModelNote | None) -> Noted:
    if row is None:
        return Noted()
    return Noted(
        owner=row.owner,
        review_on=row.review_on,
        retired_on=row.retired_on,
        model_card=row.model_card,
        shared_on_call=row.shared_on_call,
    )


def _plain(noted: Noted) -> dict[str, Json]:
    days = {"review_on": noted.review_on, "retired_on": noted.retired_on}
    return {
        "owner": noted.owner,
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "model_card": noted.model_card,
        "shared_on_call": noted.shared_on_call,
    }
