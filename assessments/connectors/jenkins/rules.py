"""What a workspace may decide about the jobs of a Jenkins."""

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
        name="jobs",
        label="Jobs to read",
        help="One pattern a line, of the full name with its folders, as in shop/deploy;"
        " * stands for anything. Upper and lower case are the same.",
        kind=FieldKind.LIST,
        default=("*",),
    ),
    RuleField(
        name="deploy_stages",
        label="Stages that deploy to production",
        help="One pattern a line, of the names of stages. Each such stage of a build is"
        " a deployment.",
        kind=FieldKind.LIST,
        default=("*deploy*prod*", "*prod*deploy*", "*deploy*live*", "*release*prod*"),
        optional=True,
    ),
    RuleField(
        name="deploy_jobs",
        label="Jobs that deploy to production",
        help="One pattern a line, of full names. A build of such a job is a deployment,"
        " unless one of its stages is.",
        kind=FieldKind.LIST,
        default=("*deploy*prod*", "*prod*deploy*", "*deploy*live*", "*release*prod*"),
        optional=True,
    ),
    RuleField(
        name="branches",
        label="Branches whose builds may be deployments",
        help="One pattern a line; empty: any. A build that tells no branch may be one.",
        kind=FieldKind.LIST,
        default=("main", "master", "release/*", "v[0-9]*"),
        optional=True,
    ),
    RuleField(
        name="repositories",
        label="Repositories that are delivered",
        help="One pattern a line, as in *github.com/shop/app*. A build may check out"
        " more than one; the revision of these is taken. Empty: of the first.",
        kind=FieldKind.LIST,
        default=(),
        optional=True,
    ),
    RuleField(
        name="unstable",
        label="Unstable builds",
        help="Jenkins calls unstable what had errors that were not fatal, as tests that"
        " failed.",
        kind=FieldKind.CHOICE,
        default="success",
        choices=(("success", "Count as successful"), ("failure", "Count as failed")),
    ),
    RuleField(
        name="stages",
        label="Stages of pipelines",
        help="They need the plugin Pipeline: Stage View, and a request for each build.",
        kind=FieldKind.CHOICE,
        default="read",
        choices=(("read", "Read them"), ("skip", "Leave them out")),
    ),
    HISTORY_DAYS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The answers, typed."""

    jobs: tuple[str, ...]
    deploy_stages: tuple[str, ...]
    deploy_jobs: tuple[str, ...]
    branches: tuple[str, ...]
    repositories: tuple[str, ...]
    unstable_fails: bool
    reads_stages: bool
    history_days: int

    @classmethod
    def of(cls, plain: Plain) -> Rules:
        """Read stored rules; what is missing or wrong has its default."""
        found = answers(RULE_FIELDS, plain)
        return cls(
            jobs=found.texts("jobs"),
            deploy_stages=found.texts("deploy_stages"),
            deploy_jobs=found.texts("deploy_jobs"),
            branches=found.texts("branches"),
            repositories=found.texts("repositories"),
            unstable_fails=found.text("unstable") == "failure",
            reads_stages=found.text("stages") == "read",
            history_days=found.number("history_days"),
        )

    def judge(
        self, *, job: str, stages: tuple[str, ...], branch: str | None
    ) -> Verdict:
        """Return whether a build that ran these stages deployed to production."""
        stage = next((each for each in stages if self.deploys(each)), None)
        pattern = matches(job, self.deploy_jobs)
        if stage is None and pattern is None:
            return left_out(f"neither job “{job}” nor a stage of it deploys")
        if branch and self.branches and matches(branch, self.branches) is None:
            return left_out(f"builds of branch “{branch}” do not count")
        if stage is not None:
            return counts(f"stage “{stage}” matches “{self.deploys(stage)}”")
        return counts(f"job “{job}” matches “{pattern}”")

    def deploys(self, stage: str) -> str | None:
        """Return the pattern by which a stage deploys to production."""
        return matches(stage, self.deploy_stages)
