"""Print charts of series: lines by week and columns by count. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.charts import scales, svg, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

_WIDTH, _HEIGHT = 520.0, 178.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 512.0, 24.0, 152.0
_GAP_DAYS = 8  # points further apart are not joined: nothing is known between them


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One point in time; None where nothing is known, with its interval if any."""

    on: date
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A named line of one lane; `thin` is for companions such as P95."""

    name: str
    lane: str
    samples: Sequence[Sample]
    thin: bool = False


def _known(lines: Iterable[Line]) -> list[float]:
    return [
        number
        for line in lines
        for sample in line.samples
        for number in (sample.value, sample.high)
        if number is not None
    ]


def _pieces(samples: Sequence[Sample]) -> list[list[Sample]]:
    """Cut a line where weeks without a value lie between its points."""
    known = [sample for sample in samples if sample.value is not None]
    pieces = [known[:1]]
    for before, after in pairwise(known):
        if (after.on - before.on).days > _GAP_DAYS:
            pieces.append([])
        pieces[-1].append(after)
    return [piece for piece in pieces if piece]


def _grid(scale: scales.Scale, down: Callable[[float], float]) -> list[str]:
    marks = [svg.words((0, 10), scale.name, color=svg.SOFT, size=8.5)]
    for tick in scale.ticks:
        y = down(tick)
        marks.append(svg.line((_LEFT, y), (_RIGHT, y)))
        marks.append(
            svg.words((_LEFT - 5, y + 3), scale.write(tick), anchor="end", size=8.5)
        )
    return marks


def _months(days: Sequence[date], across: Callable[[date], float]) -> list[str]:
    marks = []
    last = -1e9
    for day in days:
        x = across(day)
        if day.day <= 7 and x - last > 52:  # the month's first week; room for a name
            marks.append(svg.line((x, _BOTTOM), (x, _BOTTOM + 4), color=svg.STRONG))
            # A name at the right edge stays inside of the drawing.
            anchor: svg.Anchor = "middle" if x < _RIGHT - 22 else "end"
            named = words.month(day)
            marks.append(svg.words((x, _BOTTOM + 15), named, anchor=anchor, size=8.5))
            last = x
    return marks


def _legend(lines: Sequence[Line]) -> list[str]:
    marks = []
    x = _LEFT + 40
    for line in lines:
        color, dash = svg.LANES[line.lane], svg.DASHES[line.lane]
        wide = 0.9 if line.thin else 1.8
        marks.append(svg.line((x, 7), (x + 20, 7), color=color, width=wide, dash=dash))
        marks.append(svg.words((x + 24, 10), line.name, size=8.5))
        x += 36 + 4.9 * len(line.name)
    return marks


def lines(drawn: Sequence[Line], *, unit: str, title: str) -> str:
    """Draw lines over weeks; an interval is a pale band behind its line."""
    days = sorted({sample.on for line in drawn for sample in line.samples})
    known = _known(drawn)
    if not days or not known:
        return ""
    scale = scales.of(max(known), unit)
    total = max((days[-1] - days[0]).days, 1)

    def across(day: date) -> float:
        return _LEFT + (day - days[0]).days / total * (_RIGHT - _LEFT)

    def down(value: float) -> float:
        return _BOTTOM - value / scale.top * (_BOTTOM - _TOP)

    marks = [*_grid(scale, down), *_months(days, across), *_legend(drawn)]
    for line in drawn:
        for piece in _pieces(line.samples):
            marks.append(_band(piece, line.lane, across, down))
            marks.append(_stroke(piece, line, across, down))
    listed = words.listed(
        words.labelled(line.name, _last(line, unit)) for line in drawn
    )
    return svg.drawing(
        width=_WIDTH, height=_HEIGHT, title=title, description=listed, marks=marks
    )


def _stroke(
    piece: Sequence[Sample],
    line: Line,
    across: Callable[[date], float],
    down: Callable[[float], float],
) -> str:
    color = svg.LANES[line.lane]
    points = [(across(s.on), down(s.value)) for s in piece if s.value is not None]
    if len(points) == 1:
        return svg.circle(points[0], 1.8, fill=color)
    return svg.path(
        points,
        color=color,
        width=0.9 if line.thin else 1.8,
        dash=svg.DASHES[line.lane],
    )


def _band(
    piece: Sequence[Sample],
    lane: str,
    across: Callable[[date], float],
    down: Callable[[float], float],
) -> str:
    upper = [(across(s.on), down(s.high)) for s in piece if s.high is not None]
    lower = [(across(s.on), down(s.low)) for s in piece if s.low is not None]
    if len(upper) < 2 or len(lower) < 2:  # a band needs two ends
        return ""
    return svg.path(
        [*upper, *reversed(lower)],
        color="none",
        fill=svg.LANES[lane],
        opacity="0.13",
        closed=True,
    )


def _last(line: Line, unit: str) -> str:
    known = [sample.value for sample in line.samples if sample.value is not None]
    return _("last %(value)s") % {
        "value": words.quantity(known[-1] if known else None, unit)
    }


# ── columns ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """How many weeks had so many deployments, by lane."""

    name: str
    lane: str
    counts: Sequence[int]


def columns(
    drawn: Sequence[Columns], *, labels: Sequence[str], axis: str, title: str
) -> str:
    """Draw columns side by side over named bins; the model lane is outlined."""
    highest = max((count for lane in drawn for count in lane.counts), default=0)
    if not highest:
        return ""
    scale = scales.of(highest, "weeks")
    slot = (_RIGHT - _LEFT) / len(labels)
    wide = min(slot * 0.72 / len(drawn), 34)

    def down(value: float) -> float:
        return _BOTTOM - value / scale.top * (_BOTTOM - _TOP)

    marks = _grid(scale, down)
    for place, label in enumerate(labels):
        middle = _LEFT + slot * (place + 0.5)
        marks.append(
            svg.words((middle, _BOTTOM + 12), label, anchor="middle", size=8.5)
        )
        for lane_place, lane in enumerate(drawn):
            count = lane.counts[place]
            x = middle + (lane_place - len(drawn) / 2) * wide
            y = down(count)
            color = svg.LANES[lane.lane]
            hollow = lane.lane == "model"
            marks.append(
                svg.box(
                    (x + 1, y),
                    (wide - 2, _BOTTOM - y),
                    fill="#f3d9c6" if hollow else color,
                    stroke=color,
                )
            )
    marks.append(
        svg.words(
            ((_LEFT + _RIGHT) / 2, _BOTTOM + 25),
            axis,
            anchor="middle",
            color=svg.SOFT,
            size=8.5,
        )
    )
    x = _LEFT + 40
    for lane in drawn:
        hollow = lane.lane == "model"
        color = svg.LANES[lane.lane]
        marks.append(
            svg.box((x, 2), (10, 9), fill="#f3d9c6" if hollow else color, stroke=color)
        )
        marks.append(svg.words((x + 15, 10), lane.name, size=8.5))
        x += 34 + 4.9 * len(lane.name)
    listed = "; ".join(
        f"{lane.name}: "
        + ", ".join(
            ngettext(
                "%(label)s in %(count)s week", "%(label)s in %(count)s weeks", count
            )
            % {"label": label, "count": count}
            for label, count in zip(labels, lane.counts, strict=True)
        )
        for lane in drawn
    )
    return svg.drawing(
        width=_WIDTH, height=_HEIGHT + 4, title=title, description=listed, marks=marks
    )
