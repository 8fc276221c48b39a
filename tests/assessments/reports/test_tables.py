"""Tables as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.reports import tables

if TYPE_CHECKING:
    from assessments.reports.tables import Value


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "'="])
def test_no_spreadsheet_calculates_what_people_wrote(first: str) -> None:
    assert tables.guarded(f"{first}cmd|' /C calc'!A0").startswith("'")


@given(st.text())
def test_guarding_loses_nothing(text: str) -> None:
    assert tables.unguarded(tables.guarded(text)) == text


def test_csv_begins_with_a_mark_and_keeps_numbers_as_they_are() -> None:
    rows: list[list[Value]] = [
        [Decimal("-0.5"), -3, "-3", None, {"a": [1]}, date(2026, 3, 2), False]
    ]
    text = "".join(tables.as_csv([*"abcdefg"], rows))
    assert text.startswith("\ufeff")
    head, row = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert head == [*"abcdefg"]
    assert row == ["-0.5", "-3", "'-3", "", '{"a": [1]}', "2026-03-02", "false"]


def test_json_is_an_array_of_objects_and_unknown_is_null() -> None:
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    rows: list[list[Value]] = [[1, None, at], [2, "ü", Decimal("2.50")]]
    found = json.loads("".join(tables.as_json(["a", "b", "c"], rows)))
    assert found == [
        {"a": 1, "b": None, "c": "2026-03-02T09:00:00+00:00"},
        {"a": 2, "b": "ü", "c": "2.50"},
    ]


def test_a_table_without_rows_is_still_a_table() -> None:
    assert json.loads("".join(tables.as_json(["a"], []))) == []
    assert "".join(tables.as_csv(["a"], [])) == "\ufeffa\r\n"


def test_nothing_is_held_until_the_end() -> None:
    endless = iter(int, 1)  # zeros without end
    pieces = tables.as_csv(["n"], ([number] for number in endless))
    assert [next(pieces), next(pieces)] == ["\ufeffn\r\n", "0\r\n"]
