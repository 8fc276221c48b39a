"""What each metric is measured from.

A new metric is an entry in `scoring.metrics.catalog` and an entry here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from assessments.services.service_levels.measuring import budgets_left
from scoring import metrics
from scoring.metrics import MINIMUM_N, Known, Measurement, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from assessments.services.facts import Facts
    from scoring.events import Lane, Window
    from scoring.metrics import LiveModel
    from scoring.rollups import DayRollup


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked: a metric of a lane over a window, and how thin is too thin."""

    metric: str
    lane: Lane
    window: Window
    minimum_n: int = MINIMUM_N


def measured(facts: Facts, asked: Asked) -> Measurement:
    """Answer for one metric; one that nobody knows is unknown, not an error."""
    answer = MEASURED_FROM.get(asked.metric)
    if answer is not None:
        return answer(facts, asked)
    return Measurement(
        metric=asked.metric,
        lane=asked.lane,
        window=asked.window,
        known=Known.UNKNOWN,
        unit=Unit.COUNT,
        because=f"This version of the product has no metric {asked.metric!r}.",
    )


class _OfDays(Protocol):
    def __call__(
        self,
        rollups: Sequence[DayRollup],
        /,
        *,
        lane: Lane,
        window: Window,
        minimum_n: int,
    ) -> Measurement: ...


class _OfRhythm(Protocol):
    def __call__(
        self,
        rollups: Sequence[DayRollup],
        /,
        *,
        lane: Lane,
        window: Window,
        minimum_n: int,
        seen_before: bool,
    ) -> Measurement: ...


class _OfModels(Protocol):
    def __call__(
        self, models: Sequence[LiveModel], /, *, window: Window, minimum_n: int
    ) -> Measurement: ...


def _from_sums(metric: _OfDays) -> Answer:
    """Measure from the days of all services together: whatever `daily.summed` keeps."""

    def answer(facts: Facts, asked: Asked) -> Measurement:
        return metric(
            facts.days,
            lane=asked.lane,
            window=asked.window,
            minimum_n=asked.minimum_n,
        )

    return answer


def _from_lane(metric: _OfDays) -> Answer:
    """Measure from each service's own days of the lane, details included."""

    def answer(facts: Facts, asked: Asked) -> Measurement:
        return metric(
            facts.of_lane(asked.lane),
            lane=asked.lane,
            window=asked.window,
            minimum_n=asked.minimum_n,
        )

    return answer


def _from_live(metric: _OfModels) -> Answer:
    """Measure from the model versions that are live at the end of the window."""

    def answer(facts: Facts, asked: Asked) -> Measurement:
        models = facts.estate(asked.window).models
        return metric(models, window=asked.window, minimum_n=asked.minimum_n)

    return answer


def _from_estate(facts: Facts, asked: Asked) -> Measurement:
    """Measure from models with their health, and what was recorded in the window."""
    return metrics.estate_metric(
        facts.estate(asked.window),
        metric=asked.metric,
        window=asked.window,
        minimum_n=asked.minimum_n,
    )


def _from_flows(facts: Facts, asked: Asked) -> Measurement:
    """Measure from what days tell of stages and pipelines beside their rollups."""
    return metrics.flow_metric(
        facts.flows,
        metric=asked.metric,
        lane=asked.lane,
        window=asked.window,
        minimum_n=asked.minimum_n,
    )


def _from_rhythm(metric: _OfRhythm) -> Answer:
    """Measure from the same days, knowing whether anything was deployed before."""

    def answer(facts: Facts, asked: Asked) -> Measurement:
        return metric(
            facts.days,
            lane=asked.lane,
            window=asked.window,
            minimum_n=asked.minimum_n,
            seen_before=facts.seen_before(asked.lane, asked.window),
        )

    return answer


def _from_budgets(facts: Facts, asked: Asked) -> Measurement:
    """Measure from the error budgets at the end of the window, each over its own."""
    return metrics.error_budget_left(
        budgets_left(service_ids=facts.services, lane=asked.lane, at=asked.window.end),
        lane=asked.lane,
        window=asked.window,
        minimum_n=asked.minimum_n,
    )


if TYPE_CHECKING:
    Answer = Callable[[Facts, Asked], Measurement]

MEASURED_FROM: Mapping[str, Answer] = {
    "change_lead_time": _from_sums(metrics.change_lead_time),
    "deployment_frequency": _from_rhythm(metrics.deployment_frequency),
    "failed_deployment_recovery_time": _from_sums(
        metrics.failed_deployment_recovery_time
    ),
    "change_fail_rate": _from_sums(metrics.change_fail_rate),
    "deployment_rework_rate": _from_sums(metrics.deployment_rework_rate),
    "longest_deployment_gap": _from_rhythm(metrics.longest_deployment_gap),
    "rolling_change_fail_rate": _from_sums(metrics.rolling_change_fail_rate),
    **dict.fromkeys(metrics.FLOW, _from_flows),
    "standard_pipeline_share": _from_live(metrics.standard_pipeline_share),
    **{
        key: _from_live(partial(metrics.monitoring_share, metric=key))
        for key in metrics.MONITORING
    },
    "validated_to_production_time": _from_lane(metrics.validated_to_production_time),
    "automatic_reaction_rate": _from_lane(metrics.automatic_reaction_rate),
    **dict.fromkeys(metrics.ESTATE, _from_estate),
    "error_budget_left": _from_budgets,
}
