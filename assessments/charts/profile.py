"""The profile of a cycle as a radar for Plotly; its bars are plain HTML. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from assessments.charts import drawn_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from assessments.queries.results import DomainRow, Results

# Told apart by dash and by mark as well as by color.
_LOOKS = {
    "agreed": ("--c-agreed", "solid", "circle"),
    "target": ("--c-ink-soft", "dot", "diamond"),
    "declared": ("--c-declared", "dash", "square"),
    "measured": ("--c-measured", "dash", "triangle-up"),
}
COMPARISONS = ("target", "declared", "measured")


def radar(results: Results, *, compare: str) -> dict[str, Any]:
    """Return the figure: agreed levels and at most one comparison."""
    domains = [one for one in results.domains if not one.left_out]
    names = {
        "agreed": _("Agreed"),
        "target": _("Target"),
        "declared": _("Declared"),
        "measured": _("Measured"),
    }
    return {
        "data": [
            _trace(domains, column, names[column]) for column in ("agreed", compare)
        ],
        "layout": {
            "polar": {
                "radialaxis": {
                    # The middle is one step below the lowest level: it is none.
                    "range": [
                        results.thresholds.lowest - 1,
                        results.thresholds.highest,
                    ],
                    "tickvals": list(
                        range(results.thresholds.lowest, results.thresholds.highest + 1)
                    ),
                    "gridcolor": "--c-line",
                    "angle": 90,
                    "tickangle": 90,
                },
                "angularaxis": {
                    "direction": "clockwise",
                    "rotation": 90,
                    "gridcolor": "--c-line",
                },
                "bgcolor": "--c-paper",
            },
            "legend": {"orientation": "h", "y": -0.12},
            "margin": {"l": 48, "r": 48, "t": 32, "b": 48},
            "font": {"family": "Inter, system-ui, sans-serif", "color": "--c-ink"},
            "paper_bgcolor": "--c-paper",
            "height": 520,
        },
        "config": drawn_words.config(),
    }


def _trace(domains: Sequence[DomainRow], column: str, name: str) -> dict[str, Any]:
    color, dash, symbol = _LOOKS[column]
    levels = [_of(one, column) for one in domains]
    codes = [one.code for one in domains]
    # The line closes where both of its ends are known.
    return {
        "type": "scatterpolar",
        "mode": "lines+markers",
        "name": name,
        "theta": [*codes, *codes[:1]],
        "r": [None if one is None else float(one) for one in [*levels, *levels[:1]]],
        "text": [one.name for one in [*domains, *domains[:1]]],
        "hovertemplate": "%{theta} %{text}: %{r:.1f}<extra>" + name + "</extra>",
        "line": {"color": color, "dash": dash, "width": 2},
        "marker": {"symbol": symbol, "size": 8, "color": color},
        "connectgaps": False,
    }


def _of(domain: DomainRow, column: str) -> Decimal | None:
    match column:
        case "target":
            return domain.target
        case "declared":
            return domain.declared.level
        case "measured":
            return domain.measured.level
    return domain.agreed.level
