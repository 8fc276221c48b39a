"""What the calibration pages show: frozen rows, and what follows from their counts."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from assessments.queries.calibration.saying import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from decimal import Decimal

    from assessments.queries.results import Measured
    from scoring.agreement import Agreement

_NO_COUNTS: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """What the people of one vantage point say of a topic."""

    vantage: str
    label: str
    counts: Mapping[int, int]  # level -> people
    unknown: int
    not_applicable: int

    @property
    def levels(self) -> int:
        """How many gave a level."""
        return sum(self.counts.values())

    @property
    def lowest(self) -> int | None:
        """The lowest level given."""
        return min(self.counts, default=None)

    @property
    def highest(self) -> int | None:
        """The highest level given."""
        return max(self.counts, default=None)

    @property
    def middle(self) -> int | None:
        """The lower middle of the levels given: an answer that somebody gave."""
        left = (self.levels - 1) // 2
        for level in sorted(self.counts):
            if left < self.counts[level]:
                return level
            left -= self.counts[level]
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """An answer far from the middle of all; `who` is empty where names are hidden."""

    who: str
    vantage_label: str
    level: int
    away: int  # from the middle; below zero: lower
    rationale: str

    @property
    def below(self) -> int:
        """How many levels lower than the middle."""
        return -self.away


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The level agreed on for a topic; no level: an earlier one was taken back."""

    level: Decimal | None
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRow:
    """A dispute about a topic."""

    id: int
    topic: str
    topic_name: str
    domain: str
    text: str
    owner_id: int
    owner: str
    due_on: date
    opened_by: str
    opened_at: datetime
    resolution: str
    resolved_by: str
    resolved_at: datetime | None

    @property
    def open(self) -> bool:
        """Whether it still waits for somebody."""
        return self.resolved_at is None

    def overdue(self, today: date) -> bool:
        """Whether it should have been resolved before today."""
        return self.open and self.due_on < today


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """One topic: who says what, what was measured, and what came of it."""

    code: str
    name: str
    question: str
    domain: str
    domain_name: str
    scale: range
    step: Decimal  # of settled levels
    seats: tuple[Seat, ...]  # those that answered
    unheard: tuple[str, ...]  # vantage points to be heard from which nobody answered
    lowest: int | None
    middle: int | None
    highest: int | None
    declared: Decimal | None
    measured: Decimal | None
    agreed: Decimal | None
    confidence: Decimal | None
    spread_gap: Decimal  # what the edition finds worth speaking of: between people,
    discussion_gap: Decimal  # … and between people and telemetry
    settled: Settled | None
    dispute: DisputeRow | None
    comments: int

    @property
    def sentence(self) -> str:
        """Who says what, in one sentence."""
        return sentence(self.seats, self.measured)

    @property
    def levels(self) -> int:
        """How many people gave a level."""
        return sum(seat.levels for seat in self.seats)

    @property
    def unknown(self) -> int:
        """How many people do not know."""
        return sum(seat.unknown for seat in self.seats)

    @property
    def answers(self) -> int:
        """How many people answered at all."""
        return (
            self.levels + self.unknown + sum(seat.not_applicable for seat in self.seats)
        )

    @property
    def apart(self) -> int:
        """How far people lie apart, in levels."""
        if self.lowest is None or self.highest is None:
            return 0
        return self.highest - self.lowest

    @property
    def from_measured(self) -> Decimal | None:
        """The farthest that a vantage point lies from telemetry, in levels."""
        if self.measured is None:
            return None
        middles = [seat.middle for seat in self.seats if seat.middle is not None]
        return max((abs(one - self.measured) for one in middles), default=None)

    @property
    def far_apart(self) -> bool:
        """Whether people lie so far apart that they have to speak."""
        return self.levels > 1 and self.apart >= self.spread_gap

    @property
    def blind(self) -> bool:
        """Whether vantage points, or they and telemetry, see something else."""
        middles = [seat.middle for seat in self.seats if seat.middle is not None]
        if len(middles) > 1 and max(middles) - min(middles) >= self.spread_gap:
            return True
        away = self.from_measured
        return away is not None and away >= self.discussion_gap

    @property
    def is_settled(self) -> bool:
        """Whether a level was agreed on, and not taken back."""
        return self.settled is not None and self.settled.level is not None

    @property
    def to_discuss(self) -> bool:
        """Whether there is something to speak about that nobody has settled."""
        if self.dispute is not None:
            return True
        return not self.is_settled and (self.far_apart or self.blind)

    @property
    def disagreement(self) -> tuple[Decimal | int, int]:
        """By what topics are sorted: how far apart the farthest two voices are."""
        return max(self.apart, self.from_measured or 0), self.apart


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainCalibration:
    """A domain on the calibration page."""

    code: str
    name: str
    agreement: Agreement
    topics: int
    to_discuss: int
    settled: int
    disputed: int
    levels: int
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How far the people of a cycle agree, and on what they do not."""

    cycle_id: int
    title: str
    state: str
    stale: bool
    agreement: Agreement
    domains: tuple[DomainCalibration, ...]
    spreads: tuple[Spread, ...]  # in the order of the edition
    disputes: tuple[DisputeRow, ...]  # the open ones

    @property
    def live(self) -> bool:
        """Whether anything can be settled or disputed now."""
        return self.state in ("open", "in_review")

    @property
    def levels(self) -> int:
        """How many levels were given."""
        return sum(one.levels for one in self.spreads)

    @property
    def unknown(self) -> int:
        """How many answers say that somebody does not know."""
        return sum(one.unknown for one in self.spreads)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disputes:
    """The disputes of a cycle."""

    cycle_id: int
    title: str
    open: tuple[DisputeRow, ...]  # the most urgent first
    over: tuple[DisputeRow, ...]  # the newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindSpot:
    """A topic of which vantage points, or they and telemetry, see different things."""

    topic: str
    name: str
    domain: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One level of a topic, in words."""

    level: int
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionLine:
    """What telemetry proposes for one criterion of a topic, and what was decided."""

    code: str
    name: str
    level: Decimal | None
    applicable: bool
    verb: str  # accept | dispute | override, or "" where nobody has decided
    measurements: tuple[Measured, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicCalibration:
    """A topic with everything that people need to settle it."""

    cycle_id: int
    title: str
    state: str
    stale: bool
    spread: Spread
    help: str
    steps: tuple[Step, ...]
    criteria: tuple[CriterionLine, ...]
    because: tuple[str, ...]
    outliers: tuple[Outlier, ...]
    history: tuple[Settled, ...]  # newest first
    disputes: tuple[DisputeRow, ...]  # newest first
    before: str | None
    after: str | None

    @property
    def live(self) -> bool:
        """Whether anything can be settled or disputed now."""
        return self.state in ("open", "in_review")
