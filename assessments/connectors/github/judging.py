"""The newest deployments and runs, judged by the rules: what a preview shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import Fields
from assessments.connectors.base.previewing import if_understood, judged
from assessments.connectors.github import deploying
from assessments.connectors.github.address import repository
from assessments.connectors.github.rules import DEPLOYMENTS, RUNS, Rules

if TYPE_CHECKING:
    from assessments.connectors.base import Payload, Source
    from assessments.connectors.base.previewing import Judged
    from assessments.connectors.github.address import Repository
    from scoring.events import Json


def judged_sorts(rules: Rules) -> frozenset[str]:
    """Return the sorts of payloads that may be deployments by these rules."""
    if rules.counts == DEPLOYMENTS:
        return frozenset({"deployment"})
    if rules.counts == RUNS:
        return frozenset({"workflow_run"})
    return frozenset({"deployment", "workflow_run"})


def judge(sort: str, row: Json, rules: Rules, place: Repository) -> Judged:
    """Return a row with the verdict on it."""
    if sort == "deployment":
        return if_understood(lambda: _deployment(Fields(row, sort), rules, place))
    return if_understood(lambda: _run(Fields(row, sort), rules))


def judge_kept(payload: Payload, source: Source) -> Judged | None:
    """Return a kept deployment or run with the verdict on it."""
    name = {"deployment": "deployment", "workflow_run": "run"}.get(payload.sort)
    if name is None:
        return None
    row = payload.body.get(name)
    return judge(payload.sort, row, Rules.of(source.rules), repository(source))


def _deployment(fields: Fields, rules: Rules, place: Repository) -> Judged:
    ref = fields.text_or_none("ref") or fields.text_or_none("sha") or "?"
    return judged(
        deploying.judge_deployment(fields, rules),
        what=f"Deployment {fields.number('id')} of {ref}",
        environment=fields.text("environment"),
        at=fields.moment_or_none("created_at"),
        url=f"{place.web}/deployments",
        environments=fields.text("environment"),
    )


def _run(fields: Fields, rules: Rules) -> Judged:
    name = fields.text_or_none("name") or fields.text_or_none("path") or "?"
    branch = fields.text_or_none("head_branch") or "?"
    verdict = deploying.judge_run(fields, rules)
    return judged(
        verdict,
        what=f"Run {fields.number('id')} of {name} on {branch}",
        environment="production" if verdict.counts else "",
        at=fields.moment_or_none("created_at"),
        url=fields.text_or_none("html_url"),
        workflows=name,
        run_branches=branch,
    )
