"""Deployments day by day, so that days without any are seen as gaps. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.charts import svg, words
from assessments.charts.figures import Picture
from assessments.charts.pictures import canvas

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from assessments.services.flow import Flow, LaneFlow
    from scoring.metrics import Gap, Rhythm

_HEAD, _BARS, _FOOT = 26.0, 64.0, 30.0
# Where the gap has no room beside the lane's name, it stands below it.
_LINE = 17.0


def rhythms(found: Flow, *, title: str) -> Picture:
    """Draw a bar for each day, lane below lane, the longest gap marked."""
    return Picture(
        wide=_drawn(found, title, canvas.WIDE),
        narrow=_drawn(found, title, canvas.NARROW),
    )


def gap_length(gap: Gap) -> str:
    """Return how long nothing was deployed: 5 days."""
    days = ngettext("%(days)s day", "%(days)s days", gap.days) % {"days": gap.days}
    return _("%(days)s and going on") % {"days": days} if gap.is_open else days


def _drawn(found: Flow, title: str, width: float) -> str:
    lines = [canvas.lines(_said(lane), width=width, size=12) for lane in found.lanes]
    below = 0 if width == canvas.WIDE else max(map(len, lines), default=0)
    head = _HEAD + _LINE * below
    high = head + _BARS + _FOOT
    marks = [
        mark
        for place, lane in enumerate(found.lanes)
        for mark in _lane(lane, found, (place * high, head), width)
    ]
    return canvas.drawing(
        size=(width, high * len(found.lanes)),
        title=title,
        description=" ".join(f"{lane.label}: {_said(lane)}." for lane in found.lanes),
        marks=marks,
        links=False,
    )


def _said(lane: LaneFlow) -> str:
    if lane.rhythm is None:
        return _("unknown")
    if lane.rhythm.gap is None:
        return _("no day without a deployment")
    gap = lane.rhythm.gap
    return _("%(length)s: %(span)s") % {
        "length": gap_length(gap),
        "span": words.span(gap.first, gap.last),
    }


def _lane(
    lane: LaneFlow, found: Flow, place: tuple[float, float], width: float
) -> Iterator[str]:
    top, head = place
    floor = top + head + _BARS
    said = _said(lane)
    yield svg.words((0, top + 16), lane.label, color=canvas.INK, size=14, bold=True)
    if head == _HEAD:
        yield svg.words(
            (width, top + 16), said, anchor="end", color=canvas.SOFT, size=12
        )
    else:
        lines = canvas.lines(said, width=width, size=12)
        yield canvas.block((0, top + 16 + _LINE), lines, color=canvas.SOFT)
    first, last = words.day(found.first), words.day(found.last)
    yield svg.words((0, floor + 16), first, color=canvas.SOFT, size=11)
    yield svg.words((width, floor + 16), last, anchor="end", color=canvas.SOFT, size=11)
    if lane.rhythm is not None:
        step = width / ((found.last - found.first).days + 1)
        yield from _bars(lane.rhythm, canvas.LANES[lane.lane], found.first, step, floor)
    yield svg.line((0, floor), (width, floor), color=canvas.STRONG)


def _bars(
    rhythm: Rhythm, fill: str, first: date, step: float, floor: float
) -> Iterator[str]:
    """Draw a bar for each day with a deployment, and the longest gap as a ground."""
    if rhythm.gap is not None:
        left = (rhythm.gap.first - first).days * step
        size = rhythm.gap.days * step, _BARS
        yield svg.box((left, floor - _BARS), size, fill=canvas.TINT)
    most = max(count for _day, count in rhythm.counts) or 1
    for day, count in rhythm.counts:
        if count:
            high = _BARS * count / most
            corner = (day - first).days * step, floor - high
            yield svg.box(corner, (max(step * 0.8, 0.6), high), fill=fill)
