"""What a workspace may decide about a repository, and the verdicts of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assessments.connectors.base import (
    BRANCH,
    HISTORY_DAYS,
    HOTFIX_LABELS,
    INCIDENT_LABELS,
    FieldKind,
    RuleField,
    answers,
    are_incident,
    counts,
    left_out,
    matches,
)
from assessments.connectors.base.naming import (
    NOT_TAGS,
    TAGS,
    judge_tag,
)

if TYPE_CHECKING:
    from assessments.connectors.base import Plain, Verdict

RELEASES = "releases"
BY_TAGS = "tags"
RUNS = "runs"

RULE_FIELDS = (
    RuleField(
        name="counts",
        label="What is a deployment",
        help="These servers keep no deployments of their own: choose what stands for"
        " one.",
        kind=FieldKind.CHOICE,
        default=RELEASES,
        choices=(
            (RELEASES, "Releases"),
            (BY_TAGS, "Tags"),
            (RUNS, "Runs of a workflow"),
        ),
    ),
    TAGS,
    NOT_TAGS,
    RuleField(
        name="workflows",
        label="Workflows that deploy to production",
        help="One pattern a line, of the workflow's file. Read only where runs count.",
        kind=FieldKind.LIST,
        default=("*deploy*", "*release*"),
    ),
    RuleField(
        name="run_branches",
        label="Branches and tags whose runs count",
        help="One pattern a line; empty: any.",
        kind=FieldKind.LIST,
        default=("main", "master", "release/*", "v[0-9]*"),
        optional=True,
    ),
    RuleField(
        name="pipeline_runs",
        label="Runs of Actions",
        help="They tell how much is automated. Leave them out if the server has no"
        " Actions.",
        kind=FieldKind.CHOICE,
        default="read",
        choices=(("read", "Read them"), ("skip", "Leave them out")),
    ),
    BRANCH,
    INCIDENT_LABELS,
    HOTFIX_LABELS,
    replace(HISTORY_DAYS, help="Each merged pull request takes a request of its own."),
)


class Rules:
    """The answers, typed."""

    def __init__(self, plain: Plain) -> None:
        told = answers(RULE_FIELDS, plain)
        self._told = told
        self.counts = told.text("counts")
        self._workflows = told.texts("workflows")
        self._run_branches = told.texts("run_branches")
        self._pipeline_runs = told.text("pipeline_runs") == "read"
        self._hotfix_labels = told.texts("hotfix_labels")
        self.incident_labels = told.texts("incident_labels")
        self.branch = told.text("branch")
        self.history_days = told.number("history_days")

    def reads(self, sort: str) -> bool:
        """Return whether anything could come of payloads of this sort."""
        wanted = {
            "release": self.counts == RELEASES,
            "tag": self.counts == BY_TAGS,
            "run": self.counts == RUNS or self._pipeline_runs,
        }
        return wanted.get(sort, True)

    def judge_tag(self, tag: str) -> Verdict:
        """Return whether a tag counts as a deployment."""
        if self.counts != BY_TAGS:
            return left_out("tags do not count as deployments")
        return judge_tag(tag, self._told)

    def judge_release(self, tag: str, *, finished: bool) -> Verdict:
        """Return whether a release counts as a deployment."""
        if self.counts != RELEASES:
            return left_out("releases do not count as deployments")
        if not finished:
            return left_out("it is a draft or a pre-release")
        return judge_tag(tag, self._told)

    def judge_run(self, *, workflow: str, branch: str, skipped: bool) -> Verdict:
        """Return whether a run of that workflow counts as a deployment."""
        if self.counts != RUNS:
            return left_out("runs do not count as deployments")
        pattern = matches(workflow, self._workflows)
        if pattern is None:
            return left_out(f"workflow “{workflow}” does not deploy to production")
        if self._run_branches and matches(branch, self._run_branches) is None:
            return left_out(f"runs on branch “{branch}” do not count")
        if skipped:
            return left_out("the run was skipped")
        return counts(f"workflow “{workflow}” matches “{pattern}”")

    def are_incident(self, labels: tuple[str, ...]) -> bool:
        """Return whether an issue with these labels is an incident."""
        return are_incident(labels, self.incident_labels)

    def are_hotfix(self, labels: tuple[str, ...]) -> bool:
        """Return whether a change with these labels is an unplanned repair."""
        return any(matches(label, self._hotfix_labels) for label in labels)
