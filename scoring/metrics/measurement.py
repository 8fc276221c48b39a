"""Measurements: what a metric answers, and the ways all metrics answer alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from scoring import columns, intervals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.columns import Floats
    from scoring.events import Lane, Window

# Under so many observations a value is provisional, unless a criterion asks for more
# or fewer: with 10 a median's interval still leaves out the smallest and the largest
# observation, and a proportion's is some 50 points wide.
MINIMUM_N = 10

_NO_DETAIL: Mapping[str, float | None] = MappingProxyType({})


class Known(StrEnum):
    """What a measurement amounts to."""

    VALUE = "value"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Unit(StrEnum):
    """What the number of a measurement counts.

    `index` is a number without a dimension, such as a population stability index;
    `points` are the difference of two ratios, 0.05 being five percentage points;
    `amount` is money, in the currency that the facts name.
    """

    SECONDS = "seconds"
    RATIO = "ratio"
    PER_WEEK = "per_week"
    COUNT = "count"
    INDEX = "index"
    POINTS = "points"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A metric over a window.

    `value`, `low` and `high` (the 95 % interval) are in `unit`; ratios are 0–1.
    `n` counts the observations behind the value; `coverage` is the share, 0–1, of what
    should have been observed that was. Unless `known` is VALUE, `value` is None and
    `because` says why in a sentence.
    """

    metric: str
    lane: Lane
    window: Window
    known: Known
    unit: Unit
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    coverage: float | None = None
    provisional: bool = False
    detail: Mapping[str, float | None] = field(default_factory=lambda: _NO_DETAIL)
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: a metric of a lane over a window, and how thin is too thin."""

    metric: str
    lane: Lane
    window: Window
    unit: Unit
    minimum_n: int = MINIMUM_N

    def unknown(
        self,
        because: str,
        *,
        coverage: float | None = None,
        detail: Mapping[str, float | None] = _NO_DETAIL,
    ) -> Measurement:
        """Answer that it is not known, and why."""
        return Measurement(
            metric=self.metric,
            lane=self.lane,
            window=self.window,
            known=Known.UNKNOWN,
            unit=self.unit,
            coverage=coverage,
            detail=MappingProxyType(dict(detail)),
            because=because,
        )

    def value(
        self,
        value: float,
        *,
        n: int,
        interval: tuple[float, float] | None = None,
        coverage: float | None = None,
        detail: Mapping[str, float | None] = _NO_DETAIL,
    ) -> Measurement:
        """Answer with a value and all that says how far it may be trusted."""
        low, high = interval or (None, None)
        return Measurement(
            metric=self.metric,
            lane=self.lane,
            window=self.window,
            known=Known.VALUE,
            unit=self.unit,
            value=value,
            low=low,
            high=high,
            n=n,
            coverage=coverage,
            provisional=n < self.minimum_n,
            detail=MappingProxyType(dict(detail)),
        )

    def proportion(
        self,
        part: int,
        whole: int,
        *,
        coverage: float | None = None,
        detail: Mapping[str, float | None] = _NO_DETAIL,
    ) -> Measurement:
        """Answer with a share and its Wilson interval; `whole` is not zero."""
        return self.value(
            part / whole,
            n=whole,
            interval=intervals.wilson(part, whole),
            coverage=coverage,
            detail=detail,
        )

    def known_share(
        self, told: Sequence[bool | None], *, none_known: str
    ) -> Measurement:
        """Answer with the share of those of which it is known at all.

        Coverage is how many these are; `told` is not empty.
        """
        known = [one for one in told if one is not None]
        coverage = len(known) / len(told)
        if not known:
            return self.unknown(none_known, coverage=coverage)
        return self.proportion(sum(known), len(known), coverage=coverage)

    def median(
        self,
        samples: Floats,
        *,
        coverage: float | None = None,
        detail: Mapping[str, float | None] = _NO_DETAIL,
        mark: str = "_s",
    ) -> Measurement:
        """Answer with the median of some samples, their P95 and mean beside it.

        `mark` ends the names of those: samples are seconds unless they count things.
        """
        p95 = _interval(samples, 0.95)
        return self.value(
            columns.percentile(samples, 0.5),
            n=len(samples),
            interval=_interval(samples, 0.5),
            coverage=coverage,
            detail={
                f"mean{mark}": columns.mean(samples),
                f"p95{mark}": columns.percentile(samples, 0.95),
                f"p95_low{mark}": p95[0] if p95 else None,
                f"p95_high{mark}": p95[1] if p95 else None,
            }
            | dict(detail),
        )


def _interval(samples: Floats, share: float) -> tuple[float, float] | None:
    ranks = intervals.ranks(len(samples), share)
    return None if ranks is None else columns.order_statistics(samples, ranks)
