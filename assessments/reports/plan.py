"""The plan as a CSV file: what the list shows, row by row. Reads only."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.charts import following, words
from assessments.reports.tables import guarded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assessments.queries.plan import InitiativeRow


def table(rows: Iterable[InitiativeRow]) -> str:
    """Return one line for each initiative and domain, with its head."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            _("Initiative"),
            _("Why, and how"),
            _("Part of the organization"),
            _("Owner"),
            _("Starts"),
            _("Due"),
            _("Effort"),
            _("Status"),
            _("Overdue"),
            _("Domain"),
            _("Level before"),
            _("Expected level"),
            _("Level now"),
            _("Cycle"),
            _("What moved"),
        ]
    )
    for row in rows:
        for line in _lines(row):
            writer.writerow([guarded(cell) for cell in line])
    return out.getvalue()


def _lines(row: InitiativeRow) -> Iterator[list[str]]:
    own = [
        row.title,
        row.text,
        row.scope_name,
        row.owner,
        row.start_on.isoformat(),
        row.due_on.isoformat(),
        row.effort_label,
        row.status_label,
        _("yes") if row.overdue else _("no"),
    ]
    if not row.followed:
        yield [*own, *[""] * 6]
    for one in row.followed:
        yield [
            *own,
            one.domain,
            "" if one.before is None else words.level(one.before),
            words.level(one.expected),
            "" if one.now is None else words.level(one.now),
            one.cycle_title,
            following.sentence(one),
        ]
