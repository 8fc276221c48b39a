"""Metrics: rollups or events and a window in, a Measurement out.

A metric never answers zero for want of data: it answers *unknown* and says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.events import Lane, Window

_NO_DETAIL: Mapping[str, float | None] = MappingProxyType({})


class Known(StrEnum):
    """What a measurement amounts to."""

    VALUE = "value"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Unit(StrEnum):
    """What the number of a measurement counts."""

    SECONDS = "seconds"
    RATIO = "ratio"
    PER_WEEK = "per_week"
    COUNT = "count"


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
