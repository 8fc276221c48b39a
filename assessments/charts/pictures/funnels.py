"""Two lanes of stages as bars about a middle line: as wide as their share. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.charts import svg, words
from assessments.charts.figures import Picture
from assessments.charts.pictures import canvas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.services.stages import Funnel, LaneStages, Stage

_HIGH, _HEAD, _GAP = 58.0, 30.0, 24.0
_STRIPES = "funnel-stripes"


def funnels(found: Funnel, *, title: str) -> Picture:
    """Draw the lanes beside each other, and on a phone below each other."""
    return Picture(
        wide=_drawn(found, title, canvas.WIDE, beside=True),
        narrow=_drawn(found, title, canvas.NARROW, beside=False),
    )


def _drawn(found: Funnel, title: str, width: float, *, beside: bool) -> str:
    lanes = found.lanes
    across = (width - _GAP * (len(lanes) - 1)) / len(lanes) if beside else width
    highs = [_HEAD + _HIGH * len(lane.stages) for lane in lanes]
    stripes = f"{_STRIPES}-{'wide' if beside else 'narrow'}"
    marks = [_pattern(stripes)]
    top = 0.0
    for place, lane in enumerate(lanes):
        left = place * (across + _GAP) if beside else 0.0
        marks += _lane(lane, (left, top), across, stripes)
        if not beside:
            top += highs[place] + _GAP
    height = max(highs) if beside else top
    return canvas.drawing(
        size=(width, height),
        title=title,
        description=" ".join(_said(one, lane) for lane in lanes for one in lane.stages),
        marks=marks,
        links=False,
    )


def _pattern(name: str) -> str:
    """Return the stripes of the model lane, which grey and every eye tell apart."""
    return (
        f'<defs><pattern id="{name}" width="7" height="7"'
        ' patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="7" height="7" fill="var(--c-lane-model-pale)"/>'
        f'<rect width="2.5" height="7" fill="{canvas.LANES["model"]}"/>'
        "</pattern></defs>"
    )


def _lane(
    lane: LaneStages, at: tuple[float, float], width: float, stripes: str
) -> Iterator[str]:
    left, top = at
    fill = canvas.LANES["code"] if lane.lane == "code" else f"url(#{stripes})"
    yield svg.words(
        (left + width / 2, top + 16),
        lane.label,
        anchor="middle",
        color=canvas.INK,
        size=15,
        bold=True,
    )
    longest = lane.longest
    for place, one in enumerate(lane.stages):
        y = top + _HEAD + place * _HIGH
        yield from _stage(one, (left, y), width, fill, is_longest=one is longest)


def _stage(
    one: Stage,
    at: tuple[float, float],
    width: float,
    fill: str,
    *,
    is_longest: bool,
) -> Iterator[str]:
    left, top = at
    middle, span = left + width / 2, max(2.0, (one.share or 0) * width)
    name = f"▶ {one.name}" if is_longest else one.name
    yield svg.words((left, top + 14), name, color=canvas.INK, size=13, bold=is_longest)
    yield svg.words(
        (left + width, top + 14),
        _beside(one),
        anchor="end",
        color=canvas.INK if is_longest else canvas.SOFT,
        size=12,
        bold=is_longest,
    )
    if one.share is None:
        yield canvas.frame(
            (left + 0.5, top + 21), (width - 1, 22), fill=canvas.PAPER, known=False
        )
        return
    edge = f' stroke="{canvas.INK}" stroke-width="2.5"' if is_longest else ""
    yield (
        f'<rect x="{middle - span / 2:.1f}" y="{top + 21:.1f}" width="{span:.1f}"'
        f' height="22" rx="3" fill="{fill}"{edge}/>'
    )


def _beside(one: Stage) -> str:
    median = words.quantity(one.now.value, one.now.unit)
    if one.share is None:
        return median if one.now.value is not None else _("unknown")
    return f"{median} · {words.share(one.share)}"


def _said(one: Stage, lane: LaneStages) -> str:
    return f"{lane.label}, {one.name}: {_beside(one)}."
