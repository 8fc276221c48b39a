"""The metrics there are: names, units, and which way is better."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from scoring.events import Lane
from scoring.metrics.measurement import Unit


class Better(StrEnum):
    """Which way a metric improves."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """The definition of a metric, for people and for the ladders of editions."""

    key: str
    name: str
    unit: Unit
    better: Better
    lanes: tuple[Lane, ...]
    meaning: str


_BOTH = (Lane.CODE, Lane.MODEL)
_MODEL = (Lane.MODEL,)

_ALL = (
    Metric(
        key="change_lead_time",
        name="Change lead time",
        unit=Unit.SECONDS,
        better=Better.LOWER,
        lanes=_BOTH,
        meaning=(
            "Median time from a change's first commit to the first production"
            " deployment that contains it."
        ),
    ),
    Metric(
        key="deployment_frequency",
        name="Deployment frequency",
        unit=Unit.PER_WEEK,
        better=Better.HIGHER,
        lanes=_BOTH,
        meaning=(
            "Successful production deployments per week, days without any included."
        ),
    ),
    Metric(
        key="failed_deployment_recovery_time",
        name="Failed deployment recovery time",
        unit=Unit.SECONDS,
        better=Better.LOWER,
        lanes=_BOTH,
        meaning=(
            "Median time from a failed production deployment to restored service;"
            " failures still open are counted beside it."
        ),
    ),
    Metric(
        key="change_fail_rate",
        name="Change fail rate",
        unit=Unit.RATIO,
        better=Better.LOWER,
        lanes=_BOTH,
        meaning=(
            "Share of completed production deployments that needed immediate"
            " intervention."
        ),
    ),
    Metric(
        key="deployment_rework_rate",
        name="Deployment rework rate",
        unit=Unit.RATIO,
        better=Better.LOWER,
        lanes=_BOTH,
        meaning=(
            "Share of completed production deployments that were unplanned repairs of"
            " production."
        ),
    ),
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
METRICS = MappingProxyType({metric.key: metric for metric in _ALL})
