"""Columns: what is packed comes back, and the array code does what loops would do."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import columns

_numbers = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(_numbers))
def test_samples_come_back_sorted_from_packing(samples: list[float]) -> None:
    assert columns.unpack(columns.pack(samples)).tolist() == sorted(samples)


def test_packed_samples_are_little_endian_doubles() -> None:
    assert columns.pack([2.0, 1.0]) == struct.pack("<2d", 1.0, 2.0)
    assert columns.pack(columns.NOTHING) == b""
    assert len(columns.unpack(b"")) == 0


def test_what_was_unpacked_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        columns.unpack(columns.pack([1.0]))[0] = 2.0


@given(
    st.datetimes(
        min_value=datetime(1970, 1, 1),  # noqa: DTZ001 - hypothesis wants it naive
        max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - hypothesis wants it naive
        timezones=st.just(UTC),
    )
)
def test_moments_survive_to_the_microsecond(moment: datetime) -> None:
    assert columns.moment(columns.seconds(moment)) == moment


def test_percentiles_are_interpolated() -> None:
    # Type 7: the 95th percentile of 1..5 lies at rank 1 + 0.95 · 4 = 4.8.
    samples = columns.floats([5, 1, 3, 2, 4])
    assert columns.percentile(samples, 0.5) == 3.0
    assert columns.percentile(samples, 0.95) == pytest.approx(4.8)
    assert columns.percentile(columns.floats([1, 2]), 0.5) == 1.5


@given(st.lists(st.tuples(st.integers(0, 5).map(float), st.integers(0, 9).map(str))))
def test_order_is_by_moment_and_then_by_name(rows: list[tuple[float, str]]) -> None:
    moments = columns.floats(moment for moment, _ in rows)
    ranked = columns.order(moments, [name for _, name in rows])
    assert [rows[row] for row in ranked.tolist()] == sorted(rows)


@given(st.lists(st.booleans(), max_size=20))
def test_next_of_finds_the_next_later_row(which: list[bool]) -> None:
    expected = [
        next((later for later in range(row + 1, len(which)) if which[later]), -1)
        for row in range(len(which))
    ]
    assert columns.next_of(columns.truths(which)).tolist() == expected


@given(st.lists(st.tuples(st.integers(-1, 3), st.booleans()), max_size=20))
def test_first_of_code_finds_the_first_row_of_each(
    rows: list[tuple[int, bool]],
) -> None:
    codes = columns.ints(code for code, _ in rows)
    which = columns.truths(counts for _, counts in rows)
    expected = [
        next((row for row, one in enumerate(rows) if one == (code, True)), len(rows))
        for code in range(4)
    ]
    assert columns.first_of_code(codes, which, 4).tolist() == expected


@given(st.lists(st.tuples(st.integers(0, 4), _numbers), max_size=30))
def test_samples_are_sorted_into_their_days(rows: list[tuple[int, float]]) -> None:
    days = columns.ints(range(5))
    found = columns.ints(day for day, _ in rows)
    samples = columns.floats(sample for _, sample in rows)
    assert [one.tolist() for one in columns.samples_by_day(days, found, samples)] == [
        sorted(sample for day, sample in rows if day == wanted) for wanted in range(5)
    ]
    assert columns.count_days({"all": found}, days)[1]["all"] == [
        sum(day == wanted for day, _ in rows) for wanted in range(5)
    ]


def test_the_latest_moment_is_missing_if_one_of_them_is() -> None:
    latest = columns.latest_each(
        columns.ints([0, 0, 1, 1]), columns.floats([1, 3, 2, columns.NEVER]), 3
    )
    assert latest[0] == 3
    assert np.isnan(latest[1:]).all()


def test_days_begin_at_midnight_utc() -> None:
    moments = columns.floats([0, 86_399.999999, 86_400])
    assert [
        columns.day(day).isoformat() for day in columns.days_of(moments).tolist()
    ] == [
        "1970-01-01",
        "1970-01-01",
        "1970-01-02",
    ]
