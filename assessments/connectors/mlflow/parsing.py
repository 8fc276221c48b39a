"""Payloads of MLflow become events; no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import Fields, Garbled, matches, told
from assessments.connectors.mlflow.rules import (
    IMAGE_TAGS,
    TOLD_TAGS,
    TRIGGER_TAG,
    Rules,
)
from scoring.events import Deployment, Lane, ModelVersion, PipelineRun, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from assessments.connectors.base import Payload, Source
    from scoring.events import Event

    Reader = Callable[[Fields, Source, Rules], list[Event]]

_STATUSES = {
    "RUNNING": Status.IN_PROGRESS,
    "SCHEDULED": Status.IN_PROGRESS,
    "FINISHED": Status.SUCCESS,
    "FAILED": Status.FAILURE,
    "KILLED": Status.CANCELLED,
}
_REGISTERED = "READY"
_NOT_REGISTERED = frozenset({"PENDING_REGISTRATION", "FAILED_REGISTRATION"})


def events(payload: Payload, source: Source) -> Iterator[Event]:
    """Yield the events of a payload."""
    reader = _READERS.get(payload.sort)
    if reader is None:
        raise Garbled(f"sort: {payload.sort!r} is not one of {', '.join(_READERS)}")
    yield from reader(Fields(payload.body, ""), source, Rules.of(source.rules))


def _version(body: Fields, source: Source, rules: Rules) -> list[Event]:  # noqa: ARG001 -- one signature for all readers
    version = body.fields("version")
    name, number = version.text("name"), version.text("version")
    state = version.text_or_none("status") or _REGISTERED
    if state not in {_REGISTERED, *_NOT_REGISTERED}:
        raise Garbled(f"version.status: {state[:40]!r} is none that we know")
    if state in _NOT_REGISTERED or not rules.reads(name):
        return []
    registered_at = version.millis("creation_timestamp")
    run = body.fields("run") if "run" in body else None
    return [
        ModelVersion(
            id=f"{name}/{number}",
            model=name,
            version=number,
            dataset_ref=_dataset(run) if run else None,
            dataset_at=_tagged_moment(body, rules.dataset_tags),
            code_sha=_tagged(body, rules.code_tags),
            trained_at=(_trained_at(run) if run else None) or registered_at,
            evaluated_at=_tagged_moment(body, rules.evaluated_tags),
            registered_at=registered_at,
            pipeline_run_id=version.text_or_none("run_id"),
            attributes=told(
                stage=version.text_or_none("current_stage"),
                parameters=_parameters(run) if run else None,
                image=_tagged(body, IMAGE_TAGS),
                **{name: _tagged(body, (name,)) for name in TOLD_TAGS},
            ),
        )
    ]


def _trained_at(run: Fields) -> datetime | None:
    """Return when training ended; its start while that is not known."""
    info = run.fields("info")
    return info.millis_or_none("end_time") or info.millis_or_none("start_time")


def _parameters(run: Fields) -> int | None:
    """Return how many parameters the run kept; None if it kept none."""
    return (run.number("parameters") if "parameters" in run else 0) or None


def _dataset(run: Fields) -> str | None:
    """Return the data a run was trained with, by name and digest."""
    known = [
        (each.text_or_none("context") != "training", each)
        for each in run.list_of("datasets")
    ]
    for _, each in sorted(known, key=lambda pair: pair[0]):
        return f"{each.text('name')}@{each.text('digest')}"
    return None


def _tagged(body: Fields, names: tuple[str, ...]) -> str | None:
    """Return the first of these tags, of the version or of its run."""
    places = [body.fields(name) for name in ("version", "run") if name in body]
    tags = [place.fields("tags") for place in places if "tags" in place]
    found = (each.text_or_none(name) for name in names for each in tags)
    return next((value for value in found if value), None)


def _tagged_moment(body: Fields, names: tuple[str, ...]) -> datetime | None:
    value = _tagged(body, names)
    return Fields({"tag": value}, "tags").moment_or_none("tag")


def _production(body: Fields, source: Source, rules: Rules) -> list[Event]:  # noqa: ARG001 -- one signature for all readers
    name = body.text("model")
    found: list[Event] = []
    for each in body.list_of("came"):
        version = f"{name}/{each.text('version')}"
        ways = each.texts("ways")
        counting = [way for way in ways if _counts(way, rules)]
        if not counting or not rules.reads(name):
            continue
        since = each.millis("since")
        returns = each.truth("returns")
        found.append(
            Deployment(
                id=f"{version}@{since:%Y%m%dT%H%M%SZ}" if returns else version,
                service=name,
                environment="production",
                status=Status.SUCCESS,
                finished_at=since,
                lane=Lane.MODEL,
                model_version=version,
                attributes=told(by=", ".join(counting), moment_of=each.text("by")),
            )
        )
    return found


def _counts(way: str, rules: Rules) -> bool:
    sort, _, name = way.partition(" ")
    judge = rules.judge_stage if sort == "stage" else rules.judge_alias
    return judge(name).counts


def _run(body: Fields, source: Source, rules: Rules) -> list[Event]:
    run = body.fields("run")
    info = run.fields("info")
    state = info.text("status")
    if state not in _STATUSES:
        raise Garbled(f"run.info.status: {state[:40]!r} is none that we know")
    pipeline = body.text_or_none("experiment") or info.text("experiment_id")
    if not matches(pipeline, rules.experiments):
        return []
    over = _STATUSES[state] is not Status.IN_PROGRESS
    tags = run.fields("tags")
    is_child = "mlflow.parentRunId" in tags
    name = info.text_or_none("run_name")
    kind = tags.text_or_none("mlflow.source.type") or ""
    return [
        PipelineRun(
            id=info.text("run_id"),
            service=source.service_key,
            pipeline=pipeline,
            # A run within a run is a stage of it.
            stage=(name or info.text("run_id")) if is_child else None,
            status=_STATUSES[state],
            started_at=info.millis("start_time"),
            finished_at=info.millis_or_none("end_time") if over else None,
            sha=next(
                filter(None, (tags.text_or_none(tag) for tag in rules.code_tags)), None
            ),
            automated=matches(kind, rules.automated_sources) is not None,
            attributes=told(
                name=name,
                source_type=kind or None,
                # A run is the tracker's own entry; a run within a run is a stage.
                purpose=None if is_child else "training",
                tracked=True,
                trigger=tags.text_or_none(TRIGGER_TAG),
                parent=tags.text_or_none("mlflow.parentRunId"),
            ),
        )
    ]


_READERS: dict[str, Reader] = {
    "model_version": _version,
    "production": _production,
    "run": _run,
}
