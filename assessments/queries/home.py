"""What a workspace's home shows: where things stand and how fresh they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.models import (
    Cycle,
    CycleState,
    Member,
    Rating,
    Service,
    Source,
    SourceState,
)

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a workspace has come: the checklist and the next step are read off it."""

    sources: int
    synchronized: int
    services: int
    people: int
    cycles: int
    locked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleRow:
    """One cycle on the home page."""

    id: int
    title: str
    scope: str
    edition: str
    state: str
    state_label: str
    period_end: date
    due_on: date | None
    mine: int  # topics that the reader has rated in it


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """How fresh one source is."""

    id: int
    name: str
    kind: str
    state: str
    state_label: str
    simulated: bool
    last_success_at: datetime | None
    last_error: str


def standing(*, workspace_id: int) -> Standing:
    """Count what a workspace has."""
    sources = Source.objects.filter(workspace_id=workspace_id)
    cycles = Cycle.objects.filter(workspace_id=workspace_id)
    return Standing(
        sources=sources.count(),
        synchronized=sources.exclude(last_success_at=None).count(),
        services=Service.objects.filter(workspace_id=workspace_id).count(),
        people=Member.objects.filter(workspace_id=workspace_id).count(),
        cycles=cycles.count(),
        locked=cycles.filter(state=CycleState.LOCKED).count(),
    )


def cycle_rows(*, workspace_id: int, user_id: int, most: int = 6) -> list[CycleRow]:
    """Return cycles that are under way, then the latest locked ones."""
    cycles = list(
        Cycle.objects.filter(workspace_id=workspace_id)
        .select_related("scope", "edition")
        .defer("content", "edition__document")
        .order_by("-period_end", "-pk")[:50]
    )
    cycles.sort(key=lambda cycle: cycle.state == CycleState.LOCKED)
    shown = cycles[:most]
    pairs = (
        Rating.objects.filter(cycle__in=shown, person_id=user_id)
        .order_by()
        .values_list("cycle_id", "topic")
        .distinct()
    )
    mine: dict[int, int] = {}
    for cycle_id, _topic in pairs:
        mine[cycle_id] = mine.get(cycle_id, 0) + 1
    return [_cycle_row(cycle, mine.get(cycle.pk, 0)) for cycle in shown]


def source_rows(*, workspace_id: int) -> list[SourceRow]:
    """Return the sources, failing ones first."""
    sources = Source.objects.filter(workspace_id=workspace_id).order_by("name", "pk")
    rows = [
        SourceRow(
            id=source.pk,
            name=source.name,
            kind=source.kind,
            state=source.state,
            state_label=source.get_state_display(),
            simulated=source.simulated,
            last_success_at=source.last_success_at,
            last_error=source.last_error,
        )
        for source in sources
    ]
    return sorted(rows, key=lambda row: row.state != SourceState.FAILING)


def _cycle_row(cycle: Cycle, mine: int) -> CycleRow:
    return CycleRow(
        id=cycle.pk,
        title=cycle.title,
        scope=cycle.scope.name,
        edition=f"{cycle.edition.title} {cycle.edition.version}",
        state=cycle.state,
        state_label=cycle.get_state_display(),
        period_end=cycle.period_end,
        due_on=cycle.due_on,
        mine=mine,
    )
