"""What a workspace may decide about a project of Azure DevOps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.base import (
    BRANCH,
    ENVIRONMENTS,
    HISTORY_DAYS,
    HOTFIX_LABELS,
    FieldKind,
    RuleField,
    Verdict,
    answers,
    counts,
    judge_environment,
    left_out,
    matches,
)

if TYPE_CHECKING:
    from assessments.connectors.base import Plain

ENVIRONMENT = "environments"
RELEASE = "releases"
BOTH = "both"
BUILD = "builds"

RULE_FIELDS = (
    RuleField(
        name="counts",
        label="What is a deployment",
        help="Environments record what YAML pipelines deploy, classic releases what"
        " their stages do. Choose builds where a pipeline deploys without either.",
        kind=FieldKind.CHOICE,
        default=ENVIRONMENT,
        choices=(
            (ENVIRONMENT, "Deployments to environments"),
            (RELEASE, "Stages of classic releases"),
            (BOTH, "Both"),
            (BUILD, "Builds of some pipelines"),
        ),
    ),
    ENVIRONMENTS,
    RuleField(
        name="pipelines",
        label="Pipelines to read",
        help="One pattern a line, of the names of pipelines and of release pipelines; *"
        " stands for anything. What they run and deploy is of this service.",
        kind=FieldKind.LIST,
        default=("*",),
    ),
    RuleField(
        name="deploy_pipelines",
        label="Pipelines that deploy to production",
        help="One pattern a line. Read only where builds count.",
        kind=FieldKind.LIST,
        default=("*deploy*", "*release*"),
        optional=True,
    ),
    RuleField(
        name="run_branches",
        label="Branches whose builds count",
        help="One pattern a line; empty: any. Read only where builds count.",
        kind=FieldKind.LIST,
        default=("main", "master", "release/*"),
        optional=True,
    ),
    RuleField(
        name="partly",
        label="What succeeded partly",
        help="Azure DevOps says so of what had errors that it was told to pass over.",
        kind=FieldKind.CHOICE,
        default="success",
        choices=(("success", "Count as successful"), ("failure", "Count as failed")),
    ),
    BRANCH,
    HOTFIX_LABELS,
    HISTORY_DAYS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The answers, typed."""

    counts: str
    environments: tuple[str, ...]
    pipelines: tuple[str, ...]
    deploy_pipelines: tuple[str, ...]
    run_branches: tuple[str, ...]
    partly_fails: bool
    branch: str
    hotfix_labels: tuple[str, ...]
    history_days: int

    @classmethod
    def of(cls, plain: Plain) -> Rules:
        """Read stored rules; what is missing or wrong has its default."""
        found = answers(RULE_FIELDS, plain)
        return cls(
            counts=found.text("counts"),
            environments=found.texts("environments"),
            pipelines=found.texts("pipelines"),
            deploy_pipelines=found.texts("deploy_pipelines"),
            run_branches=found.texts("run_branches"),
            partly_fails=found.text("partly") == "failure",
            branch=found.text("branch"),
            hotfix_labels=found.texts("hotfix_labels"),
            history_days=found.number("history_days"),
        )

    @property
    def reads_environments(self) -> bool:
        """Whether deployments to environments count."""
        return self.counts in {ENVIRONMENT, BOTH}

    @property
    def reads_releases(self) -> bool:
        """Whether stages of classic releases count."""
        return self.counts in {RELEASE, BOTH}

    def looks_at(self, sort: str) -> bool:
        """Return whether payloads of a sort may be deployments by these rules."""
        return {
            "build": self.counts == BUILD,
            "record": self.reads_environments,
            "release": self.reads_releases,
        }.get(sort, False)

    def reads(self, pipeline: str) -> bool:
        """Return whether a pipeline is of this service."""
        return matches(pipeline, self.pipelines) is not None

    def judge_deployment(self, environment: str, pipeline: str) -> Verdict:
        """Return whether a deployment by that pipeline to an environment counts."""
        if not self.reads(pipeline):
            return left_out(f"pipeline “{pipeline}” is not of this service")
        return judge_environment(environment, self.environments)

    def judge_build(self, pipeline: str, branch: str) -> Verdict:
        """Return whether a build of that pipeline counts as a deployment."""
        if self.counts != BUILD:
            return left_out("builds do not count")
        pattern = matches(pipeline, self.deploy_pipelines)
        if pattern is None:
            return left_out(f"pipeline “{pipeline}” does not deploy to production")
        if self.run_branches and matches(branch, self.run_branches) is None:
            return left_out(f"builds of branch “{branch}” do not count")
        return counts(f"pipeline “{pipeline}” matches “{pattern}”")
