"""What the days of a window tell of a lane's flow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.columns import flows
from scoring.metrics.delivery import inside

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.columns import Floats
    from scoring.columns.flows import Flow
    from scoring.events import Lane, Window
    from scoring.rollups import DayFlow, Told


@dataclass(frozen=True, slots=True)
class Seen:
    """The flows of a lane's days."""

    told: tuple[Flow, ...]

    @classmethod
    def of(cls, days: Iterable[DayFlow], lane: Lane, window: Window) -> Seen:
        """Pick the days of a lane that lie in a window, even in part."""
        return cls(tuple(day.told for day in inside(days, lane, window)))

    def samples(self, kind: Told) -> Floats:
        """Return the samples of a kind."""
        return flows.gathered(self.told, kind)

    def count(self, kind: Told) -> int:
        """Return what the counts of a kind add up to."""
        return int(self.samples(kind).sum())

    def total(self, kind: Told) -> float:
        """Return the sum of the samples of a kind."""
        return float(self.samples(kind).sum())
