"""Objectives that tests are about, as documents and as definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring import service_levels

if TYPE_CHECKING:
    from scoring.events import Json

ALERTS = ("sre-workbook", "few-observations")
ZONES = ("UTC", "Europe/Berlin")


def document(
    *,
    name: str = "checkout-availability",
    events: str = "signal",
    signal: str = "availability",
    pipeline: str = "",
    metric: str = "ratioMetric",
    annotations: dict[str, Json] | None = None,
    **changed: Any,
) -> dict[str, Json]:
    """Return an objective of 99 % over 28 days; fields of `spec` may be changed."""
    source: dict[str, Json] = {"events": events}
    if events == "signal":
        source["signal"] = signal
    if pipeline:
        source["pipeline"] = pipeline
    total: Json = {"metricSource": {"type": "Compel", "spec": source}}
    good: Json = {
        "metricSource": {"type": "Compel", "spec": {**source, "judged": "good"}}
    }
    inner: Json = {"good": good, "total": total} if metric == "ratioMetric" else total
    spec: dict[str, Json] = {
        "service": "checkout",
        "indicator": {"metadata": {"name": "i"}, "spec": {metric: inner}},
        "timeWindow": [{"duration": "28d", "isRolling": True}],
        "budgetingMethod": "Occurrences",
        "objectives": [{"target": 0.99}],
    }
    head: dict[str, Json] = {"name": name, "displayName": name.replace("-", " ")}
    if annotations:
        head["annotations"] = annotations
    return {
        "apiVersion": "openslo/v1",
        "kind": "SLO",
        "metadata": head,
        "spec": spec | changed,
    }


def definition(**changed: Any) -> service_levels.Definition:
    """Return the same, read."""
    return service_levels.parse(document(**changed), zones=ZONES, alerts=ALERTS)
