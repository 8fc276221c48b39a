"""Metrics over what monitors last read of live models: lines broken, worst values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.events import SignalKind
from scoring.metrics.estate.inventory import NO_MODEL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scoring.metrics.estate.facts import Estate
    from scoring.metrics.measurement import Measurement, Question
    from scoring.metrics.models import LiveModel

# Metric -> the kind of signal whose own lines count.
_EXCEEDING = {
    "drift_exceedance_share": SignalKind.DRIFT,
    "performance_exceedance_share": SignalKind.PERFORMANCE,
    "fairness_exceedance_share": SignalKind.FAIRNESS,
    "freshness_exceedance_share": SignalKind.FRESHNESS,
    "latency_exceedance_share": SignalKind.LATENCY,
}
# Metric -> the quantity that a signal names in its attribute `measure`.
MEASURES = {
    "population_stability_index": "psi",
    "auc_drop": "auc_drop",
    "quality_drop": "quality_drop",
    "fairness_gap": "fairness_gap",
    "feature_freshness": "freshness_seconds",
    "p99_latency": "p99_seconds",
    "training_serving_skew": "skew",
}


def exceedance_share(estate: Estate, ask: Question) -> Measurement:
    """Return the share of live models whose newest signals broke a line of their own.

    Coverage is the share of live models with a signal that can be judged at all.
    """
    if not estate.models:
        return ask.unknown(NO_MODEL)
    kind = _EXCEEDING[ask.metric]
    return ask.known_share(
        [exceeds(model, kind) for model in estate.models],
        none_known=(
            "No signal of this kind with a threshold was seen of any live model."
        ),
    )


def exceeds(model: LiveModel, kind: SignalKind) -> bool | None:
    """Say whether any newest signal of a kind broke its line; None if none has one."""
    known = [
        reading.over
        for reading in model.readings
        if reading.kind is kind and reading.over is not None
    ]
    return any(known) if known else None


def worst_reading(estate: Estate, ask: Question) -> Measurement:
    """Return the highest newest value of a quantity; n are the models that have one."""
    if not estate.models:
        return ask.unknown(NO_MODEL)
    measure = MEASURES[ask.metric]
    worst = [
        max(values) for model in estate.models if (values := _values(model, measure))
    ]
    coverage = len(worst) / len(estate.models)
    if not worst:
        return ask.unknown(
            "No signal of any live model names this quantity as its measure.",
            coverage=coverage,
        )
    return ask.value(max(worst), n=len(worst), coverage=coverage)


def _values(model: LiveModel, measure: str) -> list[float]:
    return [
        reading.value
        for reading in model.readings
        if reading.measure == measure and reading.value is not None
    ]


def cost_known_share(estate: Estate, ask: Question) -> Measurement:
    """Return the share of live models whose cost was told in the window."""
    if not estate.models:
        return ask.unknown(NO_MODEL)
    told = sum(
        any(
            reading.kind is SignalKind.COST and reading.value is not None
            for reading in model.readings
        )
        for model in estate.models
    )
    if not told:
        return ask.unknown("No signal tells of the cost of any live model.")
    return ask.proportion(told, len(estate.models), coverage=1.0)


READINGS: Mapping[str, Callable[[Estate, Question], Measurement]] = {
    **dict.fromkeys(_EXCEEDING, exceedance_share),
    **dict.fromkeys(MEASURES, worst_reading),
    "cost_known_share": cost_known_share,
}
