"""A domain over time: declared, measured and agreed, cycle by cycle. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from assessments.charts import drawn_words, figures, words
from assessments.charts.figures import Column, Figure, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from assessments.queries.results.history import Cell, History, Line
    from assessments.queries.results.history import Column as Cycle
    from assessments.queries.results.rows import Thresholds

# What lies under another is larger: where levels are alike, all of them show.
_LOOKS = {
    "declared": ("--c-declared", "dot", "square", 2),
    "measured": ("--c-measured", "dash", "diamond", 3),
    "agreed": ("--c-agreed", "solid", "circle", 2),
}


def figure(told: History, code: str, scale: Thresholds) -> Figure:
    """Return how the three columns of a domain went."""
    line = next(one for one in told.lines if one.code == code)
    pairs = list(zip(told.columns, line.cells, strict=True))
    known = [cell.level for _column, cell in pairs if cell.level is not None]
    facts = (
        (_("Cycles"), str(len(pairs))),
        ("n", _("%(n)s with an agreed level") % {"n": len(known)}),
        figures.window(told.columns[0].period_end, told.columns[-1].period_end),
    )
    drawn = any(_of(cell, name) is not None for _c, cell in pairs for name in _LOOKS)
    return Figure(
        name="over-time",
        title=_title(line, known),
        facts=facts,
        note=_("By the end of each period; a gap is a cycle without that level."),
        table=_table(pairs),
        drawing=_drawing(pairs, scale) if drawn else None,
        empty="" if drawn else _("No cycle has a level of this domain yet."),
    )


def _title(line: Line, known: Sequence[Decimal]) -> str:
    what = {"code": line.code, "name": line.name}
    if not known:
        return _("%(code)s %(name)s over time: no agreed level yet") % what
    first, last = known[0], known[-1]
    levels = {"first": words.level(first), "last": words.level(last)}
    if len(known) == 1:
        return _("%(code)s %(name)s: agreed at %(last)s, once so far") % (what | levels)
    if len(set(known)) == 1:
        return _("%(code)s %(name)s over time: agreed stays at %(last)s") % (
            what | levels
        )
    if first == last:
        return _("%(code)s %(name)s over time: agreed is back at %(last)s") % (
            what | levels
        )
    return _("%(code)s %(name)s over time: agreed went from %(first)s to %(last)s") % (
        what | levels
    )


def _names() -> dict[str, str]:
    return {
        "declared": _("Declared"),
        "measured": _("Measured"),
        "agreed": _("Agreed"),
    }


def _of(cell: Cell, column: str) -> Decimal | None:
    match column:
        case "declared":
            return cell.declared
        case "measured":
            return cell.measured
    return cell.level


def _table(pairs: Sequence[tuple[Cycle, Cell]]) -> Table:
    return Table(
        caption=_("Each cycle, the oldest first"),
        columns=(
            Column(label=_("Cycle")),
            Column(label=_("Period ends")),
            Column(label=_("State")),
            *(Column(label=name, number=True) for name in _names().values()),
            Column(label=_("Coverage of the agreed level"), number=True),
        ),
        rows=tuple(
            (
                figures.text(cycle.title),
                figures.day(cycle.period_end),
                figures.text(_("locked") if cycle.locked else _("not locked")),
                *(figures.level(_of(cell, column)) for column in _LOOKS),
                figures.share(cell.coverage),
            )
            for cycle, cell in pairs
        ),
    )


def _drawing(pairs: Sequence[tuple[Cycle, Cell]], scale: Thresholds) -> dict[str, Any]:
    names = _names()
    days = [cycle.period_end.isoformat() for cycle, _cell in pairs]
    axis = {"gridcolor": "--c-line", "linecolor": "--c-line", "fixedrange": True}
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": names[column],
                "x": days,
                "y": [
                    None if (level := _of(cell, column)) is None else float(level)
                    for _cycle, cell in pairs
                ],
                "hovertemplate": "%{y:.1f}",
                "connectgaps": False,
                "line": {"color": color, "dash": dash, "width": 1.2 * size},
                "marker": {"symbol": symbol, "size": 4 + 3 * size, "color": color},
            }
            for column, (color, dash, symbol, size) in _LOOKS.items()
        ],
        "layout": {
            "height": 300,
            "margin": {"l": 40, "r": 12, "t": 36, "b": 40},
            "font": {"family": "Inter, system-ui, sans-serif", "size": 13,
                     "color": "--c-ink"},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "hovermode": "x unified",
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "xaxis": {**axis, "type": "date", "showgrid": False, "tickvals": days,
                      "tickformat": drawn_words.day()},
            "yaxis": {**axis, "range": [scale.lowest - 0.25, scale.highest + 0.25],
                      "dtick": 1},
        },
        "config": drawn_words.config(),
    }  # fmt: skip
