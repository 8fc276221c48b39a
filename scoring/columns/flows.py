"""Flows: samples of several kinds in one, each kind known by its number.

What few pages ask for is kept so: a day has one column of them, and columns of many
days or services are read one after the other as if they were one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from scoring import columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scoring.columns import Floats, Ints

    Flow: TypeAlias = Mapping[int, Floats]

_HEAD = 2  # the number of a kind, and how many samples follow


def pack(flow: Flow) -> bytes:
    """Write each kind as its number, how many samples there are, and them sorted."""
    parts: list[Floats] = []
    for kind, samples in sorted(flow.items()):
        if len(samples):
            parts += [columns.floats((kind, len(samples))), np.sort(samples)]
    return b"".join(part.astype("<f8").tobytes() for part in parts)


def unpack(stored: bytes) -> dict[int, Floats]:
    """Read what `pack` wrote, or several of its writings one after the other."""
    column = columns.unpack(stored)
    # Gives single numbers quicker than the column does.
    numbers = column.data
    found: dict[int, list[Floats]] = {}
    place, end = 0, len(column)
    while place < end:
        kind, size = int(numbers[place]), int(numbers[place + 1])
        place += _HEAD
        found.setdefault(kind, []).append(column[place : place + size])
        place += size
    return {kind: columns.join(parts) for kind, parts in sorted(found.items())}


def same(one: Flow, other: Flow) -> bool:
    """Return whether two flows hold the same samples."""
    return pack(one) == pack(other)


def gathered(flows: Iterable[Flow], kind: int) -> Floats:
    """Return the samples of one kind in all of them."""
    return columns.join([flow[kind] for flow in flows if kind in flow])


def by_day(found: Mapping[int, tuple[Ints, Floats]]) -> dict[int, dict[int, Floats]]:
    """Return the samples of each kind by day, from days and samples of each kind."""
    told: dict[int, dict[int, Floats]] = {}
    for kind, (days, samples) in found.items():
        different = np.unique(days)
        sorted_out = columns.samples_by_day(different, days, samples)
        for day, own in zip(different.tolist(), sorted_out, strict=True):
            told.setdefault(day, {})[kind] = own
    return told


def tally(days: Ints) -> tuple[Ints, Floats]:
    """Return the different days, and how often each occurs."""
    different, counts = np.unique(days, return_counts=True)
    return different, counts.astype(np.float64)


def summed(days: Ints, amounts: Floats) -> tuple[Ints, Floats]:
    """Return the different days, and the sum of the amounts of each."""
    different, places = np.unique(days, return_inverse=True)
    sums = np.bincount(places, weights=amounts, minlength=len(different))
    return different, sums.astype(np.float64)


def stages(moments: Sequence[Floats], *, begun: Floats) -> tuple[list[Floats], Floats]:
    """Cut the way from the first moments to the last into stages.

    Returns the seconds between each two moments that follow each other, NEVER where
    one of them does not count, and the seconds that are in none of them: all together
    are the whole way. A moment that is missing, before an earlier one, or after the
    last does not count; nor does the first where `begun` is NEVER.
    """
    end = moments[-1]
    reached = moments[0]
    rest = end - reached
    told = columns.known(begun)
    spans = []
    for at in moments[1:]:
        counts = (at >= reached) & (at <= end)
        span = np.where(counts & told, at - reached, np.nan)
        rest = rest - np.where(np.isnan(span), 0.0, span)
        reached = np.where(counts, at, reached)
        told = counts
        spans.append(span)
    # What is under a microsecond is left of rounding.
    return spans, np.where(rest < 1e-6, 0.0, rest)
