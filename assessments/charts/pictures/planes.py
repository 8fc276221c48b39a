"""Three planes with their owners, and the alerts that flow back between them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.charts import svg
from assessments.charts.figures import Picture
from assessments.charts.pictures import canvas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessments.charts.practices import Lit

_HIGH, _GAP = 168.0, 36.0


def planes(lit: Sequence[Lit], *, stream: str, title: str) -> Picture:
    """Draw the planes in the order in which work flows, and `stream` going back."""
    return Picture(wide=_wide(lit, stream, title), narrow=_narrow(lit, stream, title))


def _wide(lit: Sequence[Lit], stream: str, title: str) -> str:
    box = ((canvas.WIDE - 2 - _GAP * (len(lit) - 1)) / len(lit), _HIGH)
    marks: list[str] = []
    for place, one in enumerate(lit):
        corner = (1 + place * (box[0] + _GAP), 1.0)
        marks.append(_plane(one, corner, box))
        if place:
            marks.append(canvas.arrow((corner[0] - _GAP + 4, 60), (corner[0] - 4, 60)))
    low = _HIGH + 34
    first, last = 1 + box[0] / 2, canvas.WIDE - 1 - box[0] / 2
    marks += [
        svg.path([(last, _HIGH + 3), (last, low), (first, low)], color=canvas.WARN,
                 width=2, dash="6 4"),
        *(
            canvas.arrow((1 + box[0] / 2 + place * (box[0] + _GAP), low),
                         (1 + box[0] / 2 + place * (box[0] + _GAP), _HIGH + 4),
                         color=canvas.WARN)
            for place in range(len(lit) - 1)
        ),
        canvas.block((canvas.WIDE / 2, low + 20),
                     canvas.lines(stream, width=canvas.WIDE - 40, size=13), size=13,
                     anchor="middle"),
    ]  # fmt: skip
    return _whole(lit, stream, title, (canvas.WIDE, low + 46), marks)


def _narrow(lit: Sequence[Lit], stream: str, title: str) -> str:
    box = (canvas.NARROW - 42, _HIGH)
    marks: list[str] = []
    for place, one in enumerate(lit):
        corner = (1.0, 1 + place * (_HIGH + _GAP))
        marks.append(_plane(one, corner, box))
        if place:
            marks.append(canvas.arrow((30, corner[1] - _GAP + 4), (30, corner[1] - 4)))
    middle = [1 + place * (_HIGH + _GAP) + _HIGH / 2 for place in range(len(lit))]
    side = canvas.NARROW - 12
    low = len(lit) * (_HIGH + _GAP)
    marks += [
        svg.path([(box[0] + 2, middle[-1]), (side, middle[-1]), (side, middle[0])],
                 color=canvas.WARN, width=2, dash="6 4"),
        *(
            canvas.arrow((side, y), (box[0] + 4, y), color=canvas.WARN)
            for y in middle[:-1]
        ),
        canvas.block((1, low), canvas.lines(stream, width=canvas.NARROW, size=13),
                     size=13),
    ]  # fmt: skip
    return _whole(lit, stream, title, (canvas.NARROW, low + 56), marks)


def _whole(
    lit: Sequence[Lit],
    stream: str,
    title: str,
    size: tuple[float, float],
    marks: list[str],
) -> str:
    return canvas.drawing(
        size=size,
        title=title,
        description=" ".join([*(one.said for one in lit), stream]),
        marks=marks,
        links=True,
    )


def _plane(one: Lit, corner: tuple[float, float], box: tuple[float, float]) -> str:
    x, y = corner
    notes = [
        line
        for note in one.notes
        for line in canvas.lines(note, width=box[0] - 16, size=12)
    ][:8]
    return canvas.link(
        one.href,
        one.said,
        [
            canvas.frame(corner, box, fill=one.ground, known=one.known),
            svg.words((x + 12, y + 24), one.name, size=15, color=one.ink, bold=True),
            svg.words((x + box[0] - 12, y + 24), one.level, anchor="end", size=15,
                      color=one.ink, bold=True),
            canvas.block((x + 12, y + 46), notes, color=one.ink),
        ],
    )  # fmt: skip
