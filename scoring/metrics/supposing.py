"""Supposing: a measurement at an end of its interval, or with another value."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from scoring.metrics.definition import Better
from scoring.metrics.measurement import Known
from scoring.metrics.registry import METRICS

if TYPE_CHECKING:
    from scoring.metrics.measurement import Measurement


class End(StrEnum):
    """Which end of the 95 % interval: what counts is which way a metric improves."""

    WORST = "worst"
    BEST = "best"


def at_end(measurement: Measurement, end: End) -> Measurement:
    """Return the measurement as if its value were that end of its interval.

    What is unknown stays unknown; what has no interval stays as it is.
    """
    metric = METRICS.get(measurement.metric)
    if metric is None or measurement.low is None or measurement.high is None:
        return measurement
    upward = (metric.better is Better.HIGHER) is (end is End.BEST)
    return replace(measurement, value=measurement.high if upward else measurement.low)


def supposed(measurement: Measurement, value: float) -> Measurement:
    """Return the measurement as if that were its value, known for certain.

    `value` is in the unit of the measurement. A supposition has no interval and leaves
    nothing uncovered.
    """
    return replace(
        measurement,
        known=Known.VALUE,
        value=value,
        low=None,
        high=None,
        coverage=1.0,
        provisional=False,
        because="",
    )
