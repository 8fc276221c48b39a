"""The health of models: what is live, recorded, read by monitors and rehearsed."""

from __future__ import annotations

from scoring.events import Lane
from scoring.metrics.definition import Better, Metric
from scoring.metrics.measurement import Unit

_MODEL = (Lane.MODEL,)

ESTATE = (
    Metric(
        key="owned_models_share",
        name="Models with an owner",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning="Share of live models whose record names who answers for them.",
    ),
    Metric(
        key="review_dated_share",
        name="Models with a review date",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning=("Share of live models whose record names the day of the next review."),
    ),
    Metric(
        key="models_past_review",
        name="Models past their review date",
        unit=Unit.COUNT,
        better=Better.LOWER,
        lanes=_MODEL,
        meaning="Live models whose review date has passed.",
    ),
    Metric(
        key="model_card_share",
        name="Models with a model card",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning="Share of live models whose version's record names its model card.",
    ),
    Metric(
        key="shared_on_call_share",
        name="Models with shared on-call",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning=(
            "Share of live models for which data scientists and engineers are "
            "on call together."
        ),
    ),
    Metric(
        key="model_age",
        name="Model age",
        unit=Unit.SECONDS,
        better=Better.LOWER,
        lanes=_MODEL,
        meaning="Median time since the live model versions were trained.",
    ),
    Metric(
        key="drift_exceedance_share",
        name="Models over a drift line",
        unit=Unit.RATIO,
        better=Better.LOWER,
        lanes=_MODEL,
        meaning=(
            "Share of live models whose newest drift signals broke their own threshold."
        ),
    ),
    Metric(
        key="performance_exceedance_share",
        name="Models over a performance line",
        unit=Unit.RATIO,
        better=Better.LOWER,
        lanes=_MODEL,
        meaning=(
            "Share of live models whose newest performance signals broke their "
            "own threshold."
        ),
    ),
    Metric(
        key="fairness_exceedance_share",
        name="Models over a fairness line",
        unit=Unit.RATIO,
        better=Better.LOWER,
        lanes=_MODEL,
        meaning=(
            "Share of live models whose newest fairness signals broke their own "
            "threshold."
        ),
    ),
    Metric(
        key="freshness_exceedance_share",
        name="Models over a freshness line",
        unit=Unit.RATIO,
        better=Better.LOWER,
        lanes=_MODEL,
        meaning=(
            "Share of live models whose newest freshness signals broke their "
            "own threshold."
        ),
    ),
    Metric(
        key="latency_exceedance_share",
        name="Models over a latency line",
        unit=Unit.RATIO,
        better=Better.LOWER,
        lanes=_MODEL,
        meaning=(
            "Share of live models whose newest latency signals broke their own "
            "threshold."
        ),
    ),
    Metric(
        key="population_stability_index",
        name="Population stability index",
        unit=Unit.INDEX,
        better=Better.LOWER,
        lanes=_MODEL,
        meaning=(
            "Highest newest population stability index of any live model, over "
            "features and score."
        ),
    ),
    Metric(
        key="auc_drop",
        name="Drop of AUC",
        unit=Unit.RATIO,
        better=Better.LOWER,
        lanes=_MODEL,
        meaning=(
            "Largest newest drop of AUC against the reference evaluation, of "
            "any live model."
        ),
    ),
    Metric(
        key="quality_drop",
        name="Drop of quality",
        unit=Unit.RATIO,
        better=Better.LOWER,
        lanes=_MODEL,
        meaning=(
            "Largest newest drop of the agreed quality metric against its "
            "reference, of any live model."
        ),
    ),
    Metric(
        key="fairness_gap",
        name="Fairness gap",
        unit=Unit.POINTS,
        better=Better.LOWER,
        lanes=_MODEL,
        meaning=(
            "Largest newest difference of the agreed metric between subgroups, "
            "of any live model."
        ),
    ),
    Metric(
        key="feature_freshness",
        name="Feature freshness",
        unit=Unit.SECONDS,
        better=Better.LOWER,
        lanes=_MODEL,
        meaning=(
            "Longest newest time since a feature of any live model last got a value."
        ),
    ),
    Metric(
        key="p99_latency",
        name="P99 serving latency",
        unit=Unit.SECONDS,
        better=Better.LOWER,
        lanes=_MODEL,
        meaning=(
            "Highest newest 99th percentile of request latency of any live model."
        ),
    ),
    Metric(
        key="training_serving_skew",
        name="Training-serving skew",
        unit=Unit.RATIO,
        better=Better.LOWER,
        lanes=_MODEL,
        meaning=(
            "Highest newest share of feature values that differ between "
            "training and serving, of any live model."
        ),
    ),
    Metric(
        key="cost_known_share",
        name="Models with known cost",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning="Share of live models whose cost was told in the window.",
    ),
    Metric(
        key="reproducible_versions_share",
        name="Reproducible model versions",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning=(
            "Share of registered model versions whose record names code, data, "
            "parameters and environment."
        ),
    ),
    Metric(
        key="retraining_frequency",
        name="Retraining frequency",
        unit=Unit.PER_WEEK,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning=("How often a week live models were trained anew: the median of them."),
    ),
    Metric(
        key="tracked_runs_share",
        name="Tracked training runs",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning="Share of training runs with an entry in an experiment tracker.",
    ),
    Metric(
        key="automatic_training_share",
        name="Automatic training runs",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning="Share of training runs that no person started.",
    ),
    Metric(
        key="triggered_training_share",
        name="Training started by data or degradation",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning=(
            "Share of training runs that new data, drift or a loss of quality started."
        ),
    ),
    Metric(
        key="audit_complete_share",
        name="Complete release records",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning=(
            "Share of releases whose record holds who, what, when, why, "
            "approval and result."
        ),
    ),
    Metric(
        key="approved_releases_share",
        name="Approved releases",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning="Share of releases whose record holds an approval.",
    ),
    Metric(
        key="self_service_share",
        name="Self-service releases",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning="Share of releases that the model's team made without a ticket.",
    ),
    Metric(
        key="automatic_rollback_share",
        name="Automatic rollbacks",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning="Share of rollbacks that a machine began.",
    ),
    Metric(
        key="drills_with_findings",
        name="Drills with findings",
        unit=Unit.COUNT,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning="Drills of losing a component whose findings are recorded.",
    ),
)
