"""Columns: the array code, where a million rows are counted. The only room with NumPy.

Moments are seconds since 1970 in UTC as float64, which keeps microseconds until the
year 2255; a missing moment is NaN. Arrays that leave this room are read-only.

Percentiles are linear interpolations between order statistics (type 7 of Hyndman and
Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50, 1996):
NumPy's default, and PERCENTILE.INC of spreadsheets. No other kind is used anywhere.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable, Mapping, Sequence

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Truths: TypeAlias = NDArray[np.bool_]
Bytes: TypeAlias = NDArray[np.uint8]
Column = TypeVar("Column", NDArray[np.float64], NDArray[np.int64])


class Named(Protocol):
    """Anything that gives a name for a row."""

    def __getitem__(self, row: int, /) -> str:
        """Return the name of a row."""
        ...


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = date(1970, 1, 1).toordinal()
_DAY = 86_400.0
_STORED = np.dtype("<f8")
NEVER = float("nan")
NOWHERE = -1

# ── single values ──────────────────────────────────────────────────────────────────


def seconds(moment: datetime | None) -> float:
    """Return a moment as seconds since 1970, NEVER for none."""
    return NEVER if moment is None else moment.timestamp()


def moment(since_epoch: float) -> datetime:
    """Return the moment of so many seconds since 1970, exact to the microsecond."""
    return _EPOCH + timedelta(seconds=since_epoch)


@lru_cache(maxsize=8192)
def day(number: int) -> date:
    """Return the date of a day's number since 1970; services share their days."""
    return date.fromordinal(_FIRST_DAY + number)


# ── in and out ─────────────────────────────────────────────────────────────────────


def pack(samples: Floats | Sequence[float]) -> bytes:
    """Write samples as sorted little-endian float64."""
    return np.sort(np.asarray(samples, dtype=np.float64)).astype(_STORED).tobytes()


def unpack(stored: bytes | memoryview) -> Floats:
    """Read what `pack` wrote; without copying, where the machine is little-endian."""
    return _closed(np.frombuffer(stored, dtype=_STORED).astype(np.float64, copy=False))


def floats(values: Iterable[float]) -> Floats:
    """Return numbers as a column."""
    return _closed(np.fromiter(values, dtype=np.float64))


def ints(values: Iterable[int]) -> Ints:
    """Return whole numbers as a column."""
    return np.fromiter(values, dtype=np.int64)


def truths(values: Iterable[bool]) -> Truths:
    """Return truths as a column."""
    return np.fromiter(values, dtype=np.bool_)


def of_floats(buffer: array[float]) -> Floats:
    """Return a column over what was collected, without copying."""
    return np.frombuffer(buffer, dtype=np.float64) if buffer else np.empty(0)


def of_ints(buffer: array[int]) -> Ints:
    """Return a column over 64-bit numbers that were collected, without copying."""
    return np.frombuffer(buffer, dtype=np.int64) if buffer else np.empty(0, np.int64)


def of_bytes(buffer: bytearray) -> Bytes:
    """Return a column over small numbers that were collected, without copying."""
    return np.frombuffer(buffer, dtype=np.uint8) if buffer else np.empty(0, np.uint8)


def count_to(length: int) -> Ints:
    """Return 0, 1, 2 … up to the length, without it."""
    return np.arange(length)


def join(columns: Sequence[Floats]) -> Floats:
    """Return columns one after the other."""
    return _closed(np.concatenate(columns)) if columns else NOTHING


def join_ints(columns: Sequence[Ints]) -> Ints:
    """Return columns of whole numbers one after the other."""
    return np.concatenate(columns)


def same(one: Floats, other: Floats) -> bool:
    """Return whether two columns hold the same numbers, NaN included."""
    return bool(np.array_equal(one, other, equal_nan=True))


def _closed(column: Floats) -> Floats:
    column.flags.writeable = False
    return column


NOTHING: Floats = _closed(np.empty(0))

# ── statistics ─────────────────────────────────────────────────────────────────────


def percentile(samples: Floats, share: float) -> float:
    """Return the value under which a share of the samples lies, interpolated."""
    # As numpy.quantile does, which takes ten times as long over few samples.
    place = share * (len(samples) - 1)
    low = int(place)
    high = min(low + 1, len(samples) - 1)
    partly = np.partition(samples, (low, high))
    below, above = float(partly[low]), float(partly[high])
    part = place - low
    if part < 0.5:
        return below + (above - below) * part
    return above - (above - below) * (1 - part)


