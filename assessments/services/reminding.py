"""Reminders: to those who are not done, by schedule or click, at most one a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Cycle, CycleState, NoticeKind
from assessments.queries import participation
from assessments.services import journal, links, noticing, participating
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from datetime import date, datetime

    from assessments.queries.participation import Participant

# People are written to in the morning of their workspace's day, not at midnight.
_FROM_HOUR = 7


class NotOpen(Refusal):
    """Only an open cycle waits for answers."""


def open_cycles() -> list[int]:
    """Return the cycles that remind people by themselves."""
    rows = Cycle.objects.filter(
        state=CycleState.OPEN,
        remind_every_days__isnull=False,
        workspace__simulated=False,
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def remind_due(*, cycle_id: int, now: datetime) -> int:
    """Write the reminders that are due in a cycle; return how many were written.

    Every so many days after the last mail; on the day before answers are due; and once
    when they are overdue. Nothing to whoever is done.
    """
    cycle = _cycle(cycle_id)
    local = now.astimezone(ZoneInfo(cycle.workspace.time_zone))
    if cycle.state != CycleState.OPEN or local.hour < _FROM_HOUR:
        return 0
    waiting = participation.board(cycle_id=cycle_id).waiting
    return sum(_write(cycle, one, now) for one in waiting if _is_due(cycle, one, local))


@transaction.atomic
def remind(
    *,
    cycle_id: int,
    by: User,
    now: datetime,
    person_id: int | None = None,
    invitation_id: int | None = None,
    vantage: str = "",
) -> int:
    """Write to one person, or to all who are not done; return how many were written.

    Who was written to today already is not written to again.
    """
    cycle = _cycle(cycle_id)
    if cycle.state != CycleState.OPEN:
        raise NotOpen(_("Reminders go out while a cycle is open."))
    waiting = participation.board(cycle_id=cycle_id, vantage=vantage).waiting
    if invitation_id is not None:
        waiting = tuple(one for one in waiting if one.invitation_id == invitation_id)
    elif person_id is not None:
        waiting = tuple(one for one in waiting if one.person_id == person_id)
    written = sum(_write(cycle, one, now) for one in waiting)
    if written:
        journal.record(
            workspace_id=cycle.workspace_id,
            verb="participants.reminded",
            target=("cycle", cycle_id),
            by=by,
            at=now,
            detail={"title": cycle.title, "people": written},
        )
    return written


def _is_due(cycle: Cycle, one: Participant, local: datetime) -> bool:
    today, due_on = local.date(), cycle.due_on
    last = one.mail.last_written_at or one.asked_at or cycle.created_at
    written_on = last.astimezone(local.tzinfo).date()
    if due_on and today > due_on:
        return written_on <= due_on
    if due_on and today == due_on - timedelta(days=1):
        return written_on < today
    rest = timedelta(days=cycle.remind_every_days or 1)
    return written_on + rest <= today


def _write(cycle: Cycle, one: Participant, now: datetime) -> bool:
    today = now.astimezone(ZoneInfo(cycle.workspace.time_zone)).date()
    guest = one.invitation_id is not None or one.person_id is None
    if one.expires_at is not None and one.expires_at <= now:
        return False
    person = None if guest else User.objects.get(pk=one.person_id or 0)
    subject, body = noticing.compose(
        "reminder",
        person=person,
        name="" if one.name == one.email else one.name,
        cycle=cycle,
        answered=one.progress.answered,
        of=one.progress.of,
        overdue=_overdue(cycle, today),
        address=links.PLACE if guest else participating.questions_address(cycle),
    )
    who = one.email if guest else one.person_id
    return (
        noticing.notify(
            workspace_id=cycle.workspace_id,
            cycle_id=cycle.pk,
            kind=NoticeKind.REMINDER,
            key=f"reminder:{cycle.pk}:{who}:{today}",
            person=person,
            email=one.email if guest else "",
            subject=subject,
            body=body,
            now=now,
        )
        is not None
    )


def _overdue(cycle: Cycle, today: date) -> bool:
    return cycle.due_on is not None and cycle.due_on < today


def _cycle(cycle_id: int) -> Cycle:
    rows = Cycle.objects.select_related("workspace", "scope").defer("content")
    return rows.get(pk=cycle_id)
