"""Sheets of a workbook: numbers as numbers, words as words, no clock in the file."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.utils.functional import Promise
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell as AnyCell
    from openpyxl.cell.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

LEVEL, SHARE, PLAIN, COUNT = "0.0", "0%", "0.0000", "0"
SIGNED, DAY, MOMENT = "+0.0;−0.0;0.0", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
_HEAD = PatternFill("solid", fgColor="E7EFF6")
_WRAP_FROM = 40
Cell = str | int | float | Decimal | date | datetime | None


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a sheet: its heading, its width and how its numbers look."""

    title: str | Promise
    width: int = 12
    format: str = ""


def _written(value: Cell) -> Cell:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)  # all times are UTC; cells know no zone
    return value


def _as_words(cell: AnyCell | MergedCell) -> None:
    """Keep what people wrote from being calculated: "=1+1" is three characters."""
    if cell.data_type == "f":
        cell.data_type = "s"


def _sheet_name(title: str) -> str:
    """Return a name that every program takes: 31 characters, none of a formula's."""
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31]


def table(
    book: Workbook, title: str, fields: Sequence[Field], rows: Iterable[Sequence[Cell]]
) -> None:
    """Add a sheet with a row for each row; what is not known stays empty."""
    sheet: Worksheet = book.create_sheet(_sheet_name(title))
    sheet.append([str(field.title) for field in fields])
    for row in rows:
        sheet.append([_written(value) for value in row])
    for place, field in enumerate(fields, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = field.width
        for cell in sheet[letter][1:]:
            _as_words(cell)
            if field.format:
                cell.number_format = field.format
            cell.alignment = Alignment(
                vertical="top", wrap_text=field.width >= _WRAP_FROM
            )
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = _HEAD
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.freeze_panes = "A2"
    if rows and sheet.max_row > 1:
        sheet.auto_filter.ref = sheet.dimensions


def pairs(book: Workbook, title: str, named: Iterable[tuple[str, Cell, str]]) -> None:
    """Add a sheet of names with their values."""
    sheet: Worksheet = book.create_sheet(_sheet_name(title))
    for name, value, look in named:
        sheet.append([name, _written(value)])
        row = sheet.max_row
        sheet.cell(row, 1).font = Font(bold=True)
        sheet.cell(row, 1).alignment = Alignment(vertical="top")
        cell = sheet.cell(row, 2)
        _as_words(cell)
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
        if look:
            cell.number_format = look
    sheet.column_dimensions["A"].width = 30
    sheet.column_dimensions["B"].width = 90


_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def timeless(body: bytes, moment: datetime) -> bytes:
    """Pack the parts again without the clock that openpyxl writes into them."""
    stamp = f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(body)) as before,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in sorted(before.namelist()):
            part = before.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + stamp, part)
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(entry, part)
    return packed.getvalue()