def mean(samples: Floats) -> float:
    """Return the arithmetic mean."""
    return float(samples.mean())


def order_statistics(samples: Floats, ranks: tuple[int, int]) -> tuple[float, float]:
    """Return the samples of two ranks; the smallest has rank 1."""
    low, high = ranks[0] - 1, ranks[1] - 1
    partly = np.partition(samples, (low, high))
    return float(partly[low]), float(partly[high])


# ── kernels ────────────────────────────────────────────────────────────────────────


def full(length: int, value: float) -> Floats:
    """Return a column of one value."""
    return np.full(length, value)


def nowhere(length: int) -> Ints:
    """Return a column of positions that point nowhere."""
    return np.full(length, NOWHERE, dtype=np.int64)


def no(length: int) -> Truths:
    """Return a column of false."""
    return np.zeros(length, dtype=np.bool_)


def scattered(length: int, rows: Mapping[int, int]) -> Ints:
    """Return a column with some rows given, NOWHERE elsewhere."""
    column = nowhere(length)
    column[list(rows)] = list(rows.values())
    return column


def order(moments: Floats, names: Named) -> Ints:
    """Return the order by moment; ties go by name."""
    ranked = np.argsort(moments, kind="stable")
    along = moments[ranked]
    repeated = along[1:] == along[:-1]
    if repeated.any():
        tied = np.zeros(len(ranked), dtype=np.bool_)
        tied[1:] |= repeated
        tied[:-1] |= repeated
        rows = ranked[tied].tolist()
        rows.sort(key=lambda row: (moments[row], names[row]))
        ranked[tied] = rows
    return ranked


def inverse(ranked: Ints, length: int) -> Ints:
    """Return where each row went, NOWHERE for rows that are left out."""
    places = np.full(length, NOWHERE, dtype=np.int64)
    places[ranked] = np.arange(len(ranked))
    return places


def positions(which: Truths) -> Ints:
    """Return where it is true."""
    return np.flatnonzero(which)


def first_at_or_after(moments: Floats, sorted_moments: Floats) -> Ints:
    """Return the position of the first at or after each moment, else the length."""
    return np.searchsorted(sorted_moments, moments, side="left")


def last_at_or_before(moments: Floats, sorted_moments: Floats) -> Ints:
    """Return the position of the last at or before each moment, else NOWHERE."""
    return np.searchsorted(sorted_moments, moments, side="right") - 1


def lookup(targets: Ints, at: Ints) -> Ints:
    """Return targets[at], NOWHERE where `at` lies beyond the end."""
    if not len(targets):
        return nowhere(len(at))
    inside = at < len(targets)
    return np.where(inside, targets[np.where(inside, at, 0)], NOWHERE)


def next_of(which: Truths) -> Ints:
    """Return, for each row, the next later row where it is true, else NOWHERE."""
    found = np.flatnonzero(which)
    return lookup(found, np.searchsorted(found, np.arange(len(which)), side="right"))


def first_of_code(codes: Ints, which: Truths, sizes: int) -> Ints:
    """Return the first row of each code where it is true; beyond the end if none."""
    firsts = np.full(sizes, len(codes), dtype=np.int64)
    rows = np.flatnonzero(which & (codes >= 0))[::-1]
    firsts[codes[rows]] = rows  # written backwards: the first row is written last
    return firsts


def by_code(table: Ints, codes: Ints, missing: int) -> Ints:
    """Return table[code], `missing` where the code is unknown."""
    if not len(table):
        return np.full(len(codes), missing, dtype=np.int64)
    known = (codes >= 0) & (codes < len(table))
    return np.where(known, table[np.where(known, codes, 0)], missing)


def moments_at(moments: Floats, rows: Ints) -> Floats:
    """Return moments[row], NEVER where the row is NOWHERE."""
    if not len(moments):
        return np.full(len(rows), np.nan)
    return np.where(rows >= 0, moments[np.maximum(rows, 0)], np.nan)


def either(which: Truths, one: Ints, other: Ints) -> Ints:
    """Return one where it is true and the other elsewhere."""
    return np.where(which, one, other)


def instead(moments: Floats, others: Floats) -> Floats:
    """Return the moments, and the others where there is none."""
    return np.where(np.isnan(moments), others, moments)


def earlier(moments: Floats, others: Floats) -> Floats:
    """Return the earlier of each two; a missing moment yields to the other."""
    return np.fmin(moments, others)


