"""Metrics: rollups or plain facts and a window in, a Measurement out.

A metric never answers zero for want of data: it answers *unknown* and says why.
"""

from __future__ import annotations

from scoring.metrics.delivery import (
    DELIVERY,
    change_fail_rate,
    change_lead_time,
    deployment_frequency,
    deployment_rework_rate,
    failed_deployment_recovery_time,
)
from scoring.metrics.measurement import MINIMUM_N, Known, Measurement, Unit
from scoring.metrics.models import (
    MONITORING,
    LiveModel,
    automatic_reaction_rate,
    monitoring_share,
    standard_pipeline_share,
    validated_to_production_time,
)
from scoring.metrics.registry import METRICS, Better, Metric
from scoring.metrics.shapes import shape
from scoring.metrics.telling import explain, table

__all__ = [
    "DELIVERY",
    "METRICS",
    "MINIMUM_N",
    "MONITORING",
    "Better",
    "Known",
    "LiveModel",
    "Measurement",
    "Metric",
    "Unit",
    "automatic_reaction_rate",
    "change_fail_rate",
    "change_lead_time",
    "deployment_frequency",
    "deployment_rework_rate",
    "explain",
    "failed_deployment_recovery_time",
    "monitoring_share",
    "shape",
    "standard_pipeline_share",
    "table",
    "validated_to_production_time",
]
