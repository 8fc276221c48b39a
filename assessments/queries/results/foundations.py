"""What a domain's level rests on, as its edition says. It flags, and moves no score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.models import ScoreKind
from assessments.queries.results.rows import Foundation

if TYPE_CHECKING:
    from decimal import Decimal

    from assessments.queries.results.stored import Stored
    from scoring.rubric import Domain, Edition, Prerequisite


def foundations(
    edition: Edition, domain: Domain, stored: Stored
) -> tuple[Foundation, ...]:
    """Return the domains that the level reached here asks something of."""
    here = _agreed(stored, domain.code)
    if here is None:
        return ()
    return tuple(
        Foundation(
            code=one.domain,
            name=edition.domain(one.domain).name,
            level=(there := _agreed(stored, one.domain)),
            needed=one.level,
            from_level=one.from_level,
            why=one.why,
            standing=_standing(one, here, there),
        )
        for one in domain.prerequisites
        if here >= one.from_level and one.domain not in stored.cycle.left_out
    )


def _standing(one: Prerequisite, here: Decimal, there: Decimal | None) -> str:
    if there is None:
        return "unknown"
    return "firm" if one.holds(here=here, there=there) else "weak"


def _agreed(stored: Stored, code: str) -> Decimal | None:
    score = stored.scores.get((ScoreKind.DOMAIN.value, code))
    return score.agreed if score else None
