"""Levels of two cycles side by side. Pure arithmetic on stored scores.

How sure a level is, in levels: it was rounded to half steps; raters differ; what is not
covered could be anything nearby. Two levels differ significantly if they lie at least
as far apart as their uncertainties together (docs/adr/0039).
"""

from __future__ import annotations

from decimal import Decimal
from math import hypot, sqrt
from typing import TYPE_CHECKING, NamedTuple

from assessments.queries.results.rows import Movement

if TYPE_CHECKING:
    from assessments.models import Score
    from assessments.queries.results.rows import DomainRow, GroupRow

# Half of a half step: what rounding may have taken or added.
_ROUNDING = 0.25
# A single voice may be half a level off, whoever it is.
_ONE_VOICE = 0.5
_TENTH = Decimal("0.1")


class Stood(NamedTuple):
    """What a movement is told from: a score, whether or not its row is at hand."""

    agreed: Decimal | None
    agreed_coverage: Decimal | None
    lowest: Decimal | None
    highest: Decimal | None
    raters: int


def stood(row: DomainRow | GroupRow) -> Stood:
    """Return where a shown row stands."""
    return Stood(
        agreed=row.agreed.level,
        agreed_coverage=row.agreed.coverage,
        lowest=row.lowest,
        highest=row.highest,
        raters=row.raters,
    )


def stood_in(score: Score, column: str) -> Score | Stood:
    """Return where a score stands in one of its columns."""
    if column == "agreed":
        return score
    people = column == "declared"
    # No person stands behind what is measured: rounding and gaps alone make it unsure.
    return Stood(
        agreed=getattr(score, column),
        agreed_coverage=getattr(score, f"{column}_coverage"),
        lowest=score.lowest if people else None,
        highest=score.highest if people else None,
        raters=score.raters if people else 0,
    )


def movement(
    now: Score | Stood | None, before: Score | Stood | None
) -> Movement | None:
    """Return how the agreed level moved; None if there was no such score before."""
    if now is None or before is None:
        return None
    if now.agreed is None or before.agreed is None:
        return Movement(
            before=before.agreed, change=None, uncertainty=None, significant=False
        )
    change = now.agreed - before.agreed
    unsure = Decimal(hypot(_uncertainty(now), _uncertainty(before))).quantize(_TENTH)
    return Movement(
        before=before.agreed,
        change=change,
        uncertainty=unsure,
        significant=bool(change) and abs(change) >= unsure,
    )


def _uncertainty(score: Score | Stood) -> float:
    missing = 0.0
    if score.agreed_coverage is not None:
        missing = 1 - float(score.agreed_coverage)
    return hypot(_ROUNDING, _of_people(score), missing)


def _of_people(score: Score | Stood) -> float:
    """Half the range of people's own means, less the more people there are."""
    if score.raters == 1:
        return _ONE_VOICE
    if score.lowest is None or score.highest is None or not score.raters:
        return 0.0
    return float(score.highest - score.lowest) / 2 / sqrt(score.raters)
