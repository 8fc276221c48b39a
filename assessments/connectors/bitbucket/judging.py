"""The newest deployments, judged by the rules: what a preview shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import Fields
from assessments.connectors.base.previewing import if_understood, judged
from assessments.connectors.bitbucket import deploying

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessments.connectors.base.previewing import Judged
    from assessments.connectors.bitbucket.rules import Rules
    from assessments.connectors.lists import Listing
    from scoring.events import Json


def judge(listing: Listing, row: Json, rules: Rules) -> Judged:
    """Return a deployment with the verdict on it."""
    body = listing.body(row) if isinstance(row, dict) else row
    return if_understood(lambda: _deployment(Fields(body, ""), rules))


def _deployment(body: Fields, rules: Rules) -> Judged:
    verdict = deploying.judge_deployment(body, rules)
    deployment = body.fields("deployment")
    release = deployment.fields("release")
    state = deployment.fields("state")
    name = release.text_or_none("name") or deployment.text("uuid")
    return judged(
        verdict,
        what=f"Deployment {name}",
        environment=body.fields("environment").text("name"),
        at=state.moment_or_none("started_on") or release.moment_or_none("created_on"),
        url=state.text_or_none("url"),
    )


JUDGES: dict[str, Callable[[Fields, Rules], Judged]] = {"deployment": _deployment}
