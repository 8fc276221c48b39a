"""Metrics of the model lane alone: pipeline, monitoring, validation and reaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring import columns
from scoring.events import Lane, SignalKind
from scoring.metrics.delivery import counted, inside
from scoring.metrics.measurement import MINIMUM_N, Question, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from scoring.events import Window
    from scoring.metrics.measurement import Measurement
    from scoring.rollups import DayRollup

_NO_MODEL = "No model version is known to be in production."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The newest signal of one kind, quantity and feature about a model.

    `measure` names the quantity, such as psi; empty where the signal does not say.
    `over` says whether the signal broke its own line, None if it names none.
    """

    kind: SignalKind
    measure: str = ""
    feature: str = ""
    value: float | None = None
    over: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveModel:
    """A model version in production at the end of a window.

    `by_pipeline` says whether an automated pipeline run made it: False if its record
    names no run or one that was started by hand, None if neither the version's record
    nor the run it names is known. `monitored` holds the kinds of signals that monitors
    sent by themselves about the model within the window, `readings` the newest of each.
    """

    service: str
    version: str
    by_pipeline: bool | None = None
    monitored: frozenset[SignalKind] = frozenset()
    readings: tuple[Reading, ...] = ()
    trained_at: datetime | None = None
    owned: bool = False
    review_on: date | None = None
    carded: bool = False
    shared_on_call: bool | None = None


def standard_pipeline_share(
    models: Sequence[LiveModel], *, window: Window, minimum_n: int = MINIMUM_N
) -> Measurement:
    """Return the share of live model versions that an automated pipeline run made.

    Coverage is the share of the versions of which that is known.
    """
    ask = _ask("standard_pipeline_share", window, minimum_n)
    if not models:
        return ask.unknown(_NO_MODEL)
    return ask.known_share(
        [model.by_pipeline for model in models],
        none_known="Of no live model version is it known how it was made.",
    )


def monitoring_share(
    models: Sequence[LiveModel],
    *,
    metric: str,
    window: Window,
    minimum_n: int = MINIMUM_N,
) -> Measurement:
    """Return the share of live models that monitors watch for all a metric asks for.

    A model without a signal is not monitored; but if no model has any, no monitor is
    connected and the share is unknown.
    """
    ask = _ask(metric, window, minimum_n)
    kinds = MONITORING[metric]
    services: dict[str, frozenset[SignalKind]] = {}
    for model in models:
        held = services.get(model.service, frozenset())
        services[model.service] = held | model.monitored
    if not services:
        return ask.unknown(_NO_MODEL)
    if not any(services.values()):
        return ask.unknown("No monitor has sent any signal in the window.")
    watched = sum(kinds <= seen for seen in services.values())
    return ask.proportion(watched, len(services), coverage=1.0)


MONITORING: dict[str, frozenset[SignalKind]] = {
    "availability_monitoring_share": frozenset({SignalKind.AVAILABILITY}),
    "performance_monitoring_share": frozenset({SignalKind.PERFORMANCE}),
    "drift_monitoring_share": frozenset({SignalKind.DRIFT}),
    "fairness_monitoring_share": frozenset({SignalKind.FAIRNESS}),
    "performance_and_drift_monitoring_share": frozenset(
        {SignalKind.PERFORMANCE, SignalKind.DRIFT}
    ),
    "full_monitoring_share": frozenset(
        {SignalKind.PERFORMANCE, SignalKind.DRIFT, SignalKind.FAIRNESS}
    ),
}


def validated_to_production_time(
    rollups: Iterable[DayRollup],
    *,
    window: Window,
    minimum_n: int = MINIMUM_N,
    lane: Lane = Lane.MODEL,
) -> Measurement:
    """Return the median time from evaluation to production, mean and P95 beside it.

    Coverage is the share of the versions that went out whose evaluation is known.
    """
    ask = Question(
        metric="validated_to_production_time",
        lane=lane,
        window=window,
        unit=Unit.SECONDS,
        minimum_n=minimum_n,
    )
    rows = inside(rollups, lane, window)
    released = counted(rows, "released")
    samples = columns.join([_validated(row) for row in rows])
    if len(samples):
        return ask.median(samples, coverage=len(samples) / released)
    if not released:
        return ask.unknown("No known model version went to production in the window.")
    return ask.unknown(
        "Of no model version that went to production is its evaluation known.",
        coverage=0.0,
    )


def _validated(row: DayRollup) -> columns.Floats:
    kept = row.detail.get("validated_seconds")
    return columns.floats(
        sample
        for sample in (kept if isinstance(kept, list) else ())
        if isinstance(sample, float | int)
    )


def automatic_reaction_rate(
    rollups: Iterable[DayRollup],
    *,
    window: Window,
    minimum_n: int = MINIMUM_N,
    lane: Lane = Lane.MODEL,
) -> Measurement:
    """Return the share of degradations that a machine answered by itself in time."""
    ask = _ask("automatic_reaction_rate", window, minimum_n, lane)
    rows = inside(rollups, lane, window)
    total = counted(rows, "degradations")
    if not total:
        return ask.unknown("No degradation was seen in the window.")
    automatic = counted(rows, "reactions")
    return ask.proportion(
        automatic,
        total,
        coverage=1.0,
        detail={"automatic": float(automatic), "total": float(total)},
    )


def _ask(
    metric: str, window: Window, minimum_n: int, lane: Lane = Lane.MODEL
) -> Question:
    return Question(
        metric=metric, lane=lane, window=window, unit=Unit.RATIO, minimum_n=minimum_n
    )
