"""The metrics there are, by key."""

from __future__ import annotations

from types import MappingProxyType

from scoring.metrics.catalog.delivery import DELIVERY
from scoring.metrics.catalog.estate import ESTATE
from scoring.metrics.catalog.flow import FLOW
from scoring.metrics.catalog.models import MODELS
from scoring.metrics.catalog.service_levels import SERVICE_LEVELS

METRICS = MappingProxyType(
    {
        metric.key: metric
        for metric in (*DELIVERY, *FLOW, *MODELS, *ESTATE, *SERVICE_LEVELS)
    }
)
