"""The workshop as screens follow it: what is on, and whether anything has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max

from assessments.models import (
    Assignment,
    Cycle,
    Rating,
    Scoring,
    Settlement,
    Workshop,
)
from assessments.queries.answers import my_answer
from assessments.queries.calibration.calibrating import steps
from assessments.queries.calibration.reading import Look
from assessments.queries.results.translating import person

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.queries.answers import AnswerRow
    from assessments.queries.calibration.rows import CriterionLine, Spread, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkshopRow:
    """The workshop of a cycle that is under way, or the last one."""

    id: int
    topic: str
    revealed: bool
    led_by_id: int
    led_by: str
    started_at: datetime
    ended_at: datetime | None
    live: bool  # neither it nor the cycle has come to its end


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Which cycle a workshop is about."""

    cycle_id: int
    title: str
    state: str

    @property
    def live(self) -> bool:
        """Whether a workshop can be held."""
        return self.state in ("open", "in_review")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The topic on the screen, and how many have answered it."""

    spread: Spread
    help: str
    steps: tuple[Step, ...]
    criteria: tuple[CriterionLine, ...]
    position: int
    of: int
    before: str | None
    after: str | None
    asked: int | None  # people asked for its domain; None: everybody is
    mine: AnswerRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A topic to jump to."""

    code: str
    name: str
    to_discuss: bool
    settled: bool


def heading(*, workspace_id: int, cycle_id: int) -> Heading | None:
    """Return the head of a cycle of this workspace, or None."""
    rows = Cycle.objects.filter(workspace_id=workspace_id, pk=cycle_id)
    row = rows.values_list("title", "state").first()
    return Heading(cycle_id=cycle_id, title=row[0], state=row[1]) if row else None


def workshop(*, workspace_id: int, cycle_id: int) -> WorkshopRow | None:
    """Return the workshop under way, or else the last one of this cycle."""
    rows = Workshop.objects.filter(
        cycle_id=cycle_id, cycle__workspace_id=workspace_id
    ).select_related("led_by", "cycle")
    row = rows.defer("cycle__content").order_by("-pk").first()
    return _shown(row) if row else None


def under_way(*, workspace_id: int) -> dict[int, WorkshopRow]:
    """Return the workshops that run now in a workspace, by cycle."""
    running = Workshop.objects.filter(
        cycle__workspace_id=workspace_id,
        cycle__state__in=("open", "in_review"),
        ended_at=None,
    )
    rows = running.select_related("led_by", "cycle").defer("cycle__content")
    return {row.cycle_id: _shown(row) for row in rows}


def mark(*, cycle_id: int, workshop: WorkshopRow | None) -> str:
    """Return what changes whenever the screen does: the topic, then all the rest."""
    if workshop is None or not workshop.live:
        return "."
    here = {"cycle_id": cycle_id, "topic": workshop.topic}
    said = Rating.objects.filter(**here).aggregate(newest=Max("pk"))
    settled = Settlement.objects.filter(**here).aggregate(newest=Max("pk"))
    scored = Scoring.objects.filter(cycle_id=cycle_id).aggregate(newest=Max("pk"))
    rest = (
        workshop.id,
        workshop.led_by_id,
        int(workshop.revealed),
        said["newest"] or 0,
        settled["newest"] or 0,
        scored["newest"] or 0,
    )
    return f"{workshop.topic}.{'-'.join(str(part) for part in rest)}"


def stage(*, cycle_id: int, topic: str, person_id: int) -> Stage | None:
    """Return a topic for the screen; None: the cycle does not ask it."""
    look = Look(cycle_id, [topic])
    found = next(look.topics, None)
    if found is None:
        return None
    domain, asked = found
    order = [one.code for each in look.kept for one in each.topics]
    at = order.index(topic)
    people = Assignment.objects.filter(cycle_id=cycle_id)
    return Stage(
        spread=look.spread(domain, asked),
        help=asked.help,
        steps=steps(look, asked),
        criteria=tuple(look.criteria(domain, topic)),
        position=at + 1,
        of=len(order),
        before=order[at - 1] if at else None,
        after=order[at + 1] if at + 1 < len(order) else None,
        asked=people.filter(domain=domain.code).count() if people.exists() else None,
        mine=my_answer(cycle_id=cycle_id, topic=topic, person_id=person_id),
    )


def agenda(*, cycle_id: int) -> list[Item]:
    """Return every topic of a cycle, in order, with those that ask for words."""
    return [
        Item(
            code=one.code,
            name=one.name,
            to_discuss=one.to_discuss,
            settled=one.is_settled,
        )
        for one in Look(cycle_id).spreads
    ]


def most_apart(*, cycle_id: int) -> str | None:
    """Return the topic with which a workshop had best begin."""
    ranked = sorted(
        Look(cycle_id).spreads,
        key=lambda one: (one.to_discuss, *one.disagreement),
        reverse=True,
    )
    return ranked[0].code if ranked else None


def _shown(row: Workshop) -> WorkshopRow:
    return WorkshopRow(
        id=row.pk,
        topic=row.topic,
        revealed=row.revealed,
        led_by_id=row.led_by_id,
        led_by=person(row.led_by),
        started_at=row.started_at,
        ended_at=row.ended_at,
        live=row.ended_at is None and row.cycle.state in ("open", "in_review"),
    )
