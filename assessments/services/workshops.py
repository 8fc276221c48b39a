"""Workshops: a meeting around one screen, led by one person at a time.

What a leader asks for is a state (this topic, shown or hidden), so that a second click
or an older tab changes nothing further.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Workshop
from assessments.services import journal, settling
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from assessments.models import Cycle


class UnderWay(Refusal):
    """Somebody else leads a workshop on this cycle."""


class NotLed(Refusal):
    """No workshop is under way, or somebody else leads it now."""


@transaction.atomic
def start(*, cycle_id: int, topic: str, by: User, now: datetime) -> int:
    """Start a workshop on a topic, its ratings hidden; return its id.

    Started again by whoever leads it, it goes on as it is.
    """
    cycle = settling.held_cycle(cycle_id=cycle_id, by=by)
    settling.check_topic(cycle, topic)
    there = _running(cycle)
    if there is not None:
        if there.led_by_id == by.pk:
            return there.pk
        raise UnderWay(
            _("%(name)s leads a workshop on this cycle: watch it, or take over.")
            % {"name": _name(there.led_by)}
        )
    workshop = Workshop.objects.create(
        cycle=cycle, topic=topic, led_by=by, started_at=now
    )
    _record(cycle, workshop, "workshop.started", by, now)
    return workshop.pk


@transaction.atomic
def take_over(*, cycle_id: int, by: User, now: datetime) -> None:
    """Lead the workshop that somebody else leads."""
    cycle = settling.held_cycle(cycle_id=cycle_id, by=by)
    workshop = _running(cycle)
    if workshop is None:
        raise NotLed(_("No workshop is under way on this cycle."))
    if workshop.led_by_id == by.pk:
        return
    workshop.led_by = by
    workshop.save(update_fields=["led_by"])
    _record(cycle, workshop, "workshop.taken_over", by, now)


@transaction.atomic
def show(*, cycle_id: int, topic: str, revealed: bool, by: User) -> None:
    """Put a topic on the screen, with its ratings shown or hidden."""
    cycle = settling.held_cycle(cycle_id=cycle_id, by=by)
    settling.check_topic(cycle, topic)
    workshop = _led(cycle, by)
    workshop.topic = topic
    workshop.revealed = revealed
    workshop.save(update_fields=["topic", "revealed"])


@transaction.atomic
def end(*, cycle_id: int, by: User, now: datetime) -> None:
    """End the workshop; ended already, nothing happens."""
    cycle = settling.held_cycle(cycle_id=cycle_id, by=by)
    if _running(cycle) is None:
        return
    workshop = _led(cycle, by)
    workshop.ended_at = now
    workshop.save(update_fields=["ended_at"])
    _record(cycle, workshop, "workshop.ended", by, now)


def _running(cycle: Cycle) -> Workshop | None:
    rows = Workshop.objects.select_related("led_by")
    return rows.filter(cycle=cycle, ended_at=None).first()


def _led(cycle: Cycle, by: User) -> Workshop:
    """Return the workshop that this person leads."""
    workshop = _running(cycle)
    if workshop is None:
        raise NotLed(_("This workshop has ended. Start another one to go on."))
    if workshop.led_by_id != by.pk:
        raise NotLed(
            _("%(name)s leads this workshop now. Take over if that is agreed.")
            % {"name": _name(workshop.led_by)}
        )
    return workshop


def _record(
    cycle: Cycle, workshop: Workshop, verb: str, by: User, now: datetime
) -> None:
    journal.record(
        workspace_id=cycle.workspace_id,
        verb=verb,
        target=("cycle", cycle.pk),
        by=by,
        at=now,
        detail={"workshop": workshop.pk, "topic": workshop.topic},
    )


def _name(user: User) -> str:
    return user.get_full_name() or user.get_username()
