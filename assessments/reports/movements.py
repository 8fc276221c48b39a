"""Movements of levels as a CSV file: one line for each. Reads only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.reports.tables import as_csv

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assessments.queries.movements import MovementRow

# For machines: the names that the API has, in every language.
_COLUMNS = (
    "at",
    "scope_name",
    "cycle_id",
    "cycle_title",
    "scoring_id",
    "kind",
    "code",
    "name",
    "column",
    "before",
    "after",
    "change",
    "uncertainty",
    "significant",
    "trigger",
    "because",
)


def table(rows: Iterable[MovementRow]) -> Iterator[str]:
    """Yield the file, its head first."""
    return as_csv(_COLUMNS, ([getattr(row, name) for name in _COLUMNS] for row in rows))
