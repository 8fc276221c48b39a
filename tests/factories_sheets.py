"""Questionnaires that were filled offline, for tests."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from openpyxl import Workbook, load_workbook

from assessments.models import AnswerSheet
from assessments.queries import sheets as rows
from assessments.reports import questionnaire
from assessments.services import sheets
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.contrib.auth.models import User

    from assessments.models import Cycle

HEAD = ("Code", "Your answer", "How sure you are", "What you have seen")


def taken(cycle: Cycle, person: User | None = None, *, by_lead: bool = False) -> bytes:
    """Return the workbook that a person takes with them."""
    return questionnaire.workbook(
        rows.questionnaire(
            cycle_id=cycle.pk,
            person_id=person.pk if person else None,
            with_answers=person is not None and not by_lead,
        )
    )


def filled(body: bytes, said: Mapping[str, Sequence[object]]) -> bytes:
    """Return the workbook with these answers, each (answer, how sure, reason)."""
    book = load_workbook(io.BytesIO(body))
    sheet = book.worksheets[0]
    places = {str(cell.value): n for n, cell in enumerate(sheet[1], start=1)}
    for row in range(2, sheet.max_row + 1):
        values = said.get(str(sheet.cell(row, places["Code"]).value), ())
        for name, value in zip(HEAD[1:], values, strict=False):
            sheet.cell(row, places[name]).value = value  # type: ignore[assignment]  # whatever a person enters
    return saved(book)


def saved(book: Workbook) -> bytes:
    """Return a workbook's bytes."""
    stored = io.BytesIO()
    book.save(stored)
    return stored.getvalue()


def table(*lines: Sequence[object], head: Sequence[object] = HEAD) -> bytes:
    """Return a workbook with a table that somebody made by hand."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(head))
    for line in lines:
        sheet.append(list(line))
    return saved(book)


def kept(
    cycle: Cycle,
    person: User,
    body: bytes,
    *,
    name: str = "answers.xlsx",
    at: datetime = NOW,
) -> AnswerSheet:
    """Bring a file back."""
    pk = sheets.keep(
        cycle_id=cycle.pk,
        person=person,
        vantage="practitioner",
        file_name=name,
        read=questionnaire.read(body, name=name),
        now=at,
    )
    return AnswerSheet.objects.get(pk=pk)


def shown(sheet: AnswerSheet) -> rows.Sheet:
    """Return what a sheet would do."""
    found = rows.sheet(
        cycle_id=sheet.cycle_id, sheet_id=sheet.pk, person_id=sheet.person_id
    )
    assert found is not None
    return found


def applied(
    sheet: AnswerSheet, *, conflicts: bool = False, at: datetime = NOW
) -> sheets.Applied:
    """Take over what is new or changed, and conflicts where asked for."""
    found = shown(sheet)
    wanted = [*found.fresh, *found.changes, *(found.conflicts if conflicts else ())]
    return sheets.apply(
        cycle_id=sheet.cycle_id,
        sheet_id=sheet.pk,
        person=sheet.person,
        taken={row.topic: row.seen for row in wanted},
        now=at,
    )
