"""Objectives written as OpenSLO has them; reading one gives the same definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.service_levels.openslo_parts import START

if TYPE_CHECKING:
    from scoring.events import Json
    from scoring.service_levels.definition import Definition, Period

API_VERSION = "openslo/v1"
TYPE = "Compel"
CATEGORY = "compel/category"
ALERTS = "compel/burn-alerts"


def dump(definition: Definition) -> dict[str, Json]:
    """Return the document; reading it gives the same definition."""
    head: dict[str, Json] = {
        "name": definition.name,
        "displayName": definition.title,
    }
    if definition.labels:
        head["labels"] = dict(definition.labels)
    head["annotations"] = {
        **definition.annotations,
        CATEGORY: definition.category.value,
        ALERTS: definition.alerts,
    }
    spec: dict[str, Json] = {}
    if definition.description:
        spec["description"] = definition.description
    spec |= {
        "service": definition.service,
        "indicator": {
            "metadata": {"name": f"{definition.name}-indicator"[:63].rstrip("-")},
            "spec": _indicator_written(definition),
        },
        "timeWindow": [_period_written(definition.period)],
        "budgetingMethod": definition.method.value,
        "objectives": [_objective_written(definition)],
    }
    return {"apiVersion": API_VERSION, "kind": "SLO", "metadata": head, "spec": spec}


def _indicator_written(definition: Definition) -> dict[str, Json]:
    indicator = definition.indicator
    events: dict[str, Json] = {"events": indicator.observed.value}
    if indicator.signal is not None:
        events["signal"] = indicator.signal.value
    if indicator.pipeline:
        events["pipeline"] = indicator.pipeline
    total = _metric(events)
    if definition.line is not None:
        return {"thresholdMetric": total}
    good = _metric({**events, "judged": "good"})
    return {"ratioMetric": {"counter": False, "good": good, "total": total}}


def _metric(spec: dict[str, Json]) -> dict[str, Json]:
    return {"metricSource": {"type": TYPE, "spec": spec}}


def _period_written(period: Period) -> dict[str, Json]:
    written: dict[str, Json] = {"duration": period.duration}
    if period.anchor is not None:
        written["calendar"] = {
            "startTime": period.anchor.strftime(START),
            "timeZone": period.zone,
        }
    return written | {"isRolling": period.anchor is None}


def _objective_written(definition: Definition) -> dict[str, Json]:
    written: dict[str, Json] = {"target": float(definition.target)}
    if definition.line is not None:
        written |= {
            "op": definition.line.operator.value,
            "value": float(definition.line.value),
        }
    if definition.slices is not None:
        written |= {
            "timeSliceTarget": float(definition.slices.target),
            "timeSliceWindow": f"{definition.slices.minutes}m",
        }
    return written
