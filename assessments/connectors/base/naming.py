"""Rules on the names of tags and branches, where platforms have no better word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base.judging import counts, left_out
from assessments.connectors.base.rules import FieldKind, RuleField, matches

if TYPE_CHECKING:
    from assessments.connectors.base.judging import Answers
    from assessments.connectors.base.values import Verdict

TAGS = RuleField(
    name="tags",
    label="Tags that are deployments to production",
    help="One pattern a line; * stands for anything. Releases are known by theirs.",
    kind=FieldKind.LIST,
    default=("v[0-9]*", "[0-9]*", "release-*", "release/*"),
)

NOT_TAGS = RuleField(
    name="not_tags",
    label="Tags that are not, although they match",
    help="One pattern a line, such as those of pre-releases.",
    kind=FieldKind.LIST,
    default=("*-rc*", "*-alpha*", "*-beta*", "*-pre*", "*-dev*"),
    optional=True,
)

HOTFIX_BRANCHES = RuleField(
    name="hotfix_branches",
    label="Branches of unplanned repairs",
    help="One pattern a line, of the branch that a pull request comes from.",
    kind=FieldKind.LIST,
    default=("hotfix/*", "hotfix-*", "emergency/*"),
    optional=True,
)


def judge_tag(tag: str, told: Answers) -> Verdict:
    """Return whether a tag counts as a deployment, by TAGS and NOT_TAGS."""
    pattern = matches(tag, told.texts(TAGS.name))
    if pattern is None:
        return left_out(f"tag “{tag}” is no deployment to production")
    unwanted = matches(tag, told.texts(NOT_TAGS.name))
    if unwanted is not None:
        return left_out(f"tag “{tag}” matches “{unwanted}”")
    return counts(f"tag “{tag}” matches “{pattern}”")


def is_hotfix(branch: str, told: Answers) -> bool:
    """Return whether a change from this branch is a repair, by HOTFIX_BRANCHES."""
    return matches(branch, told.texts(HOTFIX_BRANCHES.name)) is not None
