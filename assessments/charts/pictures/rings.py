"""Practices as rings that light up, from the inside out. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.charts import svg
from assessments.charts.figures import Picture
from assessments.charts.pictures import canvas

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assessments.charts.practices import Lit

_INNER, _BAND = 30.0, 26.0
_STEP = 56.0
_ROOM = 300.0  # for words beside the rings


def rings(lit: Sequence[Lit], *, title: str) -> Picture:
    """Draw a ring for each practice, the first innermost."""
    return Picture(
        wide=_drawn(lit, title, canvas.WIDE), narrow=_drawn(lit, title, canvas.NARROW)
    )


def _drawn(lit: Sequence[Lit], title: str, width: float) -> str:
    beside = width > _ROOM * 2
    across = 2 * (_INNER + _BAND * len(lit)) + 8 if beside else width
    band = ((across - 8) / 2 - _INNER) / len(lit)
    legend = (across + 40, 30.0) if beside else (2.0, across + 24)
    height = across if beside else across + 20 + _STEP * len(lit)
    center = (across / 2, across / 2)
    marks = [*_bands(lit, center, band), *_legend(lit, legend, width)]
    return canvas.drawing(
        size=(width, height),
        title=title,
        description=" ".join(one.said for one in lit),
        marks=marks,
        links=True,
    )


def _bands(
    lit: Sequence[Lit], center: tuple[float, float], band: float
) -> Iterator[str]:
    # The outermost first, so that each covers the middle of the one around it.
    for place in reversed(range(len(lit))):
        one = lit[place]
        radius = _INNER + band * (place + 1)
        dash = "" if one.known else f' stroke-dasharray="{canvas.UNKNOWN_DASH}"'
        yield (
            f'<circle cx="{center[0]:.1f}" cy="{center[1]:.1f}" r="{radius:.1f}"'
            f' fill="{one.ground}" stroke="{canvas.STRONG}"{dash}/>'
        )
        yield svg.words(
            (center[0], center[1] - radius + band * 0.7),
            f"{one.name[:1]} {one.level}",
            anchor="middle",
            color=one.ink,
            size=12,
            bold=one.lit,
        )
    yield svg.circle(center, _INNER, fill=canvas.PAPER, stroke=canvas.STRONG)


def _legend(lit: Sequence[Lit], at: tuple[float, float], width: float) -> Iterator[str]:
    for place, one in enumerate(lit):
        x, y = at[0], at[1] + place * _STEP
        said = canvas.lines(one.state, width=width - x - 62, size=12)[:2]
        yield canvas.link(
            one.href,
            one.said,
            [
                canvas.frame((x, y - 15), (44, 24), fill=one.ground, known=one.known),
                svg.words((x + 22, y + 2), one.level, anchor="middle", color=one.ink,
                          size=13, bold=True),
                svg.words((x + 56, y - 3), one.name, color=canvas.ACCENT, size=14,
                          bold=True),
                canvas.block((x + 56, y + 13), said, color=canvas.SOFT),
            ],
        )  # fmt: skip
