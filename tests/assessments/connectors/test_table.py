"""Tables in files: encodings, separators and headers found out, hostile files said."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.connectors import mapping, table
from assessments.connectors.base import Source
from scoring.events import Incident

if TYPE_CHECKING:
    from scoring.events import Json

PLAIN = "Number;Opened at\nINC1;03.02.2026 09:12\nINC2;04.02.2026 10:00\n"
MAPPING: Json = {
    "zone": "Europe/Berlin",
    "dates": "day_first",
    "rules": [
        {
            "kind": "incident",
            "fields": {"id": "Number", "service": "'shop'", "opened_at": '"Opened at"'},
        }
    ],
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encodings_and_separators_are_found_out(encoding: str, separator: str) -> None:
    text = "Größe;Nümber\n1;ä\n2;ö\n".replace(";", separator)
    found = table.read(text.encode(encoding))
    assert found.columns == ("Größe", "Nümber")
    assert [dict(row.cells) for row in found.rows] == [
        {"Größe": "1", "Nümber": "ä"},
        {"Größe": "2", "Nümber": "ö"},
    ]
    assert found.separator == separator


def test_names_that_come_twice_or_are_missing_are_told_apart() -> None:
    found = table.read(b"a,a,,a\n1,2,3,4\n")
    assert found.columns == ("a", "a (2)", "Column 3", "a (3)")


def test_a_file_without_names_has_numbers() -> None:
    found = table.read(b"INC1,2026\nINC2,2027\n", header=False)
    assert found.columns == ("Column 1", "Column 2")
    assert len(found.rows) == 2


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (b"1,2,3", "has 3 cells, but there are 2 columns"),
        (b"=1+1,2", "a: holds a formula"),
        (b'"=HYPERLINK(""http://x"")",2', "a: holds a formula"),
        (b"x" * 20_001 + b",2", "a: is longer than"),
    ],
)
def test_a_row_that_cannot_be_used_says_why_and_the_others_are_read(
    row: bytes, said: str
) -> None:
    found = table.read(b"a,b\n" + row + b"\n3,4\n")
    assert said in found.rows[0].flaw
    assert found.rows[0].line == 2
    assert dict(found.rows[1].cells) == {"a": "3", "b": "4"}


@pytest.mark.parametrize("row", [b"1", b"1,", b"1,,,", b'="1"'])
def test_cells_that_are_missing_or_empty_are_empty(row: bytes) -> None:
    (only,) = table.read(b"a,b\n" + row + b"\n").rows
    assert dict(only.cells) == {"a": "1", "b": ""}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"PK\x03\x04...", "save the sheet as CSV"),
        (b"\x89PNG\x00\x01", "not a text file"),
        (b'a,b\n"open,1\n2,3\n', "quotation mark"),
        (b"a,b\n" + b"1,2\n" * 20_001, "more than 20,000 rows"),
        (b",".join([b"a"] * 300), "more than 200 columns"),
    ],
)
def test_what_is_no_table_says_what_to_do(raw: bytes, said: str) -> None:
    with pytest.raises(table.Unreadable, match=said):
        table.read(raw)


def events(raw: bytes) -> dict[str, Incident]:
    source = Source(
        kind="table", address="", service_key="", rules={"mapping": MAPPING}
    )
    told: dict[str, Incident] = {}
    for row in table.read(raw).rows:
        for event in table.TableFile().parse(table.payload_of(row, source), source):
            assert isinstance(event, Incident)
            told[event.id] = event
    return told


def test_rows_become_events_by_the_mapping() -> None:
    told = events(PLAIN.encode())
    assert list(told) == ["INC1", "INC2"]
    assert told["INC1"].opened_at.isoformat() == "2026-02-03T08:12:00+00:00"


@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_rows_tell_the_same_in_any_order_and_twice(data: st.DataObject) -> None:
    header, *rows = PLAIN.splitlines()
    again = data.draw(st.permutations([*rows, *rows]))
    assert events("\n".join([header, *again]).encode()) == events(PLAIN.encode())


CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=12
).map(str.strip)


@settings(deadline=None, max_examples=60)
@given(rows=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6))
def test_what_a_program_writes_is_read_as_it_was(rows: list[tuple[str, str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([("first", "second"), *rows])
    found = table.read(file.getvalue().encode("utf-8-sig"))
    usable = [
        row for row in rows if any(row) and not any(c.startswith("=") for c in row)
    ]
    told = [tuple(row.cells.values()) for row in found.rows if not row.flaw]
    assert told == usable


def test_columns_that_a_mapping_reads_are_known_by_name() -> None:
    assert table.columns_read(mapping.read(MAPPING)) == ["Opened at"]
