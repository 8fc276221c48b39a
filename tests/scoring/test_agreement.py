"""Agreement: a published example, its properties, and the definition written out."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.agreement import Absence, Agreement, Given, Standing, agreement

if TYPE_CHECKING:
    from collections.abc import Iterable

# Four observers, twelve units, five values; "." is missing. K. Krippendorff, "Computing
# Krippendorff's Alpha-Reliability" (2011), section D, where ordinal alpha is 0.815 with
# 40 pairable values: the last unit has one value only.
PUBLISHED = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)


def table(*rows: str) -> list[Given]:
    """Read rows of people with a column for each topic."""
    return [
        Given(topic=f"T{place:02d}", person=f"person {number}", level=int(level))
        for number, row in enumerate(rows)
        for place, level in enumerate(row.split())
        if level != "."
    ]


def by_definition(rows: Iterable[Given]) -> Fraction:
    """Return alpha from the coincidences of all pairs, in exact fractions."""
    levels_of: dict[str, list[int]] = defaultdict(list)
    for one in rows:
        levels_of[one.topic].append(one.level)
    seen: dict[tuple[int, int], Fraction] = defaultdict(Fraction)
    for levels in levels_of.values():
        for pair in permutations(levels, 2):
            seen[pair] += Fraction(1, len(levels) - 1)
    count: dict[int, Fraction] = defaultdict(Fraction)
    for (level, _), often in seen.items():
        count[level] += often
    whole = sum(count.values(), Fraction(0))

    def squared(one: int, other: int) -> Fraction:
        between = range(min(one, other), max(one, other) + 1)
        middle = (count[one] + count[other]) / 2
        counts = (count.get(level, Fraction(0)) for level in between)
        return (sum(counts, Fraction(0)) - middle) ** 2

    values = list(count)
    apart = (often * squared(*pair) for pair, often in seen.items())
    by_chance = (
        count[one] * count[other] * squared(one, other)
        for one in values
        for other in values
    )
    whole_apart = sum(apart, Fraction(0))
    return 1 - (whole - 1) * whole_apart / sum(by_chance, Fraction(0))


def test_the_published_example_comes_out_as_published() -> None:
    found = agreement(table(*PUBLISHED))

    assert found == Agreement(alpha=0.815, topics=11, ratings=40, raters=4)
    assert found.standing is Standing.CLOSE
    assert not found.rough


def test_people_who_say_the_opposite_agree_less_than_by_chance() -> None:
    found = agreement(table("1 2 3 4 5", "5 4 3 2 1"))

    assert found.alpha is not None
    assert found.alpha < 0
    assert found.standing is Standing.APART


def test_two_levels_apart_weigh_more_than_one() -> None:
    near = agreement(table("1 2 3 4 5 3", "1 2 3 4 4 3"))
    far = agreement(table("1 2 3 4 5 3", "1 2 3 4 2 3"))

    assert near.alpha is not None
    assert far.alpha is not None
    assert near.alpha > far.alpha


@pytest.mark.parametrize(
    ("rows", "why", "counts"),
    [
        ((), Absence.NOBODY, (0, 0, 0)),
        (("1 2 3",), Absence.ONE_RATER, (0, 0, 0)),
        (("1 2 .", ". . 3"), Absence.NO_OVERLAP, (0, 0, 0)),
        (("3 3 .", "3 3 1"), Absence.NO_VARIATION, (2, 4, 2)),
    ],
)
def test_without_overlap_or_variation_there_is_no_alpha_but_a_reason(
    rows: tuple[str, ...], why: Absence, counts: tuple[int, int, int]
) -> None:
    found = agreement(table(*rows))

    assert found.alpha is None
    assert found.absence is why
    assert (found.topics, found.ratings, found.raters) == counts
    assert found.standing is Standing.UNKNOWN
    assert not found.rough


@pytest.mark.parametrize(
    ("rows", "rough"),
    [
        (("1 2 3 4", "1 2 3 4", "1 2 3 4"), True),  # four topics
        (("1 2 3 4 5", "1 2 3 4 5"), True),  # two people
        (("1 2 3 4 5", "1 2 3 4 5", "1 2 3 4 5"), False),
    ],
)
def test_few_topics_or_people_make_it_rough(rows: tuple[str, ...], rough: bool) -> None:
    assert agreement(table(*rows)).rough is rough


# ── properties ─────────────────────────────────────────────────────────────────────

LEVELS = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(0, 4)), st.integers(1, 5), max_size=30
).map(
    lambda found: [
        Given(topic=f"T{topic}", person=f"person {person}", level=level)
        for (topic, person), level in found.items()
    ]
)


def shared(rows: list[Given]) -> list[Given]:
    often = Counter(one.topic for one in rows)
    return [one for one in rows if often[one.topic] > 1]


@given(LEVELS)
def test_it_is_what_the_definition_says(rows: list[Given]) -> None:
    found = agreement(rows)

    if found.alpha is None:
        assert len({one.level for one in shared(rows)}) < 2
    else:
        assert found.alpha == pytest.approx(float(by_definition(rows)), abs=0.00051)
        assert found.alpha <= 1


@given(LEVELS, st.randoms(use_true_random=False))
def test_neither_order_nor_names_change_it(rows: list[Given], chance: object) -> None:
    renamed = [
        Given(topic=one.topic, person=one.person[::-1], level=one.level) for one in rows
    ]
    chance.shuffle(renamed)  # type: ignore[attr-defined]  # a random.Random

    assert agreement(renamed) == agreement(rows)


@given(LEVELS)
@settings(max_examples=50)
def test_perfect_agreement_is_one(rows: list[Given]) -> None:
    said = {one.topic: one.level for one in rows}
    alike = [
        Given(topic=one.topic, person=one.person, level=said[one.topic]) for one in rows
    ]

    found = agreement(alike)

    assert found.alpha == 1 or found.absence is not None


@given(LEVELS)
@settings(max_examples=50)
def test_who_rated_alone_moves_nothing(rows: list[Given]) -> None:
    alone = Given(topic="nobody else's", person="person 0", level=5)

    before, after = agreement(rows), agreement([*rows, alone])

    assert (before.alpha, before.topics) == (after.alpha, after.topics)
