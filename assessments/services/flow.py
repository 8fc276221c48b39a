"""How changes flow in both lanes: rhythm, batches, causes, pipelines, data.

Nothing is written here; the numbers are those of `measuring`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.queries import metric_words
from assessments.services import trending
from assessments.services.measured_from import Asked, measured
from scoring import metrics
from scoring.events import Lane, Window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from assessments.services.facts import Facts
    from scoring.metrics import Measurement, Rhythm


_LEAD_TIME = frozenset(metric.key for metric in metrics.LEAD_TIME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A metric of flow in one lane, by its name."""

    name: str
    now: Measurement

    @property
    def of_lead_time(self) -> bool:
        """Whether it tells where lead time goes, which `stages` shows."""
        return self.now.metric in _LEAD_TIME


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneFlow:
    """One lane: how deployments are spread, and every metric of flow."""

    lane: str
    label: str
    rhythm: Rhythm | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Both lanes beside each other."""

    first: date
    last: date
    lanes: tuple[LaneFlow, ...]


def flow(facts: Facts) -> Flow:
    """Look at how some services flow in the days that the facts are of."""
    window = Window.of_days(facts.first, facts.last)
    return Flow(
        first=facts.first,
        last=facts.last,
        lanes=tuple(
            LaneFlow(
                lane=lane.value,
                label=str(trending.LABELS[lane]),
                rhythm=metrics.rhythm(
                    facts.days,
                    lane=lane,
                    window=window,
                    seen_before=facts.seen_before(lane, window),
                ),
                rows=tuple(_rows(facts, lane, window)),
            )
            for lane in Lane
        ),
    )


def _rows(facts: Facts, lane: Lane, window: Window) -> Iterator[Row]:
    for metric in metrics.OF_FLOW:
        if lane in metric.lanes:
            asked = Asked(metric=metric.key, lane=lane, window=window)
            yield Row(name=metric_words.name(metric.key), now=measured(facts, asked))
