"""Schedules for show: what they do, when next, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Max, Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import (
    Cycle,
    CycleState,
    Notice,
    ReportMail,
    Rhythm,
    RunState,
    Schedule,
    ScheduleRun,
    ScheduleTask,
)
from assessments.queries import timing
from assessments.queries.notices import MOST_ATTEMPTS, state_of
from assessments.queries.report_kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

_SHOWN_RUNS = 20
_LIVE = (CycleState.OPEN, CycleState.IN_REVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRow:
    """A mail with a report: to whom, and how it stands."""

    to: str
    about: str
    state: str
    at: datetime | None
    attempts: int
    given_up: bool
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run: when it was due, and what came of it."""

    id: int
    due_at: datetime
    state: str
    state_label: str
    asked_by: str
    finished_at: datetime | None
    said: str
    mails: tuple[MailRow, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether somebody has to do something about it."""
        return self.state == RunState.FAILED

    @property
    def under_way(self) -> bool:
        """Whether a worker still has to do something."""
        return self.state in (RunState.WAITING, RunState.MAKING)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRow:
    """A schedule as its list and its page show it."""

    id: int
    task: str
    cycle_id: int | None
    cycle_title: str
    title: str
    cron: str
    words: str
    time_zone: str
    report_kind: str
    language: str
    attached: bool
    people: tuple[int, ...]
    emails: tuple[str, ...]
    recipients: int
    paused: bool
    next_at: datetime
    created_by: str
    last: RunRow | None

    @property
    def nobody(self) -> bool:
        """Whether it makes a report that nobody is sent."""
        return self.task == ScheduleTask.REPORT and not self.recipients


@dataclass(frozen=True, slots=True, kw_only=True)
class RhythmRow:
    """A cycle that records its scores by its own plain rhythm."""

    id: int
    title: str
    scope: str
    label: str


def schedule_rows(*, workspace_id: int) -> list[ScheduleRow]:
    """Return the schedules of a workspace, those that failed first, then by time."""
    found = _schedules().filter(workspace_id=workspace_id)
    runs = ScheduleRun.objects.filter(schedule__workspace_id=workspace_id).order_by()
    newest = runs.values("schedule").annotate(newest=Max("pk")).values("newest")
    known = ScheduleRun.objects.select_related("schedule", "asked_by")
    last = {run.schedule_id: run for run in known.filter(pk__in=newest)}
    rows = [_row(one, last.get(one.pk)) for one in found]
    return sorted(
        rows,
        key=lambda row: (not (row.last and row.last.failed), row.paused, row.next_at),
    )


def schedule_row(*, workspace_id: int, schedule_id: int) -> ScheduleRow | None:
    """Return one schedule of this workspace."""
    found = _schedules().filter(workspace_id=workspace_id, pk=schedule_id).first()
    return _row(found, found.runs.order_by("-pk").first()) if found else None


def run_rows(*, schedule_id: int) -> list[RunRow]:
    """Return the newest runs of a schedule, each with its mails."""
    mails = ReportMail.objects.select_related(
        "notice__person", "notice__cycle__scope"
    ).defer("notice__cycle__content")
    runs = (
        ScheduleRun.objects.filter(schedule_id=schedule_id)
        .select_related("schedule", "asked_by")
        .prefetch_related(Prefetch("mails", mails, to_attr="sent"))
    )
    return [
        _run(run, [_mail(one.notice) for one in run.sent])
        for run in runs.order_by("-pk")[:_SHOWN_RUNS]
    ]


def rhythms(*, workspace_id: int) -> list[RhythmRow]:
    """Return the open cycles that have a rhythm of their own."""
    found = Cycle.objects.filter(workspace_id=workspace_id, state__in=_LIVE)
    own = found.exclude(rescoring=Rhythm.NEVER).select_related("scope")
    return [
        RhythmRow(
            id=one.pk,
            title=one.title,
            scope=one.scope.name,
            label=one.get_rescoring_display(),
        )
        for one in own.defer("content").order_by("title", "pk")
    ]


# ── rows ───────────────────────────────────────────────────────────────────────────


def _schedules() -> QuerySet[Schedule]:
    rows = Schedule.objects.select_related("cycle", "created_by").order_by("pk")
    return rows.defer("cycle__content").prefetch_related("recipients")


def _row(one: Schedule, last: ScheduleRun | None) -> ScheduleRow:
    recipients = list(one.recipients.all())
    return ScheduleRow(
        id=one.pk,
        task=one.task,
        cycle_id=one.cycle_id,
        cycle_title=one.cycle.title if one.cycle else _("All open cycles"),
        title=_title(one),
        cron=one.cron,
        words=timing.words(one.cron),
        time_zone=one.time_zone,
        report_kind=one.report_kind,
        language=one.language,
        attached=one.attached,
        people=tuple(each.person_id for each in recipients if each.person_id),
        emails=tuple(each.email for each in recipients if each.email),
        recipients=len(recipients),
        paused=one.paused_at is not None,
        next_at=one.next_at,
        created_by=one.created_by.get_full_name() or one.created_by.username,
        last=_run(last) if last else None,
    )


def _title(one: Schedule) -> str:
    if one.task == ScheduleTask.RESCORE:
        return str(ScheduleTask.RESCORE.label)
    kind = KINDS.get(one.report_kind)
    language = dict(settings.LANGUAGES).get(one.language, one.language)
    return f"{kind.label if kind else one.report_kind}, {language}"


def _run(run: ScheduleRun, mails: Sequence[MailRow] = ()) -> RunRow:
    by = run.asked_by
    return RunRow(
        id=run.pk,
        due_at=run.due_at,
        state=run.state,
        state_label=str(run.get_state_display()),
        asked_by=(by.get_full_name() or by.username) if by else "",
        finished_at=run.finished_at,
        said=" ".join(_said(run)),
        mails=tuple(mails),
    )


def _said(run: ScheduleRun) -> list[str]:
    """Return what came of a run, and what to do where that is nothing good."""
    report = run.schedule.task == ScheduleTask.REPORT
    said = []
    if run.made and report:
        said.append(ngettext("%(n)s report made.", "%(n)s reports made.", run.made))
    elif run.made:
        said.append(ngettext("%(n)s cycle scored.", "%(n)s cycles scored.", run.made))
    said = [one % {"n": run.made} for one in said]
    if run.state == RunState.IDLE:
        said.append(
            _("No cycle has scores to report, and none was locked since last time.")
            if report
            else _("No cycle is open: nothing was scored.")
        )
    if run.state == RunState.FAILED:
        said.append(_remedy(run))
    if run.missed:
        said.append(_missed(run.missed))
    return said


def _remedy(run: ScheduleRun) -> str:
    if run.failed:
        return ngettext(
            "%(n)s report could not be made: the cycle’s page of reports says why."
            " Run the schedule again once that is mended.",
            "%(n)s reports could not be made: the cycles’ pages of reports say why."
            " Run the schedule again once that is mended.",
            run.failed,
        ) % {"n": run.failed}
    return _(
        "It could not be done in three attempts; the worker’s log has the reason under"
        " run %(number)s. Run it again. If it fails again, tell whoever runs this"
        " server."
    ) % {"number": run.pk}


def _missed(missed: int) -> str:
    return ngettext(
        "%(n)s earlier run was missed while no worker was there; only this one was"
        " made up.",
        "%(n)s earlier runs were missed while no worker was there; only this one was"
        " made up.",
        missed,
    ) % {"n": missed}


def _mail(notice: Notice) -> MailRow:
    person = notice.person
    return MailRow(
        to=(person.get_full_name() or person.username) if person else notice.email,
        about=_about(notice.cycle) if notice.cycle else "",
        state=state_of(notice),
        at=notice.sent_at or notice.tried_at,
        attempts=notice.attempts,
        given_up=notice.attempts >= MOST_ATTEMPTS,
        error=notice.error,
    )


def _about(cycle: Cycle) -> str:
    return f"{cycle.title}, {cycle.scope.name}"
