"""What every drawing for Plotly in the browser has in common. Pure."""

from __future__ import annotations

from typing import Any

from assessments.charts import drawn_words

Drawing = dict[str, Any]
_INK, _LINE = "--c-ink", "--c-line"


def layout(y_title: str, **more: Any) -> Drawing:
    """Return how drawings look: quiet axes, the page's font, room for a legend."""
    axis = {
        "gridcolor": _LINE,
        "linecolor": _LINE,
        "automargin": True,
        "fixedrange": True,
    }
    quiet = {
        "height": 320,
        "margin": {"l": 48, "r": 12, "t": 36, "b": 40},
        "font": {"family": "Inter, system-ui, sans-serif", "size": 13, "color": _INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "x unified",
        "legend": {
            "orientation": "h",
            "traceorder": "normal",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
        },
        "xaxis": {**axis, "showgrid": False},
        "yaxis": {**axis, "rangemode": "tozero", "title": {"text": y_title}},
    }
    return quiet | more


def drawing(data: list[Drawing], laid_out: Drawing) -> Drawing:
    """Return what Plotly draws, in the reader's language."""
    return {"data": data, "layout": laid_out, "config": drawn_words.config()}


def dated(laid_out: Drawing) -> Drawing:
    """Return a layout whose points lie on days."""
    laid_out["xaxis"] |= {"type": "date", "tickformat": drawn_words.day(), "nticks": 7}
    return laid_out
