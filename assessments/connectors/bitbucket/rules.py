"""What a workspace may decide about a repository on Bitbucket, and the verdicts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assessments.connectors.base import (
    BRANCH,
    ENVIRONMENTS,
    HISTORY_DAYS,
    FieldKind,
    RuleField,
    answers,
    counts,
    judge_environment,
    left_out,
    matches,
)
from assessments.connectors.base.naming import (
    HOTFIX_BRANCHES,
    is_hotfix,
)

if TYPE_CHECKING:
    from assessments.connectors.base import Plain, Verdict

_PRODUCTION = "production"

RULE_FIELDS = (
    RuleField(
        name="production_by",
        label="What makes an environment production",
        help="Bitbucket sorts environments into test, staging and production. Names are"
        " used where it does not tell.",
        kind=FieldKind.CHOICE,
        default="type",
        choices=(("type", "Its type"), ("name", "Its name")),
    ),
    ENVIRONMENTS,
    RuleField(
        name="pipelines",
        label="Pipelines",
        help="They tell how much is automated. Leave them out if the token may not read"
        " them.",
        kind=FieldKind.CHOICE,
        default="read",
        choices=(("read", "Read them"), ("skip", "Leave them out")),
    ),
    BRANCH,
    RuleField(
        name="incidents",
        label="Issues that are incidents",
        help="One pattern a line, of a component or of kind and priority, such as"
        " bug/blocker; empty: no issue is one.",
        kind=FieldKind.LIST,
        default=("incident*", "outage*", "bug/blocker"),
        optional=True,
    ),
    HOTFIX_BRANCHES,
    replace(
        HISTORY_DAYS, help="Each merged pull request takes two requests of its own."
    ),
)


class Rules:
    """The answers, typed."""

    def __init__(self, plain: Plain) -> None:
        told = answers(RULE_FIELDS, plain)
        self._told = told
        self._by_type = told.text("production_by") == "type"
        self._environments = told.texts("environments")
        self._pipelines = told.text("pipelines") == "read"
        self._incidents = told.texts("incidents")
        self.branch = told.text("branch")
        self.history_days = told.number("history_days")

    def reads(self, sort: str) -> bool:
        """Return whether anything could come of payloads of this sort."""
        wanted = {"pipeline": self._pipelines, "issue": bool(self._incidents)}
        return wanted.get(sort, True)

    def judge_deployment(self, environment: str, kind: str | None) -> Verdict:
        """Return whether a deployment to that environment counts."""
        if not self._by_type or kind is None:
            return judge_environment(environment, self._environments)
        if kind.lower() != _PRODUCTION:
            return left_out(f"environment “{environment}” is of the type {kind}")
        return counts(f"environment “{environment}” is of the type {kind}")

    def are_incident(self, *words: str) -> bool:
        """Return whether an issue with these words is an incident."""
        return any(matches(word, self._incidents) for word in words)

    def is_hotfix(self, branch: str) -> bool:
        """Return whether a change from this branch is an unplanned repair."""
        return is_hotfix(branch, self._told)
