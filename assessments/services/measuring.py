"""Measuring: rollups and a few facts about models become measurements in a window.

Nothing is written here: a scoring stores what it measured, a page shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from assessments.models import Scope, Service
from assessments.services import daily, live_models, trending
from scoring import metrics
from scoring.events import Lane, Window
from scoring.metrics import Known, Measurement, Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from assessments.charts.trends import Trend
    from scoring.metrics import LiveModel
    from scoring.rollups import DayRollup
    from scoring.rubric import Criterion, Edition

_DELIVERY = {metric.__name__: metric for metric in metrics.DELIVERY}
# Metrics over what is live at the end of the window, and over models' own rollups.
_OF_LIVE = {"standard_pipeline_share", *metrics.MONITORING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """Both lanes over a window: the five measurements, and how they went."""

    window: Window
    measurements: Mapping[Lane, Mapping[str, Measurement]]
    trends: Mapping[Lane, Trend]
    # What both came from: the days of the window, and those read before it.
    days: Sequence[DayRollup]


def dashboard(
    *,
    workspace_id: int,
    service_ids: Collection[int] | None,
    window: Window,
    days_before: int = trending.ROLLING_DAYS,
) -> Dashboard:
    """Measure both lanes of these services together, and week by week.

    `service_ids` None means the whole workspace; the window is of whole UTC days.
    """
    first, last = _days(window)
    days = daily.summed(
        workspace_id=workspace_id,
        service_ids=service_ids,
        first=first - timedelta(days=days_before),
        last=last,
    )
    measurements = _measured(workspace_id, service_ids, days, window)
    return Dashboard(
        window=window,
        measurements=measurements,
        days=days,
        trends={
            lane: trending.trend(
                days,
                lane=lane,
                window=window,
                # Its coverage is whole only if something was seen before the window.
                seen_before=measurements[lane]["deployment_frequency"].coverage == 1,
            )
            for lane in Lane
        },
    )


def delivery(
    *, workspace_id: int, service_ids: Collection[int] | None, window: Window
) -> dict[Lane, dict[str, Measurement]]:
    """Return the five measurements of each lane, without how they went."""
    first, last = _days(window)
    days = daily.summed(
        workspace_id=workspace_id, service_ids=service_ids, first=first, last=last
    )
    return _measured(workspace_id, service_ids, days, window)


def _measured(
    workspace_id: int,
    service_ids: Collection[int] | None,
    days: Sequence[DayRollup],
    window: Window,
) -> dict[Lane, dict[str, Measurement]]:
    before = daily.lanes_before(
        workspace_id=workspace_id, service_ids=service_ids, first=_days(window)[0]
    )
    return {
        lane: {
            name: _deliver(name, days, lane, window, seen_before=lane in before)
            for name in _DELIVERY
        }
        for lane in Lane
    }


def measure(
    *, scope_id: int, edition: Edition, on: date
) -> dict[tuple[str, str], Measurement]:
    """Measure what an edition's criteria ask for, in windows that end with that day.

    Keys are (criterion, metric); services are those below the scope.
    """
    criteria = [each for domain in edition.domains for each in domain.criteria]
    if not criteria:
        return {}
    looked_at = _LookedAt(scope_id, criteria, on)
    return {
        (criterion.code, metric): looked_at.measure(criterion, metric)
        for criterion in criteria
        for metric in criterion.metrics
    }


class _LookedAt:
    """What is read once for all criteria: days of the longest window, and models."""

    def __init__(self, scope_id: int, criteria: Sequence[Criterion], on: date) -> None:
        scope = Scope.objects.get(pk=scope_id)
        below = Service.objects.filter(
            workspace_id=scope.workspace_id, scope__path__startswith=scope.path
        )
        self._workspace_id = scope.workspace_id
        self._services = list(below.order_by("pk").values_list("pk", flat=True))
        self._on = on
        self._first = on - timedelta(days=max(each.window_days for each in criteria))
        self._days = daily.summed(
            workspace_id=self._workspace_id,
            service_ids=self._services,
            first=self._first,
            last=on,
        )
        self._stored: dict[Lane, list[DayRollup]] = {}
        self._live: dict[int, list[LiveModel]] = {}
        self._before: dict[date, frozenset[Lane]] = {}

    def measure(self, criterion: Criterion, metric: str) -> Measurement:
        """Answer for one metric of one criterion."""
        window = Window.of_days(
            self._on - timedelta(days=criterion.window_days - 1), self._on
        )
        least = criterion.minimum_n
        if metric in _DELIVERY:
            seen = criterion.lane in self._lanes_before(window)
            return _deliver(
                metric, self._days, criterion.lane, window, least, seen_before=seen
            )
        if metric in _OF_LIVE:
            models = self._live_models(criterion.window_days, window)
            return _of_live(metric, models, window, least)
        rollups = self._of_lane(criterion.lane)
        if metric == "validated_to_production_time":
            return metrics.validated_to_production_time(
                rollups, window=window, minimum_n=least
            )
        if metric == "automatic_reaction_rate":
            return metrics.automatic_reaction_rate(
                rollups, window=window, minimum_n=least, lane=criterion.lane
            )
        return Measurement(
            metric=metric,
            lane=criterion.lane,
            window=window,
            known=Known.UNKNOWN,
            unit=Unit.COUNT,
            because=f"This version of the product has no metric {metric!r}.",
        )

    def _lanes_before(self, window: Window) -> frozenset[Lane]:
        first = window.start.date()
        if first not in self._before:
            self._before[first] = daily.lanes_before(
                workspace_id=self._workspace_id,
                service_ids=self._services,
                first=first,
            )
        return self._before[first]

    def _of_lane(self, lane: Lane) -> list[DayRollup]:
        if lane not in self._stored:
            self._stored[lane] = daily.of_lane(
                workspace_id=self._workspace_id,
                service_ids=self._services,
                lane=lane,
                first=self._first,
                last=self._on,
            )
        return self._stored[lane]

    def _live_models(self, days: int, window: Window) -> list[LiveModel]:
        if days not in self._live:
            self._live[days] = live_models.live_models(
                workspace_id=self._workspace_id,
                service_ids=self._services,
                window=window,
            )
        return self._live[days]


def _deliver(
    metric: str,
    days: Sequence[DayRollup],
    lane: Lane,
    window: Window,
    minimum_n: int = metrics.MINIMUM_N,
    *,
    seen_before: bool,
) -> Measurement:
    if metric == "deployment_frequency":
        return metrics.deployment_frequency(
            days,
            lane=lane,
            window=window,
            minimum_n=minimum_n,
            seen_before=seen_before,
        )
    return _DELIVERY[metric](days, lane=lane, window=window, minimum_n=minimum_n)


def _of_live(
    metric: str, models: Sequence[LiveModel], window: Window, minimum_n: int
) -> Measurement:
    if metric == "standard_pipeline_share":
        return metrics.standard_pipeline_share(
            models, window=window, minimum_n=minimum_n
        )
    return metrics.monitoring_share(
        models, metric=metric, window=window, minimum_n=minimum_n
    )


def _days(window: Window) -> tuple[date, date]:
    return window.start.date(), (window.end - timedelta(microseconds=1)).date()
