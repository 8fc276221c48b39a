"""What closing a gap would add to the score of a scope. Exact, and traceable.

The engine weighs domains within their pillar and pillars within the scope, over what is
known. Raising one domain by a level therefore raises the scope by the product of the
two shares. What is not known has no gap in levels: it is not counted here.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_HUNDREDTH = Decimal("0.01")
# A gap of up to so many levels takes this effort, unless people say otherwise.
_USUAL = ((Decimal("0.5"), 2), (Decimal(1), 3), (Decimal(2), 4))
_GREATEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A domain whose level is known, with its weight and that of its pillar."""

    code: str
    pillar: str
    weight: Decimal
    pillar_weight: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How much of the scope's score a domain is."""

    in_pillar: Fraction
    in_scope: Fraction  # of its pillar

    @property
    def whole(self) -> Fraction:
        """What one level of the domain adds to the scope."""
        return self.in_pillar * self.in_scope

    def impact(self, gap: Decimal) -> Decimal:
        """Return what closing a gap adds to the scope, in levels, to two places."""
        exact = Fraction(gap) * self.whole
        return (Decimal(exact.numerator) / exact.denominator).quantize(_HUNDREDTH)


def shares(parts: Iterable[Part]) -> dict[str, Share]:
    """Return the share of each domain among those that are known."""
    known = list(parts)
    pillars = {one.pillar: Fraction(one.pillar_weight) for one in known}
    all_pillars = sum(pillars.values(), Fraction(0))
    of_pillar: dict[str, Fraction] = {}
    for one in known:
        of_pillar[one.pillar] = of_pillar.get(one.pillar, Fraction(0)) + Fraction(
            one.weight
        )
    return {
        one.code: Share(
            in_pillar=Fraction(one.weight) / of_pillar[one.pillar],
            in_scope=pillars[one.pillar] / all_pillars,
        )
        for one in known
    }


def usual_effort(gap: Decimal) -> int:
    """Return the effort, 1 to 5, that a gap of this size usually takes."""
    return next((effort for size, effort in _USUAL if gap <= size), _GREATEST)


def worth(impact: Decimal, effort: int) -> Decimal:
    """Return the impact for each step of effort: what gaps are ranked by."""
    return impact / effort
