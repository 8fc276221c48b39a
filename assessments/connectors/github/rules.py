"""What a workspace may decide about a repository on GitHub, and the verdicts of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assessments.connectors.base import (
    BRANCH,
    ENVIRONMENTS,
    HISTORY_DAYS,
    HOTFIX_LABELS,
    INCIDENT_LABELS,
    FieldKind,
    RuleField,
    answers,
    are_incident,
    counts,
    judge_environment,
    left_out,
    matches,
)

if TYPE_CHECKING:
    from assessments.connectors.base import Plain, Verdict

DEPLOYMENTS = "deployments"
RUNS = "workflow_runs"
BOTH = "both"

RULE_FIELDS = (
    RuleField(
        name="counts",
        label="What is a deployment",
        help="Deployments are what GitHub's environments record. Choose workflow runs"
        " where a workflow deploys without an environment; both only if no deployment"
        " would be counted twice.",
        kind=FieldKind.CHOICE,
        default=DEPLOYMENTS,
        choices=(
            (DEPLOYMENTS, "GitHub deployments"),
            (RUNS, "Workflow runs"),
            (BOTH, "Both"),
        ),
    ),
    ENVIRONMENTS,
    RuleField(
        name="workflows",
        label="Workflows that deploy to production",
        help="One pattern a line, of the workflow's name or of its file's name. Read"
        " only where workflow runs count.",
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
        name="run_events",
        label="Events whose runs count",
        help="What may have started the workflow, one a line; empty: any.",
        kind=FieldKind.LIST,
        default=(
            "push", "release", "workflow_dispatch", "workflow_run", "schedule",
            "repository_dispatch", "deployment",
        ),
        optional=True,
    ),
    RuleField(
        name="pipeline_runs",
        label="Workflow runs that are no deployments",
        help="They tell how much is automated. Leave them out if the token may not read"
        " Actions.",
        kind=FieldKind.CHOICE,
        default="read",
        choices=(("read", "Read them"), ("skip", "Leave them out")),
    ),
    replace(
        BRANCH, help="Pull requests into it are changes. Empty: the default branch."
    ),
    replace(
        INCIDENT_LABELS,
        help="One label a line, as it is written on GitHub; empty: no issue is one.",
    ),
    replace(HOTFIX_LABELS, help="One pattern a line, of labels on pull requests."),
    replace(
        HISTORY_DAYS,
        help="Each deployment and each pull request takes a request of its own.",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The answers, typed."""

    counts: str
    environments: tuple[str, ...]
    workflows: tuple[str, ...]
    run_branches: tuple[str, ...]
    run_events: tuple[str, ...]
    pipeline_runs: str
    branch: str
    incident_labels: tuple[str, ...]
    hotfix_labels: tuple[str, ...]
    history_days: int

    @classmethod
    def of(cls, plain: Plain) -> Rules:
        """Read stored rules; what is missing or wrong has its default."""
        given = answers(RULE_FIELDS, plain)
        return cls(
            counts=given.text("counts"),
            environments=given.texts("environments"),
            workflows=given.texts("workflows"),
            run_branches=given.texts("run_branches"),
            run_events=given.texts("run_events"),
            pipeline_runs=given.text("pipeline_runs"),
            branch=given.text("branch"),
            incident_labels=given.texts("incident_labels"),
            hotfix_labels=given.texts("hotfix_labels"),
            history_days=given.number("history_days"),
        )

    def reads(self, sort: str) -> bool:
        """Return whether anything could come of payloads of this sort."""
        if sort == "deployment":
            return self.counts != RUNS
        if sort == "workflow_run":
            return self.counts != DEPLOYMENTS or self.pipeline_runs == "read"
        return True

    def judge_deployment(self, environment: str) -> Verdict:
        """Return whether a deployment to that environment counts."""
        if self.counts == RUNS:
            return left_out("only workflow runs count as deployments")
        return judge_environment(environment, self.environments)

    def judge_run(
        self, *, name: str, path: str, branch: str, event: str, skipped: bool
    ) -> Verdict:
        """Return whether a run of that workflow counts as a deployment."""
        if self.counts == DEPLOYMENTS:
            return left_out("only GitHub deployments count")
        file = path.partition("@")[0].rpartition("/")[2]
        pattern = matches(name, self.workflows) or matches(file, self.workflows)
        if pattern is None:
            return left_out(f"workflow “{name or file}” does not deploy to production")
        if self.run_events and matches(event, self.run_events) is None:
            return left_out(f"runs started by “{event}” do not count")
        if self.run_branches and matches(branch, self.run_branches) is None:
            return left_out(f"runs on branch “{branch}” do not count")
        if skipped:
            return left_out("the run was skipped")
        return counts(f"workflow “{name or file}” matches “{pattern}”")

    def are_incident(self, labels: tuple[str, ...]) -> bool:
        """Return whether an issue with these labels is an incident."""
        return are_incident(labels, self.incident_labels)

    def are_hotfix(self, labels: tuple[str, ...]) -> bool:
        """Return whether a change with these labels is an unplanned repair."""
        return any(matches(label, self.hotfix_labels) for label in labels)
