"""The newest rows of a list, judged by the rules: what a preview shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.azuredevops.deploying import branch_of
from assessments.connectors.base import Fields
from assessments.connectors.base.previewing import if_understood, judged, of_kept

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessments.connectors.azuredevops.rules import Rules
    from assessments.connectors.base import Payload
    from assessments.connectors.base.previewing import Judged
    from assessments.connectors.lists import Listing
    from scoring.events import Json


def judge(listing: Listing, row: Json, rules: Rules) -> Judged:
    """Return a row of a list with the verdict on it."""
    name = listing.label.removeprefix("Deployments to ")
    body = {_ROWS[listing.sort]: row, "environment": name}
    return if_understood(lambda: _JUDGES[listing.sort](Fields(body, ""), rules))


def judge_kept(payload: Payload, rules: Rules) -> Judged | None:
    """Return what is kept with the verdict on it, where the rules look at its sort."""
    return of_kept(payload, _JUDGES, rules) if rules.looks_at(payload.sort) else None


def _build(body: Fields, rules: Rules) -> Judged:
    build = body.fields("build")
    pipeline = build.fields("definition").text("name")
    verdict = rules.judge_build(pipeline, branch_of(build))
    return judged(
        verdict,
        what=f"Build {build.number('id')} of {pipeline} on {branch_of(build) or '?'}",
        environment="production" if verdict.counts else "",
        at=build.moment_or_none("queueTime"),
    )


def _record(body: Fields, rules: Rules) -> Judged:
    record, environment = body.fields("record"), body.text("environment")
    pipeline = record.fields("definition").text("name")
    return judged(
        rules.judge_deployment(environment, pipeline),
        what=f"Deployment {record.number('id')} by {pipeline}",
        environment=environment,
        at=record.moment_or_none("queueTime"),
    )


def _release(body: Fields, rules: Rules) -> Judged:
    deployment = body.fields("deployment")
    environment = deployment.fields("releaseEnvironment").text("name")
    pipeline = deployment.fields("releaseDefinition").text("name")
    release = deployment.fields("release").text_or_none("name") or "?"
    return judged(
        rules.judge_deployment(environment, pipeline),
        what=f"{release} of {pipeline}",
        environment=environment,
        at=deployment.moment_or_none("queuedOn"),
    )


# What judges a payload of each sort, and under which name it keeps its row.
_JUDGES: dict[str, Callable[[Fields, Rules], Judged]] = {
    "build": _build,
    "record": _record,
    "release": _release,
}
_ROWS = {"build": "build", "record": "record", "release": "deployment"}
