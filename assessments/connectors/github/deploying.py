"""Deployments and workflow runs: how they ended, and whether they count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import Fields, Garbled, first_line, told
from scoring.events import Deployment, PipelineRun, Status

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.connectors.base import Source, Verdict
    from assessments.connectors.github.rules import Rules
    from scoring.events import Event

_OUTCOMES = {
    "success": Status.SUCCESS,
    "failure": Status.FAILURE,
    "error": Status.FAILURE,
}
_UNDER_WAY = frozenset({"pending", "queued", "in_progress", "waiting"})
_INACTIVE = "inactive"

_CONCLUSIONS = {
    "success": Status.SUCCESS,
    "neutral": Status.SUCCESS,
    "failure": Status.FAILURE,
    "timed_out": Status.FAILURE,
    "startup_failure": Status.FAILURE,
    "cancelled": Status.CANCELLED,
    "skipped": Status.CANCELLED,
    "stale": Status.CANCELLED,
    "action_required": Status.CANCELLED,
}
_RUNNING = frozenset({"requested", "queued", "pending", "waiting", "in_progress"})

# ── deployments ────────────────────────────────────────────────────────────────────


def judge_deployment(deployment: Fields, rules: Rules) -> Verdict:
    """Return whether this deployment counts."""
    return rules.judge_deployment(deployment.text("environment"))


def deployment_events(body: Fields, source: Source, rules: Rules) -> list[Event]:
    deployment = body.fields("deployment")
    if not judge_deployment(deployment, rules).counts or "statuses" not in body:
        return []
    steps = _steps(body)
    status, finished_at = _outcome(steps)
    under_way = [at for at, state in steps if state == "in_progress"]
    return [
        Deployment(
            id=str(deployment.number("id")),
            service=source.service_key,
            environment="production",
            sha=deployment.text_or_none("sha"),
            status=status,
            started_at=min(under_way, default=deployment.moment("created_at")),
            finished_at=finished_at,
            url=_address(body),
            attributes=told(
                environment_name=deployment.text("environment"),
                branch=deployment.text_or_none("ref"),
                task=deployment.text_or_none("task"),
                steps=[state for _, state in steps],
            ),
        )
    ]


def _steps(body: Fields) -> list[tuple[datetime, str]]:
    """Return the statuses, oldest first."""
    steps = []
    for each in body.list_of("statuses"):
        state = each.text("state")
        if state not in _OUTCOMES and state not in _UNDER_WAY | {_INACTIVE}:
            raise Garbled(f"statuses.state: {state[:40]!r} is none that we know")
        steps.append((each.moment("created_at"), state))
    return sorted(steps)


def _outcome(steps: list[tuple[datetime, str]]) -> tuple[Status, datetime | None]:
    """Return how a deployment ended, and when.

    The last word counts: what failed and then succeeded, succeeded. Becoming inactive
    is no outcome, the next deployment does that to it; but only to one that succeeded.
    """
    for at, state in reversed(steps):
        if state in _OUTCOMES:
            return _OUTCOMES[state], at
    if any(state == _INACTIVE for _, state in steps):
        return Status.SUCCESS, None
    return Status.IN_PROGRESS, None


def _address(body: Fields) -> str | None:
    """Return where people can look at it: the log of its last status."""
    for each in reversed(body.list_of("statuses")):
        address = each.text_or_none("log_url") or each.text_or_none("target_url")
        if address and address.startswith(("https://", "http://")):
            return address
    return None


# ── workflow runs ──────────────────────────────────────────────────────────────────


def judge_run(run: Fields, rules: Rules) -> Verdict:
    """Return whether this run counts as a deployment."""
    return rules.judge_run(
        name=run.text_or_none("name") or "",
        path=run.text_or_none("path") or "",
        branch=run.text_or_none("head_branch") or "",
        event=run.text_or_none("event") or "",
        skipped=run.text_or_none("conclusion") in {"skipped", "action_required"},
    )


def run_events(body: Fields, source: Source, rules: Rules) -> list[Event]:
    run = body.fields("run")
    number = run.number("id")
    status = _run_status(run)
    created_at = run.moment("created_at")
    started_at = run.moment_or_none("run_started_at") or created_at
    over = status is not Status.IN_PROGRESS
    # Runs carry no moment of their end; the last change of a finished one is it.
    finished_at = run.moment("updated_at") if over else None
    pipeline = run.text_or_none("name") or run.text_or_none("path")
    attributes = told(
        branch=run.text_or_none("head_branch"),
        trigger=run.text_or_none("event"),
        title=first_line(run.text_or_none("display_title")),
        attempt=run.number("run_attempt") if "run_attempt" in run else None,
        run_number=run.number("run_number") if "run_number" in run else None,
    )
    found: list[Event] = [
        PipelineRun(
            id=str(number),
            service=source.service_key,
            pipeline=pipeline or str(run.number("workflow_id")),
            status=status,
            started_at=started_at,
            finished_at=finished_at,
            sha=run.text_or_none("head_sha"),
            automated=run.text_or_none("event") != "workflow_dispatch",
            url=run.text_or_none("html_url"),
            attributes=attributes,
        )
    ]
    if judge_run(run, rules).counts:
        found.append(
            Deployment(
                id=f"run-{number}",
                service=source.service_key,
                environment="production",
                sha=run.text_or_none("head_sha"),
                status=status,
                started_at=started_at,
                finished_at=finished_at,
                url=run.text_or_none("html_url"),
                attributes=attributes | told(workflow=pipeline),
            )
        )
    return found


def _run_status(run: Fields) -> Status:
    state = run.text("status")
    if state in _RUNNING:
        return Status.IN_PROGRESS
    conclusion = run.text_or_none("conclusion")
    if state == "completed" and conclusion is None:
        return Status.IN_PROGRESS  # it is told with the next answer
    field, ended = (
        ("conclusion", conclusion) if state == "completed" else ("status", state)
    )
    if ended not in _CONCLUSIONS:
        raise Garbled(f"run.{field}: {str(ended)[:40]!r} is none that we know")
    return _CONCLUSIONS[ended]
