"""The rhythm of deployments: how many a day, how long without any, and lately."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from scoring.metrics.delivery import change_fail_rate, inside
from scoring.metrics.measurement import MINIMUM_N, Question, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scoring.events import Lane, Window
    from scoring.metrics.measurement import Measurement
    from scoring.rollups import DayRollup

ROLLING_DAYS = 30
_DAY_SECONDS = 86_400.0
# Days by how many successful deployments they had: from so many on.
BUCKETS = (0, 1, 2, 4, 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Days in a row without a successful deployment, both ends included.

    It is open if it reaches the end of the window: it may still grow.
    """

    first: date
    last: date
    is_open: bool

    @property
    def days(self) -> int:
        """How many days it lasts."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How deployments of a lane are spread over the days since the first is known."""

    # Successful deployments of each day from the first on.
    counts: tuple[tuple[date, int], ...]
    # Days by the least number of deployments of their bucket.
    histogram: Mapping[int, int]
    gaps: tuple[Gap, ...]

    @property
    def days(self) -> int:
        """How many days are looked at."""
        return len(self.counts)

    @property
    def deploying_days(self) -> int:
        """How many of them have a deployment."""
        return sum(count > 0 for _, count in self.counts)

    @property
    def gap(self) -> Gap | None:
        """The longest gap, the newest of several; None if there is none."""
        return max(self.gaps, key=lambda gap: (gap.days, gap.last), default=None)

    @property
    def longest(self) -> int:
        """The days of the longest gap."""
        return self.gap.days if self.gap else 0

    @property
    def since_last(self) -> int:
        """Days since the last deployment: those of the gap that is open."""
        return sum(gap.days for gap in self.gaps if gap.is_open)


def rhythm(
    rollups: Iterable[DayRollup],
    *,
    lane: Lane,
    window: Window,
    seen_before: bool = False,
) -> Rhythm | None:
    """Return how deployments are spread, None if none was ever seen.

    Days before the first deployment, failed ones included, are left out unless
    something was deployed before the window: then they are days without one.
    """
    everything = list(rollups)
    first = window.start.astimezone(UTC).date()
    last = (window.end.astimezone(UTC) - timedelta(microseconds=1)).date()
    counts: Counter[date] = Counter()
    for row in inside(everything, lane, window):
        counts[row.day] += row.successful
    deploying = sorted(day for day, count in counts.items() if count)
    if not seen_before:
        seen = [
            row.day
            for row in everything
            if row.lane is lane and row.completed and row.day <= last
        ]
        if not seen:
            return None
        first = max(first, min(seen))
    every = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    histogram = dict.fromkeys(BUCKETS, 0)
    for day in every:
        histogram[max(least for least in BUCKETS if least <= counts[day])] += 1
    return Rhythm(
        counts=tuple((day, counts[day]) for day in every),
        histogram=histogram,
        gaps=tuple(_gaps(deploying, first, last)),
    )


def _gaps(deploying: list[date], first: date, last: date) -> Iterable[Gap]:
    one = timedelta(days=1)
    for before, after in pairwise([first - one, *deploying, last + one]):
        if after - before > one:
            yield Gap(first=before + one, last=after - one, is_open=after > last)


def longest_deployment_gap(
    rollups: Iterable[DayRollup],
    *,
    lane: Lane,
    window: Window,
    minimum_n: int = MINIMUM_N,
    seen_before: bool = False,
) -> Measurement:
    """Return the most days in a row without a deployment, as whole days.

    `n` counts the days on which something was deployed; coverage is the share of the
    window since the first deployment that is known.
    """
    ask = Question(
        metric="longest_deployment_gap",
        lane=lane,
        window=window,
        unit=Unit.SECONDS,
        minimum_n=minimum_n,
    )
    found = rhythm(rollups, lane=lane, window=window, seen_before=seen_before)
    if found is None or window.start == window.end:
        return ask.unknown("No production deployment was ever seen.")
    return ask.value(
        found.longest * _DAY_SECONDS,
        n=found.deploying_days,
        coverage=min(found.days / window.days, 1.0),
        detail={"since_last_s": found.since_last * _DAY_SECONDS}
        | {f"days_from_{least}": float(n) for least, n in found.histogram.items()},
    )


def rolling_change_fail_rate(
    rollups: Iterable[DayRollup],
    *,
    lane: Lane,
    window: Window,
    minimum_n: int = MINIMUM_N,
) -> Measurement:
    """Return the change fail rate of the last 30 days of the window, if it has more."""
    start = max(window.start, window.end - timedelta(days=ROLLING_DAYS))
    lately = replace(window, start=start)
    found = change_fail_rate(rollups, lane=lane, window=lately, minimum_n=minimum_n)
    return replace(found, metric="rolling_change_fail_rate")
