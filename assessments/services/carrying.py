"""Carrying answers over from an earlier cycle, where the question stayed the same.

A carried answer is a new rating of the same person, from the same vantage point, that
names the one it repeats. It counts, and is shown as not confirmed until its person
answers again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Cycle, CycleState, Rating
from assessments.queries import carrying
from assessments.queries.frameworks import framework_of
from assessments.services import journal
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

_AT_ONCE = 1000


class NotOpen(Refusal):
    """Answers are carried into an open cycle only."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Answers are carried over into an open cycle: before, its plan can"
                " still change, and afterwards it takes no answers."
            )
        )


class NoSuchCycle(Refusal):
    """The earlier cycle is none of this workspace, or is this one."""

    def __init__(self) -> None:
        super().__init__(_("Choose another cycle of this workspace to carry from."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What was carried over just now."""

    answers: int
    people: int


@transaction.atomic
def carry_over(
    *, cycle_id: int, from_cycle_id: int, by: AbstractBaseUser, now: datetime
) -> Carried:
    """Carry each person's newest answers over; doing it again carries nothing twice.

    Carried are answers of members who are asked for the topic in the new cycle and have
    not answered it there yet.
    """
    cycle = Cycle.objects.select_for_update(of=("self",)).get(pk=cycle_id)
    if cycle.state != CycleState.OPEN:
        raise NotOpen
    earlier = Cycle.objects.filter(workspace_id=cycle.workspace_id).exclude(pk=cycle_id)
    if not earlier.filter(pk=from_cycle_id).exists():
        raise NoSuchCycle
    if cycle.based_on_id is None:
        Cycle.objects.filter(pk=cycle_id).update(based_on_id=from_cycle_id)
    ratings = [
        Rating(
            cycle_id=cycle_id,
            topic=one.topic,
            person_id=one.person_id,
            vantage=one.vantage,
            answer=one.answer,
            level=one.level,
            confidence=one.confidence,
            rationale=one.rationale,
            carried_from=one,
            rated_at=now,
        )
        for one in _fitting(cycle_id, from_cycle_id)
    ]
    Rating.objects.bulk_create(ratings, batch_size=_AT_ONCE)
    carried = Carried(
        answers=len(ratings), people=len({one.person_id for one in ratings})
    )
    if ratings:
        journal.record(
            workspace_id=cycle.workspace_id,
            verb="cycle.answers_carried",
            target=("cycle", cycle_id),
            by=by,
            at=now,
            detail={
                "from_cycle": from_cycle_id,
                "answers": carried.answers,
                "people": carried.people,
            },
        )
    return carried


def _fitting(cycle_id: int, from_cycle_id: int) -> list[Rating]:
    """Return the earlier answers that the new cycle lacks and asks for."""
    edition = framework_of(cycle_id=cycle_id)
    topics = carrying.unchanged_topics(cycle_id=cycle_id, from_cycle_id=from_cycle_id)
    takers = carrying.takers(cycle_id=cycle_id)
    there = set(
        Rating.objects.filter(cycle_id=cycle_id)
        .order_by()
        .values_list("topic", "person_id")
        .distinct()
    )
    newest = carrying.newest_answers(cycle_id=from_cycle_id, topics=topics)
    found = []
    for (topic, person), rating in newest.items():
        if person not in takers or (topic, person) in there:
            continue
        domains = takers[person]
        if domains is None or edition.domain_of(topic).code in domains:
            found.append(rating)
    return found
