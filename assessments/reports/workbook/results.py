"""The sheets of the results: levels, measurements, and where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.charts.answer import tell
from assessments.reports.workbook.sheets import (
    COUNT,
    DAY,
    LEVEL,
    MOMENT,
    PLAIN,
    SHARE,
    SIGNED,
    Field,
    pairs,
    table,
)

if TYPE_CHECKING:
    from openpyxl import Workbook

    from assessments.queries.results import Column, CriterionRow, Measured, Results
    from assessments.reports.workbook.sheets import Cell


def _column(column: Column) -> tuple[Cell, Cell, Cell]:
    return column.level, column.coverage, column.confidence


_COLUMNS = (
    Field(gettext_lazy("Declared level"), 12, LEVEL),
    Field(gettext_lazy("Declared coverage"), 12, SHARE),
    Field(gettext_lazy("Declared confidence"), 12, SHARE),
    Field(gettext_lazy("Measured level"), 12, LEVEL),
    Field(gettext_lazy("Measured coverage"), 12, SHARE),
    Field(gettext_lazy("Measured confidence"), 12, SHARE),
    Field(gettext_lazy("Agreed level"), 12, LEVEL),
    Field(gettext_lazy("Agreed coverage"), 12, SHARE),
    Field(gettext_lazy("Agreed confidence"), 12, SHARE),
)
_SPREAD = (
    Field(gettext_lazy("Lowest rating"), 10, LEVEL),
    Field(gettext_lazy("Highest rating"), 10, LEVEL),
    Field(gettext_lazy("People"), 9, COUNT),
    Field(gettext_lazy("Because"), 60),
)


def _summary(book: Workbook, results: Results) -> None:
    header, overall = results.header, results.overall
    story = tell(results)
    told: list[tuple[str, Cell, str]] = [
        (_("Cycle"), header.title, ""),
        (_("Scope"), header.scope_name, ""),
        (_("From"), header.period_start, DAY),
        (_("To"), header.period_end, DAY),
        (_("State"), header.state_label, ""),
        (_("Answer"), " ".join(story.told), ""),
        (_("Moved"), story.moved, ""),
        (_("What moved"), story.movers, ""),
        (_("Targets"), story.reached, ""),
        (_("How sure this is"), " ".join(story.sure), ""),
        (_("Overall declared"), overall.declared.level, LEVEL),
        (_("Overall measured"), overall.measured.level, LEVEL),
        (_("Overall agreed"), overall.agreed.level, LEVEL),
        (_("Coverage"), overall.agreed.coverage, SHARE),
        (_("Confidence"), overall.agreed.confidence, SHARE),
        (_("People"), overall.raters, COUNT),
    ]
    if header.simulated:
        told.insert(0, (_("Simulated data"), _("made up, not real"), ""))
    told += [(pillar.name, pillar.agreed.level, LEVEL) for pillar in results.pillars]
    told += [(_("Decision asked for"), f"{a.what} {a.why}", "") for a in story.asked]
    pairs(book, _("Summary"), told)


def _domains(book: Workbook, results: Results) -> None:
    fields = (
        Field(_("Code"), 8),
        Field(_("Domain"), 34),
        Field(_("Pillar"), 14),
        *_COLUMNS,
        Field(_("Target"), 9, LEVEL),
        Field(_("Gap"), 9, LEVEL),
        Field(_("Before"), 9, LEVEL),
        Field(_("Change"), 9, SIGNED),
        Field(_("Uncertainty"), 11, LEVEL),
        *_SPREAD,
        Field(_("Left out because"), 40),
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
    table(book, _("Domains"), fields, rows)


def _topics(book: Workbook, results: Results) -> None:
    fields = (
        Field(_("Code"), 10),
        Field(_("Topic"), 44),
        Field(_("Domain"), 9),
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
    table(book, _("Topics"), fields, rows)


_MEASURED = (
    Field(gettext_lazy("Metric"), 30),
    Field(gettext_lazy("Lane"), 8),
    Field(gettext_lazy("Status"), 12),
    Field(gettext_lazy("Unit"), 10),
    Field(gettext_lazy("Value"), 14, PLAIN),
    Field(gettext_lazy("Low (95 %)"), 14, PLAIN),
    Field(gettext_lazy("High (95 %)"), 14, PLAIN),
    Field("n", 8, COUNT),
    Field(gettext_lazy("Coverage"), 10, SHARE),
    Field(gettext_lazy("Provisional"), 11),
    Field(gettext_lazy("Window from"), 17, MOMENT),
    Field(gettext_lazy("Window before"), 17, MOMENT),
    Field(gettext_lazy("Because"), 50),
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
        Field(_("Code"), 10),
        Field(_("Criterion"), 44),
        Field(_("Topic"), 10),
        Field(_("Declared"), 10, LEVEL),
        Field(_("Measured"), 10, LEVEL),
        Field(_("Agreed"), 10, LEVEL),
        Field(_("Decision"), 12),
        Field(_("Decided by"), 18),
        Field(_("Reason"), 40),
        Field(_("Expires"), 12, DAY),
        *_MEASURED,
    )
    rows: list[tuple[Cell, ...]] = []
    for row in results.criteria:
        front = _criterion(row)
        if not row.measurements:
            rows.append(front)
        rows += [(*front, *_measured(each)) for each in row.measurements]
    table(book, _("Criteria"), fields, rows)


def method(book: Workbook, results: Results) -> None:
    """Add the last sheet: edition, hashes, and how to read the others."""
    header = results.header
    rules = results.thresholds
    pairs(
        book,
        _("Method"),
        [
            (_("Edition"), f"{header.edition_title} {header.edition_version}", ""),
            (_("Edition SHA-256"), header.edition_sha256, ""),
            (_("Scored at (UTC)"), header.scored_at, MOMENT),
            (_("Scores SHA-256"), header.card_sha256, ""),
            (_("Locked at (UTC)"), header.locked_at, MOMENT),
            (_("Locked content SHA-256"), header.content_sha256, ""),
            (_("Minimum coverage"), rules.minimum_coverage, SHARE),
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


def add(book: Workbook, results: Results) -> None:
    """Add the sheets of the results."""
    _summary(book, results)
    _domains(book, results)
    _topics(book, results)
    _criteria(book, results)
    lanes = (each for lane in results.delivery for each in lane.metrics)
    table(book, _("Delivery"), _MEASURED, [_measured(each) for each in lanes])
