"""Runs of schedules: noticed when their time has come, carried out, mailed.

All state is in rows. A run is one row per schedule and period; what it makes is known
by the period, too. A worker may die at any point: the next one goes on.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import translation

from assessments import access
from assessments.models import (
    Cycle,
    CycleState,
    NoticeKind,
    Report,
    ReportMail,
    ReportState,
    RunState,
    Schedule,
    ScheduleRun,
    ScheduleTask,
    ScoringTrigger,
)
from assessments.queries import members, timing
from assessments.queries.report_kinds import KINDS
from assessments.services import noticing, reporting, rescoring

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from assessments.models import Recipient

_LIVE = (CycleState.OPEN, CycleState.IN_REVIEW)
_OPEN = (RunState.WAITING, RunState.MAKING)
# A worker that was not done by then is gone, and the run is given to another.
_PATIENCE = timedelta(minutes=10)
_ATTEMPTS = 3


def open_due(*, now: datetime) -> None:
    """Write a run for each schedule whose time has come, and say when the next is."""
    due = Schedule.objects.filter(paused_at=None, next_at__lte=now).order_by("pk")
    for schedule_id in due.values_list("pk", flat=True):
        _open(schedule_id, now)


@transaction.atomic
def _open(schedule_id: int, now: datetime) -> None:
    held = Schedule.objects.select_for_update().filter(paused_at=None)
    schedule = held.filter(pk=schedule_id, next_at__lte=now).first()
    if schedule is None:
        return
    # After a standstill the newest period is run; of those before it, one is told.
    due_at, missed = timing.passed(
        cron=schedule.cron,
        zone=schedule.time_zone,
        due_at=schedule.next_at,
        now=now,
    )
    ScheduleRun.objects.get_or_create(
        schedule=schedule,
        period=f"{due_at.astimezone(UTC):%Y-%m-%dT%H:%M}",
        defaults={"due_at": due_at, "missed": missed},
    )
    schedule.next_at = timing.next_run(
        cron=schedule.cron, zone=schedule.time_zone, after=now
    )
    schedule.save(update_fields=["next_at"])


def unfinished(*, now: datetime) -> list[int]:
    """Return the runs that a worker should take on or look after."""
    idle = Q(tried_at=None) | Q(tried_at__lt=now - _PATIENCE)
    rows = ScheduleRun.objects.filter(Q(state=RunState.MAKING) | idle, state__in=_OPEN)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def carry_out(*, run_id: int, now: datetime) -> list[int]:
    """Do what a run asks for, or go on with it; return the reports to be made."""
    run = _run(run_id)
    if run is None:
        return []
    if run.state == RunState.MAKING:
        _settle(run_id, now)
        return []
    if run.attempts >= _ATTEMPTS:
        _end(run, RunState.FAILED, now)
        return []
    tried = ScheduleRun.objects.filter(
        pk=run_id, state=RunState.WAITING, attempts=run.attempts
    )
    if not tried.update(attempts=F("attempts") + 1, tried_at=now):
        return []
    if run.schedule.task == ScheduleTask.RESCORE:
        _rescore(run, now)
        return []
    return _order(run, now)


# ── recording scores ───────────────────────────────────────────────────────────────


def _rescore(run: ScheduleRun, now: datetime) -> None:
    cycles = _cycles(run.schedule).filter(state__in=_LIVE)
    ids = list(cycles.values_list("pk", flat=True))
    for cycle_id in ids:
        rescoring.rescore(
            cycle_id=cycle_id,
            trigger=ScoringTrigger.SCHEDULE,
            period=run.period,
            now=now,
        )
    _end(run, RunState.DONE if ids else RunState.IDLE, now, made=len(ids))


# ── making and mailing reports ─────────────────────────────────────────────────────


@transaction.atomic
def _order(run: ScheduleRun, now: datetime) -> list[int]:
    """Ask for the reports of a run; the same run asks for the same reports."""
    asked = [
        reporting.ask(
            cycle_id=cycle_id,
            kind=run.schedule.report_kind,
            language=run.schedule.language,
            by=None,
            origin=run.origin,
            now=now,
        )
        for cycle_id in _reported(run).values_list("pk", flat=True)
    ]
    if asked:
        ScheduleRun.objects.filter(pk=run.pk).update(state=RunState.MAKING)
    else:
        _end(run, RunState.IDLE, now)
    return [one.report_id for one in asked if one.new]


def _reported(run: ScheduleRun) -> QuerySet[Cycle]:
    """Return the cycles with scores that are open, or were locked since last time."""
    schedule = run.schedule
    earlier = schedule.runs.filter(pk__lt=run.pk).order_by("-pk")
    since = earlier.values_list("due_at", flat=True).first() or schedule.created_at
    worth = Q(state__in=_LIVE) | Q(state=CycleState.LOCKED, locked_at__gt=since)
    # Asked for by a person, the cycle that was chosen is told in any case.
    if run.asked_by_id and schedule.cycle_id:
        worth |= Q(pk=schedule.cycle_id)
    return _cycles(schedule).filter(worth, scorings__isnull=False).distinct()


@transaction.atomic
def _settle(run_id: int, now: datetime) -> None:
    """Mail the reports of a run once each of them is ready, or has failed for good."""
    run = ScheduleRun.objects.select_for_update().get(pk=run_id)
    reports = list(
        Report.objects.filter(cycle__workspace=run.schedule.workspace_id)
        .filter(origin=run.origin)
        .select_related("cycle__scope", "cycle__workspace")
        .order_by("pk")
    )
    under_way = (ReportState.WAITING, ReportState.RUNNING)
    if run.state != RunState.MAKING or any(one.state in under_way for one in reports):
        return
    ready = [one for one in reports if one.state == ReportState.READY]
    for report in ready:
        _mail(run, report, now)
    failed = len(reports) - len(ready)
    ended = RunState.FAILED if failed else RunState.DONE
    _end(run, ended, now, made=len(ready), failed=failed)


def _mail(run: ScheduleRun, report: Report, now: datetime) -> None:
    for one in run.schedule.recipients.select_related("person").order_by("pk"):
        if not _may_have(one, report):
            continue
        subject, body = _composed(run, report, one)
        notice_id = noticing.notify(
            workspace_id=run.schedule.workspace_id,
            kind=NoticeKind.REPORT,
            key=f"{run.origin}/{report.pk}/{one.pk}",
            person=one.person,
            email=one.email,
            subject=subject,
            body=body,
            now=now,
            cycle_id=report.cycle_id,
        )
        if notice_id is not None:
            ReportMail.objects.create(
                run=run,
                report=report,
                notice_id=notice_id,
                attached=run.schedule.attached,
            )


def _may_have(recipient: Recipient, report: Report) -> bool:
    """Say whether a member may still read the report; an address was chosen once."""
    if recipient.person is None:
        return True
    standing = members.standing(
        workspace_id=report.cycle.workspace_id, user_id=recipient.person.pk
    )
    verb = access.Verb.AUDIT if KINDS[report.kind].private else access.Verb.READ
    return standing is not None and standing.may(verb, at=report.cycle.scope.path)


def _composed(
    run: ScheduleRun, report: Report, recipient: Recipient
) -> tuple[str, str]:
    place = reverse("reports", args=[report.cycle.workspace.slug, report.cycle_id])
    with translation.override(report.language):
        return noticing.compose(
            "scheduled_report",
            language=report.language,
            cycle=report.cycle,
            kind=KINDS[report.kind].label,
            sha256=report.sha256,
            attached=run.schedule.attached,
            member=recipient.person is not None,
            rhythm=timing.words(run.schedule.cron),
            address=f"{settings.PUBLIC_URL}{place}",
        )


# ── inside ─────────────────────────────────────────────────────────────────────────


def _run(run_id: int) -> ScheduleRun | None:
    rows = ScheduleRun.objects.select_related("schedule").filter(state__in=_OPEN)
    return rows.filter(pk=run_id).first()


def _cycles(schedule: Schedule) -> QuerySet[Cycle]:
    cycles = Cycle.objects.filter(workspace_id=schedule.workspace_id).order_by("pk")
    return cycles.filter(pk=schedule.cycle_id) if schedule.cycle_id else cycles


def _end(
    run: ScheduleRun, state: RunState, now: datetime, made: int = 0, failed: int = 0
) -> None:
    ScheduleRun.objects.filter(pk=run.pk, state__in=_OPEN).update(
        state=state, made=made, failed=failed, finished_at=now
    )
