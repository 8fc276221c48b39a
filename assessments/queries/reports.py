"""Reports of a cycle: how they stand, and where the finished file lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self

from django.conf import settings

from assessments.models import Brand, Cycle, Report, ReportState, Scoring
from assessments.queries.report_kinds import AUDIENCES, KINDS, LAYOUT

if TYPE_CHECKING:
    from datetime import date, datetime


_MOST = 50


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
    scheduled: bool
    named: bool
    private: bool
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
    form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """Reports for one sort of reader, in the forms that there are."""

    key: str
    label: str
    about: str
    private: bool
    kinds: tuple[Choice, ...]


def templates(*, private: bool) -> list[Template]:
    """Return what can be asked for; those with single answers if they may be read."""
    found = []
    for key, (label, about) in AUDIENCES.items():
        kinds = [kind for kind in KINDS.values() if kind.template == key]
        if kinds[0].private and not private:
            continue
        found.append(
            Template(
                key=key,
                label=str(label),
                about=str(about),
                private=kinds[0].private,
                kinds=tuple(
                    Choice(value=kind.key, label=str(kind.label), form=kind.form_label)
                    for kind in kinds
                ),
            )
        )
    return found


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


class _Current(NamedTuple):
    """What a report made now would print, and how."""

    scoring_id: int | None
    brand_id: int | None
    layout: int

    @classmethod
    def of(cls, report: Report) -> Self:
        return cls(report.scoring_id, report.brand_id, report.layout)


def _row(report: Report, current: _Current) -> ReportRow:
    asked_by = report.asked_by
    return ReportRow(
        id=report.pk,
        kind=report.kind,
        kind_label=str(KINDS[report.kind].label),
        language=report.language,
        language_name=dict(settings.LANGUAGES).get(report.language, report.language),
        state=report.state,
        state_label=report.get_state_display(),
        asked_by=(asked_by.get_full_name() or asked_by.username) if asked_by else "",
        asked_at=report.asked_at,
        finished_at=report.finished_at,
        scored_at=report.scoring.made_at,
        newest=_Current.of(report) == current,
        scheduled=bool(report.origin),
        named=report.named,
        private=KINDS[report.kind].private,
        sha256=report.sha256,
        error=report.error,
    )


def report_rows(
    *, workspace_id: int, cycle: CycleHead, private: bool
) -> list[ReportRow]:
    """Return the cycle's reports, newest first; private ones if they may be read."""
    open_ = [kind.key for kind in KINDS.values() if private or not kind.private]
    reports = (
        Report.objects.select_related("scoring", "asked_by")
        .defer("scoring__card", "scoring__changes")
        .filter(cycle_id=cycle.id, kind__in=open_)
        .order_by("-pk")[:_MOST]
    )
    newest = Brand.objects.filter(workspace_id=workspace_id).values_list(
        "pk", flat=True
    )
    current = _Current(cycle.scoring_id, newest.first(), LAYOUT)
    return [_row(report, current) for report in reports]


def report_file(
    *, workspace_id: int, cycle_id: int, report_id: int, private: bool
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
    kind = KINDS[report.kind]
    if kind.private and not private:
        return None
    return ReportFile(
        stored_as=report.file_name,
        offered_as=kind.file_name(report.cycle.period_end.isoformat(), report.language),
        media_type=kind.media_type,
        sha256=report.sha256,
    )
