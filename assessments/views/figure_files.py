"""The numbers of a figure as a file: what works without any script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse

from assessments.reports import figure_tables as reports

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessments.charts.figures import Figure


def figure_file(figures: Iterable[Figure], name: str) -> HttpResponse:
    """Give the table of the figure of that name as CSV."""
    table = next((one.table for one in figures if one.name == name), None)
    if table is None:
        raise Http404
    answer = HttpResponse(
        "".join(reports.as_csv(table)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
