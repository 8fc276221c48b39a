"""What charts of delivery are drawn from: weeks and rolling rates of one lane. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week of a lane; spans in seconds, None where nothing was observed."""

    start: date
    deployments: int
    # A week that the period cuts is drawn but not counted among weeks.
    whole: bool = True
    changes: int = 0
    lead_median: float | None = None
    # The 95 % interval of the median; None where so few changes have none.
    lead_low: float | None = None
    lead_high: float | None = None
    lead_p95: float | None = None
    recovered: int = 0
    recovery_median: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """The change fail rate of the 30 days up to a day, with its 95 % interval."""

    on: date
    value: float | None
    low: float | None
    high: float | None
    failed: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """How one lane went, week by week."""

    lane: str
    label: str
    weeks: tuple[Week, ...]
    rates: tuple[Rate, ...]


# Weeks by how many deployments they had: small numbers apart, busy weeks together.
BINS = ((0, 0), (1, 1), (2, 2), (3, 4), (5, 9), (10, 19), (20, None))


def bin_labels() -> list[str]:
    """Name the bins: 0, 1, 2, 3–4 … 20+."""
    return [
        f"{low}+" if high is None else str(low) if low == high else f"{low}–{high}"
        for low, high in BINS
    ]


def binned(weeks: tuple[Week, ...]) -> list[int]:
    """Count the whole weeks of each bin; weeks without a deployment are weeks too."""
    return [
        sum(
            week.whole
            and low <= week.deployments
            and (high is None or week.deployments <= high)
            for week in weeks
        )
        for low, high in BINS
    ]


def since(drawn: Sequence[Trend], changes: int, *, first: date) -> date:
    """Return from which week on so many changes went out; else `first`."""
    by_week: Counter[date] = Counter()
    for trend in drawn:
        for week in trend.weeks:
            by_week[week.start] += week.changes
    found = 0
    for start in sorted(by_week, reverse=True):
        found += by_week[start]
        if found >= changes:
            return max(first, start)
    return first
