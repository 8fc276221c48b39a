"""Correcting a locked cycle: it stays as it is, and a new revision begins from it.

What people said and agreed is copied with its authors and moments: nobody says it
again by being copied. A copied answer names the one it repeats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import (
    Assignment,
    Cycle,
    CycleState,
    Decision,
    Rating,
    Settlement,
    Support,
)
from assessments.services import journal
from assessments.services.refusals import Refusal, Unfit
from assessments.services.signatures import held

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import Model

_AT_ONCE = 1000
_LONGEST_TITLE = 160
_LONGEST_REASON = 2000
# What a revision has in common with the cycle that it corrects.
_SAME = (
    "workspace_id",
    "scope_id",
    "edition_id",
    "period_start",
    "period_end",
    "due_on",
    "targets",
    "left_out",
    "rescoring",
    "unanchored",
    "campaign_id",
)


class NotLocked(Refusal):
    """What is not locked is corrected in place."""


class Revised(Refusal):
    """There is a revision already, `cycle_id`: corrections go there."""

    def __init__(self, cycle_id: int) -> None:
        super().__init__(
            _("This result has a revision already: it goes on there, one at a time.")
        )
        self.cycle_id = cycle_id


@transaction.atomic
def start(*, cycle_id: int, reason: str, by: AbstractBaseUser, now: datetime) -> int:
    """Begin the revision of a locked cycle, in review; return its id."""
    reason = reason.strip()
    if not reason:
        raise Unfit("reason", _("Say what is wrong with the result: it is kept."))
    if len(reason) > _LONGEST_REASON:
        raise Unfit(
            "reason",
            _("Keep the reason within %(most)s characters.")
            % {"most": _LONGEST_REASON},
        )
    old = held(cycle_id)
    if old.state != CycleState.LOCKED:
        raise NotLocked(_("Only a locked cycle is revised: this one can be changed."))
    there = Cycle.objects.filter(revises=old).values_list("pk", flat=True).first()
    if there is not None:
        raise Revised(there)
    new = Cycle.objects.create(
        **{name: getattr(old, name) for name in _SAME},
        title=_title(old),
        state=CycleState.IN_REVIEW,
        revises=old,
        revision_reason=reason,
        created_by_id=by.pk,
        created_at=now,
    )
    _copy(old, new)
    journal.record(
        workspace_id=old.workspace_id,
        verb="cycle.revision_started",
        target=("cycle", new.pk),
        by=by,
        at=now,
        detail={"title": new.title, "revises": old.pk, "sha256": old.content_sha256},
        why=reason,
    )
    return new.pk


def _title(old: Cycle) -> str:
    """Return the first title with the number of the revision."""
    number, first = 2, old
    while first.revises is not None:
        number, first = number + 1, first.revises
    suffix = _(" · revision %(number)s") % {"number": number}
    return first.title[: _LONGEST_TITLE - len(suffix)] + suffix


def _copy(old: Cycle, new: Cycle) -> None:
    """Copy what counts: of answers, decisions and settlements the newest each."""
    ratings = {
        (one.topic, one.person_id): one for one in old.ratings.order_by("pk").iterator()
    }
    decisions = {one.criterion: one for one in old.decisions.order_by("pk")}
    settled = {one.topic: one for one in old.settlements.order_by("pk")}
    for one in ratings.values():
        one.carried_from_id = one.pk
    _insert(Rating, list(ratings.values()), new)
    _insert(Decision, list(decisions.values()), new)
    _insert(Settlement, [s for s in settled.values() if s.level is not None], new)
    _insert(Support, list(old.supports.order_by("pk")), new)
    _insert(Assignment, list(old.assignments.order_by("pk")), new)


def _insert(model: type[Model], rows: list[Model], cycle: Cycle) -> None:
    """Insert rows anew, under another cycle."""
    rows.sort(key=lambda row: row.pk)
    for row in rows:
        row.pk = None
        row._state.adding = True  # noqa: SLF001  # the documented way to copy a row
        row.cycle = cycle  # type: ignore[attr-defined]  # each of them has one
    model._default_manager.bulk_create(rows, batch_size=_AT_ONCE)  # noqa: SLF001  # the same
