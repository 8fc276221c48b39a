"""Print charts of delivery, both lanes overlaid, from the rows of the page. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.charts import findings, trends
from assessments.charts.print_series import Columns, Line, Sample, columns, lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessments.charts.trends import Trend


def charts(drawn: Sequence[Trend]) -> dict[str, str]:
    """Return the four figures by name; one without anything to show is empty."""
    return {
        "frequency": columns(
            [
                Columns(name=t.label, lane=t.lane, counts=trends.binned(t.weeks))
                for t in drawn
            ],
            labels=trends.bin_labels(),
            axis=_("deployments in a week"),
            title=findings.frequency(drawn),
        ),
        "lead": lines(
            [line for t in drawn for line in _lead(t)],
            unit="seconds",
            title=findings.lead(drawn),
        ),
        "fail": lines(
            [_rate(t) for t in drawn], unit="ratio", title=findings.fail(drawn)
        ),
        "recovery": lines(
            [_recovery(t) for t in drawn],
            unit="seconds",
            title=findings.recovery(drawn),
        ),
    }


def _lead(trend: Trend) -> list[Line]:
    return [
        Line(
            name=_("%(lane)s median") % {"lane": trend.label},
            lane=trend.lane,
            samples=[Sample(on=w.start, value=w.lead_median) for w in trend.weeks],
        ),
        Line(
            name=_("%(lane)s P95") % {"lane": trend.label},
            lane=trend.lane,
            samples=[Sample(on=w.start, value=w.lead_p95) for w in trend.weeks],
            thin=True,
        ),
    ]


def _rate(trend: Trend) -> Line:
    return Line(
        name=trend.label,
        lane=trend.lane,
        samples=[
            Sample(on=rate.on, value=rate.value, low=rate.low, high=rate.high)
            for rate in trend.rates
        ],
    )


def _recovery(trend: Trend) -> Line:
    return Line(
        name=trend.label,
        lane=trend.lane,
        samples=[Sample(on=w.start, value=w.recovery_median) for w in trend.weeks],
    )
