"""Intervals agree with their definitions, worked out the slow way."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.intervals import ranks, wilson


def _below(k: int, n: int, share: float) -> float:
    """Return P(B < k) for a binomial B, term by term."""
    return sum(comb(n, i) * share**i * (1 - share) ** (n - i) for i in range(k))


def test_wilson_gives_the_published_intervals() -> None:
    # Brown, Cai and DasGupta's formula by hand: 3 of 30 with z = 1.96:
    # (0.1 + 0.06403) / 1.12805 ± 1.96·sqrt(0.003 + 0.001067) / 1.12805
    low, high = wilson(3, 30) or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.0346, 0.2562)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)


def test_nothing_observed_has_no_interval() -> None:
    assert wilson(0, 0) is None
    assert ranks(0, 0.5) is None


@given(total=st.integers(1, 10**7), share=st.floats(0, 1))
def test_a_proportion_lies_within_its_interval_and_both_within_bounds(
    total: int, share: float
) -> None:
    successes = round(total * share)
    low, high = wilson(successes, total) or (2.0, -1.0)
    assert 0 <= low <= successes / total <= high <= 1


@pytest.mark.parametrize("share", [0.5, 0.95])
@pytest.mark.parametrize("n", [1, 5, 6, 7, 10, 29, 71, 72, 73, 150, 400])
def test_ranks_leave_out_at_most_two_and_a_half_percent_on_either_side(
    n: int, share: float
) -> None:
    found = ranks(n, share)
    lows = [k for k in range(1, n + 1) if _below(k, n, share) <= 0.025]
    highs = [k for k in range(1, n + 1) if 1 - _below(k, n, share) <= 0.025]
    assert found == ((max(lows), min(highs)) if lows and highs else None)


def test_the_smallest_samples_with_an_interval() -> None:
    assert ranks(5, 0.5) is None
    assert ranks(6, 0.5) == (1, 6)
    assert ranks(10, 0.5) == (2, 9)
    assert ranks(71, 0.95) is None
    assert ranks(72, 0.95) is not None


def test_a_million_samples_have_ranks_close_to_their_quantile() -> None:
    # The normal approximation puts them 1.96 · sqrt(n/4) = 980 either side.
    low, high = ranks(1_000_000, 0.5) or (0, 0)
    assert abs(low - 499_020) <= 1
    assert abs(high - 500_981) <= 1
