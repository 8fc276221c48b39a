"""Definitions: what a metric is called, counts, and which way it improves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scoring.events import Lane
    from scoring.metrics.measurement import Unit


class Better(StrEnum):
    """Which way a metric improves."""

    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """The definition of a metric, for people and for the ladders of editions."""

    key: str
    name: str
    unit: Unit
    better: Better
    lanes: tuple[Lane, ...]
    meaning: str
