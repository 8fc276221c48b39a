"""Payloads of Airflow become events; no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.airflow.rules import MODEL, Rules
from assessments.connectors.base import Fields, Garbled, matches, told, waiting_since
from scoring.events import Deployment, Lane, PipelineRun, Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assessments.connectors.base import Payload, Source
    from scoring.events import Event

SORT = "dag_run"
_RUNS = {
    "queued": Status.IN_PROGRESS,
    "running": Status.IN_PROGRESS,
    "success": Status.SUCCESS,
    "failed": Status.FAILURE,
}
_TASKS = {
    "success": Status.SUCCESS,
    "failed": Status.FAILURE,
    # They never ran: what failed is another task.
    "upstream_failed": Status.CANCELLED,
    "skipped": Status.CANCELLED,
    "removed": Status.CANCELLED,
    "scheduled": Status.IN_PROGRESS,
    "queued": Status.IN_PROGRESS,
    "running": Status.IN_PROGRESS,
    "restarting": Status.IN_PROGRESS,
    "up_for_retry": Status.IN_PROGRESS,
    "up_for_reschedule": Status.IN_PROGRESS,
    "deferred": Status.IN_PROGRESS,
    "awaiting_input": Status.IN_PROGRESS,
}


def events(payload: Payload, source: Source) -> Iterator[Event]:
    """Yield the events of a payload."""
    if payload.sort != SORT:
        raise Garbled(f"sort: {payload.sort!r} is not {SORT}")
    body = Fields(payload.body, "")
    rules = Rules.of(source.rules)
    run = body.fields("run")
    dag = run.text("dag_id")
    if not rules.reads(dag):
        return
    whole = _run(run, source, rules)
    parts = body.list_of("tasks") if "tasks" in body else []
    stages = [_stage(each, whole) for each in parts]
    deployment = _deployment(run, whole, rules)
    yield whole
    yield from (stage for stage in stages if stage is not None)
    if deployment is not None:
        yield deployment


def _run(run: Fields, source: Source, rules: Rules) -> PipelineRun:
    dag = run.text("dag_id")
    status = _known(_RUNS, run, "run.state")
    kind = run.text_or_none("run_type") or ""
    return PipelineRun(
        id=f"{dag}/{run.text('dag_run_id')}",
        service=source.service_key,
        pipeline=dag,
        status=status,
        started_at=_started_at(run),
        finished_at=_finished_at(run, status),
        sha=_configured(run, rules.commit_keys),
        automated=matches(kind, rules.automated_types) is not None,
        attributes=told(
            run_type=kind or None,
            purpose="training" if rules.trains(dag) else None,
            queued_at=waiting_since(
                run.moment_or_none("queued_at"), run.moment_or_none("start_date")
            ),
        ),
    )


def _started_at(run: Fields) -> datetime:
    """Return when a run started; one that was not let start, when it was due."""
    names = ("start_date", "queued_at", "run_after", "logical_date")
    known = (run.moment_or_none(name) for name in names)
    started_at = next((moment for moment in known if moment), None)
    if started_at is None:
        raise Garbled("run.start_date: is missing, and every other moment too")
    return started_at


def _finished_at(row: Fields, status: Status) -> datetime | None:
    return None if status is Status.IN_PROGRESS else row.moment_or_none("end_date")


def _stage(task: Fields, whole: PipelineRun) -> PipelineRun | None:
    """Return a task as a stage of its run; None: it has not been started."""
    name = task.text("task_id")
    started_at = task.moment_or_none("start_date")
    if "state" not in task or started_at is None:
        return None
    status = _known(_TASKS, task, "tasks.state")
    mapped = task.number("map_index") if "map_index" in task else -1
    part = f"{name}[{mapped}]" if mapped >= 0 else name
    return PipelineRun(
        id=f"{whole.id}/{part}",
        service=whole.service,
        pipeline=whole.pipeline,
        stage=name,
        status=status,
        started_at=started_at,
        finished_at=_finished_at(task, status),
        sha=whole.sha,
        automated=whole.automated,
        attributes=told(
            attempt=task.number("try_number") if "try_number" in task else None
        ),
    )


def _deployment(run: Fields, whole: PipelineRun, rules: Rules) -> Deployment | None:
    if not rules.judge(whole.pipeline).counts:
        return None
    return Deployment(
        id=whole.id,
        service=whole.service,
        environment="production",
        sha=whole.sha,
        status=whole.status,
        started_at=whole.started_at,
        finished_at=whole.finished_at,
        lane=Lane.MODEL if rules.delivers == MODEL else Lane.CODE,
        model_version=_configured(run, rules.version_keys),
        attributes=told(pipeline=whole.pipeline),
    )


def _configured(run: Fields, keys: tuple[str, ...]) -> str | None:
    """Return the first of these keys of a run's configuration."""
    if "conf" not in run:
        return None
    configured = run.fields("conf")
    found = (configured.text_or_none(key) for key in keys)
    return next((value for value in found if value), None)


def _known(statuses: dict[str, Status], row: Fields, place: str) -> Status:
    state = row.text("state")
    if state not in statuses:
        raise Garbled(f"{place}: {state[:40]!r} is none that we know")
    return statuses[state]
