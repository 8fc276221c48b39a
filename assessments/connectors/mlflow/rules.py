"""What a workspace may decide about an MLflow server, and the verdicts by it."""

from __future__ import annotations

from dataclasses import dataclass, replace
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

# Tags of a version, or of its run, that say what docs/events.md has for models. None of
# them names a person.
TOLD_TAGS = (
    "team", "review_on", "retired_on", "model_card", "approval", "approved_at",
    "approved_by_role", "shared_on_call",
)  # fmt: skip
IMAGE_TAGS = ("mlflow.docker.image.id", "mlflow.docker.image.uri", "image")
TRIGGER_TAG = "trigger"

# Stages that are no way to production; others a workspace may name.
_NO_STAGE = "None"

RULE_FIELDS = (
    RuleField(
        name="models",
        label="Registered models to read",
        help="One pattern a line; * stands for anything. Each model becomes a service"
        " of its name.",
        kind=FieldKind.LIST,
        default=("*",),
    ),
    RuleField(
        name="aliases",
        label="Aliases that mean production",
        help="A version that has one of them is deployed. One pattern a line; empty:"
        " none does.",
        kind=FieldKind.LIST,
        default=("champion", "production", "prod", "live"),
        optional=True,
    ),
    RuleField(
        name="stages",
        label="Stages that mean production",
        help="For registries that still use stages. One a line; empty: none does.",
        kind=FieldKind.LIST,
        default=("Production",),
        optional=True,
    ),
    RuleField(
        name="experiments",
        label="Experiments whose runs are training runs",
        help="One pattern a line, of the experiment's name; empty: no runs are read.",
        kind=FieldKind.LIST,
        default=("*",),
        optional=True,
    ),
    RuleField(
        name="automated_sources",
        label="Kinds of source that mean a pipeline",
        help="What mlflow.source.type says of a run that nobody started by hand.",
        kind=FieldKind.LIST,
        default=("JOB", "PROJECT"),
        optional=True,
    ),
    RuleField(
        name="code_tags",
        label="Tags that hold the commit of the code",
        help="Of the run or of the version; the first that is there counts.",
        kind=FieldKind.LIST,
        default=("mlflow.source.git.commit", "git_sha", "git_commit", "commit"),
    ),
    RuleField(
        name="evaluated_tags",
        label="Tags that hold the moment of the evaluation",
        help="Of the version or of its run: a moment with its offset, for example"
        " 2026-11-18T04:00:00Z.",
        kind=FieldKind.LIST,
        default=("evaluated_at", "validated_at"),
        optional=True,
    ),
    RuleField(
        name="dataset_tags",
        label="Tags that hold the moment of the data",
        help="Of the version or of its run: when the data was taken.",
        kind=FieldKind.LIST,
        default=("dataset_at", "data_at"),
        optional=True,
    ),
    replace(
        HISTORY_DAYS,
        help="Each version of a model takes a request of its own, for its run.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The answers, typed."""

    models: tuple[str, ...]
    aliases: tuple[str, ...]
    stages: tuple[str, ...]
    experiments: tuple[str, ...]
    automated_sources: tuple[str, ...]
    code_tags: tuple[str, ...]
    evaluated_tags: tuple[str, ...]
    dataset_tags: tuple[str, ...]
    history_days: int

    @classmethod
    def of(cls, plain: Plain) -> Rules:
        """Read stored rules; what is missing or wrong has its default."""
        found = answers(RULE_FIELDS, plain)
        return cls(
            models=found.texts("models"),
            aliases=found.texts("aliases"),
            stages=found.texts("stages"),
            experiments=found.texts("experiments"),
            automated_sources=found.texts("automated_sources"),
            code_tags=found.texts("code_tags"),
            evaluated_tags=found.texts("evaluated_tags"),
            dataset_tags=found.texts("dataset_tags"),
            history_days=found.number("history_days"),
        )

    @property
    def tags(self) -> frozenset[str]:
        """The tags that anything is made of: others are not kept."""
        return frozenset(
            {*self.code_tags, *self.evaluated_tags, *self.dataset_tags, *TOLD_TAGS,
             *IMAGE_TAGS, TRIGGER_TAG, "mlflow.source.type", "mlflow.parentRunId"}
        )  # fmt: skip

    def reads(self, model: str) -> bool:
        """Return whether versions of this model are read."""
        return matches(model, self.models) is not None

    def judge_alias(self, alias: str) -> Verdict:
        """Return whether a version with this alias is in production."""
        pattern = matches(alias, self.aliases)
        if pattern is None:
            return left_out(f"alias “{alias}” does not mean production")
        return counts(f"alias “{alias}” matches “{pattern}”")

    def judge_stage(self, stage: str) -> Verdict:
        """Return whether a version in this stage is in production."""
        if stage == _NO_STAGE:
            return left_out("it is in no stage")
        pattern = matches(stage, self.stages)
        if pattern is None:
            return left_out(f"stage “{stage}” does not mean production")
        return counts(f"stage “{stage}” matches “{pattern}”")
