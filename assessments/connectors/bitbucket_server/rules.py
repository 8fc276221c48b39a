"""What a workspace may decide about a repository, and the verdicts of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assessments.connectors.base import (
    BRANCH,
    HISTORY_DAYS,
    FieldKind,
    RuleField,
    answers,
    counts,
    left_out,
    matches,
)
from assessments.connectors.base.naming import (
    HOTFIX_BRANCHES,
    NOT_TAGS,
    TAGS,
    is_hotfix,
    judge_tag,
)

if TYPE_CHECKING:
    from assessments.connectors.base import Plain, Verdict

BY_TAGS = "tags"
BUILDS = "builds"

RULE_FIELDS = (
    RuleField(
        name="counts",
        label="What is a deployment",
        help="Bitbucket Data Center lists no deployments: choose what stands for one.",
        kind=FieldKind.CHOICE,
        default=BY_TAGS,
        choices=((BY_TAGS, "Tags"), (BUILDS, "Builds of commits")),
    ),
    TAGS,
    NOT_TAGS,
    RuleField(
        name="deploy_builds",
        label="Builds that deploy to production",
        help="One pattern a line, of a build's name or key. Read only where builds"
        " count.",
        kind=FieldKind.LIST,
        default=("*deploy*prod*", "*prod*deploy*", "*release*"),
    ),
    RuleField(
        name="builds",
        label="Builds that are no deployments",
        help="What build servers said of each commit; it takes a request for each.",
        kind=FieldKind.CHOICE,
        default="read",
        choices=(("read", "Read them"), ("skip", "Leave them out")),
    ),
    BRANCH,
    HOTFIX_BRANCHES,
    replace(HISTORY_DAYS, help="Each merged pull request takes a request of its own."),
)


class Rules:
    """The answers, typed."""

    def __init__(self, plain: Plain) -> None:
        told = answers(RULE_FIELDS, plain)
        self._told = told
        self.counts = told.text("counts")
        self._deploy_builds = told.texts("deploy_builds")
        self.reads_builds = self.counts == BUILDS or told.text("builds") == "read"
        self.branch = told.text("branch")
        self.history_days = told.number("history_days")

    def judge_tag(self, tag: str) -> Verdict:
        """Return whether a tag counts as a deployment."""
        if self.counts != BY_TAGS:
            return left_out("only builds count as deployments")
        return judge_tag(tag, self._told)

    def judge_build(self, *, name: str, key: str) -> Verdict:
        """Return whether a build counts as a deployment."""
        if self.counts != BUILDS:
            return left_out("only tags count as deployments")
        pattern = matches(name, self._deploy_builds) or matches(
            key, self._deploy_builds
        )
        if pattern is None:
            return left_out(f"build “{name}” does not deploy to production")
        return counts(f"build “{name}” matches “{pattern}”")

    def is_hotfix(self, branch: str) -> bool:
        """Return whether a change from this branch is an unplanned repair."""
        return is_hotfix(branch, self._told)
