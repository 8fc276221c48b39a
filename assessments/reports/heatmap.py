"""The heat map as a CSV file: one line for each unit and domain. Reads only."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.charts import heatmap as charts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from assessments.queries.heatmap import Cell, HeatMap, Line, Unit

# A spreadsheet would take a cell that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(found: HeatMap) -> str:
    """Return the file, with its head; numbers as machines write them."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            _("Unit"),
            _("Cycle"),
            _("Period ends"),
            _("State"),
            _("Edition"),
            _("Pillar"),
            _("Domain"),
            _("Name"),
            _("Declared"),
            _("Measured"),
            _("Agreed"),
            _("Coverage"),
            _("Target"),
            _("Gap to target"),
            _("Before"),
            _("Change"),
            _("Uncertainty of the change"),
            _("Why there is no agreed level"),
        ]
    )
    for pillar in found.pillars:
        for line in pillar.lines:
            for unit, cell in zip(found.units, line.cells, strict=True):
                writer.writerow(list(_line(found, unit, pillar.name, line, cell)))
    return out.getvalue()


def _line(
    found: HeatMap, unit: Unit, pillar: str, line: Line, cell: Cell
) -> Iterator[str]:
    yield _plain(unit.name)
    yield _plain(unit.cycle_title)
    yield unit.period_end.isoformat()
    yield _("locked") if unit.locked else _("not locked")
    yield _plain(f"{found.edition_key} {unit.edition_version}")
    yield _plain(pillar)
    yield _plain(line.code)
    yield _plain(line.name)
    moved = cell.movement
    for number in (
        cell.declared,
        cell.measured,
        cell.agreed,
        cell.coverage,
        cell.target,
        cell.gap,
        moved.before if moved else None,
        moved.change if moved else None,
        moved.uncertainty if moved else None,
    ):
        yield _number(number)
    yield "" if cell.agreed is not None else _plain(charts.paint(cell, "agreed").said)


def _number(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
