"""What a workspace may decide about an Airflow, and the verdicts by it."""

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

MODEL = "model"
READ = "read"

RULE_FIELDS = (
    RuleField(
        name="dags",
        label="DAGs to read",
        help="One pattern a line, of the DAG's id; * stands for anything.",
        kind=FieldKind.LIST,
        default=("*",),
    ),
    RuleField(
        name="deploying_dags",
        label="DAGs that deploy to production",
        help="A run of one of them is a deployment. One pattern a line; empty: none"
        " deploys.",
        kind=FieldKind.LIST,
        default=("*deploy*", "*release*", "*promote*"),
        optional=True,
    ),
    RuleField(
        name="training_dags",
        label="DAGs that train models",
        help="Their runs are told of as training. One pattern a line.",
        kind=FieldKind.LIST,
        default=("*train*",),
        optional=True,
    ),
    RuleField(
        name="delivers",
        label="What the deployments deliver",
        help="Code and models are measured alike, and never together.",
        kind=FieldKind.CHOICE,
        default=MODEL,
        choices=((MODEL, "Models"), ("code", "Code")),
    ),
    RuleField(
        name="automated_types",
        label="Kinds of run that nobody started by hand",
        help="One a line, as Airflow calls them.",
        kind=FieldKind.LIST,
        default=(
            "scheduled", "asset_triggered", "asset_materialization",
            "dataset_triggered", "operator_triggered",
        ),
        optional=True,
    ),
    RuleField(
        name="commit_keys",
        label="Keys of a run's configuration that hold the commit",
        help="The first that is there counts; other keys are not kept.",
        kind=FieldKind.LIST,
        default=("git_sha", "commit_sha", "commit", "sha"),
        optional=True,
    ),
    RuleField(
        name="version_keys",
        label="Keys of a run's configuration that hold the model's version",
        help="The first that is there counts; other keys are not kept.",
        kind=FieldKind.LIST,
        default=("model_version", "version"),
        optional=True,
    ),
    RuleField(
        name="tasks",
        label="Tasks",
        help="They tell how the stages of a pipeline went. Each run takes a request of"
        " its own for them.",
        kind=FieldKind.CHOICE,
        default=READ,
        choices=((READ, "Read them"), ("skip", "Leave them out")),
    ),
    replace(HISTORY_DAYS, default=180),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The answers, typed."""

    dags: tuple[str, ...]
    deploying_dags: tuple[str, ...]
    training_dags: tuple[str, ...]
    delivers: str
    automated_types: tuple[str, ...]
    commit_keys: tuple[str, ...]
    version_keys: tuple[str, ...]
    tasks: str
    history_days: int

    @classmethod
    def of(cls, plain: Plain) -> Rules:
        """Read stored rules; what is missing or wrong has its default."""
        found = answers(RULE_FIELDS, plain)
        return cls(
            dags=found.texts("dags"),
            deploying_dags=found.texts("deploying_dags"),
            training_dags=found.texts("training_dags"),
            delivers=found.text("delivers"),
            automated_types=found.texts("automated_types"),
            commit_keys=found.texts("commit_keys"),
            version_keys=found.texts("version_keys"),
            tasks=found.text("tasks"),
            history_days=found.number("history_days"),
        )

    def reads(self, dag: str) -> bool:
        """Return whether runs of this DAG are read."""
        return matches(dag, self.dags) is not None

    @property
    def reads_tasks(self) -> bool:
        """Whether tasks are asked for."""
        return self.tasks == READ

    def trains(self, dag: str) -> bool:
        """Return whether this DAG trains models."""
        return matches(dag, self.training_dags) is not None

    def judge(self, dag: str) -> Verdict:
        """Return whether a run of this DAG is a deployment to production."""
        if not self.reads(dag):
            return left_out(f"DAG “{dag}” is not read")
        pattern = matches(dag, self.deploying_dags)
        if pattern is None:
            return left_out(f"DAG “{dag}” does not deploy to production")
        return counts(f"DAG “{dag}” matches “{pattern}”")
