"""What a workspace may decide about Evidently's reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import FieldKind, RuleField, answers, matches
from scoring.events import SignalKind

if TYPE_CHECKING:
    from assessments.connectors.base import Plain

_HELP = "One pattern a line, of the metric's name without its parameters."

RULE_FIELDS = (
    RuleField(
        name="drift",
        label="Metrics of drift",
        help=_HELP,
        kind=FieldKind.LIST,
        default=("DriftedColumnsCount", "*Drift*"),
        optional=True,
    ),
    RuleField(
        name="fairness",
        label="Metrics of fairness",
        help=_HELP + " Evidently brings none of its own.",
        kind=FieldKind.LIST,
        default=("*Fairness*", "*Parity*", "*EqualOpportunity*", "*DisparateImpact*"),
        optional=True,
    ),
    RuleField(
        name="performance",
        label="Metrics of performance",
        help=_HELP,
        kind=FieldKind.LIST,
        default=(
            "Accuracy", "Precision", "Recall", "F1Score", "RocAuc", "LogLoss",
            "MAE", "RMSE", "MAPE", "R2Score", "MeanError", "NDCG", "MAP", "HitRate",
        ),
        optional=True,
    ),
    RuleField(
        name="made",
        label="Who makes the reports",
        help="Only what a job makes counts as monitoring.",
        kind=FieldKind.CHOICE,
        default="job",
        choices=(("job", "A job, by itself"), ("hand", "Somebody, by hand")),
    ),
)  # fmt: skip

_KINDS = (SignalKind.DRIFT, SignalKind.FAIRNESS, SignalKind.PERFORMANCE)


def kind_of(metric: str, plain: Plain) -> SignalKind | None:
    """Return what a metric observes; None: the rules name it nowhere."""
    found = answers(RULE_FIELDS, plain)
    for kind in _KINDS:
        if matches(metric, found.texts(kind.value)):
            return kind
    return None


def is_automated(plain: Plain) -> bool:
    """Whether a job makes the reports."""
    return answers(RULE_FIELDS, plain).text("made") == "job"
