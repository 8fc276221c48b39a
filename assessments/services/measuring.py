"""Measuring: rollups and a few facts about models become measurements in a window.

Nothing is written here: a scoring stores what it measured, a page shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from assessments.models import Scope, Service
from assessments.services import trending
from assessments.services.facts import Facts
from assessments.services.measured_from import Asked, measured
from scoring import metrics
from scoring.events import Lane, Window

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from assessments.charts.trends import Trend
    from scoring.metrics import Measurement
    from scoring.rubric import Edition

_DELIVERY = tuple(metric.__name__ for metric in metrics.DELIVERY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """Both lanes over a window: the five measurements, and how they went."""

    window: Window
    measurements: Mapping[Lane, Mapping[str, Measurement]]
    trends: Mapping[Lane, Trend]
    # What both came from; the days before the window were read with it.
    facts: Facts


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
    facts = Facts(
        workspace_id=workspace_id,
        service_ids=service_ids,
        first=first - timedelta(days=days_before),
        last=last,
    )
    return Dashboard(
        window=window,
        measurements=delivery(facts, window),
        facts=facts,
        trends={
            lane: trending.trend(
                facts.days,
                lane=lane,
                window=window,
                seen_before=facts.seen_before(lane, window),
            )
            for lane in Lane
        },
    )


def delivery(facts: Facts, window: Window) -> dict[Lane, dict[str, Measurement]]:
    """Return the five measurements of each lane, without how they went.

    The window is of whole UTC days, and the facts reach over it.
    """
    return {
        lane: {
            name: measured(facts, Asked(metric=name, lane=lane, window=window))
            for name in _DELIVERY
        }
        for lane in Lane
    }


def _below(scope: Scope) -> list[int] | None:
    """Return the services below a scope; None for the whole: its sums are kept."""
    if scope.parent_id is None:
        return None
    below = Service.objects.filter(
        workspace_id=scope.workspace_id, scope__path__startswith=scope.path
    )
    return list(below.order_by("pk").values_list("pk", flat=True))


def measure(
    *, scope_id: int, edition: Edition, on: date
) -> dict[tuple[str, str], Measurement]:
    """Measure what an edition's criteria ask for, in windows that end with that day.

    Keys are (criterion, metric); services are those below the scope.
    """
    criteria = [each for domain in edition.domains for each in domain.criteria]
    if not criteria:
        return {}
    scope = Scope.objects.get(pk=scope_id)
    facts = Facts(
        workspace_id=scope.workspace_id,
        service_ids=_below(scope),
        first=on - timedelta(days=max(each.window_days for each in criteria)),
        last=on,
    )
    return {
        (criterion.code, metric): measured(
            facts,
            Asked(
                metric=metric,
                lane=criterion.lane,
                window=Window.of_days(
                    on - timedelta(days=criterion.window_days - 1), on
                ),
                minimum_n=criterion.minimum_n,
            ),
        )
        for criterion in criteria
        for metric in criterion.metrics
    }


def _days(window: Window) -> tuple[date, date]:
    return window.start.date(), (window.end - timedelta(microseconds=1)).date()
