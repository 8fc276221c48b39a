"""CSV as it comes: encodings, separators and headers are found out, not asked for."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_ROWS = 20_000
_MOST_COLUMNS = 200
_LONGEST_CELL = 20_000
_SEPARATORS = ",;\t|"
_SAMPLE_ROWS = 20
_FORMULA = "="
_PACKED = b"PK\x03\x04"
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# What Windows writes where nothing else is said; five of its places are empty.
_OLD = "cp1252"


class Unreadable(ValueError):
    """The file is no table; says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: its line in the file, its cells, or why it cannot be used."""

    line: int
    cells: Mapping[str, str] = field(default_factory=dict)
    flaw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A file that was read."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str
    separator: str


def read(raw: bytes, *, header: bool = True) -> Table:
    """Return the table in a file; raise Unreadable where there is none."""
    text, encoding = _decoded(raw)
    separator = _separator(text)
    lines = _lines(text, separator)
    first = next(((line, cells) for line, cells in lines if any(cells)), None)
    if first is None:
        raise Unreadable("The file is empty: choose one that has rows.")
    width = len(first[1])
    if width > _MOST_COLUMNS:
        raise Unreadable(f"The file has more than {_MOST_COLUMNS} columns.")
    columns = _named(first[1] if header else [""] * width)
    rows = [] if header else [_row(columns, *first)]
    for line, cells in lines:
        if any(cells):
            rows.append(_row(columns, line, cells))
        if len(rows) > MOST_ROWS:
            raise Unreadable(
                f"The file has more than {MOST_ROWS:,} rows: upload it in parts."
            )
    return Table(
        columns=columns, rows=tuple(rows), encoding=encoding, separator=separator
    )


def _decoded(raw: bytes) -> tuple[str, str]:
    if raw.startswith(_PACKED):
        raise Unreadable("This is a workbook or an archive: save the sheet as CSV.")
    marked = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", _OLD]:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding
        break
    raise Unreadable("This is not a text file: save the sheet as CSV in UTF-8.")


def _separator(text: str) -> str:
    """Return what parts most rows into most columns, all alike."""
    start = text[: _SAMPLE_ROWS * 1000]

    def alike(separator: str) -> tuple[int, int]:
        widths = Counter(len(cells) for _, cells in _first_lines(start, separator))
        width, rows = max(widths.items(), key=lambda one: (one[0] > 1, one[1], one[0]))
        return (rows, width) if width > 1 else (0, width)

    return max(_SEPARATORS, key=alike) if start.strip() else _SEPARATORS[0]


def _first_lines(text: str, separator: str) -> list[tuple[int, list[str]]]:
    # The text breaks off somewhere, inside quotation marks perhaps.
    found = _lines(text, separator, strict=False)
    lines = zip(range(_SAMPLE_ROWS), found, strict=False)
    return [each for _, each in lines if any(each[1])] or [(1, [""])]


def _lines(
    text: str, separator: str, *, strict: bool = True
) -> Iterator[tuple[int, list[str]]]:
    file = io.StringIO(text, newline="")
    reader = csv.reader(file, delimiter=separator, strict=strict)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as flaw:
            raise Unreadable(
                f"Line {reader.line_num} is not CSV ({flaw}): a quotation mark that is"
                " not closed, perhaps."
            ) from None
        yield reader.line_num, [_cell(cell) for cell in cells]


def _cell(cell: str) -> str:
    """Return a cell as it is meant: ="007" is how spreadsheets are told of a text."""
    text = cell.strip()
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        return text[2:-1]
    return text


def _named(header: Sequence[str]) -> tuple[str, ...]:
    """Return names for columns, each once: Name, Name (2), Column 3."""
    names: list[str] = []
    for place, cell in enumerate(header, start=1):
        name = " ".join(cell.split())[:100] or f"Column {place}"
        again = sum(each == name or each.startswith(f"{name} (") for each in names)
        names.append(f"{name} ({again + 1})" if name in names else name)
    return tuple(names)


def _row(columns: Sequence[str], line: int, cells: Sequence[str]) -> Row:
    if len(cells) > len(columns) and any(cells[len(columns) :]):
        flaw = f"has {len(cells)} cells, but there are {len(columns)} columns"
        return Row(line=line, flaw=flaw)
    for name, cell in zip(columns, cells, strict=False):
        if cell.startswith(_FORMULA):
            return Row(line=line, flaw=f"{name}: holds a formula, not a value")
        if len(cell) > _LONGEST_CELL:
            return Row(line=line, flaw=f"{name}: is longer than {_LONGEST_CELL:,}")
    given = [*cells, *[""] * len(columns)]
    return Row(line=line, cells=dict(zip(columns, given, strict=False)))
