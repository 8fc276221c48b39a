"""Columns while they are computed: exact fractions, rounded only when shown."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from scoring.engine.values import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLACES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A column of one part of the edition. `applicable` parts count in denominators."""

    level: Fraction | None = None
    coverage: Fraction = Fraction(0)
    confidence: Fraction | None = None
    applicable: bool = True

    def column(self, step: Decimal) -> Column:
        """Return what is shown of it."""
        return Column(
            level=None if self.level is None else stepped(self.level, step),
            coverage=_share(self.coverage),
            confidence=None if self.confidence is None else _share(self.confidence),
        )


NOT_APPLICABLE = Part(applicable=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The three columns of one part of the edition."""

    declared: Part
    measured: Part
    agreed: Part


def stepped(level: Fraction, step: Decimal) -> Decimal:
    """Round to the nearest step; what lies in the middle is rounded down."""
    steps = math.ceil(level / Fraction(step) - Fraction(1, 2))
    return (steps * step).quantize(Decimal("0.1"))


def combine(parts: Sequence[tuple[Decimal, Part]], *, minimum: Decimal) -> Part:
    """Return the weighted mean of the known among weighted parts.

    Coverage is over all applicable parts. Below the minimum no level is known, but what
    was covered still counts towards the coverage of the whole.
    """
    applicable = [(Fraction(w), part) for w, part in parts if part.applicable]
    if not applicable:
        return NOT_APPLICABLE
    whole = sum(weight for weight, _ in applicable)
    coverage = sum((w * part.coverage for w, part in applicable), Fraction(0)) / whole
    known = [(w, part.level) for w, part in applicable if part.level is not None]
    if not known or coverage < Fraction(minimum):
        return Part(coverage=coverage)
    sure = [
        (w, part.confidence)
        for w, part in applicable
        if part.level is not None and part.confidence is not None
    ]
    return Part(
        level=_mean(known),
        coverage=coverage,
        confidence=_mean(sure) if sure else None,
    )


def _mean(weighted: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    whole = sum((weight for weight, _ in weighted), Fraction(0))
    return sum((weight * one for weight, one in weighted), Fraction(0)) / whole


def _share(share: Fraction) -> Decimal:
    return (Decimal(round(share * _PLACES)) / _PLACES).quantize(Decimal("0.0001"))
