"""What closing a gap adds to the whole."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import gaps
from scoring.engine.parts import Part as EnginePart
from scoring.engine.parts import combine

_WEIGHTS = st.integers(1, 9).map(Decimal)
_LEVELS = st.integers(2, 10).map(lambda half: Decimal(half) / 2)
# Pillars of domains: (weight of the pillar, [(weight, level) of each domain]).
_SCOPES = st.lists(
    st.tuples(_WEIGHTS, st.lists(st.tuples(_WEIGHTS, _LEVELS), min_size=1, max_size=4)),
    min_size=1,
    max_size=4,
)
_ALL = Fraction(1)


def _scope(pillars: list[tuple[Decimal, list[tuple[Decimal, Decimal]]]]) -> Fraction:
    """The scope's level as the engine combines it."""
    made = [
        (
            weight,
            combine(
                [
                    (w, EnginePart(level=Fraction(level), coverage=_ALL))
                    for w, level in domains
                ],
                minimum=Decimal("0.5"),
            ),
        )
        for weight, domains in pillars
    ]
    level = combine(made, minimum=Decimal("0.5")).level
    assert level is not None
    return level


@given(_SCOPES, st.data())
def test_closing_a_gap_moves_the_engines_scope_by_gap_times_share(
    pillars: list[tuple[Decimal, list[tuple[Decimal, Decimal]]]], data: st.DataObject
) -> None:
    row = data.draw(st.integers(0, len(pillars) - 1))
    column = data.draw(st.integers(0, len(pillars[row][1]) - 1))
    gap = data.draw(_LEVELS)
    share = gaps.shares(
        gaps.Part(code=f"{p}.{d}", pillar=str(p), weight=w, pillar_weight=weight)
        for p, (weight, domains) in enumerate(pillars)
        for d, (w, _level) in enumerate(domains)
    )[f"{row}.{column}"]
    before = _scope(pillars)
    w, level = pillars[row][1][column]
    pillars[row][1][column] = (w, level + gap)
    assert _scope(pillars) - before == Fraction(gap) * share.whole


@given(_SCOPES)
def test_shares_add_up_to_one(
    pillars: list[tuple[Decimal, list[tuple[Decimal, Decimal]]]],
) -> None:
    found = gaps.shares(
        gaps.Part(code=f"{p}.{d}", pillar=str(p), weight=w, pillar_weight=weight)
        for p, (weight, domains) in enumerate(pillars)
        for d, (w, _level) in enumerate(domains)
    )
    assert sum(one.whole for one in found.values()) == 1


def test_nothing_known_has_no_shares() -> None:
    assert gaps.shares([]) == {}


@pytest.mark.parametrize(
    ("gap", "effort"),
    [("0.5", 2), ("1.0", 3), ("1.5", 4), ("2.0", 4), ("2.5", 5), ("4.0", 5)],
)
def test_a_larger_gap_usually_takes_more(gap: str, effort: int) -> None:
    assert gaps.usual_effort(Decimal(gap)) == effort


def test_worth_is_impact_for_each_step_of_effort() -> None:
    assert gaps.worth(Decimal("0.30"), 3) == Decimal("0.10")
