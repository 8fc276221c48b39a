"""Exports of a workspace: how they stand, and where the finished file lies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from assessments.models import Origin, ReportState, WorkspaceExport
from assessments.queries.results.translating import person

if TYPE_CHECKING:
    from datetime import datetime

_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """One export as its page shows it."""

    id: int
    state: str
    state_label: str
    asked_by: str
    asked_at: datetime
    kept_until: datetime | None
    size: int
    sha256: str
    error: str

    @property
    def moving(self) -> bool:
        """Whether a worker still has to do something."""
        return self.state in (ReportState.WAITING, ReportState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """When a workspace came from another server, and after how many entries."""

    at: datetime
    entries: int


def exports(*, workspace_id: int) -> list[ExportRow]:
    """Return the exports that there are, newest first."""
    rows = WorkspaceExport.objects.filter(workspace_id=workspace_id)
    return [
        ExportRow(
            id=row.pk,
            state=row.state,
            state_label=row.get_state_display(),
            asked_by=person(row.asked_by) if row.asked_by else "",
            asked_at=row.asked_at,
            kept_until=row.finished_at + _KEPT if row.finished_at else None,
            size=row.size,
            sha256=row.sha256,
            error=row.error,
        )
        for row in rows.select_related("asked_by").order_by("-pk")[:20]
    ]


def export_file(*, workspace_id: int, export_id: int) -> str | None:
    """Return the name of a finished export's file."""
    rows = WorkspaceExport.objects.filter(
        workspace_id=workspace_id, pk=export_id, state=ReportState.READY
    )
    return rows.values_list("file_name", flat=True).first()


def arrival(*, workspace_id: int) -> Arrival | None:
    """Return how a workspace came here; None if it began here."""
    row = Origin.objects.filter(workspace_id=workspace_id).first()
    return Arrival(at=row.arrived_at, entries=row.entries) if row else None
