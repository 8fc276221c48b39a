"""Metrics of models as things with health: what is live, recorded, read and drilled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.events import Lane
from scoring.metrics.catalog.estate import ESTATE as DEFINED
from scoring.metrics.estate.facts import (
    Estate,
    ReleaseRecord,
    TrainingRun,
    VersionRecord,
)
from scoring.metrics.estate.inventory import INVENTORY
from scoring.metrics.estate.readings import MEASURES, READINGS
from scoring.metrics.estate.records import RECORDS
from scoring.metrics.measurement import MINIMUM_N, Question

if TYPE_CHECKING:
    from scoring.events import Window
    from scoring.metrics.measurement import Measurement

__all__ = [
    "ESTATE",
    "MEASURES",
    "Estate",
    "ReleaseRecord",
    "TrainingRun",
    "VersionRecord",
    "estate_metric",
]

_ANSWERS = {**INVENTORY, **READINGS, **RECORDS}
_UNITS = {metric.key: metric.unit for metric in DEFINED}
ESTATE = tuple(_UNITS)


def estate_metric(
    estate: Estate, *, metric: str, window: Window, minimum_n: int = MINIMUM_N
) -> Measurement:
    """Answer for one metric of models."""
    ask = Question(
        metric=metric,
        lane=Lane.MODEL,
        window=window,
        unit=_UNITS[metric],
        minimum_n=minimum_n,
    )
    return _ANSWERS[metric](estate, ask)
