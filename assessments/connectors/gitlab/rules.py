"""What a workspace may decide about a project on GitLab, and the verdicts of it."""

from __future__ import annotations

from dataclasses import replace
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
from assessments.connectors.base.assigning import reads_paths

if TYPE_CHECKING:
    from assessments.connectors.base import Plain, Verdict

DEPLOYMENTS = "deployments"
JOBS = "jobs"
BOTH = "both"
_PRODUCTION = "production"

RULE_FIELDS = (
    RuleField(
        name="counts",
        label="What is a deployment",
        help="Deployments are what GitLab's environments record. Choose jobs where a"
        " job deploys without an environment; both only if no deployment would be"
        " counted twice.",
        kind=FieldKind.CHOICE,
        default=DEPLOYMENTS,
        choices=(
            (DEPLOYMENTS, "GitLab deployments"),
            (JOBS, "Jobs"),
            (BOTH, "Both"),
        ),
    ),
    RuleField(
        name="production_by",
        label="What makes an environment production",
        help="GitLab gives each environment a tier. Names are used where a server"
        " tells no tiers.",
        kind=FieldKind.CHOICE,
        default="tier",
        choices=(("tier", "Its tier"), ("name", "Its name")),
    ),
    ENVIRONMENTS,
    RuleField(
        name="jobs",
        label="Jobs that deploy to production",
        help="One pattern a line, of the job's name or of its stage. Read only where"
        " jobs count.",
        kind=FieldKind.LIST,
        default=("*deploy*prod*", "*prod*deploy*", "*release*"),
    ),
    RuleField(
        name="job_branches",
        label="Branches and tags whose jobs count",
        help="One pattern a line; empty: any.",
        kind=FieldKind.LIST,
        default=("main", "master", "release/*", "v[0-9]*"),
        optional=True,
    ),
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
        name="incident_type",
        label="Issues of the type incident",
        help="GitLab's own incidents, whatever their labels.",
        kind=FieldKind.CHOICE,
        default="read",
        choices=(("read", "They are incidents"), ("skip", "Only labels count")),
    ),
    INCIDENT_LABELS,
    HOTFIX_LABELS,
    replace(HISTORY_DAYS, help="Each merged merge request takes a request of its own."),
)


class Rules:
    """The answers, typed."""

    def __init__(self, plain: Plain) -> None:
        told = answers(RULE_FIELDS, plain)
        self._counts = told.text("counts")
        self._by_tier = told.text("production_by") == "tier"
        self._environments = told.texts("environments")
        self._jobs = told.texts("jobs")
        self._job_branches = told.texts("job_branches")
        self._pipelines = told.text("pipelines") == "read"
        self.incident_type = told.text("incident_type") == "read"
        self.incident_labels = told.texts("incident_labels")
        self._hotfix_labels = told.texts("hotfix_labels")
        self.branch = told.text("branch")
        self.history_days = told.number("history_days")
        self.reads_paths = reads_paths(plain)

    def reads(self, sort: str) -> bool:
        """Return whether anything could come of payloads of this sort."""
        wanted = {
            "deployment": self._counts != JOBS,
            "job": self._counts != DEPLOYMENTS,
            "pipeline": self._pipelines,
        }
        return wanted.get(sort, True)

    def judge_deployment(self, environment: str, tier: str | None) -> Verdict:
        """Return whether a deployment to that environment counts."""
        if self._counts == JOBS:
            return left_out("only jobs count as deployments")
        if not self._by_tier or tier is None:
            return judge_environment(environment, self._environments)
        if tier != _PRODUCTION:
            return left_out(f"environment “{environment}” is of the tier {tier}")
        return counts(f"environment “{environment}” is of the tier production")

    def judge_job(
        self, *, name: str, stage: str, branch: str, started: bool
    ) -> Verdict:
        """Return whether that job counts as a deployment."""
        if self._counts == DEPLOYMENTS:
            return left_out("only GitLab deployments count")
        pattern = matches(name, self._jobs) or matches(stage, self._jobs)
        if pattern is None:
            return left_out(f"job “{name}” does not deploy to production")
        if self._job_branches and matches(branch, self._job_branches) is None:
            return left_out(f"jobs on branch “{branch}” do not count")
        if not started:
            return left_out("the job was not started")
        return counts(f"job “{name}” matches “{pattern}”")

    def are_incident(self, labels: tuple[str, ...], *, of_type: bool) -> bool:
        """Return whether an issue is an incident, by its type or its labels."""
        if of_type and self.incident_type:
            return True
        return are_incident(labels, self.incident_labels)

    def are_hotfix(self, labels: tuple[str, ...]) -> bool:
        """Return whether a change with these labels is an unplanned repair."""
        return any(matches(label, self._hotfix_labels) for label in labels)
