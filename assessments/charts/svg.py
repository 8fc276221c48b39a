"""The few marks that print charts are drawn with, as SVG text. Pure.

Every number is written with at most one decimal, so that the same rows give the same
bytes. A drawing carries its title and description: one figure to a screen reader.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]

INK = "#17263a"
SOFT = "#4a5b70"
LINE = "#d8dee6"
STRONG = "#7d8b9c"
PAPER = "#ffffff"
CODE = "#1b5583"
MODEL = "#a8480a"
DECLARED = "#8a4b08"
MEASURED = "#0b6b63"
AGREED = "#123f63"
# Dashes tell lanes apart where colors do not.
DASHES = {"code": "", "model": "5 3"}
LANES = {"code": CODE, "model": MODEL}


def _short(value: float) -> str:
    text = f"{value:.1f}"
    return text.removesuffix(".0")


def _attributes(**given: str | float | None) -> str:
    parts = []
    for name, value in given.items():
        if value is None or value == "":
            continue
        written = _short(value) if isinstance(value, (int, float)) else escape(value)
        parts.append(f' {name.rstrip("_").replace("_", "-")}="{written}"')
    return "".join(parts)


def drawing(
    *, width: float, height: float, title: str, description: str, marks: Iterable[str]
) -> str:
    """Return a whole drawing; `title` says what it shows, as its text alternative."""
    size = f"{_short(width)} {_short(height)}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" role="img"'
        f' width="{_short(width)}" height="{_short(height)}"'
        f' font-family="Inter, sans-serif" font-size="9">'
        f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
        f"{''.join(marks)}</svg>"
    )


def line(
    start: Point, end: Point, *, color: str = LINE, width: float = 1, dash: str = ""
) -> str:
    """Draw a straight line."""
    place = _attributes(x1=start[0], y1=start[1], x2=end[0], y2=end[1])
    look = _attributes(stroke=color, stroke_width=width, stroke_dasharray=dash)
    return f"<line{place}{look}/>"


def box(
    corner: Point,
    size: Point,
    *,
    fill: str,
    stroke: str | None = None,
    round_: float | None = None,
) -> str:
    """Draw a rectangle from its upper left corner."""
    place = _attributes(x=corner[0], y=corner[1], width=size[0], height=size[1])
    return f"<rect{place}{_attributes(rx=round_, fill=fill, stroke=stroke)}/>"


def words(
    at: Point,
    text: str,
    *,
    anchor: Anchor = "start",
    color: str = INK,
    size: float = 9,
    bold: bool = False,
) -> str:
    """Write text at a point of its base line."""
    look = _attributes(
        x=at[0],
        y=at[1],
        fill=color,
        font_size=size,
        text_anchor=None if anchor == "start" else anchor,
        font_weight="600" if bold else None,
    )
    return f"<text{look}>{escape(text)}</text>"


def path(
    points: Sequence[Point],
    *,
    color: str,
    width: float = 1.6,
    dash: str = "",
    fill: str = "none",
    closed: bool = False,
    opacity: str | None = None,
) -> str:
    """Draw straight lines through points."""
    if not points:
        return ""
    steps = " L".join(f"{_short(x)} {_short(y)}" for x, y in points)
    look = _attributes(
        fill=fill,
        fill_opacity=opacity,
        stroke=color,
        stroke_width=width,
        stroke_dasharray=dash,
        stroke_linejoin="round",
    )
    return f'<path d="M{steps}{" Z" if closed else ""}"{look}/>'


def circle(
    at: Point, radius: float, *, fill: str, stroke: str | None = None, width: float = 1
) -> str:
    """Draw a dot or a ring."""
    look = _attributes(fill=fill, stroke=stroke, stroke_width=width)
    return f"<circle{_attributes(cx=at[0], cy=at[1], r=radius)}{look}/>"


def diamond(at: Point, radius: float, *, fill: str, stroke: str | None = None) -> str:
    """Draw a square on its corner: the mark of what was measured."""
    x, y = at
    corners = [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]
    steps = " L".join(f"{_short(a)} {_short(b)}" for a, b in corners)
    return f'<path d="M{steps} Z"{_attributes(fill=fill, stroke=stroke)}/>'
