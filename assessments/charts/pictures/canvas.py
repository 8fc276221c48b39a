"""What drawings for pages share: the page's colors, wrapped words, links. Pure.

Colors are the style sheet's tokens, so that a drawing follows light, dark and paper.
"""

from __future__ import annotations

import textwrap
from html import escape
from typing import TYPE_CHECKING

from assessments.charts import svg

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from assessments.charts.svg import Anchor, Point

INK = "var(--c-ink)"
SOFT = "var(--c-ink-soft)"
LINE = "var(--c-line)"
STRONG = "var(--c-line-strong)"
PAPER = "var(--c-paper)"
TINT = "var(--c-tint)"
ACCENT = "var(--c-accent)"
WARN = "var(--c-warn)"
LANES = {"code": "var(--c-lane-code)", "model": "var(--c-lane-model)"}
UNKNOWN_DASH = "4 3"
# The narrow one is as wide as a card on the smallest phone: letters keep their size.
WIDE, NARROW = 720.0, 272.0

# How wide a letter is on average, as a part of its height.
_LETTER = 0.55
_SHADES = 5
_DARK_FROM = 4


def drawing(
    *, size: Point, title: str, description: str, marks: Iterable[str], links: bool
) -> str:
    """Return a whole drawing; one with links is a group, so that they are reached."""
    width, height = (f"{side:.0f}" for side in size)
    role = "group" if links else "img"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        f' role="{role}" aria-label="{escape(title)}" font-family="Inter, sans-serif">'
        f"<desc>{escape(description)}</desc>{''.join(marks)}</svg>"
    )


def link(href: str, label: str, marks: Iterable[str]) -> str:
    """Make marks one link; `label` is read in their place."""
    if not href:
        return "".join(marks)
    return (
        f'<a class="plain" href="{escape(href)}" aria-label="{escape(label)}">'
        f"<title>{escape(label)}</title>{''.join(marks)}</a>"
    )


def lines(text: str, *, width: float, size: float) -> list[str]:
    """Break words into lines that fit."""
    return textwrap.wrap(text, max(6, int(width / (size * _LETTER)))) or [""]


def block(
    at: Point,
    written: Iterable[str],
    *,
    size: float = 12,
    color: str = INK,
    anchor: Anchor = "start",
    bold: bool = False,
) -> str:
    """Write lines below each other, the first on the base line."""
    return "".join(
        svg.words(
            (at[0], at[1] + number * size * 1.3),
            line,
            anchor=anchor,
            color=color,
            size=size,
            bold=bold,
        )
        for number, line in enumerate(written)
    )


def frame(corner: Point, size: Point, *, fill: str, known: bool = True) -> str:
    """Draw a box; of what is not known, a dashed one without a fill."""
    dash = "" if known else f' stroke-dasharray="{UNKNOWN_DASH}"'
    return (
        f'<rect x="{corner[0]:.1f}" y="{corner[1]:.1f}" width="{size[0]:.1f}"'
        f' height="{size[1]:.1f}" rx="5" fill="{fill if known else PAPER}"'
        f' stroke="{STRONG}"{dash}/>'
    )


def arrow(start: Point, end: Point, *, color: str = STRONG) -> str:
    """Draw a line with a head, straight along one axis."""
    (x, y), (left, up) = end, (end[0] - start[0], end[1] - start[1])
    length = max(abs(left), abs(up)) or 1
    dx, dy = 6 * left / length, 6 * up / length
    head = [(x - dx - dy, y - dy - dx), (x, y), (x - dx + dy, y - dy + dx)]
    return svg.line(start, end, color=color, width=1.5) + svg.path(
        head, color=color, width=1.5
    )


def shade(level: Decimal | None, lowest: int, highest: int) -> tuple[str, str]:
    """Return the ground of a level and the color of words on it, light to dark."""
    if level is None:
        return PAPER, INK
    share = (float(level) - lowest) / max(1, highest - lowest)
    step = 1 + round(share * (_SHADES - 1))
    text = "light" if step >= _DARK_FROM else "dark"
    return f"var(--c-level-{step})", f"var(--c-level-{text}-text)"
