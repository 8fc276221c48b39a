"""Before and now on one line each, with how far from sure both are. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.charts import svg, words
from assessments.charts.figures import Picture
from assessments.charts.pictures import canvas

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from assessments.queries.portfolio import Mover

    Href = Callable[[Mover], str]

_HIGH, _TOP = 44.0, 26.0


def dumbbells(
    movers: Sequence[Mover], *, scale: tuple[int, int], title: str, href: Href
) -> Picture:
    """Draw one line for each movement."""
    return Picture(
        wide=_drawn(movers, scale, title, href, canvas.WIDE, left=290.0),
        narrow=_drawn(movers, scale, title, href, canvas.NARROW, left=0.0),
    )


def _drawn(
    movers: Sequence[Mover],
    scale: tuple[int, int],
    title: str,
    href: Href,
    width: float,
    *,
    left: float,
) -> str:
    # Without room beside the lines, words stand above them.
    above = 0.0 if left else 36.0
    begin, end = left + 14, width - 64
    low, high = scale

    def across(level: float) -> float:
        return begin + (level - low) / (high - low) * (end - begin)

    height = _TOP + len(movers) * (_HIGH + above)
    marks = []
    for level in range(low, high + 1):
        x = across(level)
        marks.append(svg.line((x, _TOP - 6), (x, height), color=canvas.LINE))
        marks.append(
            svg.words((x, 14), str(level), anchor="middle", color=canvas.SOFT, size=12)
        )
    for place, one in enumerate(movers):
        top = _TOP + place * (_HIGH + above)
        y = top + above + (_HIGH / 2 if left else 10)
        label = (0.0, top + 16)
        points = (across(float(one.before)), across(float(one.now)))
        room = left - 10 if left else width
        marks.append(
            canvas.link(
                href(one), _said(one), _line(one, label, room, y, points, width)
            )
        )
    return canvas.drawing(
        size=(width, height),
        title=title,
        description=" ".join(_said(one) for one in movers),
        marks=marks,
        links=True,
    )


def _line(
    one: Mover,
    label: tuple[float, float],
    room: float,
    y: float,
    points: tuple[float, float],
    width: float,
) -> Iterator[str]:
    before, now = points
    name = canvas.lines(f"{one.code} {one.name}", width=room, size=13)[0]
    color = canvas.ACCENT if one.change > 0 else canvas.WARN
    yield svg.words(label, name, color=canvas.ACCENT, size=13, bold=True)
    yield svg.words((label[0], label[1] + 15), one.unit, color=canvas.SOFT, size=12)
    yield svg.line((before, y), (now, y), color=color, width=3)
    yield svg.circle((before, y), 6, fill=canvas.PAPER, stroke=color, width=2)
    yield svg.circle((now, y), 6.5, fill=color)
    arrow = "▲" if one.change > 0 else "▼"
    yield svg.words(
        (width - 2, y + 5),
        f"{arrow} {words.signed(one.change)}",
        anchor="end",
        color=canvas.INK,
        size=13,
        bold=True,
    )


def _said(one: Mover) -> str:
    return _(
        "%(name)s in %(unit)s: from %(before)s to %(now)s, %(change)s, uncertainty"
        " %(unsure)s."
    ) % {
        "name": one.name,
        "unit": one.unit,
        "before": words.level(one.before),
        "now": words.level(one.now),
        "change": words.signed(one.change),
        "unsure": words.level(one.uncertainty),
    }
