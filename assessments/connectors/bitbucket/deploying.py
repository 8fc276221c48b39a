"""Deployments and pipelines: how they ended, and whether they count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import Garbled, left_out, told
from scoring.events import Deployment, PipelineRun, Status

if TYPE_CHECKING:
    from assessments.connectors.base import Fields, Source, Verdict
    from assessments.connectors.bitbucket.rules import Rules
    from scoring.events import Event

# Deployments and pipelines are under way, or completed and then say how.
_STATUSES = {
    "SUCCESSFUL": Status.SUCCESS,
    "FAILED": Status.FAILURE,
    "ERROR": Status.FAILURE,
    "EXPIRED": Status.FAILURE,
    "STOPPED": Status.CANCELLED,
    "UNDEPLOYED": Status.IN_PROGRESS,
    "PENDING": Status.IN_PROGRESS,
    "PARSING": Status.IN_PROGRESS,
    "IN_PROGRESS": Status.IN_PROGRESS,
    "BUILDING": Status.IN_PROGRESS,
    "RUNNING": Status.IN_PROGRESS,
    "PAUSED": Status.IN_PROGRESS,
    "HALTED": Status.IN_PROGRESS,
}
_COMPLETED = "COMPLETED"
# A step that waits to be deployed is no deployment yet.
_UNDEPLOYED = "UNDEPLOYED"
_BY_HAND = "MANUAL"


def is_open(pipeline: object) -> bool:
    """Whether a pipeline, as it came, is still under way."""
    state = pipeline.get("state") if isinstance(pipeline, dict) else None
    return isinstance(state, dict) and state.get("name") != _COMPLETED


def _status(thing: Fields, place: str, outcome: str) -> Status:
    """Return how it stands; what is completed says under another name how it ended."""
    state = thing.fields("state")
    word, field = state.text("name"), "state.name"
    if word == _COMPLETED:
        word, field = state.fields(outcome).text("name"), f"state.{outcome}.name"
    if word not in _STATUSES:
        raise Garbled(f"{place}.{field}: {word[:40]!r} is none that we know")
    return _STATUSES[word]


def identity(text: str) -> str:
    """Return an id without its braces."""
    return text.strip("{}")


# ── deployments ────────────────────────────────────────────────────────────────────


def judge_deployment(body: Fields, rules: Rules) -> Verdict:
    """Return whether this deployment counts."""
    state = body.fields("deployment").fields("state").text("name")
    if state == _UNDEPLOYED:
        return left_out("it waits to be deployed")
    environment = body.fields("environment")
    kind = (
        environment.fields("environment_type").text_or_none("name")
        if "environment_type" in environment
        else None
    )
    return rules.judge_deployment(environment.text("name"), kind)


def deployment_events(body: Fields, source: Source, rules: Rules) -> list[Event]:
    deployment = body.fields("deployment")
    number = deployment.text("uuid")
    state = deployment.fields("state")
    status = _status(deployment, "deployment", "status")
    if not judge_deployment(body, rules).counts:
        return []
    release = deployment.fields("release")
    created_at = release.moment_or_none("created_on")
    over = status is not Status.IN_PROGRESS
    return [
        Deployment(
            id=identity(number),
            service=source.service_key,
            environment="production",
            sha=release.fields("commit").text_or_none("hash"),
            status=status,
            started_at=state.moment_or_none("started_on") or created_at,
            finished_at=state.moment("completed_on") if over else None,
            url=state.text_or_none("url"),
            attributes=told(
                environment_name=body.fields("environment").text("name"),
                release=release.text_or_none("name"),
            ),
        )
    ]


# ── pipelines ──────────────────────────────────────────────────────────────────────


def pipeline_events(body: Fields, source: Source, rules: Rules) -> list[Event]:  # noqa: ARG001 -- one signature for all readers
    pipeline = body.fields("pipeline")
    status = _status(pipeline, "pipeline", "result")
    target = pipeline.fields("target")
    trigger = (
        pipeline.fields("trigger").text_or_none("name")
        if "trigger" in pipeline
        else None
    )
    commit = target.fields("commit") if "commit" in target else None
    over = status is not Status.IN_PROGRESS
    return [
        PipelineRun(
            id=identity(pipeline.text("uuid")),
            service=source.service_key,
            pipeline=_definition(target),
            status=status,
            started_at=pipeline.moment("created_on"),
            finished_at=pipeline.moment_or_none("completed_on") if over else None,
            sha=commit.text_or_none("hash") if commit else None,
            automated=trigger != _BY_HAND,
            attributes=told(branch=target.text_or_none("ref_name"), trigger=trigger),
        )
    ]


def _definition(target: Fields) -> str:
    """Return what of bitbucket-pipelines.yml was run: branches: main, custom: …"""
    if "selector" not in target:
        return "default"
    selector = target.fields("selector")
    kind = selector.text_or_none("type") or "default"
    pattern = selector.text_or_none("pattern")
    return f"{kind}: {pattern}" if pattern else kind
