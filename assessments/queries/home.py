"""What a workspace's home shows: where things stand and how fresh they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.models import (
    Cycle,
    CycleState,
    Member,
    Service,
    Source,
    SourceState,
)

if TYPE_CHECKING:
    from datetime import datetime


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
