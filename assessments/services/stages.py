"""Where lead time goes: the stages of both lanes, and the bottleneck of each.

Nothing is written here; the numbers are those of `measuring`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.queries import metric_words
from assessments.services import trending
from assessments.services.measured_from import Asked, measured
from scoring.events import Lane, Window

if TYPE_CHECKING:
    from datetime import date

    from assessments.services.facts import Facts
    from scoring.metrics import Measurement

# In the order in which a change goes through them.
_STAGES = {
    Lane.CODE: ("coding", "review", "waiting", "pipeline", "deploy"),
    Lane.MODEL: ("training", "evaluation", "registration", "release"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of a lane: its median time, and its share of all lead time."""

    key: str
    name: str
    now: Measurement
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneStages:
    """The stages of one lane; `bottleneck` is unknown where nothing is certain."""

    lane: str
    label: str
    stages: tuple[Stage, ...]
    bottleneck: Measurement

    @property
    def longest(self) -> Stage | None:
        """The stage that is the bottleneck for certain."""
        if self.bottleneck.value is None:
            return None
        return max(self.stages, key=lambda one: one.share or 0)

    @property
    def known(self) -> bool:
        """Whether the time of any stage is known."""
        return any(one.now.value is not None for one in self.stages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """Both lanes beside each other."""

    first: date
    last: date
    lanes: tuple[LaneStages, ...]

    @property
    def wider(self) -> LaneStages | None:
        """The lane whose bottleneck takes longer; None unless both are certain."""
        times = [
            (longest.now.value, lane)
            for lane in self.lanes
            if (longest := lane.longest) is not None and longest.now.value is not None
        ]
        if len(times) < len(self.lanes):
            return None
        return max(times, key=lambda pair: pair[0])[1]


def funnel(facts: Facts) -> Funnel:
    """Look at the stages of some services in the days that the facts are of."""
    window = Window.of_days(facts.first, facts.last)
    return Funnel(
        first=facts.first,
        last=facts.last,
        lanes=tuple(_lane(facts, lane, window) for lane in Lane),
    )


def _lane(facts: Facts, lane: Lane, window: Window) -> LaneStages:
    def ask(metric: str) -> Measurement:
        return measured(facts, Asked(metric=metric, lane=lane, window=window))

    bottleneck = ask("lead_time_bottleneck")
    return LaneStages(
        lane=lane.value,
        label=str(trending.LABELS[lane]),
        bottleneck=bottleneck,
        stages=tuple(
            _stage(key, ask(f"{key}_time"), bottleneck) for key in _STAGES[lane]
        ),
    )


def _stage(key: str, now: Measurement, bottleneck: Measurement) -> Stage:
    # Of a stage that nothing tells of, no share is known either: not even zero.
    known = now.value is not None
    return Stage(
        key=key,
        name=metric_words.name(now.metric),
        now=now,
        share=bottleneck.detail.get(f"share_{key}") if known else None,
    )
