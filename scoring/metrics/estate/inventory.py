"""Metrics over the live models: who answers for them, how old and documented they are.

What no record of any model tells is unknown: then nothing says that it is missing, only
that no system sends it and nobody noted it.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from scoring import columns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from scoring.events import Window
    from scoring.metrics.estate.facts import Estate
    from scoring.metrics.measurement import Measurement, Question
    from scoring.metrics.models import LiveModel

NO_MODEL = "No model version is known to be in production."
# Metric -> whether it holds of a model, and why it is unknown if it holds of none.
_RECORDED: Mapping[str, tuple[Callable[[LiveModel], bool], str]] = {
    "owned_models_share": (
        lambda model: model.owned,
        "Of no live model is an owner recorded.",
    ),
    "review_dated_share": (
        lambda model: model.review_on is not None,
        "Of no live model is a review date recorded.",
    ),
    "model_card_share": (
        lambda model: model.carded,
        "Of no live model version is a model card recorded.",
    ),
}


def recorded_share(estate: Estate, ask: Question) -> Measurement:
    """Return the share of live models whose record holds what the metric asks for."""
    holds, none_known = _RECORDED[ask.metric]
    if not estate.models:
        return ask.unknown(NO_MODEL)
    recorded = sum(holds(model) for model in estate.models)
    if not recorded:
        return ask.unknown(none_known)
    return ask.proportion(recorded, len(estate.models), coverage=1.0)


def models_past_review(estate: Estate, ask: Question) -> Measurement:
    """Count the live models whose review date has passed; n are those with a date."""
    if not estate.models:
        return ask.unknown(NO_MODEL)
    dates = [model.review_on for model in estate.models if model.review_on is not None]
    coverage = len(dates) / len(estate.models)
    if not dates:
        return ask.unknown(
            "Of no live model is a review date recorded.", coverage=coverage
        )
    late = sum(day < last_day(ask.window) for day in dates)
    return ask.value(float(late), n=len(dates), coverage=coverage)


def last_day(window: Window) -> date:
    """Return the last UTC day of a window, on which a review is still in time."""
    return (window.end.astimezone(UTC) - timedelta(microseconds=1)).date()


def shared_on_call_share(estate: Estate, ask: Question) -> Measurement:
    """Return the share of live models on call for scientists and engineers alike."""
    if not estate.models:
        return ask.unknown(NO_MODEL)
    return ask.known_share(
        [model.shared_on_call for model in estate.models],
        none_known="Of no live model is it recorded who is on call.",
    )


def model_age(estate: Estate, ask: Question) -> Measurement:
    """Return the median time since live models were trained, P95 beside it."""
    if not estate.models:
        return ask.unknown(NO_MODEL)
    ages = [
        (ask.window.end - model.trained_at).total_seconds()
        for model in estate.models
        if model.trained_at is not None and model.trained_at <= ask.window.end
    ]
    coverage = len(ages) / len(estate.models)
    if not ages:
        return ask.unknown(
            "Of no live model is it known when it was trained.", coverage=coverage
        )
    return ask.median(columns.floats(sorted(ages)), coverage=coverage)


INVENTORY: Mapping[str, Callable[[Estate, Question], Measurement]] = {
    **dict.fromkeys(_RECORDED, recorded_share),
    "models_past_review": models_past_review,
    "shared_on_call_share": shared_on_call_share,
    "model_age": model_age,
}
