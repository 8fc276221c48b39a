"""What an edition says around its questions: facts, foundations, gates, relations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

    from scoring.rubric.criteria import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something to know about a domain or topic: its owner, artifacts, tools."""

    label: Text
    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prerequisite:
    """The level another domain should have for a level here to stand on firm ground."""

    from_level: int  # levels here from this one upward rest on it
    domain: str
    level: int  # what that domain should have at least
    why: Text = ""
    source: tuple[str, ...]

    @property
    def place(self) -> str:
        """What tells it from the others of its domain: `D6-2`."""
        return f"{self.domain}-{self.level}"

    def holds(self, *, here: Decimal, there: Decimal) -> bool:
        """Say whether a level here stands on firm ground."""
        return here < self.from_level or there >= self.level


@dataclass(frozen=True, slots=True, kw_only=True)
class GateCriterion:
    """What has to be shown to pass a gate."""

    code: str
    text: Text
    evidence: tuple[Text, ...] = ()
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A decision that lies before a stage."""

    code: str
    opens: str  # code of the stage
    name: Text
    purpose: Text = ""
    criteria: tuple[GateCriterion, ...]
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """How a part of this edition relates to another one; it never sets a score."""

    of: str = ""  # a domain or topic here; empty: the scale as a whole
    level: int | None = None
    edition: str  # key of the other edition
    to: str  # code of a domain or topic there
    low: Decimal | None = None  # the levels there that go with `level`
    high: Decimal | None = None
    text: Text = ""
    indicative: bool = True  # False: published as it stands
    source: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RationaleRule:
    """Which answers need a reason beside them."""

    from_level: int | None = None  # this level and all above it
    answers: tuple[str, ...] = ()  # "unknown", "not_applicable"

    def asks(self, answer: str, level: int | None = None) -> bool:
        """Say whether an answer, or a level, needs a reason."""
        if level is not None and self.from_level is not None:
            return level >= self.from_level
        return answer in self.answers


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceStandard:
    """How much a domain needs before its level is trusted; 0 asks for nothing."""

    sources: int = 0  # independent ones
    vantage_points: int = 0  # heard
