"""The bottleneck: the stage that takes the largest share of all lead time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.rollups import STAGES, Told, stage_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.events import Lane
    from scoring.metrics.measurement import Measurement, Question
    from scoring.metrics.seen import Seen

NO_LEAD = "No change with a lead time went out in the window."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spent:
    """Where the lead time of a lane's changes went, in seconds."""

    by_stage: Mapping[Told, float]
    untold: float
    n: int

    @classmethod
    def of(cls, seen: Seen, lane: Lane) -> _Spent:
        return cls(
            by_stage={stage: seen.total(stage) for stage in STAGES[lane]},
            untold=seen.total(Told.UNTOLD_SECONDS),
            n=seen.count(Told.LED),
        )

    @property
    def whole(self) -> float:
        return sum(self.by_stage.values()) + self.untold

    def longest(self) -> Told | None:
        """Return the longest stage, None if what is untold could make it another."""
        ranked = sorted(self.by_stage, key=lambda stage: -self.by_stage[stage])
        first, second = (self.by_stage[stage] for stage in ranked[:2])
        return ranked[0] if first > second + self.untold else None


def lead_time_bottleneck(ask: Question, seen: Seen) -> Measurement:
    """Return the share of the longest stage, the shares of all in detail."""
    spent = _Spent.of(seen, ask.lane)
    if not spent.n:
        return ask.unknown(NO_LEAD)
    whole = spent.whole
    if not whole:
        return ask.unknown("The changes in the window took no time at all.")
    detail: dict[str, float | None] = {
        f"share_{stage_name(stage)}": seconds / whole
        for stage, seconds in spent.by_stage.items()
    }
    detail["share_untold"] = spent.untold / whole
    coverage = 1 - spent.untold / whole
    stage = spent.longest()
    if stage is None:
        return ask.unknown(
            "Too much of the lead time cannot be told apart by stage to say which is"
            " the longest.",
            coverage=coverage,
            detail=detail,
        )
    return ask.value(
        spent.by_stage[stage] / whole, n=spent.n, coverage=coverage, detail=detail
    )
