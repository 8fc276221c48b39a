"""The newest deployments and runs, judged by the rules: what a preview shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.base import Candidate, Fields, Garbled, Verdict
from assessments.connectors.github import deploying
from assessments.connectors.github.rules import DEPLOYMENTS, RUNS

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.connectors.github.address import Repository
    from assessments.connectors.github.lists import Listing
    from assessments.connectors.github.rules import Rules
    from assessments.connectors.http import Client
    from scoring.events import Json

_LOOKED_AT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A candidate, and whether it counts."""

    counts: bool
    candidate: Candidate


def judged_sorts(rules: Rules) -> frozenset[str]:
    """Return the sorts of payloads that may be deployments by these rules."""
    if rules.counts == DEPLOYMENTS:
        return frozenset({"deployment"})
    if rules.counts == RUNS:
        return frozenset({"workflow_run"})
    return frozenset({"deployment", "workflow_run"})


def newest(client: Client, listing: Listing) -> list[Json]:
    """Ask for the newest rows of a list."""
    answer = client.get(listing.path, {**listing.params, "per_page": _LOOKED_AT})
    body = answer.body
    rows = body.get(listing.key) if listing.key and isinstance(body, dict) else body
    return rows if isinstance(rows, list) else []


def judge(sort: str, row: Json, rules: Rules, place: Repository) -> Judged:
    """Return a row with the verdict on it; what is garbled is left out for that."""
    try:
        fields = Fields(row, sort)
        if sort == "deployment":
            return _deployment(fields, rules, place)
        return _run(fields, rules)
    except Garbled as flaw:
        verdict = Verdict(counts=False, reason=f"cannot be understood: {flaw.reason}")
        return _judged(verdict, what="?", environment="")


def _deployment(fields: Fields, rules: Rules, place: Repository) -> Judged:
    ref = fields.text_or_none("ref") or fields.text_or_none("sha") or "?"
    return _judged(
        deploying.judge_deployment(fields, rules),
        what=f"Deployment {fields.number('id')} of {ref}",
        environment=fields.text("environment"),
        at=fields.moment_or_none("created_at"),
        url=f"{place.web}/deployments",
    )


def _run(fields: Fields, rules: Rules) -> Judged:
    name = fields.text_or_none("name") or fields.text_or_none("path") or "?"
    branch = fields.text_or_none("head_branch") or "?"
    verdict = deploying.judge_run(fields, rules)
    return _judged(
        verdict,
        what=f"Run {fields.number('id')} of {name} on {branch}",
        environment="production" if verdict.counts else "",
        at=fields.moment_or_none("created_at"),
        url=fields.text_or_none("html_url"),
    )


def _judged(
    verdict: Verdict,
    *,
    what: str,
    environment: str,
    at: datetime | None = None,
    url: str | None = None,
) -> Judged:
    return Judged(
        counts=verdict.counts,
        candidate=Candidate(
            what=what, at=at, environment=environment, reason=verdict.reason, url=url
        ),
    )
