"""What a criterion is made of: a ladder of rungs, each with its conditions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

    from scoring.events import Lane

# A text that people read: it can be translated (scoring/rubric/translating.py).
Text = str


class Comparison(StrEnum):
    """How a value is held against a line; the strict ones leave the line out."""

    AT_LEAST = "at_least"
    ABOVE = "above"
    AT_MOST = "at_most"
    BELOW = "below"

    @property
    def words(self) -> str:
        """As said in a sentence."""
        return self.value.replace("_", " ")

    @property
    def upward(self) -> bool:
        """Whether more is better."""
        return self in {Comparison.AT_LEAST, Comparison.ABOVE}

    @property
    def strict(self) -> bool:
        """Whether the line itself is left out."""
        return self in {Comparison.ABOVE, Comparison.BELOW}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a level asks of one metric."""

    metric: str
    comparison: Comparison
    value: Decimal  # in the metric's unit: seconds, ratio 0–1, per week
    said: str  # as the edition writes it: "24 hours", "80 percent", "1 per week"

    def holds(self, value: float) -> bool:
        """Say whether a measured value meets the condition."""
        line = float(self.value)
        if value == line:
            return not self.comparison.strict
        return (value > line) is self.comparison.upward

    @property
    def words(self) -> str:
        """The condition as a phrase."""
        name = self.metric.replace("_", " ")
        return f"{name} {self.comparison.words} {self.said}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A level of a ladder and all that it asks, on top of the rungs below."""

    level: int
    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """What telemetry can tell about a topic. The lowest level is what remains."""

    code: str
    name: Text
    topic: str
    lane: Lane
    window_days: int
    minimum_n: int
    minimum_coverage: Decimal
    ladder: tuple[Rung, ...]
    source: tuple[str, ...]
    note: Text = ""

    @property
    def metrics(self) -> tuple[str, ...]:
        """Every metric that the ladder asks for, in the order of the ladder."""
        named = (condition.metric for rung in self.ladder for condition in rung.when)
        return tuple(dict.fromkeys(named))
