"""Intervals: how far a number may be from the truth it estimates, at 95 %.

Both kinds make no assumption about the shape of what is measured. Where a sample is too
small for an interval the answer is None: there is none to show.
"""

from __future__ import annotations

import math

Z95 = 1.959963984540054  # the 97.5 % point of the standard normal distribution
_TAIL = 0.025  # left out on each side
_FAR = 9.0  # standard deviations from the mean beyond which nothing is summed


def wilson(successes: int, total: int) -> tuple[float, float] | None:
    """Return the Wilson score interval of a proportion, None without observations.

    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical
    Inference", Journal of the American Statistical Association 22 (1927), 209-212;
    recommended for all n by L. D. Brown, T. T. Cai and A. DasGupta, "Interval
    Estimation for a Binomial Proportion", Statistical Science 16 (2001), 101-133.
    """
    if total <= 0:
        return None
    share = successes / total
    weight = Z95 * Z95 / total
    middle = (share + weight / 2) / (1 + weight)
    spread = (Z95 * math.sqrt(share * (1 - share) / total + weight / (4 * total))) / (
        1 + weight
    )
    # At the ends the exact bound is the end itself; rounding must not move it.
    low = 0.0 if successes == 0 else max(0.0, middle - spread)
    high = 1.0 if successes == total else min(1.0, middle + spread)
    return low, high


def ranks(n: int, share: float) -> tuple[int, int] | None:
    """Return the ranks (smallest is 1) of the samples that enclose a quantile.

    The number of samples under the quantile is binomial whatever their distribution, so
    the samples of ranks l and u enclose it with probability P(l <= B < u), at least
    95 % here with at most 2.5 % on either side. None where n is too small: the median
    needs 6 samples, the 95th percentile 72.

    H. A. David and H. N. Nagaraja, "Order Statistics", 3rd edition (2003), section 7.1;
    W. J. Conover, "Practical Nonparametric Statistics", 3rd edition (1999), sect. 3.2.
    """
    if n < 1:
        return None
    low, high = _enclosing(n, share)
    if low < 1 or high > n:
        return None
    return low, high


def _enclosing(n: int, share: float) -> tuple[int, int]:
    """Return the largest l with P(B < l) <= 2.5 %, and the smallest u beyond 97.5 %."""
    spread = _FAR * math.sqrt(n * share * (1 - share))
    first = max(0, math.floor(n * share - spread))
    last = min(n, math.ceil(n * share + spread))
    term = math.exp(_log_probability(first, n, share))
    below = 0.0  # P(B < k)
    odds = share / (1 - share)
    low, high = first, n + 1
    for k in range(first, last + 1):
        if below <= _TAIL:
            low = k
        elif below >= 1 - _TAIL:
            high = k
            break
        below += term
        term *= odds * (n - k) / (k + 1)
    return low, high


def _log_probability(k: int, n: int, share: float) -> float:
    ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return ways + k * math.log(share) + (n - k) * math.log(1 - share)
