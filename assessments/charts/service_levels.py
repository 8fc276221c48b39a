"""Error budgets in words and figures. Pure.

A budget is told with its n and interval, its window and coverage; where nothing was
observed it is unknown, in words and as a gap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments.charts import plots, svg, words
from assessments.charts import service_level_words as said
from assessments.charts.figures import Column, Figure, Table, count, day, quantity, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from assessments.queries.service_levels import SloRow
    from assessments.queries.service_levels.rows import DayOfVersion
    from scoring.service_levels import Budget, DayOfBudget, Watch

_WIDE, _HIGH, _PAD = 120.0, 28.0, 2.0
_FEWEST = 2  # points of a line


def spark(history: Sequence[DayOfBudget]) -> str:
    """Draw how a budget went, day by day; days that are not known are gaps."""
    known = [one.budget.left for one in history if one.budget.left is not None]
    if len(known) < _FEWEST:
        return ""
    low, high = min(0.0, *known), 1.0
    step = (_WIDE - 2 * _PAD) / max(len(history) - 1, 1)

    def height(left: float) -> float:
        return _PAD + (high - left) / (high - low) * (_HIGH - 2 * _PAD)

    marks = [
        svg.line(
            (_PAD, height(0)),
            (_WIDE - _PAD, height(0)),
            color="currentColor",
            dash="2 3",
        )
    ]
    line: list[svg.Point] = []
    for place, one in enumerate(history):
        if one.budget.left is None:
            marks.append(svg.path(line, color="currentColor"))
            line = []
        else:
            line.append((_PAD + place * step, height(one.budget.left)))
    marks.append(svg.path(line, color="currentColor"))
    return svg.drawing(
        width=_WIDE,
        height=_HIGH,
        title=went(history),
        description=_("Error budget left at the end of each day"),
        marks=marks,
    )


def went(history: Sequence[DayOfBudget]) -> str:
    """Say where a budget began and ended."""
    known = [one.budget.left for one in history if one.budget.left is not None]
    if not known:
        return _("nothing was observed")
    first, last = words.percent(known[0]), words.percent(known[-1])
    if first == last:
        return _("%(share)s left, as before") % {"share": last}
    return _("from %(first)s to %(last)s left") % {"first": first, "last": last}


def figures(row: SloRow, history: Sequence[DayOfVersion]) -> list[Figure]:
    """Return the figures of one objective: how its budget went, and how fast."""
    return [_budget(row, history), _burn(row)]


def _budget(row: SloRow, history: Sequence[DayOfVersion]) -> Figure:
    told = [one.told for one in history]
    known = any(one.budget.left is not None for one in told)
    return Figure(
        name="budget",
        title=_("Error budget: %(went)s") % {"went": went(told)},
        facts=facts(row),
        note=_(
            "At the end of each day (UTC), over the window that the day lies in. Below"
            " zero it is overspent; gaps are windows in which nothing was observed."
        ),
        table=_days(history),
        drawing=_drawn(told) if known else None,
        empty="" if known else _("Nothing was observed in these weeks."),
    )


def facts(row: SloRow) -> tuple[tuple[str, str], ...]:
    """Return what the number of a budget rests on."""
    budget = row.budget
    return (
        (_("Window"), words.window(budget.start, budget.end)),
        (_("Good so far"), said.indicator(budget)),
        (
            _("Bad, of those allowed"),
            _("%(bad)s of %(allowed)s")
            % {
                "bad": words.number(budget.tally.bad),
                "allowed": words.number(round(budget.allowed, 1)),
            }
            if budget.n
            else words.DASH,
        ),
        (_("Coverage"), words.share(budget.coverage)),
    )


def _days(history: Sequence[DayOfVersion]) -> Table:
    return Table(
        caption=_("Error budget by day, the newest first"),
        columns=(
            Column(label=_("Day (UTC)")),
            Column(label=_("Budget left"), number=True),
            Column(label=_("Interval (95 %)"), number=True),
            Column(label=_("Good that day"), number=True),
            Column(label=_("Bad that day"), number=True),
            Column(label=_("Said neither"), number=True),
            Column(label=_("Version"), number=True),
        ),
        rows=tuple(
            (
                day(one.told.day),
                quantity(one.told.budget.left, "ratio"),
                text(_interval(one.told.budget)),
                count(one.told.tally.good),
                count(one.told.tally.bad),
                count(one.told.tally.unknown),
                count(one.number),
            )
            for one in reversed(history)
        ),
    )


def _interval(budget: Budget) -> str:
    ends = budget.left_interval
    return words.DASH if ends is None else words.interval(*ends, "ratio")


def _drawn(told: Sequence[DayOfBudget]) -> plots.Drawing:
    left = [one.budget.left for one in told]
    data = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": _("Budget left"),
            "x": [one.day.isoformat() for one in told],
            "y": [None if value is None else round(value * 100, 2) for value in left],
            "text": [words.quantity(value, "ratio") for value in left],
            "hovertemplate": "%{text}",
            "connectgaps": False,
            "line": {"color": "--c-lane-code", "width": 2.4},
            "marker": {"symbol": "circle", "size": 5},
        }
    ]
    nothing = {
        "type": "line",
        "name": _("nothing left"),
        "showlegend": True,
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": 0,
        "y1": 0,
        "line": {"color": "--c-bad", "width": 1.5, "dash": "longdash"},
    }
    return plots.drawing(
        data, plots.dated(plots.layout(_("percent"), shapes=[nothing]))
    )


def _burn(row: SloRow) -> Figure:
    return Figure(
        name="burn",
        title=_burning(row.watches),
        facts=(
            (
                _("Looked back from"),
                words.moment(row.newest) if row.newest else _("nothing was observed"),
            ),
        ),
        note=_(
            "A rate of 1 spends the budget in exactly its window. A rule fires when"
            " both of its windows burn at its rate or faster."
        ),
        table=Table(
            caption=_("Burn rates by rule"),
            columns=(
                Column(label=_("Rule")),
                Column(label=_("Fires at"), number=True),
                Column(label=_("Long window"), number=True),
                Column(label=_("Short window"), number=True),
                Column(label=_("Now")),
            ),
            rows=tuple(
                (
                    text(said.rule_name(one)),
                    text(said.rate(one.factor)),
                    text(_burnt(one.long.span, one.long.rate, one.long.n)),
                    text(_burnt(one.short.span, one.short.rate, one.short.n)),
                    text(str(_STATES[one.fires])),
                )
                for one in row.watches
            ),
        ),
    )


_STATES = {
    True: gettext_lazy("fires"),
    False: gettext_lazy("quiet"),
    None: gettext_lazy("unknown: too little was observed"),
}


def _burnt(span: timedelta, value: float | None, n: int) -> str:
    return _("%(rate)s in %(span)s, n %(n)s") % {
        "rate": said.rate(value),
        "span": words.duration(span.total_seconds()),
        "n": n,
    }


def _burning(watches: Sequence[Watch]) -> str:
    firing = [one for one in watches if one.fires]
    if firing:
        return ngettext(
            "Burning: %(n)s of %(all)s rules fires",
            "Burning: %(n)s of %(all)s rules fire",
            len(firing),
        ) % {"n": len(firing), "all": len(watches)}
    if all(one.fires is None for one in watches):
        return _("Burn rates are unknown: too little was observed")
    return _("Not burning: no rule fires")