def earlier_of_both(moments: Floats, others: Floats) -> Floats:
    """Return the earlier of each two; none where either is missing."""
    return np.minimum(moments, others)


def highest_so_far(moments: Floats) -> Floats:
    """Return the latest moment up to each row; long ago while there is none."""
    return np.maximum.accumulate(np.where(np.isnan(moments), -np.inf, moments))


def shifted(column: Column, first: float) -> Column:
    """Return each row's predecessor; `first` is the predecessor of the first row."""
    moved = np.roll(column, 1)
    moved[:1] = first
    return moved


def inside(rows: Ints, length: int) -> Ints:
    """Return the rows, NOWHERE for those beyond the end."""
    return np.where(rows < length, rows, NOWHERE)


def codes_of(length: int, cases: Sequence[tuple[Truths, int]]) -> Ints:
    """Return the code of the last case that is true, NOWHERE if none is."""
    codes = nowhere(length)
    for which, code in cases:
        codes[which] = code
    return codes


def repeat(value: int, length: int) -> Ints:
    """Return a column of one whole number."""
    return np.full(length, value, dtype=np.int64)


def both(one: Truths, other: Truths) -> Truths:
    """Return where both are true."""
    return np.logical_and(one, other)


def only(which: Truths, rows: Ints) -> Ints:
    """Return the rows where it is true, NOWHERE elsewhere."""
    return np.where(which, rows, NOWHERE)


def chosen_moments(which: Truths, one: Floats, other: Floats) -> Floats:
    """Return one where it is true and the other elsewhere."""
    return np.where(which, one, other)


def smaller(one: Ints, other: Ints) -> Ints:
    """Return the smaller of each two."""
    return np.minimum(one, other)


def known(moments: Floats) -> Truths:
    """Return where there is a moment."""
    return ~np.isnan(moments)


def first_each(rows: Ints) -> tuple[Ints, Ints]:
    """Return the different rows, and where each occurs first."""
    return np.unique(rows, return_index=True)


def latest_each(rows: Ints, moments: Floats, length: int) -> Floats:
    """Return the latest moment of each row; NEVER if one of its moments is missing."""
    latest = np.full(length, -np.inf)
    np.maximum.at(latest, rows, np.where(np.isnan(moments), np.inf, moments))
    return np.where(np.isinf(latest), np.nan, latest)


# ── days ───────────────────────────────────────────────────────────────────────────


def how_often(rows: Ints, length: int) -> Ints:
    """Return how often each row occurs."""
    return np.bincount(rows, minlength=length)


def days_of(moments: Floats) -> Ints:
    """Return the number of the UTC day of each moment."""
    return np.floor_divide(moments, _DAY).astype(np.int64)


def count_days(
    found: Mapping[str, Ints], more: Ints
) -> tuple[Ints, dict[str, list[int]]]:
    """Return the days that occur, in order, and how often each kind found each day.

    `more` are days that occur though nothing is counted on them.
    """
    known = [days for days in (*found.values(), more) if len(days)]
    if not known:
        return np.empty(0, np.int64), {name: [] for name in found}
    first = min(int(days.min()) for days in known)
    span = max(int(days.max()) for days in known) - first + 1
    counts = {
        name: np.bincount(days - first, minlength=span) for name, days in found.items()
    }
    occurs = np.bincount(more - first, minlength=span)
    for each in counts.values():
        occurs = occurs + each
    rows = np.flatnonzero(occurs)
    return rows + first, {name: each[rows].tolist() for name, each in counts.items()}


def samples_by_day(days: Ints, found: Ints, samples: Floats) -> list[Floats]:
    """Return the sorted samples of each of the (sorted, different) days."""
    ranked = np.argsort(samples)
    # Few different days: as 16-bit numbers they are sorted in linear time.
    offsets = found - (days[0] if len(days) else 0)
    short = offsets.astype(np.uint16) if len(days) and _short(days) else offsets
    ranked = ranked[np.argsort(short[ranked], kind="stable")]
    column = _closed(samples[ranked])
    edges = np.searchsorted(found[ranked], days, side="left").tolist()
    ends = np.searchsorted(found[ranked], days, side="right").tolist()
    return [
        column[start:end] if end > start else NOTHING
        for start, end in zip(edges, ends, strict=True)
    ]


def _short(days: Ints) -> bool:
    return bool(days[-1] - days[0] < np.iinfo(np.uint16).max)
