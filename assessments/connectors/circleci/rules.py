"""What a workspace may decide about a project of CircleCI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.base import (
    HISTORY_DAYS,
    FieldKind,
    RuleField,
    Verdict,
    answers,
    counts,
    left_out,
    matches,
)

if TYPE_CHECKING:
    from assessments.connectors.base import Plain

RULE_FIELDS = (
    RuleField(
        name="deploy_jobs",
        label="Jobs that deploy to production",
        help="One pattern a line; * stands for anything. Upper and lower case are the"
        " same. Each run of such a job is a deployment.",
        kind=FieldKind.LIST,
        default=("*deploy*prod*", "*prod*deploy*", "*deploy*live*", "*release*prod*"),
        optional=True,
    ),
    RuleField(
        name="deploy_workflows",
        label="Workflows that deploy to production",
        help="One pattern a line. Such a workflow is a deployment as a whole, unless"
        " one of its jobs is.",
        kind=FieldKind.LIST,
        default=("*deploy*prod*", "*prod*deploy*", "*deploy*live*", "*release*prod*"),
        optional=True,
    ),
    RuleField(
        name="branches",
        label="Branches and tags whose runs may be deployments",
        help="One pattern a line; empty: any.",
        kind=FieldKind.LIST,
        default=("main", "master", "release/*", "v[0-9]*"),
        optional=True,
    ),
    HISTORY_DAYS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The answers, typed."""

    deploy_jobs: tuple[str, ...]
    deploy_workflows: tuple[str, ...]
    branches: tuple[str, ...]
    history_days: int

    @classmethod
    def of(cls, plain: Plain) -> Rules:
        """Read stored rules; what is missing or wrong has its default."""
        found = answers(RULE_FIELDS, plain)
        return cls(
            deploy_jobs=found.texts("deploy_jobs"),
            deploy_workflows=found.texts("deploy_workflows"),
            branches=found.texts("branches"),
            history_days=found.number("history_days"),
        )

    def judge(
        self, *, workflow: str, jobs: tuple[str, ...], branch: str | None
    ) -> Verdict:
        """Return whether a workflow that ran these jobs deployed to production."""
        job = next((each for each in jobs if self.deploys(each)), None)
        pattern = matches(workflow, self.deploy_workflows)
        if job is None and pattern is None:
            return left_out(f"neither workflow “{workflow}” nor a job of it deploys")
        if branch and self.branches and matches(branch, self.branches) is None:
            return left_out(f"runs of “{branch}” do not count")
        if job is not None:
            return counts(f"job “{job}” matches “{self.deploys(job)}”")
        return counts(f"workflow “{workflow}” matches “{pattern}”")

    def deploys(self, job: str) -> str | None:
        """Return the pattern by which a job deploys to production."""
        return matches(job, self.deploy_jobs)
