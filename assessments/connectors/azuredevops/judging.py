"""The newest rows of a list, judged by the rules: what a preview shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.azuredevops.deploying import branch_of
from assessments.connectors.base import Fields
from assessments.connectors.base.previewing import if_understood, judged

if TYPE_CHECKING:
    from assessments.connectors.azuredevops.rules import Rules
    from assessments.connectors.base.previewing import Judged
    from assessments.connectors.lists import Listing
    from scoring.events import Json


def judge(listing: Listing, row: Json, rules: Rules) -> Judged:
    """Return a row of a list with the verdict on it."""
    fields = {"build": _build, "record": _record, "release": _release}[listing.sort]
    name = listing.label.removeprefix("Deployments to ")
    return if_understood(lambda: fields(Fields(row, listing.sort), name, rules))


def _build(build: Fields, _: str, rules: Rules) -> Judged:
    pipeline = build.fields("definition").text("name")
    verdict = rules.judge_build(pipeline, branch_of(build))
    return judged(
        verdict,
        what=f"Build {build.number('id')} of {pipeline} on {branch_of(build) or '?'}",
        environment="production" if verdict.counts else "",
        at=build.moment_or_none("queueTime"),
    )


def _record(record: Fields, environment: str, rules: Rules) -> Judged:
    pipeline = record.fields("definition").text("name")
    return judged(
        rules.judge_deployment(environment, pipeline),
        what=f"Deployment {record.number('id')} by {pipeline}",
        environment=environment,
        at=record.moment_or_none("queueTime"),
    )


def _release(deployment: Fields, _: str, rules: Rules) -> Judged:
    environment = deployment.fields("releaseEnvironment").text("name")
    pipeline = deployment.fields("releaseDefinition").text("name")
    release = deployment.fields("release").text_or_none("name") or "?"
    return judged(
        rules.judge_deployment(environment, pipeline),
        what=f"{release} of {pipeline}",
        environment=environment,
        at=deployment.moment_or_none("queuedOn"),
    )
