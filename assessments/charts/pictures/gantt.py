"""Strips of stages below each other on one scale, each leading to its deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.charts import scales, svg, words
from assessments.charts.figures import Picture
from assessments.charts.pictures import canvas
from assessments.charts.stage_names import STAGES, pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from assessments.queries.strips import Strip

    Href = Callable[[Strip], str]

_BAR = 16.0
# What tells the lanes apart where both have the same shades.
_LANES = {"code": "", "model": "◆"}
_INDENT = 18.0
# Light to dark along the way, so that stages keep their order in grey.
_SHADES = {
    "coding": 1,
    "review": 2,
    "waiting": 4,
    "deploy": 5,
    "training": 1,
    "evaluation": 2,
    "registration": 4,
    "release": 5,
}


def gantt(strips: Sequence[Strip], *, title: str, href: Href) -> Picture:
    """Draw the strips, with a legend above and the scale below."""
    return Picture(
        wide=_drawn(strips, title, href, canvas.WIDE, left=190.0),
        narrow=_drawn(strips, title, href, canvas.NARROW, left=0.0),
    )


def _drawn(
    strips: Sequence[Strip], title: str, href: Href, width: float, *, left: float
) -> str:
    scale = scales.of(max(one.seconds for one in strips), "seconds")
    begin, end = left, width - 66.0
    legend, top = _legend(strips, width)
    step = 26.0 if left else 42.0
    marks = list(legend)
    height = top + step * len(strips) + 34
    for tick in scale.ticks:
        x = begin + tick / scale.top * (end - begin)
        marks.append(svg.line((x, top), (x, height - 30), color=canvas.LINE))
        marks.append(
            svg.words((max(x, 6), height - 14), scale.write(tick), anchor="middle",
                      color=canvas.SOFT, size=11)
        )  # fmt: skip
    marks.append(
        svg.words(
            (width - 1, height - 14),
            scale.name,
            anchor="end",
            color=canvas.SOFT,
            size=11,
        )
    )
    for place, one in enumerate(strips):
        y = top + place * step
        label = f"{_LANES[one.lane]} {one.service}".strip()
        said = f"{one.service}, {one.change[:12]}: {pieces(one)}"
        bar = y + (5 if left else 20)
        marks.append(
            canvas.link(
                href(one),
                said,
                [
                    svg.words(
                        (0, y + (17 if left else 14)),
                        canvas.lines(label, width=left or width, size=12)[0],
                        color=canvas.ACCENT,
                        size=12,
                    ),
                    *_strip(one, (begin, bar), (end - begin) / scale.top),
                    svg.words((width - 1, bar + 12), words.duration(one.seconds),
                              anchor="end", color=canvas.INK, size=12, bold=True),
                ],
            )
        )  # fmt: skip
    return canvas.drawing(
        size=(width, height),
        title=title,
        description="",
        marks=marks,
        links=True,
    )


def _strip(one: Strip, at: tuple[float, float], scale: float) -> Iterator[str]:
    x = at[0]
    for piece in one.pieces:
        long = max(1.0, piece.seconds * scale)
        yield _box((x, at[1]), (long, _BAR), piece.stage)
        x += long


def _box(corner: tuple[float, float], size: tuple[float, float], stage: str) -> str:
    if not stage:
        return canvas.frame(corner, size, fill=canvas.PAPER, known=False)
    return svg.box(
        corner,
        size,
        fill=f"var(--c-level-{_SHADES[stage]})",
        stroke=canvas.STRONG,
    )


def _legend(strips: Sequence[Strip], width: float) -> tuple[list[str], float]:
    """Return what each shade means, and where the strips begin below it."""
    marks: list[str] = []
    y = 0.0
    # Both lanes go from light to dark: each has a line of its own.
    for lane, mark in _LANES.items():
        found = {s.stage for one in strips if one.lane == lane for s in one.pieces}
        if not found:
            continue
        x = _INDENT
        marks.append(svg.words((0, y + 14), mark, color=canvas.ACCENT, size=12))
        for stage, name in STAGES.items():
            if stage not in found:
                continue
            long = 26 + 6.8 * len(str(name))
            if x + long > width:
                x, y = _INDENT, y + 22
            marks.append(_box((x + 1, y + 2), (14, 14), stage))
            marks.append(
                svg.words((x + 20, y + 14), str(name), color=canvas.SOFT, size=12)
            )
            x += long + 10
        y += 22
    return marks, y + 8
