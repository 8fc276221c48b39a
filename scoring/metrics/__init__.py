"""Metrics: rollups or plain facts and a window in, a Measurement out.

A metric never answers zero for want of data: it answers *unknown* and says why.
"""

from __future__ import annotations

from scoring.metrics.catalog.flow import FLOW as OF_FLOW
from scoring.metrics.catalog.flow import LEAD_TIME
from scoring.metrics.definition import Better, Metric
from scoring.metrics.delivery import (
    DELIVERY,
    change_fail_rate,
    change_lead_time,
    deployment_frequency,
    deployment_rework_rate,
    failed_deployment_recovery_time,
)
from scoring.metrics.estate import (
    ESTATE,
    Estate,
    ReleaseRecord,
    TrainingRun,
    VersionRecord,
    estate_metric,
)
from scoring.metrics.flow import FLOW, flow_metric, measure_flow
from scoring.metrics.measurement import MINIMUM_N, Known, Measurement, Unit
from scoring.metrics.models import (
    MONITORING,
    LiveModel,
    Reading,
    automatic_reaction_rate,
    monitoring_share,
    standard_pipeline_share,
    validated_to_production_time,
)
from scoring.metrics.registry import METRICS
from scoring.metrics.rhythm import (
    ROLLING_DAYS,
    Gap,
    Rhythm,
    longest_deployment_gap,
    rhythm,
    rolling_change_fail_rate,
)
from scoring.metrics.service_levels import BudgetLeft, error_budget_left
from scoring.metrics.shapes import plain, shape
from scoring.metrics.supposing import End, at_end, supposed
from scoring.metrics.telling import explain, table

__all__ = [
    "DELIVERY",
    "ESTATE",
    "FLOW",
    "LEAD_TIME",
    "METRICS",
    "MINIMUM_N",
    "MONITORING",
    "OF_FLOW",
    "ROLLING_DAYS",
    "Better",
    "BudgetLeft",
    "End",
    "Estate",
    "Gap",
    "Known",
    "LiveModel",
    "Measurement",
    "Metric",
    "Reading",
    "ReleaseRecord",
    "Rhythm",
    "TrainingRun",
    "Unit",
    "VersionRecord",
    "at_end",
    "automatic_reaction_rate",
    "change_fail_rate",
    "change_lead_time",
    "deployment_frequency",
    "deployment_rework_rate",
    "error_budget_left",
    "estate_metric",
    "explain",
    "failed_deployment_recovery_time",
    "flow_metric",
    "longest_deployment_gap",
    "measure_flow",
    "monitoring_share",
    "plain",
    "rhythm",
    "rolling_change_fail_rate",
    "shape",
    "standard_pipeline_share",
    "supposed",
    "table",
    "validated_to_production_time",
]
