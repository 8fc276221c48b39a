"""A filled questionnaire, from bytes to rows: whatever is in the file, never run.

Columns are found by their headings, wherever they are. Formulas are not calculated and
their last values not believed. Sizes are checked before anything is unpacked.
"""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from assessments.queries.sheets import (
    FORMAT,
    REQUIRED,
    Identity,
    Read,
    ReadRow,
    column_of,
    comparable,
    headings,
)
from assessments.reports.questionnaire.writing import IDENTITY
from assessments.reports.tables import MARK, unguarded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.workbook.workbook import Workbook

MOST_BYTES = 4 * 1024**2
MOST_ROWS = 10_000
_MOST_UNPACKED = 32 * 1024**2
_MOST_PARTS = 200
_MOST_COLUMNS = 64
# Somebody may have put a title above the table.
_HEAD_WITHIN = 20
_SEPARATORS = (",", ";", "\t")

# One cell as text, or the sentence that says why it cannot be read.
_Told = tuple[str, str]


class Unreadable(Exception):
    """The file is no questionnaire; the sentence says what to do about it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def read(body: bytes, *, name: str) -> Read:
    """Return the rows of a filled questionnaire, each with its number in the file."""
    if len(body) > MOST_BYTES:
        raise Unreadable(
            _("The file is larger than %(most)s MiB: send only the questionnaire.")
            % {"most": MOST_BYTES // 1024**2}
        )
    if body.startswith(b"PK"):
        return _read_workbook(body)
    if body.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            _(
                "This is an old or a locked workbook. Remove its password, save it as"
                " “Excel workbook (.xlsx)” and try again."
            )
        )
    if name.lower().endswith(".xlsx"):
        raise Unreadable(_("The file is called .xlsx but is no workbook."))
    return Read(identity=None, rows=_rows(_csv_cells(body)))


# ── workbooks ──────────────────────────────────────────────────────────────────────


def _read_workbook(body: bytes) -> Read:
    try:
        _check_sizes(body)
        book = load_workbook(io.BytesIO(body), read_only=True)
        return Read(identity=_identity(book), rows=_book_rows(book))
    except Unreadable:
        raise
    except Exception as broken:  # a broken file breaks its reader in any way
        raise Unreadable(
            _("The workbook is damaged. Save it again as .xlsx and try once more.")
        ) from broken


def _check_sizes(body: bytes) -> None:
    """Refuse what would unpack to more than a questionnaire can be."""
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        parts = packed.infolist()
        # A part never unpacks to more than is said here: reading stops there.
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > _MOST_PARTS or unpacked > _MOST_UNPACKED:
            raise Unreadable(
                _(
                    "The workbook unpacks to far more than a questionnaire holds."
                    " Copy your answers into a fresh one."
                )
            )
        for part in parts:
            # Definitions of entities can grow without end; no workbook has any.
            if b"<!DOCTYPE" in packed.read(part).replace(b"\0", b""):
                raise Unreadable(_("The workbook holds what no workbook should."))


def _identity(book: Workbook) -> Identity | None:
    if IDENTITY not in book.sheetnames:
        return None
    said = {
        str(row[0]): row[1]
        for row in book[IDENTITY].iter_rows(max_row=20, max_col=2, values_only=True)
        if len(row) == 2  # a name and its value
    }
    if said.get("format") != FORMAT:
        return None
    return Identity(
        cycle_id=int(str(said["cycle"])),
        edition_sha256=str(said["edition_sha256"]),
        person_id=int(str(said["person"])),
        person_name=str(said.get("person_name") or ""),
    )


def _book_rows(book: Workbook) -> tuple[ReadRow, ...]:
    """Read the first sheet with the headings; without one, say what is missing."""
    refused: Unreadable | None = None
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        try:
            rows = sheet.iter_rows(max_col=_MOST_COLUMNS)
            return _rows([_told(cell) for cell in row] for row in rows)
        except Headless as missing:
            refused = refused or missing
    raise refused or Unreadable(_("The workbook has no sheet with questions."))


def _told(cell: Cell | MergedCell) -> _Told:
    kind, value = cell.data_type, cell.value
    if value is None:
        return "", ""
    if kind == "f":
        return "", _("This is a formula. Put its value there instead.")
    if kind == "e":
        return "", _("This is an error of a formula, not a value.")
    if kind == "d":
        return "", _("This is a date. Format the cell as text and enter it again.")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return comparable(str(value)), ""


# ── CSV ────────────────────────────────────────────────────────────────────────────


def _csv_cells(body: bytes) -> Iterator[list[_Told]]:
    text = _decoded(body)
    # Spreadsheets write what their country separates lists with.
    first = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for cells in lines:
            # A text may still be a formula to the reader's spreadsheet, never to us.
            yield [(comparable(unguarded(one)), "") for one in cells[:_MOST_COLUMNS]]
    except csv.Error as broken:
        raise Unreadable(
            _("Line %(line)s of the file is no CSV.") % {"line": lines.line_num}
        ) from broken


def _decoded(body: bytes) -> str:
    try:
        if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return body.decode("utf-16")
        text = body.decode("utf-8")
    except UnicodeDecodeError as broken:
        raise Unreadable(
            _("The text is not UTF-8. Save the file as “CSV UTF-8” and try again.")
        ) from broken
    if "\0" in text:
        raise Unreadable(_("The file is neither a workbook (.xlsx) nor CSV."))
    return text.removeprefix(MARK)


# ── tables ─────────────────────────────────────────────────────────────────────────


class Headless(Unreadable):
    """A table without the headings of a questionnaire."""


def _rows(table: Iterable[Sequence[_Told]]) -> tuple[ReadRow, ...]:
    places: dict[str, int] | None = None
    best: set[str] = set()
    found: list[ReadRow] = []
    for number, cells in enumerate(table, start=1):
        if places is not None:
            row = _row(number, cells, places)
            found += [row] if row else []
            if len(found) > MOST_ROWS:
                raise Unreadable(
                    _(
                        "More than %(most)s rows are filled. Send only the"
                        " questionnaire, without what was put below or beside it."
                    )
                    % {"most": MOST_ROWS}
                )
            continue
        known = _places(cells)
        best = max(best, set(known), key=len)
        if set(REQUIRED) <= set(known):
            places = known
        elif number >= _HEAD_WITHIN:
            break
    if places is None:
        raise Headless(_missing(best))
    return tuple(found)


def _places(cells: Sequence[_Told]) -> dict[str, int]:
    """Return where each column is; a heading that is there twice tells nothing."""
    found: dict[str, int] = {}
    for place, (text, _problem) in enumerate(cells):
        key = column_of(text)
        if key in found:
            raise Unreadable(
                _("There are two columns called “%(name)s”. Remove one.")
                % {"name": text}
            )
        if key:
            found[key] = place
    return found


def _missing(best: set[str]) -> str:
    names = headings()
    gone = [f"“{names[key]}”" for key in REQUIRED if key not in best]
    return _(
        "These columns are missing: %(columns)s. Give them their headings back; their"
        " order does not matter."
    ) % {"columns": ", ".join(gone)}


def _row(number: int, cells: Sequence[_Told], places: dict[str, int]) -> ReadRow | None:
    """Return a row with anything in it that counts; None for an empty one."""
    told = {
        key: cells[place] if place < len(cells) else ("", "")
        for key, place in places.items()
        if key in (*REQUIRED, "known")
    }
    if not any(text or problem for text, problem in told.values()):
        return None
    problem = next(((key, why) for key, (_t, why) in told.items() if why), None)
    texts = {key: text for key, (text, _why) in told.items()}
    return ReadRow(number=number, cells=texts, problem=problem)
