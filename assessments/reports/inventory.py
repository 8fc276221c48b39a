"""The inventory of models as a CSV file: one line a model. Reads only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.reports.tables import as_csv

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assessments.reports.tables import Value
    from assessments.services.estate import ModelRow, State


def inventory_csv(rows: Iterable[ModelRow]) -> Iterator[str]:
    """Yield the file, its head first; what is not known is empty."""
    columns = [
        _("Model"),
        _("Key"),
        _("Unit"),
        _("Standing"),
        _("Version"),
        _("Deployed"),
        _("Trained"),
        _("Age in days"),
        _("Owner"),
        _("Review due"),
        _("Retired"),
        _("Model card"),
        _("Shared on-call"),
        _("Monitored for"),
        _("Drift"),
        _("Performance"),
        _("Fairness"),
        _("Open incidents"),
        _("Reproducible"),
        _("Missing for a rebuild"),
        _("Problems"),
    ]
    return as_csv(columns, (_line(row) for row in rows))


def _line(row: ModelRow) -> list[Value]:
    return [
        row.name,
        row.key,
        row.unit,
        row.standing,
        row.version,
        row.deployed_at,
        row.trained_at,
        row.age.days if row.age is not None else None,
        row.owner,
        row.review_on,
        row.retired_on,
        row.model_card,
        row.shared_on_call,
        ", ".join(row.monitored),
        *(_read(state) for state in (row.drift, row.performance, row.fairness)),
        row.open_incidents,
        row.reproducible,
        ", ".join(row.missing or ()),
        ", ".join(problem.value for problem in row.problems),
    ]


def _read(state: State | None) -> Value:
    return None if state is None else state.value
