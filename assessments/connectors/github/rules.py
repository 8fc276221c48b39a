"""What a workspace may decide about a repository on GitHub, and the verdicts of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.base import (
    FieldKind,
    RuleField,
    Verdict,
    clean_rules,
    matches,
)

if TYPE_CHECKING:
    from assessments.connectors.base import Plain
    from scoring.events import Json

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
    RuleField(
        name="environments",
        label="Environments that are production",
        help="One pattern a line; * stands for anything. Upper and lower case are the"
        " same.",
        kind=FieldKind.LIST,
        default=(
            "production", "production-*", "*-production", "prod", "prod-*", "*-prod",
            "live",
        ),
    ),
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
    RuleField(
        name="branch",
        label="Branch that leads to production",
        help="Pull requests into it are changes. Empty: the default branch.",
        kind=FieldKind.TEXT,
        default="",
        optional=True,
    ),
    RuleField(
        name="incident_labels",
        label="Labels that make an issue an incident",
        help="One label a line, as it is written on GitHub; empty: no issue is one.",
        kind=FieldKind.LIST,
        default=("incident", "outage"),
        optional=True,
    ),
    RuleField(
        name="hotfix_labels",
        label="Labels of unplanned repairs",
        help="One pattern a line, of labels on pull requests.",
        kind=FieldKind.LIST,
        default=("hotfix", "hot-fix", "emergency"),
        optional=True,
    ),
    RuleField(
        name="history_days",
        label="Days of history to read at first",
        help="Each deployment and each pull request takes a request of its own.",
        kind=FieldKind.NUMBER,
        default=365,
        least=1,
        most=3650,
    ),
)  # fmt: skip

_KNOWN = frozenset(field.name for field in RULE_FIELDS)


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
        asked = {name: value for name, value in plain.items() if name in _KNOWN}
        found = clean_rules(RULE_FIELDS, asked).rules
        days = found["history_days"]
        return cls(
            counts=str(found["counts"]),
            environments=_texts(found["environments"]),
            workflows=_texts(found["workflows"]),
            run_branches=_texts(found["run_branches"]),
            run_events=_texts(found["run_events"]),
            pipeline_runs=str(found["pipeline_runs"]),
            branch=str(found["branch"]),
            incident_labels=_texts(found["incident_labels"]),
            hotfix_labels=_texts(found["hotfix_labels"]),
            history_days=days if isinstance(days, int) else 365,
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
            return _no("only workflow runs count as deployments")
        pattern = matches(environment, self.environments)
        if pattern is None:
            return _no(f"environment “{environment}” is not production")
        return Verdict(
            counts=True, reason=f"environment “{environment}” matches “{pattern}”"
        )

    def judge_run(
        self, *, name: str, path: str, branch: str, event: str, skipped: bool
    ) -> Verdict:
        """Return whether a run of that workflow counts as a deployment."""
        if self.counts == DEPLOYMENTS:
            return _no("only GitHub deployments count")
        file = path.partition("@")[0].rpartition("/")[2]
        pattern = matches(name, self.workflows) or matches(file, self.workflows)
        if pattern is None:
            return _no(f"workflow “{name or file}” does not deploy to production")
        if self.run_events and matches(event, self.run_events) is None:
            return _no(f"runs started by “{event}” do not count")
        if self.run_branches and matches(branch, self.run_branches) is None:
            return _no(f"runs on branch “{branch}” do not count")
        if skipped:
            return _no("the run was skipped")
        return Verdict(
            counts=True, reason=f"workflow “{name or file}” matches “{pattern}”"
        )

    def are_incident(self, labels: tuple[str, ...]) -> bool:
        """Return whether an issue with these labels is an incident."""
        wanted = {label.lower() for label in self.incident_labels}
        return any(label.lower() in wanted for label in labels)

    def are_hotfix(self, labels: tuple[str, ...]) -> bool:
        """Return whether a change with these labels is an unplanned repair."""
        return any(matches(label, self.hotfix_labels) for label in labels)


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list) else ()


def _no(reason: str) -> Verdict:
    return Verdict(counts=False, reason=reason)
