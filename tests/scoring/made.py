"""Small events for scenarios: `deployment("d1", "02T10:00", sha="A")` and the like.

Moments are written as day and time of January 2026, UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scoring.events import (
    Change,
    Commit,
    Deployment,
    Incident,
    Lane,
    ModelVersion,
    PipelineRun,
    Signal,
    SignalKind,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.attribution import Attribution, Verdict
    from scoring.events import Cause, Json


def at(written: str) -> datetime:
    """Read "02T10:00" as 2026-01-02 10:00 UTC."""
    return datetime.fromisoformat(f"2026-01-{written}").replace(tzinfo=UTC)


def deployment(
    name: str,
    finished: str,
    *,
    started: str | None = None,
    sha: str | None = None,
    service: str = "shop",
    environment: str = "production",
    status: Status = Status.SUCCESS,
    lane: Lane = Lane.CODE,
    model_version: str | None = None,
    attributes: dict[str, Json] | None = None,
) -> Deployment:
    return Deployment(
        id=name,
        service=service,
        environment=environment,
        sha=sha,
        status=status,
        started_at=at(started) if started else None,
        finished_at=at(finished),
        lane=lane,
        model_version=model_version,
        attributes=attributes or {},
    )


def change(
    name: str,
    merged: str,
    *,
    sha: str | None = None,
    first: str | None = None,
    opened: str | None = None,
    commits: Iterable[str] = (),
    labels: Iterable[str] = (),
    service: str = "shop",
    attributes: dict[str, Json] | None = None,
) -> Change:
    return Change(
        id=name,
        service=service,
        merged_sha=sha,
        first_commit_at=at(first) if first else None,
        opened_at=at(opened) if opened else None,
        merged_at=at(merged),
        commits=tuple(commits),
        labels=tuple(labels),
        attributes=attributes or {},
    )


def commit(
    sha: str,
    committed: str,
    *parents: str,
    service: str = "shop",
    attributes: dict[str, Json] | None = None,
) -> Commit:
    return Commit(
        sha=sha,
        service=service,
        committed_at=at(committed),
        parents=parents,
        attributes=attributes or {},
    )


def incident(
    name: str,
    opened: str,
    resolved: str | None = None,
    *,
    deployment_id: str | None = None,
    service: str = "shop",
    cause: Cause | None = None,
) -> Incident:
    return Incident(
        id=name,
        service=service,
        opened_at=at(opened),
        resolved_at=at(resolved) if resolved else None,
        deployment_id=deployment_id,
        cause=cause,
    )


def model_version(
    version: str,
    trained: str,
    *,
    model: str = "shop",
    data: str | None = None,
    evaluated: str | None = None,
    registered: str | None = None,
    code_sha: str | None = None,
) -> ModelVersion:
    return ModelVersion(
        id=f"{model}-{version}",
        model=model,
        version=version,
        dataset_at=at(data) if data else None,
        code_sha=code_sha,
        trained_at=at(trained),
        evaluated_at=at(evaluated) if evaluated else None,
        registered_at=at(registered) if registered else None,
    )


def run(
    name: str,
    started: str,
    finished: str | None = None,
    *,
    sha: str | None = None,
    stage: str | None = None,
    status: Status = Status.SUCCESS,
    pipeline: str = "build",
    service: str = "shop",
    attributes: dict[str, Json] | None = None,
) -> PipelineRun:
    return PipelineRun(
        id=name,
        service=service,
        pipeline=pipeline,
        stage=stage,
        status=status,
        started_at=at(started),
        finished_at=at(finished) if finished else None,
        sha=sha,
        attributes=attributes or {},
    )


def signal(
    name: str,
    seen: str,
    kind: SignalKind,
    *,
    value: float | None = None,
    threshold: float | None = None,
    breached: bool | None = False,
    automated: bool = True,
    service: str = "shop",
) -> Signal:
    return Signal(
        id=name,
        subject=service,
        signal=kind,
        value=value,
        threshold=threshold,
        breached=breached,
        at=at(seen),
        automated=automated,
    )


def failed(found: Attribution) -> dict[str, Verdict]:
    """Return the verdicts of failed deployments by deployment."""
    return {one.deployment_id: one for one in found.verdicts if one.failed}


def rework(found: Attribution) -> set[str]:
    """Return the deployments that repaired production."""
    return {one.deployment_id for one in found.verdicts if one.rework}


def leads(found: Attribution) -> dict[str, float | None]:
    """Return the lead time of each change in hours."""
    return {
        one.change: None if one.lead_seconds is None else one.lead_seconds / 3600
        for one in found.carriages
    }


def carriers(found: Attribution) -> dict[str, tuple[str, str]]:
    """Return of each change the deployment that carried it and how that is known."""
    return {one.change: (one.deployment_id, str(one.basis)) for one in found.carriages}
