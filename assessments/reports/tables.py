"""Rows as CSV and JSON, piece by piece: nothing is held whole. Reads only."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scoring.events import Json

Value: TypeAlias = "str | int | float | Decimal | date | datetime | Json"

# Spreadsheets take UTF-8 for another encoding unless a file begins so.
MARK = "\ufeff"
# A spreadsheet takes a cell that begins so for a formula. Apostrophes before it count
# too, so that taking one away again always gives the text that was written.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")


def guarded(text: str) -> str:
    """Return a text that no spreadsheet calculates."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that was guarded."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """Yield a table as CSV, its head first; what is not known is empty."""
    yield MARK + _line(columns)
    for row in rows:
        yield _line([_cell(value) for value in row])


def as_json(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """Yield a table as one JSON array of objects; what is not known is null."""
    before = "[\n"
    for row in rows:
        plain = dict(zip(columns, map(_plain, row), strict=True))
        yield before + json.dumps(plain, ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _cell(value: Value) -> str:
    """Write a value; of texts, so that no spreadsheet calculates them."""
    plain = _plain(value)
    match plain:
        case None:
            return ""
        case str():
            # A number with a sign is one, and nothing that calculates.
            return plain if isinstance(value, Decimal) else guarded(plain)
        case _:
            return json.dumps(plain, ensure_ascii=False)


def _plain(value: Value) -> Json:
    """Return a value as JSON has it: moments in UTC, decimals without rounding."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case _:
            return value
