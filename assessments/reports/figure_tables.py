"""The table of a figure as a CSV file: the very cells of the page. Reads only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.reports import tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.charts.figures import Table


def as_csv(table: Table) -> Iterator[str]:
    """Yield the file; what is not known is empty, and never zero."""
    return tables.as_csv(
        [column.label for column in table.columns],
        ([cell.value for cell in row] for row in table.rows),
    )
