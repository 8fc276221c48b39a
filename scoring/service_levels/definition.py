"""What a service level objective says: what is observed, what is good, how much of it.

Terms are those of site reliability engineering and of OpenSLO: an indicator (SLI) tells
good from bad, an objective (SLO) says which share has to be good over a window, and the
error budget is what may be bad.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo
    from decimal import Decimal

    from scoring.events import Json, SignalKind

_DAY = timedelta(days=1)
_MONTHS = {"M": 1, "Q": 3, "Y": 12}
_DAYS = {"d": 1, "w": 7}
_NOTHING: Mapping[str, Json] = MappingProxyType({})


class Category(StrEnum):
    """Two kinds of promises, whose budgets are never added together."""

    SOFTWARE = "software"
    MODEL_QUALITY = "model-quality"


class Observed(StrEnum):
    """Which events an indicator is made of."""

    SIGNAL = "signal"
    PIPELINE_RUN = "pipeline_run"
    INCIDENT = "incident"


class Method(StrEnum):
    """What is counted: each observation, or each slice of time."""

    OCCURRENCES = "Occurrences"
    TIMESLICES = "Timeslices"


class Operator(StrEnum):
    """How a value has to stand to the line for an observation to be good."""

    LTE = "lte"
    LT = "lt"
    GTE = "gte"
    GT = "gt"

    def holds(self, value: float, line: float) -> bool:
        """Say whether a value is good."""
        return bool(_COMPARE[self](value, line))


_COMPARE = {
    Operator.LTE: operator.le,
    Operator.LT: operator.lt,
    Operator.GTE: operator.ge,
    Operator.GT: operator.gt,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """Where good and bad come from.

    A signal is judged by its own `breached`, or by its value against the line of the
    objective, where there is one.
    """

    observed: Observed
    signal: SignalKind | None = None
    # Only runs of this pipeline; "" for all.
    pipeline: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Where good ends for a value."""

    operator: Operator
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Slices:
    """How long a slice of time is, and which share of it has to be good."""

    minutes: int
    target: Decimal

    @property
    def length(self) -> timedelta:
        """Its length as a span."""
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Over which time the budget is spent; `anchor` None: rolling, in whole UTC days.

    With an anchor it begins anew with each calendar unit, by the clocks of `zone`.
    """

    count: int
    unit: str  # d, w, M, Q or Y
    anchor: datetime | None = None  # without a zone: as clocks show it
    zone: str = "UTC"

    @property
    def duration(self) -> str:
        """The length in OpenSLO's shorthand: 28d, 1M."""
        return f"{self.count}{self.unit}"

    def around(self, moment: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
        """Return the window that a moment lies in, half-open.

        A rolling window of n days is the moment's UTC day and the n - 1 days before.
        """
        if self.anchor is None:
            end = midnight(moment.astimezone(UTC).date()) + _DAY
            return end - self.count * _DAYS[self.unit] * _DAY, end
        local = moment.astimezone(zone).replace(tzinfo=None)
        start, end = self._turns(self.anchor, local)
        return (
            start.replace(tzinfo=zone).astimezone(UTC),
            end.replace(tzinfo=zone).astimezone(UTC),
        )

    def _turns(self, anchor: datetime, local: datetime) -> tuple[datetime, datetime]:
        if self.unit in _DAYS:
            span = self.count * _DAYS[self.unit] * _DAY
            start = anchor + (local - anchor) // span * span
            return start, start + span
        step = self.count * _MONTHS[self.unit]
        months = (local.year - anchor.year) * 12 + local.month - anchor.month
        turn = months // step
        if _later(anchor, turn * step) > local:
            turn -= 1
        return _later(anchor, turn * step), _later(anchor, (turn + 1) * step)


def midnight(day: date) -> datetime:
    """Return the begin of a UTC day."""
    return datetime.combine(day, time.min, UTC)


def _later(anchor: datetime, months: int) -> datetime:
    """Return the same day of another month, or its last one where it is shorter."""
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    last = (following - _DAY).day
    return anchor.replace(year=year, month=month + 1, day=min(anchor.day, last))


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One service level objective, complete."""

    name: str
    title: str
    description: str = ""
    service: str
    category: Category
    indicator: Indicator
    method: Method
    # The share that has to be good, above 0 and below 1.
    target: Decimal
    line: Line | None = None
    slices: Slices | None = None
    period: Period
    # Which burn-rate alerts watch over it.
    alerts: str
    # Kept and given back as they came.
    labels: Mapping[str, Json] = field(default_factory=lambda: _NOTHING)
    annotations: Mapping[str, Json] = field(default_factory=lambda: _NOTHING)
