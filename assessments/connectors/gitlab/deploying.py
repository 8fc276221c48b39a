"""Deployments, jobs and pipelines: how they ended, and whether they count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import Garbled, left_out, told, waiting_since
from scoring.events import Deployment, PipelineRun, Status

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.connectors.base import Fields, Source, Verdict
    from assessments.connectors.gitlab.rules import Rules
    from scoring.events import Event

# One list of statuses for pipelines, jobs and deployments: GitLab uses the same words.
_STATUSES = {
    "success": Status.SUCCESS,
    "failed": Status.FAILURE,
    "canceled": Status.CANCELLED,
    "skipped": Status.CANCELLED,
    "created": Status.IN_PROGRESS,
    "waiting_for_resource": Status.IN_PROGRESS,
    "waiting_for_callback": Status.IN_PROGRESS,
    "preparing": Status.IN_PROGRESS,
    "pending": Status.IN_PROGRESS,
    "running": Status.IN_PROGRESS,
    "canceling": Status.IN_PROGRESS,
    "manual": Status.IN_PROGRESS,
    "scheduled": Status.IN_PROGRESS,
    "blocked": Status.IN_PROGRESS,  # a deployment that waits to be approved
}
# Somebody pressed a button.
_BY_HAND = frozenset({"web", "webide", "chat"})
_NOT_STARTED = frozenset({"created", "manual", "scheduled", "skipped"})
# Every job that could deploy has a deployment; GitLab shows it once it is started.
_INVISIBLE = frozenset({"created", "skipped"})


def is_open(status: object) -> bool:
    """Whether something with this status is still under way."""
    return isinstance(status, str) and _STATUSES.get(status) is Status.IN_PROGRESS


def _status(thing: Fields, place: str) -> Status:
    word = thing.text("status")
    if word not in _STATUSES:
        raise Garbled(f"{place}.status: {word[:40]!r} is none that we know")
    return _STATUSES[word]


# ── deployments ────────────────────────────────────────────────────────────────────


def judge_deployment(body: Fields, rules: Rules) -> Verdict:
    """Return whether this deployment counts."""
    deployment = body.fields("deployment")
    environment = deployment.fields("environment")
    verdict = rules.judge_deployment(environment.text("name"), _tier(body))
    if verdict.counts and _told_by(deployment).text("status") in _INVISIBLE:
        return left_out("it was not started")
    return verdict


def _told_by(deployment: Fields) -> Fields:
    """Return what tells the status: on older servers that is the job alone."""
    if "status" in deployment or "deployable" not in deployment:
        return deployment
    return deployment.fields("deployable")


def _tier(body: Fields) -> str | None:
    """Return the tier of its environment, where the server tells it."""
    if "environment" not in body:
        return None
    return body.fields("environment").text_or_none("tier")


def deployment_events(body: Fields, source: Source, rules: Rules) -> list[Event]:
    deployment = body.fields("deployment")
    status = _status(_told_by(deployment), "deployment")
    number = deployment.number("id")
    created_at = deployment.moment("created_at")
    if not judge_deployment(body, rules).counts:
        return []
    job = deployment.fields("deployable") if "deployable" in deployment else None
    started_at = job.moment_or_none("started_at") if job else None
    return [
        Deployment(
            id=str(number),
            service=source.service_key,
            environment="production",
            sha=deployment.text_or_none("sha"),
            status=status,
            started_at=started_at or created_at,
            finished_at=_end(deployment, job, status),
            url=job.text_or_none("web_url") if job else None,
            attributes=told(
                environment_name=deployment.fields("environment").text("name"),
                tier=_tier(body),
                branch=deployment.text_or_none("ref"),
                job=job.text_or_none("name") if job else None,
            ),
        )
    ]


def _end(deployment: Fields, job: Fields | None, status: Status) -> datetime | None:
    """Return when it ended: its job's end, or its own last change."""
    if status is Status.IN_PROGRESS:
        return None
    return (
        (job.moment_or_none("finished_at") if job else None)
        or deployment.moment_or_none("updated_at")
        or deployment.moment("created_at")
    )


# ── jobs ───────────────────────────────────────────────────────────────────────────


def judge_job(job: Fields, rules: Rules) -> Verdict:
    """Return whether this job counts as a deployment."""
    ended_unstarted = "started_at" not in job and job.text("status") == "canceled"
    return rules.judge_job(
        name=job.text("name"),
        stage=job.text_or_none("stage") or "",
        branch=job.text_or_none("ref") or "",
        started=job.text("status") not in _NOT_STARTED and not ended_unstarted,
    )


def job_events(body: Fields, source: Source, rules: Rules) -> list[Event]:
    job = body.fields("job")
    status = _status(job, "job")
    number = job.number("id")
    created_at = job.moment("created_at")
    if not judge_job(job, rules).counts:
        return []
    commit = job.fields("commit") if "commit" in job else None
    return [
        Deployment(
            id=f"job-{number}",
            service=source.service_key,
            environment="production",
            sha=commit.text_or_none("id") if commit else None,
            status=status,
            started_at=job.moment_or_none("started_at") or created_at,
            finished_at=job.moment_or_none("finished_at"),
            url=job.text_or_none("web_url"),
            attributes=told(
                job=job.text("name"),
                stage=job.text_or_none("stage"),
                branch=job.text_or_none("ref"),
            ),
        )
    ]


# ── pipelines ──────────────────────────────────────────────────────────────────────


def pipeline_events(body: Fields, source: Source, rules: Rules) -> list[Event]:  # noqa: ARG001 -- one signature for all readers
    pipeline = body.fields("pipeline")
    status = _status(pipeline, "pipeline")
    over = status is not Status.IN_PROGRESS
    trigger = pipeline.text_or_none("source")
    # Lists carry neither start nor end: of what is over, the last change is the end.
    ended_at = pipeline.moment_or_none("finished_at") or pipeline.moment_or_none(
        "updated_at"
    )
    return [
        PipelineRun(
            id=str(pipeline.number("id")),
            service=source.service_key,
            pipeline=pipeline.text_or_none("name") or "pipeline",
            status=status,
            started_at=pipeline.moment_or_none("started_at")
            or pipeline.moment("created_at"),
            finished_at=ended_at if over else None,
            sha=pipeline.text_or_none("sha"),
            automated=trigger not in _BY_HAND,
            url=pipeline.text_or_none("web_url"),
            attributes=told(
                branch=pipeline.text_or_none("ref"),
                trigger=trigger,
                queued_at=waiting_since(
                    pipeline.moment_or_none("created_at"),
                    pipeline.moment_or_none("started_at"),
                ),
            ),
        )
    ]
