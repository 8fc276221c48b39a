"""The numbers behind the figures of delivery, as tables. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.charts import figures, trends
from assessments.charts.figures import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assessments.charts.figures import Cell
    from assessments.charts.trends import Trend, Week


def tables(drawn: Sequence[Trend]) -> dict[str, Table]:
    """Return the table of each figure by its name."""
    return {
        "frequency": _frequency(drawn),
        "lead": _lead(drawn),
        "fail": _fail(drawn),
        "recovery": _recovery(drawn),
    }


def _table(
    caption: str, numbers: Iterable[str], rows: Iterable[Sequence[Cell]]
) -> Table:
    """Return a table of weeks: when, which lane, then numbers."""
    when, *rest = numbers
    return Table(
        caption=caption,
        columns=(
            Column(label=when),
            Column(label=_("Lane")),
            *(Column(label=label, number=True) for label in rest),
        ),
        rows=tuple(tuple(row) for row in rows),
    )


def _weeks(drawn: Sequence[Trend]) -> Iterable[tuple[Trend, Week]]:
    return ((trend, week) for trend in drawn for week in trend.weeks)


def _frequency(drawn: Sequence[Trend]) -> Table:
    counted = [(trend, trends.binned(trend.weeks)) for trend in drawn]
    return Table(
        caption=_("Weeks by their number of deployments"),
        columns=(
            Column(label=_("Deployments in a week")),
            *(
                Column(label=_("%(lane)s, weeks") % {"lane": trend.label}, number=True)
                for trend in drawn
            ),
        ),
        rows=tuple(
            (
                figures.text(label),
                *(figures.count(counts[place]) for _trend, counts in counted),
            )
            for place, label in enumerate(trends.bin_labels())
        ),
    )


def _lead(drawn: Sequence[Trend]) -> Table:
    return _table(
        _("By week of the deployment"),
        (_("Week from"), _("Changes"), _("Median"), "P95"),
        (
            (
                figures.day(week.start),
                figures.text(trend.label),
                figures.count(week.changes),
                figures.quantity(week.lead_median, "seconds"),
                figures.quantity(week.lead_p95, "seconds"),
            )
            for trend, week in _weeks(drawn)
        ),
    )


def _fail(drawn: Sequence[Trend]) -> Table:
    return _table(
        _("Each row looks back 30 days"),
        (
            _("30 days up to"),
            _("Failed"),
            _("Deployments"),
            _("Rate"),
            _("Interval from"),
            _("Interval to"),
        ),
        (
            (
                figures.day(rate.on),
                figures.text(trend.label),
                figures.count(rate.failed),
                figures.count(rate.total),
                figures.quantity(rate.value, "ratio"),
                figures.quantity(rate.low, "ratio"),
                figures.quantity(rate.high, "ratio"),
            )
            for trend in drawn
            for rate in trend.rates
        ),
    )


def _recovery(drawn: Sequence[Trend]) -> Table:
    return _table(
        _("By week of the failed deployment"),
        (_("Week from"), _("Recovered"), _("Median")),
        (
            (
                figures.day(week.start),
                figures.text(trend.label),
                figures.count(week.recovered),
                figures.quantity(week.recovery_median, "seconds"),
            )
            for trend, week in _weeks(drawn)
            if week.recovered
        ),
    )
