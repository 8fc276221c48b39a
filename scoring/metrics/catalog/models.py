"""How models are made, watched and brought back."""

from __future__ import annotations

from scoring.events import Lane
from scoring.metrics.definition import Better, Metric
from scoring.metrics.measurement import Unit

_MODEL = (Lane.MODEL,)

MODELS = (
    Metric(
        key="standard_pipeline_share",
        name="Models in the standard pipeline",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning="Share of live model versions that an automated pipeline run made.",
    ),
    Metric(
        key="availability_monitoring_share",
        name="Models with availability monitoring",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning="Share of live models whose availability a monitor watches.",
    ),
    Metric(
        key="performance_monitoring_share",
        name="Models with performance monitoring",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning="Share of live models whose performance a monitor watches.",
    ),
    Metric(
        key="drift_monitoring_share",
        name="Models with drift monitoring",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning="Share of live models whose drift a monitor watches.",
    ),
    Metric(
        key="fairness_monitoring_share",
        name="Models with fairness monitoring",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning="Share of live models whose fairness a monitor watches.",
    ),
    Metric(
        key="performance_and_drift_monitoring_share",
        name="Models with performance and drift monitoring",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning="Share of live models whose performance and drift are both watched.",
    ),
    Metric(
        key="full_monitoring_share",
        name="Models with full monitoring",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning=(
            "Share of live models whose performance, drift and fairness are all"
            " watched."
        ),
    ),
    Metric(
        key="validated_to_production_time",
        name="Time from validated version to production",
        unit=Unit.SECONDS,
        better=Better.LOWER,
        lanes=_MODEL,
        meaning=(
            "Median time from a model version's evaluation to its first production"
            " deployment."
        ),
    ),
    Metric(
        key="automatic_reaction_rate",
        name="Automatic reaction rate",
        unit=Unit.RATIO,
        better=Better.HIGHER,
        lanes=_MODEL,
        meaning=(
            "Share of degradations that an automatic alert or rollback answered in"
            " time."
        ),
    ),
)
