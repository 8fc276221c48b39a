"""Payloads of Kubeflow Pipelines become events; no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import Fields, Garbled, told
from assessments.connectors.kubeflow.rules import Rules
from scoring.events import Deployment, Lane, PipelineRun, Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assessments.connectors.base import Payload, Source
    from scoring.events import Event

SORT = "run"
_STATES = {
    "PENDING": Status.IN_PROGRESS,
    "RUNNING": Status.IN_PROGRESS,
    "CANCELING": Status.IN_PROGRESS,
    "PAUSED": Status.IN_PROGRESS,
    "SUCCEEDED": Status.SUCCESS,
    # Of a task: its result was taken from the cache.
    "SKIPPED": Status.SUCCESS,
    "FAILED": Status.FAILURE,
    "CANCELED": Status.CANCELLED,
}


def events(payload: Payload, source: Source) -> Iterator[Event]:
    """Yield the events of a payload."""
    if payload.sort != SORT:
        raise Garbled(f"sort: {payload.sort!r} is not {SORT}")
    body = Fields(payload.body, "")
    rules = Rules.of(source.rules)
    run = body.fields("run")
    if "error" in run:
        raise Garbled("run.error: the server could not tell of this run")
    # A run that was made from no stored pipeline has only its own name.
    pipeline = body.text_or_none("pipeline") or run.text("display_name")
    if not rules.reads(pipeline):
        return
    whole = _run(run, source, pipeline, rules)
    stages = [_stage(each, whole) for each in run.list_of("tasks")]
    yield whole
    yield from (stage for stage in stages if stage is not None)
    if rules.judge(pipeline).counts:
        yield Deployment(
            id=whole.id,
            service=whole.service,
            environment="production",
            status=whole.status,
            started_at=whole.started_at,
            finished_at=whole.finished_at,
            lane=Lane.MODEL,
            attributes=told(pipeline=pipeline),
        )


def _run(run: Fields, source: Source, pipeline: str, rules: Rules) -> PipelineRun:
    created_at = run.moment("created_at")
    status = _status(run, "run.state")
    return PipelineRun(
        id=run.text("run_id"),
        service=source.service_key,
        pipeline=pipeline,
        status=status,
        started_at=created_at,
        finished_at=_ended_at(run, "finished_at", created_at, status),
        automated="recurring_run_id" in run,
        attributes=told(
            name=run.text_or_none("display_name"),
            purpose="training" if rules.trains(pipeline) else None,
        ),
    )


def _stage(task: Fields, whole: PipelineRun) -> PipelineRun | None:
    """Return a task as a stage of its run; None: it has not been started."""
    started_at = task.moment_or_none("start_time") or task.moment_or_none("create_time")
    if started_at is None or "state" not in task or "display_name" not in task:
        return None
    status = _status(task, "run.tasks.state")
    return PipelineRun(
        id=f"{whole.id}/{task.text('task_id')}",
        service=whole.service,
        pipeline=whole.pipeline,
        stage=task.text("display_name"),
        status=status,
        started_at=started_at,
        finished_at=_ended_at(task, "end_time", started_at, status),
        automated=whole.automated,
    )


def _ended_at(
    row: Fields, name: str, started_at: datetime, status: Status
) -> datetime | None:
    """Return when it ended; the year 1970 stands for a moment that is not known."""
    ended_at = row.moment_or_none(name)
    if status is Status.IN_PROGRESS or ended_at is None or ended_at < started_at:
        return None
    return ended_at


def _status(row: Fields, place: str) -> Status:
    state = row.text("state")
    if state not in _STATES:
        raise Garbled(f"{place}: {state[:40]!r} is none that we know")
    return _STATES[state]
