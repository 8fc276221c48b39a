"""Capabilities down, levels across: filled up to the level that is reached. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.charts import svg
from assessments.charts.figures import Picture
from assessments.charts.pictures import canvas

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assessments.charts.practices import Lit

_HIGH, _GAP = 34.0, 6.0
_NAME = 13.0


def ladder_grid(
    lit: Sequence[Lit], steps: Sequence[str], *, lowest: int, title: str
) -> Picture:
    """Draw a row of steps for each capability."""
    return Picture(
        wide=_drawn(lit, steps, lowest, title, canvas.WIDE, names=210.0),
        narrow=_drawn(lit, steps, lowest, title, canvas.NARROW, names=0.0),
    )


def _drawn(
    lit: Sequence[Lit],
    steps: Sequence[str],
    lowest: int,
    title: str,
    width: float,
    *,
    names: float,
) -> str:
    above = 0.0 if names else 22.0
    cell = (width - 2 - names) / len(steps)
    heads = [
        canvas.lines(f"{lowest + place} {step}", width=cell - 8, size=12)
        for place, step in enumerate(steps)
    ]
    top = 10 + 16.0 * max(len(head) for head in heads)
    marks = [
        canvas.block((names + place * cell + cell / 2, 14), head, anchor="middle",
                     color=canvas.SOFT)
        for place, head in enumerate(heads)
    ]  # fmt: skip
    for one in lit:
        marks.append(
            canvas.link(
                one.href,
                one.said,
                [
                    _name(one, top, above, names - 8),
                    *_row(one, (names, top + above), cell, len(steps), lowest),
                ],
            )
        )
        top += above + _HIGH + _GAP
    return canvas.drawing(
        size=(width, top),
        title=title,
        description=" ".join(one.said for one in lit),
        marks=marks,
        links=True,
    )


def _name(one: Lit, top: float, above: float, width: float) -> str:
    """Write the name above its row or, in as many lines as it takes, beside it."""
    # The level never stands alone on a line.
    said = f"{one.name}\N{NO-BREAK SPACE}{one.level}"
    if above:
        return canvas.block((1, top + above - 6), [said], size=_NAME, bold=True)
    name = canvas.lines(said, width=width, size=_NAME)
    start = top + _HIGH / 2 + 5 - (len(name) - 1) * _NAME * 0.65
    return canvas.block((1, start), name, size=_NAME, bold=True)


def _row(
    one: Lit, at: tuple[float, float], cell: float, count: int, lowest: int
) -> Iterator[str]:
    for place in range(count):
        level = lowest + place
        reached = one.value is not None and one.value >= level
        corner = (at[0] + place * cell + 3, at[1])
        fill = one.ground if reached else canvas.TINT
        yield canvas.frame(corner, (cell - 6, _HIGH), fill=fill, known=one.known)
        mark = "✓" if reached else "?" if not one.known else ""
        yield svg.words(
            (corner[0] + cell / 2 - 3, corner[1] + _HIGH / 2 + 5),
            mark,
            anchor="middle",
            color=one.ink if reached else canvas.SOFT,
            size=14,
        )
