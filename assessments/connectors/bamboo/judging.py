"""The newest rows of a list, judged by the rules: what a preview shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.bamboo.parsing import build_of
from assessments.connectors.base import Fields, judge_environment, left_out
from assessments.connectors.base.previewing import if_understood, judged

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessments.connectors.bamboo.rules import Rules
    from assessments.connectors.base.previewing import Judged
    from assessments.connectors.lists import Listing
    from scoring.events import Json


def judge(listing: Listing, row: Json, rules: Rules) -> Judged:
    """Return a row of a list with the verdict on it."""
    environment = listing.label.rpartition(" to ")[2]
    body = {"result": row, "deployment": row, "environment": environment}
    return if_understood(lambda: JUDGES[listing.sort](Fields(body, ""), rules))


def _build(body: Fields, rules: Rules) -> Judged:
    result = body.fields("result")
    build = build_of(result)
    if build is None:
        verdict = left_out("it has not been run")
        return judged(verdict, what=f"Build {result.text('key')}", environment="")
    verdict = build.judge(rules)
    return judged(
        verdict,
        what=f"Build {build.itself.id}",
        environment="production" if verdict.counts else "",
        at=build.itself.started_at,
    )


def _deployment(body: Fields, rules: Rules) -> Judged:
    deployment, environment = body.fields("deployment"), body.text("environment")
    version = deployment.text_or_none("deploymentVersionName") or "?"
    return judged(
        judge_environment(environment, rules.environments),
        what=f"Deployment {deployment.number('id')} of {version}",
        environment=environment,
        at=deployment.millis_or_none("startedDate"),
    )


JUDGES: dict[str, Callable[[Fields, Rules], Judged]] = {
    "build": _build,
    "deployment": _deployment,
}
