"""How far people agree: Krippendorff's alpha of their levels, with what it rests on.

Levels stand in an order, but nobody knows that 2 to 3 is as far as 4 to 5: hence the
ordinal distance, which counts how many of the given levels lie between two of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLACES = 3
# Krippendorff's own customs: rely on it from here, and conclude carefully from there.
_CLOSE = 0.8
_CAREFUL = 0.667
# With fewer topics or people a single other answer moves alpha a long way.
_FEW_UNITS = 5
_FEW_RATERS = 3


class Absence(StrEnum):
    """Why there is no alpha."""

    NOBODY = "nobody"  # no level was given
    ONE_RATER = "one_rater"
    NO_OVERLAP = "no_overlap"  # nothing was rated by two people
    NO_VARIATION = "no_variation"  # one level throughout: chance would agree as well


class Standing(StrEnum):
    """What an alpha says."""

    CLOSE = "close"
    CAREFUL = "careful"
    APART = "apart"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The level that one person gave to one topic."""

    topic: str
    person: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Alpha, or why there is none, and the `topics` with levels of two or more people.

    `ratings` and `raters` are those of these topics: nothing else enters alpha. It is
    one number of one group of people, without an interval; `rough` says when a single
    other answer could move it far.
    """

    alpha: float | None
    topics: int
    ratings: int
    raters: int
    absence: Absence | None = None

    @property
    def standing(self) -> Standing:
        """What it says, by the customs of content analysis."""
        if self.alpha is None:
            return Standing.UNKNOWN
        if self.alpha >= _CLOSE:
            return Standing.CLOSE
        return Standing.CAREFUL if self.alpha >= _CAREFUL else Standing.APART

    @property
    def rough(self) -> bool:
        """Whether it rests on too little to be more than a hint."""
        return self.alpha is not None and (
            self.topics < _FEW_UNITS or self.raters < _FEW_RATERS
        )


def agreement(given: Iterable[Given]) -> Agreement:
    """Return how far people agree who gave levels, each at most one to a topic."""
    by_topic: dict[str, list[Given]] = defaultdict(list)
    for one in given:
        by_topic[one.topic].append(one)
    shared = {topic: rows for topic, rows in by_topic.items() if len(rows) > 1}
    levels = Counter(one.level for rows in shared.values() for one in rows)
    absence = _absence(by_topic, levels)
    return Agreement(
        alpha=None if absence else _alpha(shared, levels),
        topics=len(shared),
        ratings=levels.total(),
        raters=len({one.person for rows in shared.values() for one in rows}),
        absence=absence,
    )


def _absence(by_topic: dict[str, list[Given]], levels: Counter[int]) -> Absence | None:
    people = {one.person for rows in by_topic.values() for one in rows}
    if not people:
        return Absence.NOBODY
    if len(people) == 1:
        return Absence.ONE_RATER
    if not levels:
        return Absence.NO_OVERLAP
    return Absence.NO_VARIATION if len(levels) == 1 else None


def _alpha(shared: dict[str, list[Given]], levels: Counter[int]) -> float:
    # Loading the library takes a second, which only this number is worth.
    from nltk.metrics.agreement import AnnotationTask

    squared = {
        (one, other): _squared(one, other, levels)
        for one, other in product(levels, repeat=2)
    }
    # Sorted, so that the same answers in another order add up to the same float.
    rows = sorted((topic, one.level) for topic in shared for one in shared[topic])
    task = AnnotationTask(
        [(number, topic, level) for number, (topic, level) in enumerate(rows)],
        distance=lambda one, other: squared[one, other],
    )
    return round(float(task.alpha()), _PLACES) + 0.0  # never "-0.0"


def _squared(one: int, other: int, levels: Counter[int]) -> float:
    """Return the squared ordinal distance: the levels given from one to the other."""
    low, high = sorted((one, other))
    between = sum(count for level, count in levels.items() if low <= level <= high)
    return (between - (levels[low] + levels[high]) / 2) ** 2
