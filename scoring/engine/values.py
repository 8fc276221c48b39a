"""What the engine takes and gives: what people said and settled in, scores out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal


class Level(StrEnum):
    """On which step of the edition a score stands."""

    TOPIC = "topic"
    DOMAIN = "domain"
    PILLAR = "pillar"
    SCOPE = "scope"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One person's newest answer to a topic; `level` goes with answer "level" only."""

    topic: str
    person: str
    vantage: str
    answer: str  # level | unknown | not_applicable
    level: Decimal | None = None
    confidence: str = ""  # low | medium | high, or "" where not given


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The newest decision about a criterion's proposal."""

    criterion: str
    verb: str  # accept | dispute | override
    level: Decimal | None = None
    reason: str = ""
    expires_on: date | None = None

    def expired(self, on: date) -> bool:
        """Say whether it counts no more: from the day after its last day."""
        return self.expires_on is not None and on > self.expires_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """The newest word of a calibration about a topic; no level takes it back."""

    topic: str
    level: Decimal | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One of the three columns: a level (None: not shown) with its honesty figures."""

    level: Decimal | None
    coverage: Decimal  # 0–1, four places
    confidence: Decimal | None = None  # 0–1, four places


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What one topic, domain, pillar or the scope scores.

    `raters` are the people who gave a level. `lowest` and `highest` are theirs: of a
    topic, the answers; of anything larger, each person's own mean, in steps.
    """

    kind: Level
    code: str
    declared: Column
    measured: Column
    agreed: Column
    lowest: Decimal | None
    highest: Decimal | None
    raters: int
    because: tuple[str, ...] = ()
