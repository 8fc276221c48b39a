"""A pipeline as a picture of what is covered, group by group. Pure."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from assessments.charts import svg
from assessments.charts.figures import Picture
from assessments.charts.pictures import canvas

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assessments.charts.practices import Lit

_HIGH, _GAP, _HEAD = 76.0, 18.0, 26.0


def stages(lit: Sequence[Lit], *, title: str) -> Picture:
    """Draw each stage as a box in the order of the pipeline."""
    return Picture(
        wide=_drawn(lit, title, canvas.WIDE, most=4),
        narrow=_drawn(lit, title, canvas.NARROW, most=1),
    )


def _drawn(lit: Sequence[Lit], title: str, width: float, *, most: int) -> str:
    high = _HIGH if most > 1 else 50.0
    box = ((width - 2 - _GAP * (most - 1)) / most, high)
    marks: list[str] = []
    top = 0.0
    for group, members in groupby(lit, key=lambda one: one.group):
        marks.append(
            svg.words((1, top + 16), group, color=canvas.SOFT, size=13, bold=True)
        )
        top += _HEAD
        inside = list(members)
        for place, one in enumerate(inside):
            row, column = divmod(place, most)
            corner = (1 + column * (box[0] + _GAP), top + row * (high + _GAP))
            marks += _stage(one, corner, box)
            last = place == len(inside) - 1
            if not last:
                marks.append(_onward(corner, box, along=column < most - 1))
        rows = -(-len(inside) // most)
        top += rows * (high + _GAP)
    return canvas.drawing(
        size=(width, top),
        title=title,
        description=" ".join(one.said for one in lit),
        marks=marks,
        links=True,
    )


def _onward(
    corner: tuple[float, float], box: tuple[float, float], *, along: bool
) -> str:
    x, y = corner
    if along:
        middle = y + box[1] / 2
        return canvas.arrow((x + box[0] + 2, middle), (x + box[0] + _GAP - 2, middle))
    return canvas.arrow((x + 20, y + box[1] + 2), (x + 20, y + box[1] + _GAP - 2))


def _stage(
    one: Lit, corner: tuple[float, float], box: tuple[float, float]
) -> Iterator[str]:
    x, y = corner
    name = canvas.lines(one.name, width=box[0] - 46, size=13)[:2]
    state = canvas.lines(one.state, width=box[0] - 20, size=11)[
        : 2 if box[1] > 60 else 1
    ]
    yield canvas.link(
        one.href,
        one.said,
        [
            canvas.frame(corner, box, fill=one.ground, known=one.known),
            canvas.block((x + 10, y + 19), name, size=13, color=one.ink, bold=True),
            svg.words((x + box[0] - 10, y + 19), one.level, anchor="end",
                      color=one.ink, size=14, bold=True),
            canvas.block((x + 10, y + box[1] - 8 - 14 * (len(state) - 1)), state,
                         size=11, color=one.ink),
        ],
    )  # fmt: skip
