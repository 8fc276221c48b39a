"""Error budgets: how much may be bad, and how much of that is left."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from scoring.intervals import wilson
from scoring.service_levels.counting import NONE, SLOT, Tally, floor, total
from scoring.service_levels.definition import Method, midnight

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, tzinfo
    from decimal import Decimal

    from scoring.service_levels.counting import Day
    from scoring.service_levels.definition import Definition

_DAY = timedelta(days=1)


class Ledger:
    """The counts of one objective, summed so that any window costs the same."""

    def __init__(
        self, totals: Mapping[date, Tally], slots: Mapping[date, Day] | None = None
    ) -> None:
        """Take the sums of days, and the slots of those whose parts are asked for."""
        self._days = sorted(totals)
        self._sums = list(accumulate((totals[day] for day in self._days), initial=NONE))
        self._slots = slots or {}
        seen = (bool(totals[day].known) for day in self._days)
        self._seen = list(accumulate(seen, initial=0))

    @classmethod
    def of(cls, days: Mapping[date, Day]) -> Ledger:
        """Return the ledger of what was counted."""
        return cls({day: total(slots) for day, slots in days.items()}, days)

    def between(self, start: datetime, end: datetime) -> Tally:
        """Return what was counted in [start, end); both are begins of slots."""
        return self._until(end) - self._until(start)

    def observed_days(self, start: datetime, end: datetime) -> int:
        """Return on how many UTC days that lie in [start, end) something was known."""
        first = bisect_left(self._days, start.date())
        after = end.date() if end == midnight(end.date()) else end.date() + _DAY
        return self._seen[bisect_left(self._days, after)] - self._seen[first]

    def newest(self, until: datetime) -> datetime | None:
        """Return the end of the newest slot that tells good or bad, up to a moment.

        Only days are looked at whose slots are there.
        """
        for day in sorted(self._slots, reverse=True):
            ends = (
                midnight(day) + (slot + 1) * SLOT
                for slot, tally in self._slots[day].items()
                if tally.known
            )
            if found := [end for end in ends if end <= until]:
                return max(found)
        return None

    def _until(self, moment: datetime) -> Tally:
        day = moment.date()
        found = self._sums[bisect_left(self._days, day)]
        part = (moment - midnight(day)) // SLOT
        if not part:
            return found
        slots = self._slots.get(day, {})
        return found + sum((t for slot, t in slots.items() if slot < part), NONE)


@dataclass(frozen=True)
class Budget:
    """An error budget at a moment, over the window that the moment lies in."""

    target: Decimal
    tally: Tally
    # The window as far as it has gone, and where it ends.
    start: datetime
    as_of: datetime
    end: datetime
    # Slices of the window that are still to come.
    ahead: int
    # The share of what could be known of the window so far that is.
    coverage: float

    @property
    def n(self) -> int:
        """How many observations or slices are known."""
        return self.tally.known

    @property
    def ratio(self) -> float | None:
        """The share that was good: the indicator over the window."""
        return self.tally.good / self.n if self.n else None

    @cached_property
    def interval(self) -> tuple[float, float] | None:
        """The Wilson 95 % interval of the ratio."""
        return wilson(self.tally.good, self.n)

    @property
    def allowed(self) -> float:
        """How many may be bad."""
        return float((1 - self.target) * (self.n + self.ahead))

    @property
    def left(self) -> float | None:
        """1 - bad ÷ allowed bad: below 0 when overspent, None where none is known."""
        return self._left(self.tally.bad) if self.n else None

    @property
    def left_interval(self) -> tuple[float, float] | None:
        """What would be left at the ends of the ratio's interval."""
        if self.interval is None:
            return None
        low, high = self.interval
        return self._left((1 - low) * self.n), self._left((1 - high) * self.n)

    def _left(self, bad: float) -> float:
        return 1 - bad / self.allowed


def budget(
    ledger: Ledger, definition: Definition, *, at: datetime, zone: tzinfo
) -> Budget:
    """Return the budget at a moment, of the window that the slot before it is in."""
    as_of = floor(at)
    start, end = definition.period.around(as_of - SLOT, zone)
    gone = min(as_of, end)
    tally = ledger.between(start, gone)
    return Budget(
        target=definition.target,
        tally=tally,
        start=start,
        as_of=gone,
        end=end,
        ahead=_ahead(definition, gone, end),
        coverage=_coverage(ledger, definition, tally, start, gone),
    )


def _ahead(definition: Definition, gone: datetime, end: datetime) -> int:
    """Return the slices still to come: how many observations will come is not known.

    A rolling window has nothing ahead: it ends now.
    """
    if definition.slices is None or definition.period.anchor is None:
        return 0
    return max(end - gone, timedelta()) // definition.slices.length


def _coverage(
    ledger: Ledger,
    definition: Definition,
    tally: Tally,
    start: datetime,
    gone: datetime,
) -> float:
    if definition.method is Method.TIMESLICES and definition.slices is not None:
        slices = (gone - start) // definition.slices.length
        return min(tally.known / slices, 1.0) if slices else 0.0
    touched = (gone - SLOT).date() - start.date()
    return ledger.observed_days(start, gone) / (touched.days + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfBudget:
    """What was left at the end of a UTC day, and what the day brought."""

    day: date
    budget: Budget
    tally: Tally


def history(
    ledger: Ledger,
    definition: Definition,
    *,
    days: Sequence[date],
    zone: tzinfo,
    until: datetime,
) -> list[DayOfBudget]:
    """Return the budget at the end of each of these days, of the last one until now."""
    ends = {day: min(midnight(day) + _DAY, floor(until)) for day in days}
    return [
        DayOfBudget(
            day=day,
            budget=budget(ledger, definition, at=end, zone=zone),
            tally=ledger.between(midnight(day), end),
        )
        for day, end in ends.items()
    ]
