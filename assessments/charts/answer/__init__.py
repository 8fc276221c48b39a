"""The answer first: what a cycle's numbers say, in sentences by fixed rules.

Page, API, PDF, Markdown and workbook tell the very same ones, and never more than the
numbers do: what is not known, not final or not distinguishable is called so. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.charts.answer.asking import Asked, asked
from assessments.charts.answer.movements import Moved, movements, movers, summary
from assessments.charts.answer.standing import (
    called,
    certainty,
    moved,
    standing,
    unknown,
)
from assessments.charts.answer.targets import (
    Gap,
    apart,
    by_gap,
    disagreements,
    gaps,
    in_full,
    reached,
)

if TYPE_CHECKING:
    from assessments.queries.results import CriterionRow, DomainRow, Results

__all__ = ["Asked", "Gap", "Moved", "Story", "answer", "by_gap", "tell"]

_FEW = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything that the numbers of a cycle are told with."""

    told: tuple[str, ...]
    # What the edition calls the level of the whole; empty where there is none.
    called: str
    sure: tuple[str, ...]
    # Where the whole stands against before, and which domains moved.
    moved: str
    movers: str
    # The same, sentence by sentence.
    moves: tuple[str, ...]
    reached: str
    movements: tuple[Moved, ...]
    risen: tuple[DomainRow, ...]
    fallen: tuple[DomainRow, ...]
    gaps: tuple[Gap, ...]
    unknown: tuple[DomainRow, ...]
    apart: tuple[CriterionRow, ...]
    asked: tuple[Asked, ...]


def answer(results: Results) -> tuple[str, ...]:
    """Return where it stands, what is furthest from target, and what is disputed."""
    if not results.scored:
        return (_("This cycle has not been scored yet, so there is no level to show."),)
    return (standing(results), gaps(results.domains), disagreements(results))


def tell(results: Results) -> Story:
    """Return all of it, for pages and documents to choose from."""
    moves = summary(results)
    return Story(
        told=answer(results),
        called=called(results),
        sure=tuple(certainty(results)),
        moved=moved(results),
        movers=" ".join(moves),
        moves=moves,
        reached=reached(results),
        movements=tuple(movements(results)),
        risen=tuple(movers(results, up=True)[:_FEW]),
        fallen=tuple(movers(results, up=False)[:_FEW]),
        gaps=tuple(in_full(results)),
        unknown=tuple(unknown(results)),
        apart=tuple(apart(results)),
        asked=tuple(asked(results)),
    )
