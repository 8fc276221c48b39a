"""Reports of a cycle: how they stand, and where the finished file lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from assessments.models import Cycle, Report, ReportKind, ReportState, Scoring

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleHead:
    """The cycle that reports are made of, and its newest scoring."""

    id: int
    title: str
    scope: str
    state: str
    state_label: str
    period_start: date
    period_end: date
    scoring_id: int | None
    scored_at: datetime | None
    card_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """One report as its page shows it."""

    id: int
    kind: str
    kind_label: str
    language: str
    language_name: str
    state: str
    state_label: str
    asked_by: str
    asked_at: datetime
    finished_at: datetime | None
    scored_at: datetime
    newest: bool
    sha256: str
    error: str

    @property
    def moving(self) -> bool:
        """Whether a worker still has to do something."""
        return self.state in (ReportState.WAITING, ReportState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFile:
    """A finished report: its place in the store and the name it is given away with."""

    stored_as: str
    offered_as: str
    media_type: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A kind of report that can be asked for."""

    value: str
    label: str


_MEDIA = {
    ReportKind.BOARD_PDF: "application/pdf",
    ReportKind.WORKBOOK: (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
}
_OFFERED = {
    ReportKind.BOARD_PDF: "board-report-{}-{}.pdf",
    ReportKind.WORKBOOK: "results-{}-{}.xlsx",
}


def kinds() -> list[Choice]:
    """Return what can be asked for."""
    return [Choice(value=kind.value, label=str(kind.label)) for kind in ReportKind]


def cycle_head(*, workspace_id: int, cycle_id: int) -> CycleHead | None:
    """Return the cycle if it is one of this workspace."""
    cycle = (
        Cycle.objects.select_related("scope")
        .filter(workspace_id=workspace_id, pk=cycle_id)
        .first()
    )
    if cycle is None:
        return None
    scoring = Scoring.objects.filter(cycle=cycle).order_by("-pk").first()
    return CycleHead(
        id=cycle.pk,
        title=cycle.title,
        scope=cycle.scope.name,
        state=cycle.state,
        state_label=cycle.get_state_display(),
        period_start=cycle.period_start,
        period_end=cycle.period_end,
        scoring_id=scoring.pk if scoring else None,
        scored_at=scoring.made_at if scoring else None,
        card_sha256=scoring.card_sha256 if scoring else "",
    )


def _row(report: Report, newest: int | None) -> ReportRow:
    asked_by = report.asked_by
    return ReportRow(
        id=report.pk,
        kind=report.kind,
        kind_label=report.get_kind_display(),
        language=report.language,
        language_name=dict(settings.LANGUAGES).get(report.language, report.language),
        state=report.state,
        state_label=report.get_state_display(),
        asked_by=(asked_by.get_full_name() or asked_by.username) if asked_by else "",
        asked_at=report.asked_at,
        finished_at=report.finished_at,
        scored_at=report.scoring.made_at,
        newest=report.scoring_id == newest,
        sha256=report.sha256,
        error=report.error,
    )


def report_rows(*, cycle: CycleHead) -> list[ReportRow]:
    """Return the cycle's reports, newest first."""
    reports = (
        Report.objects.select_related("scoring", "asked_by")
        .defer("scoring__card", "scoring__changes")
        .filter(cycle_id=cycle.id)
        .order_by("-pk")[:50]
    )
    return [_row(report, cycle.scoring_id) for report in reports]


def report_file(
    *, workspace_id: int, cycle_id: int, report_id: int
) -> ReportFile | None:
    """Return a finished report of this workspace's cycle."""
    report = (
        Report.objects.select_related("cycle")
        .filter(
            pk=report_id,
            cycle_id=cycle_id,
            cycle__workspace_id=workspace_id,
            state=ReportState.READY,
        )
        .first()
    )
    if report is None:
        return None
    kind = ReportKind(report.kind)
    return ReportFile(
        stored_as=report.file_name,
        offered_as=_OFFERED[kind].format(
            report.cycle.period_end.isoformat(), report.language
        ),
        media_type=_MEDIA[kind],
        sha256=report.sha256,
    )
