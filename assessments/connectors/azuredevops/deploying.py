"""Builds, deployments to environments, and releases: how they ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import Fields, Garbled, told, waiting_since
from scoring.events import Deployment, PipelineRun, Status

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.connectors.azuredevops.rules import Rules
    from assessments.connectors.base import Source
    from scoring.events import Event

_BRANCHES = "refs/heads/"
_UNDER_WAY = frozenset({"notStarted", "inProgress", "postponed", "cancelling", "none"})
_COMPLETED = "completed"
_PARTLY = frozenset({"partiallySucceeded", "succeededWithIssues"})
# Of builds, and of jobs that deploy to environments.
_RESULTS = {
    "succeeded": Status.SUCCESS,
    "failed": Status.FAILURE,
    "abandoned": Status.FAILURE,
    "canceled": Status.CANCELLED,
    "skipped": Status.CANCELLED,
    "none": Status.CANCELLED,
}
# Of classic releases.
_DEPLOYED = {
    "succeeded": Status.SUCCESS,
    "failed": Status.FAILURE,
    "inProgress": Status.IN_PROGRESS,
}
_NOT_DEPLOYED = frozenset({"notDeployed", "undefined"})
# What was not deployed, and will not be.
_GIVEN_UP = frozenset({"canceled", "phaseCanceled", "rejected", "gateFailed"})
_BY_HAND = frozenset(
    {"manual", "userCreated", "checkInShelveset", "validateShelveset", "none"}
)


def branch_of(build: Fields) -> str:
    """Return the branch of a build, or whatever else it was of."""
    return (build.text_or_none("sourceBranch") or "").removeprefix(_BRANCHES)


def build_events(body: Fields, source: Source, rules: Rules) -> list[Event]:
    """Return the run of a build, and its deployment if it counts as one."""
    build = body.fields("build")
    pipeline = build.fields("definition").text("name")
    if not rules.reads(pipeline):
        return []
    number = build.number("id")
    status = _build_status(build, rules)
    # What waits for an agent has begun to wait.
    began_at = build.moment_or_none("startTime")
    started_at = began_at or build.moment("queueTime")
    finished_at = None if status is Status.IN_PROGRESS else build.moment("finishTime")
    sha = build.text_or_none("sourceVersion")
    reason = build.text_or_none("reason")
    attributes = told(
        branch=branch_of(build) or None,
        trigger=reason,
        result=build.text_or_none("result"),
        number=build.text_or_none("buildNumber"),
        queued_at=waiting_since(build.moment_or_none("queueTime"), began_at),
    )
    url = _web(build)
    found: list[Event] = [
        PipelineRun(
            id=str(number),
            service=source.service_key,
            pipeline=pipeline,
            status=status,
            started_at=started_at,
            finished_at=finished_at,
            sha=sha,
            automated=reason is not None and reason not in _BY_HAND,
            url=url,
            attributes=attributes,
        )
    ]
    if rules.judge_build(pipeline, branch_of(build)).counts:
        found.append(
            Deployment(
                id=f"build-{number}",
                service=source.service_key,
                environment="production",
                sha=sha,
                status=status,
                started_at=started_at,
                finished_at=finished_at,
                url=url,
                attributes=attributes | told(pipeline=pipeline),
            )
        )
    return found


def _build_status(build: Fields, rules: Rules) -> Status:
    state = build.text("status")
    if state in _UNDER_WAY:
        return Status.IN_PROGRESS
    if state != _COMPLETED:
        raise Garbled(f"build.status: {state[:40]!r} is none that we know")
    return _mapped(build.text("result"), _RESULTS, "build.result", rules)


def _mapped(value: str, known: dict[str, Status], place: str, rules: Rules) -> Status:
    if value in _PARTLY:
        return Status.FAILURE if rules.partly_fails else Status.SUCCESS
    if value not in known:
        raise Garbled(f"{place}: {value[:40]!r} is none that we know")
    return known[value]


# ── environments ───────────────────────────────────────────────────────────────────


def record_events(body: Fields, source: Source, rules: Rules) -> list[Event]:
    """Return the deployment of a record, if its environment is production."""
    record = body.fields("record")
    environment = body.text("environment")
    pipeline = record.fields("definition").text("name")
    if not rules.judge_deployment(environment, pipeline).counts:
        return []
    build = body.fields("build") if "build" in body else None
    owner = record.fields("owner").number("id") if build else None
    if build and build.number("id") != owner:
        raise Garbled(f"build.id: is not {owner}")
    finished_at = record.moment_or_none("finishTime")
    status = Status.IN_PROGRESS
    if finished_at is not None:
        status = _mapped(record.text("result"), _RESULTS, "record.result", rules)
    return [
        Deployment(
            id=f"environment-{record.number('id')}",
            service=source.service_key,
            environment="production",
            sha=build.text_or_none("sourceVersion") if build else None,
            status=status,
            started_at=_start(record),
            finished_at=finished_at,
            url=_web(record.fields("owner")) if "owner" in record else None,
            attributes=told(
                environment_name=environment,
                pipeline=pipeline,
                branch=(branch_of(build) or None) if build else None,
                stage=record.text_or_none("stageName"),
                job=record.text_or_none("jobName"),
                attempt=_number(record, "stageAttempt"),
            ),
        )
    ]


def _start(record: Fields) -> datetime:
    return record.moment_or_none("startTime") or record.moment("queueTime")


# ── classic releases ───────────────────────────────────────────────────────────────


def release_events(body: Fields, source: Source, rules: Rules) -> list[Event]:
    """Return the deployment of a release to a stage, if that is production."""
    deployment = body.fields("deployment")
    environment = deployment.fields("releaseEnvironment").text("name")
    pipeline = deployment.fields("releaseDefinition").text("name")
    if not rules.judge_deployment(environment, pipeline).counts:
        return []
    status = _release_status(deployment, rules)
    release = deployment.fields("release")
    over = status is not Status.IN_PROGRESS
    end = "completedOn" if "completedOn" in deployment else "lastModifiedOn"
    return [
        Deployment(
            id=f"release-{deployment.number('id')}",
            service=source.service_key,
            environment="production",
            sha=_sha(release),
            status=status,
            started_at=deployment.moment_or_none("startedOn")
            or deployment.moment("queuedOn"),
            finished_at=deployment.moment(end) if over else None,
            url=_web(release),
            attributes=told(
                environment_name=environment,
                pipeline=pipeline,
                release=release.text_or_none("name"),
                attempt=_number(deployment, "attempt"),
            ),
        )
    ]


def _release_status(deployment: Fields, rules: Rules) -> Status:
    state = deployment.text("deploymentStatus")
    if state not in _NOT_DEPLOYED:
        return _mapped(state, _DEPLOYED, "deployment.deploymentStatus", rules)
    operation = deployment.text_or_none("operationStatus")
    return Status.CANCELLED if operation in _GIVEN_UP else Status.IN_PROGRESS


def _sha(release: Fields) -> str | None:
    """Return the revision of a release's primary artifact."""
    for artifact in release.list_of("artifacts") if "artifacts" in release else ():
        if "isPrimary" not in artifact or not artifact.truth("isPrimary"):
            continue
        told_of = artifact.fields("definitionReference")
        # Builds tell the revision they were built from; repositories are at one.
        built = artifact.text_or_none("type") == "Build"
        name = "sourceVersion" if built else "version"
        return told_of.fields(name).text_or_none("id") if name in told_of else None
    return None


# ── all of them ────────────────────────────────────────────────────────────────────


def _number(fields: Fields, name: str) -> int | None:
    return fields.number(name) if name in fields else None


def _web(thing: Fields) -> str | None:
    """Return where people can look at it."""
    links = thing.fields("_links") if "_links" in thing else None
    if links is None or "web" not in links:
        return None
    address = links.fields("web").text_or_none("href")
    is_web = address and address.startswith(("https://", "http://"))
    return address if is_web else None
