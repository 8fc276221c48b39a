"""The workbook: results into XLSX, numbers as numbers; same input, same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from assessments.reports.answer import answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.utils.functional import Promise
    from openpyxl.cell.cell import Cell as AnyCell
    from openpyxl.cell.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    from assessments.queries.results import Column, CriterionRow, Measured, Results

_LEVEL, _SHARE, _PLAIN, _COUNT = "0.0", "0%", "0.0000", "0"
_SIGNED, _DAY, _MOMENT = "+0.0;−0.0;0.0", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
_HEAD = PatternFill("solid", fgColor="E7EFF6")
_WRAP_FROM = 40
Cell = str | int | float | Decimal | date | datetime | None


@dataclass(frozen=True, slots=True)
class _Field:
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


def _sheet(
    book: Workbook, title: str, fields: Sequence[_Field], rows: Iterable[Sequence[Cell]]
) -> Worksheet:
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
    return sheet


def _pairs(book: Workbook, title: str, pairs: Iterable[tuple[str, Cell, str]]) -> None:
    sheet: Worksheet = book.create_sheet(_sheet_name(title))
    for name, value, look in pairs:
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


def _column(column: Column) -> tuple[Cell, Cell, Cell]:
    return column.level, column.coverage, column.confidence


_COLUMNS = (
    _Field(gettext_lazy("Declared level"), 12, _LEVEL),
    _Field(gettext_lazy("Declared coverage"), 12, _SHARE),
    _Field(gettext_lazy("Declared confidence"), 12, _SHARE),
    _Field(gettext_lazy("Measured level"), 12, _LEVEL),
    _Field(gettext_lazy("Measured coverage"), 12, _SHARE),
    _Field(gettext_lazy("Measured confidence"), 12, _SHARE),
    _Field(gettext_lazy("Agreed level"), 12, _LEVEL),
    _Field(gettext_lazy("Agreed coverage"), 12, _SHARE),
    _Field(gettext_lazy("Agreed confidence"), 12, _SHARE),
)
_SPREAD = (
    _Field(gettext_lazy("Lowest rating"), 10, _LEVEL),
    _Field(gettext_lazy("Highest rating"), 10, _LEVEL),
    _Field(gettext_lazy("People"), 9, _COUNT),
    _Field(gettext_lazy("Because"), 60),
)


def _summary(book: Workbook, results: Results) -> None:
    header, overall = results.header, results.overall
    told = answer(results)
    pairs: list[tuple[str, Cell, str]] = [
        (_("Cycle"), header.title, ""),
        (_("Scope"), header.scope_name, ""),
        (_("From"), header.period_start, _DAY),
        (_("To"), header.period_end, _DAY),
        (_("State"), header.state_label, ""),
        (_("Answer"), " ".join(told.told), ""),
        (_("Moved"), told.moved, ""),
        (_("Overall declared"), overall.declared.level, _LEVEL),
        (_("Overall measured"), overall.measured.level, _LEVEL),
        (_("Overall agreed"), overall.agreed.level, _LEVEL),
        (_("Coverage"), overall.agreed.coverage, _SHARE),
        (_("Confidence"), overall.agreed.confidence, _SHARE),
        (_("People"), overall.raters, _COUNT),
    ]
    if header.simulated:
        pairs.insert(0, (_("Simulated data"), _("made up, not real"), ""))
    pairs += [(pillar.name, pillar.agreed.level, _LEVEL) for pillar in results.pillars]
    pairs += [(_("Decision asked for"), f"{a.what} {a.why}", "") for a in told.asked]
    _pairs(book, _("Summary"), pairs)


def _domains(book: Workbook, results: Results) -> None:
    fields = (
        _Field(_("Code"), 8),
        _Field(_("Domain"), 34),
        _Field(_("Pillar"), 14),
        *_COLUMNS,
        _Field(_("Target"), 9, _LEVEL),
        _Field(_("Gap"), 9, _LEVEL),
        _Field(_("Before"), 9, _LEVEL),
        _Field(_("Change"), 9, _SIGNED),
        _Field(_("Uncertainty"), 11, _LEVEL),
        *_SPREAD,
        _Field(_("Left out because"), 40),
    )
    rows = []
    for row in results.domains:
        moved = row.movement
        rows.append(
            (
                row.code,
                row.name,
                row.pillar_name,
                *_column(row.declared),
                *_column(row.measured),
                *_column(row.agreed),
                row.target,
                row.gap,
                moved.before if moved else None,
                moved.change if moved else None,
                moved.uncertainty if moved else None,
                row.lowest,
                row.highest,
                row.raters,
                " ".join(row.because),
                row.left_out,
            )
        )
    _sheet(book, _("Domains"), fields, rows)


def _topics(book: Workbook, results: Results) -> None:
    fields = (
        _Field(_("Code"), 10),
        _Field(_("Topic"), 44),
        _Field(_("Domain"), 9),
        *_COLUMNS,
        *_SPREAD,
    )
    rows = (
        (
            row.code,
            row.name,
            row.domain,
            *_column(row.declared),
            *_column(row.measured),
            *_column(row.agreed),
            row.lowest,
            row.highest,
            row.raters,
            " ".join(row.because),
        )
        for row in results.topics
    )
    _sheet(book, _("Topics"), fields, rows)


_MEASURED = (
    _Field(gettext_lazy("Metric"), 30),
    _Field(gettext_lazy("Lane"), 8),
    _Field(gettext_lazy("Status"), 12),
    _Field(gettext_lazy("Unit"), 10),
    _Field(gettext_lazy("Value"), 14, _PLAIN),
    _Field(gettext_lazy("Low (95 %)"), 14, _PLAIN),
    _Field(gettext_lazy("High (95 %)"), 14, _PLAIN),
    _Field("n", 8, _COUNT),
    _Field(gettext_lazy("Coverage"), 10, _SHARE),
    _Field(gettext_lazy("Provisional"), 11),
    _Field(gettext_lazy("Window from"), 17, _MOMENT),
    _Field(gettext_lazy("Window before"), 17, _MOMENT),
    _Field(gettext_lazy("Because"), 50),
)


def _measured(each: Measured) -> tuple[Cell, ...]:
    return (
        each.name,
        each.lane,
        each.status,
        each.unit,
        each.value,
        each.low,
        each.high,
        each.n,
        each.coverage,
        _("yes") if each.provisional else "",
        each.window_start,
        each.window_end,
        each.because,
    )


def _criterion(row: CriterionRow) -> tuple[Cell, ...]:
    decision = row.decision
    return (
        row.code,
        row.name,
        row.topic,
        row.declared,
        row.measured,
        row.agreed,
        row.standing,
        decision.by if decision else "",
        decision.reason if decision else "",
        decision.expires_on if decision else None,
    )


def _criteria(book: Workbook, results: Results) -> None:
    fields = (
        _Field(_("Code"), 10),
        _Field(_("Criterion"), 44),
        _Field(_("Topic"), 10),
        _Field(_("Declared"), 10, _LEVEL),
        _Field(_("Measured"), 10, _LEVEL),
        _Field(_("Agreed"), 10, _LEVEL),
        _Field(_("Decision"), 12),
        _Field(_("Decided by"), 18),
        _Field(_("Reason"), 40),
        _Field(_("Expires"), 12, _DAY),
        *_MEASURED,
    )
    rows: list[tuple[Cell, ...]] = []
    for row in results.criteria:
        front = _criterion(row)
        if not row.measurements:
            rows.append(front)
        rows += [(*front, *_measured(each)) for each in row.measurements]
    _sheet(book, _("Criteria"), fields, rows)


def _method(book: Workbook, results: Results) -> None:
    header = results.header
    rules = results.thresholds
    _pairs(
        book,
        _("Method"),
        [
            (_("Edition"), f"{header.edition_title} {header.edition_version}", ""),
            (_("Edition SHA-256"), header.edition_sha256, ""),
            (_("Scored at (UTC)"), header.scored_at, _MOMENT),
            (_("Scores SHA-256"), header.card_sha256, ""),
            (_("Locked at (UTC)"), header.locked_at, _MOMENT),
            (_("Locked content SHA-256"), header.content_sha256, ""),
            (_("Minimum coverage"), rules.minimum_coverage, _SHARE),
            (
                _("An empty cell"),
                _("is not known, never zero; the column “Because” says why."),
                "",
            ),
            (
                _("Units"),
                _("seconds are seconds, ratios are 0 to 1, times are UTC."),
                "",
            ),
        ],
    )


def render(results: Results) -> bytes:
    """Return the workbook's bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _summary(book, results)
    _domains(book, results)
    _topics(book, results)
    _criteria(book, results)
    lanes = (each for lane in results.delivery for each in lane.metrics)
    _sheet(book, _("Delivery"), _MEASURED, [_measured(each) for each in lanes])
    _method(book, results)
    made = results.header.scored_at
    moment = made.replace(tzinfo=None) if made else datetime(2000, 1, 1)  # noqa: DTZ001  # workbooks know no zone
    book.properties.creator = results.header.workspace_name
    book.properties.title = results.header.title
    book.properties.created = moment
    stored = io.BytesIO()
    book.save(stored)
    return _timeless(stored.getvalue(), moment)


_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def _timeless(body: bytes, moment: datetime) -> bytes:
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
