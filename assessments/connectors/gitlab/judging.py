"""The newest deployments and jobs, judged by the rules: what a preview shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import Fields
from assessments.connectors.base.previewing import if_understood, judged
from assessments.connectors.gitlab import deploying

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessments.connectors.base.previewing import Judged
    from assessments.connectors.gitlab.rules import Rules
    from assessments.connectors.lists import Listing
    from scoring.events import Json


def judge(listing: Listing, row: Json, rules: Rules) -> Judged:
    """Return a row with the verdict on it."""
    return if_understood(
        lambda: JUDGES[listing.sort](_body(listing, row), rules),
    )


def _body(listing: Listing, row: Json) -> Fields:
    return Fields(listing.body(row) if isinstance(row, dict) else row, "")


def _deployment(body: Fields, rules: Rules) -> Judged:
    deployment = body.fields("deployment")
    ref = deployment.text_or_none("ref") or deployment.text_or_none("sha") or "?"
    job = deployment.fields("deployable") if "deployable" in deployment else None
    return judged(
        deploying.judge_deployment(body, rules),
        what=f"Deployment {deployment.number('id')} of {ref}",
        environment=deployment.fields("environment").text("name"),
        at=deployment.moment_or_none("created_at"),
        url=job.text_or_none("web_url") if job else None,
        environments=deployment.fields("environment").text("name"),
    )


def _job(body: Fields, rules: Rules) -> Judged:
    job = body.fields("job")
    branch = job.text_or_none("ref") or "?"
    verdict = deploying.judge_job(job, rules)
    return judged(
        verdict,
        what=f"Job {job.number('id')} {job.text('name')} on {branch}",
        environment="production" if verdict.counts else "",
        at=job.moment_or_none("created_at"),
        url=job.text_or_none("web_url"),
        jobs=job.text("name"),
        job_branches=branch,
    )


JUDGES: dict[str, Callable[[Fields, Rules], Judged]] = {
    "deployment": _deployment,
    "job": _job,
}
