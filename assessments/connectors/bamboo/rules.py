"""What a workspace may decide about the plans of a Bamboo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.connectors.base import (
    ENVIRONMENTS,
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
    ENVIRONMENTS,
    RuleField(
        name="plans",
        label="Plans to read",
        help="One pattern a line, of keys as in SHOP-APP; * stands for anything. Their"
        " deployment projects are read too.",
        kind=FieldKind.LIST,
        default=("*",),
    ),
    RuleField(
        name="deploy_stages",
        label="Stages that deploy to production",
        help="One pattern a line, of stages of plans that deploy without a deployment"
        " project. Empty: none does.",
        kind=FieldKind.LIST,
        default=(),
        optional=True,
    ),
    RuleField(
        name="deploy_plans",
        label="Plans that deploy to production",
        help="One pattern a line, of keys of plans that deploy without a deployment"
        " project. A build of such a plan is a deployment, unless one of its stages"
        " is. Empty: none does.",
        kind=FieldKind.LIST,
        default=(),
        optional=True,
    ),
    HISTORY_DAYS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The answers, typed."""

    environments: tuple[str, ...]
    plans: tuple[str, ...]
    deploy_stages: tuple[str, ...]
    deploy_plans: tuple[str, ...]
    history_days: int

    @classmethod
    def of(cls, plain: Plain) -> Rules:
        """Read stored rules; what is missing or wrong has its default."""
        found = answers(RULE_FIELDS, plain)
        return cls(
            environments=found.texts("environments"),
            plans=found.texts("plans"),
            deploy_stages=found.texts("deploy_stages"),
            deploy_plans=found.texts("deploy_plans"),
            history_days=found.number("history_days"),
        )

    def judge_build(self, *, plan: str, stages: tuple[str, ...]) -> Verdict:
        """Return whether a build that ran these stages deployed to production."""
        stage = next((each for each in stages if self.deploys(each)), None)
        if stage is not None:
            return counts(f"stage “{stage}” matches “{self.deploys(stage)}”")
        pattern = matches(plan, self.deploy_plans)
        if pattern is None:
            return left_out(f"neither plan “{plan}” nor a stage of it deploys")
        return counts(f"plan “{plan}” matches “{pattern}”")

    def deploys(self, stage: str) -> str | None:
        """Return the pattern by which a stage deploys to production."""
        return matches(stage, self.deploy_stages)
