"""A questionnaire as a workbook to fill offline, or as CSV."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from assessments.charts import words
from assessments.queries.sheets import (
    FORMAT,
    answer_words,
    comparable,
    confidence_words,
    headings,
)
from assessments.reports import tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from assessments.queries.sheets import Line, Questionnaire

# The name of the sheet that says where a file comes from; nobody needs to see it.
IDENTITY = "compel"
_CHOICES = "choices"
_FILLED_IN = ("answer", "confidence", "rationale")
_WIDTHS = {
    "domain": 22,
    "code": 9,
    "question": 44,
    "answer": 17,
    "confidence": 12,
    "rationale": 52,
}
_LEVEL_WIDTH = 30
_HEAD = PatternFill("solid", fgColor="E7EFF6")
_OPEN = PatternFill("solid", fgColor="FFF9E5")
_TOP = Alignment(vertical="top", wrap_text=True)


def workbook(asked: Questionnaire) -> bytes:
    """Return a workbook with the questions, of which only answers can be changed."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _("Questions")
    _questions(sheet, asked)
    _explanation(book.create_sheet(_("How to fill it in")), asked)
    _choices(book.create_sheet(_CHOICES), asked)
    _identity(book.create_sheet(IDENTITY), asked)
    book.properties.title = asked.title
    book.properties.creator = "Compel"
    stored = io.BytesIO()
    book.save(stored)
    return stored.getvalue()


def as_csv(asked: Questionnaire) -> Iterator[str]:
    """Yield the same columns as CSV; where it comes from is not said in it."""
    rows = ([str(cell) for cell in _cells(asked, line)] for line in asked.lines)
    return tables.as_csv(_columns(asked), rows)


def _columns(asked: Questionnaire) -> list[str]:
    names = headings()
    before = [names["domain"], names["code"], names["question"]]
    levels = [f"{n} {name}" for n, name in asked.levels]
    return [*before, *levels, *(names[key] for key in _FILLED_IN), names["known"]]


def _cells(asked: Questionnaire, line: Line) -> list[str | int]:
    levels = [
        f"{n} {name}: {text}"
        for (n, name), text in zip(asked.levels, line.levels, strict=True)
    ]
    said = line.answer
    answer: str | int = ""
    if said:
        answer = answer_words().get(said.answer) or said.level or ""
    return [
        line.domain,
        line.code,
        f"{line.name}\n{line.text}",
        *levels,
        answer,
        said.confidence_label if said else "",
        comparable(said.rationale) if said else "",
        line.known,
    ]


def _questions(sheet: Worksheet, asked: Questionnaire) -> None:
    _append(sheet, _columns(asked))
    for line in asked.lines:
        _append(sheet, _cells(asked, line))
    last = sheet.max_row
    first_open = 4 + len(asked.levels)
    for column in range(1, sheet.max_column + 1):
        letter = get_column_letter(column)
        filled_in = first_open <= column < first_open + len(_FILLED_IN)
        for (cell,) in sheet[f"{letter}2:{letter}{max(last, 2)}"]:
            cell.alignment = _TOP
            cell.protection = Protection(locked=not filled_in)
            if filled_in:
                cell.fill = _OPEN
        sheet.column_dimensions[letter].width = _width(asked, column)
    sheet.column_dimensions[get_column_letter(sheet.max_column)].hidden = True
    for cell in sheet[1]:
        cell.font, cell.fill, cell.alignment = Font(bold=True), _HEAD, _TOP
    _validate(sheet, asked, first_open)
    sheet.freeze_panes = "C2"
    # Without a password: it keeps from slips, not from people.
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _width(asked: Questionnaire, column: int) -> int:
    widths = [_WIDTHS[key] for key in ("domain", "code", "question")]
    widths += [_LEVEL_WIDTH] * len(asked.levels)
    widths += [_WIDTHS[key] for key in _FILLED_IN]
    return widths[column - 1] if column <= len(widths) else _WIDTHS["code"]


def _validate(sheet: Worksheet, asked: Questionnaire, first: int) -> None:
    """Offer what may be chosen as lists; the reader checks it all again."""
    answers = len(asked.levels) + len(answer_words())
    degrees = len(confidence_words())
    for column, source, choices in ((first, "A", answers), (first + 1, "B", degrees)):
        letter = get_column_letter(column)
        rule = DataValidation(
            type="list",
            formula1=f"'{_CHOICES}'!${source}$1:${source}${choices}",
            allow_blank=True,
            showErrorMessage=True,
        )
        rule.errorTitle, rule.error = _("Choose from the list"), _("Or leave it empty.")
        rule.add(f"{letter}2:{letter}{max(sheet.max_row, 2)}")
        sheet.add_data_validation(rule)


def _choices(sheet: Worksheet, asked: Questionnaire) -> None:
    said: list[str | int] = [n for n, _name in asked.levels]
    said += answer_words().values()
    for row, value in enumerate(said, start=1):
        sheet.cell(row, 1, value)
    for row, word in enumerate(confidence_words().values(), start=1):
        sheet.cell(row, 2, word)
    sheet.sheet_state = "hidden"


def _explanation(sheet: Worksheet, asked: Questionnaire) -> None:
    made_for = asked.person_name or _("whoever is asked")
    lines: list[Sequence[str | int]] = [
        [_("Cycle"), asked.title],
        [_("About"), asked.scope_name],
        [_("Edition"), f"{asked.edition_title} {asked.edition_version}"],
        [_("Made for"), made_for],
        [_("Due"), words.day(asked.due_on) if asked.due_on else ""],
        [_("Answer"), _("Read the levels, then choose the one that you see today.")],
        [
            "",
            _(
                "“%(unknown)s” and “%(absent)s” are answers too; neither lowers a"
                " score. An empty answer is skipped."
            )
            % {
                "unknown": answer_words()["unknown"],
                "absent": answer_words()["not_applicable"],
            },
        ],
        [_("Only values"), _("A cell with a formula is not read.")],
        [
            _("Bring it back"),
            _(
                "Open the cycle, “Answer offline”, and choose this file. You see what"
                " would change before anything is kept."
            ),
        ],
    ]
    for line in lines:
        _append(sheet, line)
        sheet.cell(sheet.max_row, 1).font = Font(bold=True)
        sheet.cell(sheet.max_row, 1).alignment = _TOP
        sheet.cell(sheet.max_row, 2).alignment = _TOP
    sheet.column_dimensions["A"].width = 20
    sheet.column_dimensions["B"].width = 90


def _identity(sheet: Worksheet, asked: Questionnaire) -> None:
    said: dict[str, str | int] = {
        "format": FORMAT,
        "cycle": asked.cycle_id,
        "edition_sha256": asked.edition_sha256,
        "person": asked.person_id,
        "person_name": asked.person_name,
    }
    for line in said.items():
        _append(sheet, line)
    sheet.sheet_state = "veryHidden"


def _append(sheet: Worksheet, values: Sequence[str | int]) -> None:
    """Write a row of plain values: "=1+1" is three characters, nothing calculates."""
    # What no cell may hold is left out, as when the file is read.
    sheet.append([comparable(one) if isinstance(one, str) else one for one in values])
    for cell in sheet[sheet.max_row]:
        if cell.data_type == "f":
            cell.data_type = "s"
