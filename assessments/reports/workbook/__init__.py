"""The workbook: results into XLSX, numbers as numbers; same input, same bytes."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING

from openpyxl import Workbook

from assessments.reports.workbook import audit, results
from assessments.reports.workbook.sheets import timeless

if TYPE_CHECKING:
    from assessments.reports.material import Material


def render(material: Material) -> bytes:
    """Return the workbook's bytes; with a trail, all that the scores came from."""
    shown = material.results
    book = Workbook()
    book.remove(book.worksheets[0])
    results.add(book, shown)
    if material.trail is not None:
        audit.add(book, shown, material.trail)
    results.method(book, shown)
    made = shown.header.scored_at
    moment = made.replace(tzinfo=None) if made else datetime(2000, 1, 1)  # noqa: DTZ001  # workbooks know no zone
    book.properties.creator = shown.header.workspace_name
    book.properties.title = shown.header.title
    book.properties.created = moment
    stored = io.BytesIO()
    book.save(stored)
    return timeless(stored.getvalue(), moment)
