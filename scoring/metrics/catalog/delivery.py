"""The five delivery metrics."""

from __future__ import annotations

from scoring.events import Lane
from scoring.metrics.definition import Better, Metric
from scoring.metrics.measurement import Unit

_BOTH = (Lane.CODE, Lane.MODEL)

DELIVERY = (
    Metric(
        key="change_lead_time",
        name="Change lead time",
        unit=Unit.SECONDS,
        better=Better.LOWER,
        lanes=_BOTH,
        meaning=(
            "Median time from a change's first commit to the first production"
            " deployment that contains it. The first deployment of a service, which"
            " one under a new name is too, follows none and yields none."
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
)
