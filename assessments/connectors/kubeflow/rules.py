"""What a workspace may decide about Kubeflow Pipelines, and the verdicts by it."""

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
        name="namespace",
        label="Namespace",
        help="Of the profile whose runs are read, where Kubeflow has several users;"
        " empty where it has one.",
        kind=FieldKind.TEXT,
        default="",
        optional=True,
    ),
    RuleField(
        name="pipelines",
        label="Pipelines to read",
        help="One pattern a line, of the pipeline's name; * stands for anything.",
        kind=FieldKind.LIST,
        default=("*",),
    ),
    RuleField(
        name="deploying_pipelines",
        label="Pipelines that deploy models to production",
        help="A run of one of them is a deployment of the model lane. One pattern a"
        " line; empty: none deploys.",
        kind=FieldKind.LIST,
        default=("*deploy*", "*release*", "*promote*"),
        optional=True,
    ),
    RuleField(
        name="training_pipelines",
        label="Pipelines that train models",
        help="Their runs are told of as training. One pattern a line.",
        kind=FieldKind.LIST,
        default=("*train*",),
        optional=True,
    ),
    HISTORY_DAYS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The answers, typed."""

    namespace: str
    pipelines: tuple[str, ...]
    deploying_pipelines: tuple[str, ...]
    training_pipelines: tuple[str, ...]
    history_days: int

    @classmethod
    def of(cls, plain: Plain) -> Rules:
        """Read stored rules; what is missing or wrong has its default."""
        found = answers(RULE_FIELDS, plain)
        return cls(
            namespace=found.text("namespace"),
            pipelines=found.texts("pipelines"),
            deploying_pipelines=found.texts("deploying_pipelines"),
            training_pipelines=found.texts("training_pipelines"),
            history_days=found.number("history_days"),
        )

    def reads(self, pipeline: str) -> bool:
        """Return whether runs of this pipeline are read."""
        return matches(pipeline, self.pipelines) is not None

    def trains(self, pipeline: str) -> bool:
        """Return whether this pipeline trains models."""
        return matches(pipeline, self.training_pipelines) is not None

    def judge(self, pipeline: str) -> Verdict:
        """Return whether a run of this pipeline is a deployment to production."""
        if not self.reads(pipeline):
            return left_out(f"pipeline “{pipeline}” is not read")
        pattern = matches(pipeline, self.deploying_pipelines)
        if pattern is None:
            return left_out(f"pipeline “{pipeline}” does not deploy to production")
        return counts(f"pipeline “{pipeline}” matches “{pattern}”")
