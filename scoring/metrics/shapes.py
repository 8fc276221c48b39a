"""Measurements as `python -m scoring measure --json` prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.metrics.measurement import Known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.events import Json
    from scoring.metrics.measurement import Measurement

# The keys of the contract beside status and n: from the measurement itself or detail.
_KEYS: dict[str, tuple[str, ...]] = {
    "change_lead_time": ("median_s", "mean_s", "p95_s", "median_ci95", "p95_ci95"),
    "deployment_frequency": (
        "per_day",
        "per_week",
        "median_on_deploying_weeks",
        "days",
        "deploying_days",
    ),
    "failed_deployment_recovery_time": (
        "open",
        "median_s",
        "mean_s",
        "p95_s",
        "median_ci95",
        "p95_ci95",
    ),
    "change_fail_rate": ("failed", "total", "ratio", "ci95", "cancelled"),
    "deployment_rework_rate": ("rework", "total", "ratio", "ci95"),
}
_WHOLE = frozenset({"open", "failed", "total", "rework", "cancelled", "deploying_days"})


def shape(measurement: Measurement) -> dict[str, Json]:
    """Return a delivery metric's measurement under the names of the contract."""
    known = measurement.known is Known.VALUE
    shaped: dict[str, Json] = {"status": str(measurement.known), "n": measurement.n}
    shaped |= {key: _found(measurement, key) for key in _KEYS[measurement.metric]}
    shaped["coverage"] = measurement.coverage
    shaped["provisional"] = measurement.provisional if known else None
    tiers: dict[str, Json] = {
        name.removeprefix("by_"): int(count or 0)
        for name, count in measurement.detail.items()
        if name.startswith("by_")
    }
    if tiers:
        shaped["tiers"] = tiers
    if backwards := measurement.detail.get("contradictory"):
        shaped["contradictory"] = int(backwards)
    if measurement.because:
        shaped["because"] = measurement.because
    return shaped


def plain(measurement: Measurement) -> dict[str, Json]:
    """Return any measurement as plain data, with its unit."""
    known = measurement.known is Known.VALUE
    told: dict[str, Json] = {
        "status": str(measurement.known),
        "unit": str(measurement.unit),
        "n": measurement.n,
        "value": measurement.value,
        "ci95": _pair(measurement.low, measurement.high),
        "coverage": measurement.coverage,
        "provisional": measurement.provisional if known else None,
        "detail": dict(measurement.detail),
    }
    return told | ({"because": measurement.because} if measurement.because else {})


def _found(measurement: Measurement, key: str) -> Json:
    if key in ("median_s", "ratio"):
        return measurement.value
    if key in ("median_ci95", "ci95"):
        return _pair(measurement.low, measurement.high)
    detail: Mapping[str, float | None] = measurement.detail
    if key == "p95_ci95":
        return _pair(detail.get("p95_low_s"), detail.get("p95_high_s"))
    value = detail.get(key)
    return int(value) if value is not None and key in _WHOLE else value


def _pair(low: float | None, high: float | None) -> Json:
    return None if low is None or high is None else [low, high]
