"""Figures of delivery for Plotly in the browser, both lanes overlaid. Pure.

Plain dictionaries, as Plotly's own schema has them (a test validates each), without a
template: that alone would weigh more than all the numbers. Lanes differ in color, dash,
marker and pattern, so that they stay apart in grey and for every eye.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.charts import plots, scales, trends, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from assessments.charts.plots import Drawing
    from assessments.charts.trends import Trend

_COLORS = {"code": "--c-lane-code", "model": "--c-lane-model"}
_PALE = {"code": "--c-lane-code-band", "model": "--c-lane-model-band"}
_DASHES = {"code": "solid", "model": "dash"}
_THIN_DASHES = {"code": "dot", "model": "dashdot"}
_MARKS = {"code": "circle", "model": "diamond"}
_PATTERNS = {"code": "", "model": "/"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A goal drawn as a level line, in the unit of the axis' values."""

    value: float
    words: str


def figures(
    drawn: Sequence[Trend], goals: dict[str, Line] | None = None
) -> dict[str, Drawing]:
    """Return the four figures by name; one without anything to show is left out."""
    goals = goals or {}
    made = {
        "frequency": _frequency(drawn),
        "lead": _lead(drawn, goals.get("change_lead_time")),
        "fail": _fail(drawn, goals.get("change_fail_rate")),
        "recovery": _recovery(drawn, goals.get("failed_deployment_recovery_time")),
    }
    return {name: figure for name, figure in made.items() if figure}


def _frequency(drawn: Sequence[Trend]) -> Drawing:
    counted = [(trend, trends.binned(trend.weeks)) for trend in drawn]
    if not any(sum(counts) for _trend, counts in counted):
        return {}
    data = [
        {
            "type": "bar",
            "name": trend.label,
            "x": trends.bin_labels(),
            "y": counts,
            "marker": {
                "color": _COLORS[trend.lane],
                "line": {"color": _COLORS[trend.lane], "width": 1},
                "pattern": {
                    "shape": _PATTERNS[trend.lane],
                    "fgcolor": _COLORS[trend.lane],
                    "bgcolor": "--c-lane-model-pale",
                },
            },
        }
        for trend, counts in counted
        if sum(counts)
    ]
    layout = plots.layout(_("weeks"), barmode="group", bargap=0.25)
    # Names, not numbers: "3–4" is not a place on a line.
    layout["xaxis"] |= {
        "type": "category",
        "title": {"text": _("deployments in a week")},
    }
    return plots.drawing(data, layout)


def _spans(
    values: Sequence[float | None], size: float
) -> tuple[list[float | None], list[str]]:
    return (
        [None if value is None else round(value / size, 3) for value in values],
        [words.quantity(value, "seconds") for value in values],
    )


def _line(
    trend: Trend,
    days: Sequence[date],
    points: tuple[list[float | None], list[str]],
    *,
    name: str,
    thin: bool = False,
) -> Drawing:
    shown, said = points
    return {
        "type": "scatter",
        "mode": "lines" if thin else "lines+markers",
        "name": name,
        "x": [day.isoformat() for day in days],
        "y": shown,
        "text": said,
        "hovertemplate": "%{text}",
        "connectgaps": False,
        "line": {
            "color": _COLORS[trend.lane],
            "dash": (_THIN_DASHES if thin else _DASHES)[trend.lane],
            "width": 1.2 if thin else 2.4,
        },
        "marker": {"symbol": _MARKS[trend.lane], "size": 7},
    }


def _goal(goal: Line | None, size: float) -> Drawing:
    if goal is None:
        return {}
    height = goal.value / size
    return {
        "shapes": [
            {
                "type": "line",
                # Named in the legend: beside the line it would cover the newest points.
                "name": _("goal: %(goal)s") % {"goal": goal.words},
                "showlegend": True,
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": height,
                "y1": height,
                "line": {"color": "--c-good", "width": 1.5, "dash": "longdash"},
            }
        ],
    }


def _lead(drawn: Sequence[Trend], goal: Line | None) -> Drawing:
    known = [
        value
        for trend in drawn
        for week in trend.weeks
        for value in (week.lead_median, week.lead_p95)
        if value is not None
    ]
    if not known:
        return {}
    size, unit = scales.divisor(max(known), "seconds")
    data = []
    for trend in drawn:
        days = [week.start for week in trend.weeks]
        median = _spans([week.lead_median for week in trend.weeks], size)
        p95 = _spans([week.lead_p95 for week in trend.weeks], size)
        data.append(
            _line(
                trend, days, median, name=_("%(lane)s median") % {"lane": trend.label}
            )
        )
        data.append(
            _line(
                trend,
                days,
                p95,
                name=_("%(lane)s P95") % {"lane": trend.label},
                thin=True,
            )
        )
    return plots.drawing(data, _dated(unit, goal, size))


def _dated(unit: str, goal: Line | None, size: float) -> Drawing:
    return plots.dated(plots.layout(unit, **_goal(goal, size)))


def _fail(drawn: Sequence[Trend], goal: Line | None) -> Drawing:
    if not any(rate.value is not None for trend in drawn for rate in trend.rates):
        return {}
    data = []
    for trend in drawn:
        known = [rate for rate in trend.rates if rate.value is not None]
        days = [rate.on for rate in trend.rates]
        said = [
            _("%(rate)s (%(interval)s), %(failed)s of %(total)s")
            % {
                "rate": words.quantity(rate.value, "ratio"),
                "interval": words.interval(rate.low, rate.high, "ratio"),
                "failed": rate.failed,
                "total": rate.total,
            }
            for rate in trend.rates
        ]
        shown = [
            None if rate.value is None else round(rate.value * 100, 2)
            for rate in trend.rates
        ]
        data += _band(trend, known)
        data.append(_line(trend, days, (shown, said), name=trend.label))
    layout = _dated(_("percent"), goal, 0.01)
    return plots.drawing(data, layout)


def _band(trend: Trend, known: Sequence[trends.Rate]) -> list[Drawing]:
    """Return the two edges of an interval, filled between, silent on hover."""
    edge = {
        "type": "scatter",
        "mode": "lines",
        "x": [rate.on.isoformat() for rate in known],
        "line": {"width": 0, "color": _COLORS[trend.lane]},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    low = [round((rate.low or 0) * 100, 2) for rate in known]
    high = [round((rate.high or 0) * 100, 2) for rate in known]
    return [
        {**edge, "y": low},
        {**edge, "y": high, "fill": "tonexty", "fillcolor": _PALE[trend.lane]},
    ]


def _recovery(drawn: Sequence[Trend], goal: Line | None) -> Drawing:
    known = [
        week.recovery_median
        for trend in drawn
        for week in trend.weeks
        if week.recovery_median is not None
    ]
    if not known:
        return {}
    size, unit = scales.divisor(max(known), "seconds")
    data = []
    for trend in drawn:
        weeks = [week for week in trend.weeks if week.recovery_median is not None]
        points = _spans([week.recovery_median for week in weeks], size)
        trace = _line(trend, [w.start for w in weeks], points, name=trend.label)
        # Failures are seldom: lines between them would tell of weeks without any.
        data.append(
            trace | {"mode": "markers", "marker": {**trace["marker"], "size": 9}}
        )
    for trace in data:
        trace["marker"]["color"] = trace.pop("line")["color"]
    return plots.drawing(data, _dated(unit, goal, size))
