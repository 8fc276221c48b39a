"""Dashboards: each delivery metric now and in the period before, and its trends.

Nothing is written here; the numbers are those of `measuring`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from assessments.queries import metric_words
from assessments.services import measuring, trending
from scoring import metrics
from scoring.events import Lane, Window

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from assessments.charts.trends import Trend
    from scoring.metrics import Measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One metric of one lane, now and in the period before."""

    metric: str
    name: str
    meaning: str
    higher_is_better: bool
    now: Measurement
    before: Measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneView:
    """One lane of a dashboard."""

    lane: str
    label: str
    cards: tuple[Card, ...]

    @property
    def seen(self) -> bool:
        """Whether anything is known of this lane in the period."""
        return any(card.now.value is not None for card in self.cards)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """Both lanes in a period: cards, and what charts are drawn from."""

    first: date
    last: date
    lanes: tuple[LaneView, ...]
    trends: tuple[Trend, ...]


# In the order in which people ask: how often, how fast, how safe.
_ORDER = (
    "deployment_frequency",
    "change_lead_time",
    "change_fail_rate",
    "failed_deployment_recovery_time",
    "deployment_rework_rate",
)


def dashboard(
    *,
    workspace_id: int,
    service_ids: Collection[int] | None,
    first: date,
    last: date,
) -> Dashboard:
    """Look at these services from `first` to `last`, both included."""
    length = (last - first).days + 1
    now = measuring.dashboard(
        workspace_id=workspace_id,
        service_ids=service_ids,
        window=Window.of_days(first, last),
        days_before=max(length, trending.ROLLING_DAYS),
    )
    before = measuring.delivery(
        now.facts,
        Window.of_days(first - timedelta(days=length), first - timedelta(days=1)),
    )
    return Dashboard(
        first=first,
        last=last,
        lanes=tuple(
            LaneView(
                lane=lane.value,
                label=str(trending.LABELS[lane]),
                cards=_cards(now.measurements[lane], before[lane]),
            )
            for lane in Lane
        ),
        trends=tuple(now.trends[lane] for lane in Lane),
    )


def _cards(
    now: Mapping[str, Measurement], before: Mapping[str, Measurement]
) -> tuple[Card, ...]:
    return tuple(_card(now[key], before[key]) for key in _ORDER)


def _card(now: Measurement, before: Measurement) -> Card:
    metric = metrics.METRICS[now.metric]
    return Card(
        metric=metric.key,
        name=metric_words.name(metric.key),
        meaning=metric_words.meaning(metric.key),
        higher_is_better=metric.better is metrics.Better.HIGHER,
        now=now,
        before=before,
    )
