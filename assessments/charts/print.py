"""Print charts of levels: the profile as bars and as a radar. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.charts import svg, words
from assessments.charts.palette import Palette

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

_OWN = Palette()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The whole levels of an edition."""

    lowest: int
    highest: int
    palette: Palette = _OWN

    @property
    def levels(self) -> range:
        """All of them, lowest first."""
        return range(self.lowest, self.highest + 1)

    def share(self, level: Decimal | float) -> float:
        """Return how far up the scale a level is, from 0 to 1."""
        return (float(level) - self.lowest) / (self.highest - self.lowest)

    def fill(self, level: Decimal) -> str:
        """Return the fill of the whole level that was reached."""
        fills = self.palette.fills
        return fills[int(self.share(int(level)) * (len(fills) - 1))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row of a profile; None where there is no level to show."""

    code: str
    name: str
    level: Decimal | None
    declared: Decimal | None = None
    measured: Decimal | None = None
    target: Decimal | None = None
    # A pillar's heading stands above its first domain.
    heading: str = ""


_ROW, _HEAD, _TOP = 19.0, 20.0, 22.0
_WIDTH, _LEFT, _RIGHT = 520.0, 196.0, 488.0
_THICK = 9.0


def _across(level: Decimal | float, scale: Scale) -> float:
    return _LEFT + scale.share(level) * (_RIGHT - _LEFT)


def _lines(scale: Scale, bottom: float) -> list[str]:
    marks = []
    for step in scale.levels:
        x = _across(step, scale)
        marks.append(svg.line((x, _TOP - 4), (x, bottom)))
        marks.append(svg.words((x, _TOP - 9), str(step), anchor="middle", size=8.5))
    return marks


def _row(bar: Bar, scale: Scale, y: float) -> list[str]:
    middle = y + _ROW / 2
    marks = [
        svg.words((0, middle + 3), bar.code, bold=True),
        svg.words((26, middle + 3), bar.name),
    ]
    if bar.level is None:
        marks.append(
            svg.words((_LEFT + 4, middle + 3), f"{words.DASH} " + _("too little known"))
        )
    else:
        wide = max(_across(bar.level, scale) - _LEFT, 2.5)
        fill = scale.fill(bar.level)
        marks.append(
            svg.box((_LEFT, middle - _THICK / 2), (wide, _THICK), fill=fill, round_=1.5)
        )
    if bar.declared is not None:
        at = (_across(bar.declared, scale), middle)
        marks.append(
            svg.circle(at, 3.4, fill=svg.PAPER, stroke=svg.DECLARED, width=1.6)
        )
    if bar.measured is not None:
        at = (_across(bar.measured, scale), middle)
        marks.append(svg.diamond(at, 4.2, fill=svg.MEASURED, stroke=svg.PAPER))
    if bar.target is not None:
        x = _across(bar.target, scale)
        marks.append(svg.line((x, middle - 8), (x, middle + 8), color=svg.INK, width=2))
    marks.append(
        svg.words((_WIDTH, middle + 3), words.level(bar.level), anchor="end", bold=True)
    )
    return marks


def _key(y: float, scale: Scale) -> list[str]:
    x = _LEFT
    marks = [svg.box((x, y - 8), (22, _THICK), fill=scale.palette.fills[2], round_=1.5)]
    names = (_("agreed"), _("declared"), _("measured"), _("target"))
    starts = []
    x += 27
    for name in names:
        starts.append(x)
        x += 4.9 * len(name) + 22
    _agreed, declared, measured, target = starts
    ring = (declared - 8, y - 3)
    marks += [
        svg.circle(ring, 3.4, fill=svg.PAPER, stroke=svg.DECLARED, width=1.6),
        svg.diamond((measured - 8, y - 3), 4.2, fill=svg.MEASURED),
        svg.line((target - 6, y - 10), (target - 6, y + 3), color=svg.INK, width=2),
    ]
    placed = zip(starts, names, strict=True)
    return marks + [svg.words((at, y), name, size=8.5) for at, name in placed]


def profile(bars: Sequence[Bar], *, scale: Scale, title: str) -> str:
    """Draw one bar a row on the scale, with marks for what is beside it."""
    marks: list[str] = []
    y = _TOP + 2
    for bar in bars:
        if bar.heading:
            y += 5
            marks.append(
                svg.words((0, y + 12), bar.heading, bold=True, color=svg.SOFT, size=8.5)
            )
            y += _HEAD
        marks += _row(bar, scale, y)
        y += _ROW
    listed = "; ".join(
        f"{bar.code} {bar.name}: {words.level(bar.level)}"
        + (
            ", " + _("target %(level)s") % {"level": words.level(bar.target)}
            if bar.target is not None
            else ""
        )
        for bar in bars
    )
    return svg.drawing(
        width=_WIDTH,
        height=y + 24,
        title=title,
        description=listed,
        marks=[*_lines(scale, y + 2), *marks, *_key(y + 18, scale)],
    )


# ── the radar: an alternative view, with at most one comparison ────────────────────

_SIZE, _RADIUS = 310.0, 106.0
_TOPMOST = 0.35  # |cos| below this: the label stands above or below its axis


def _spoke(place: int, count: int, level: float, scale: Scale) -> svg.Point:
    angle = 2 * pi * place / count - pi / 2
    # The lowest level stands one step away from the middle, which is no level.
    reach = _RADIUS * (level - scale.lowest + 1) / len(scale.levels)
    return _SIZE / 2 + reach * cos(angle), _SIZE / 2 + reach * sin(angle)


def _outline(levels: Sequence[Decimal | None], scale: Scale) -> list[svg.Point]:
    return [
        _spoke(place, len(levels), float(level), scale)
        for place, level in enumerate(levels)
        if level is not None
    ]


def _label(bar: Bar, place: int, count: int, scale: Scale) -> str:
    x, y = _spoke(place, count, scale.highest + 0.12 * len(scale.levels), scale)
    side = cos(2 * pi * place / count - pi / 2)
    anchor: svg.Anchor = "middle"
    if abs(side) > _TOPMOST:
        anchor = "start" if side > 0 else "end"
    return svg.words(
        (x, y + 3), f"{bar.code} {words.level(bar.level)}", anchor=anchor, size=9.5
    )


def radar(bars: Sequence[Bar], *, scale: Scale, title: str) -> str:
    """Draw the agreed levels as an outline around the targets' dashed one."""
    count, color = len(bars), scale.palette.primary
    marks = []
    for ring in scale.levels:
        corners = [_spoke(place, count, ring, scale) for place in range(count)]
        marks.append(svg.path(corners, color=svg.LINE, width=0.8, closed=True))
    marks += [
        svg.line(
            (_SIZE / 2, _SIZE / 2),
            _spoke(place, count, scale.highest, scale),
            width=0.6,
        )
        for place in range(count)
    ]
    targets = _outline([bar.target for bar in bars], scale)
    marks.append(svg.path(targets, color=svg.INK, width=1.1, dash="4 3", closed=True))
    levels = _outline([bar.level for bar in bars], scale)
    marks.append(
        svg.path(levels, color=color, fill=color, opacity="0.14", width=2, closed=True)
    )
    marks += [svg.circle(at, 2.3, fill=color) for at in levels]
    marks += [_label(bar, place, count, scale) for place, bar in enumerate(bars)]
    listed = "; ".join(f"{bar.code} {words.level(bar.level)}" for bar in bars)
    return svg.drawing(
        width=_SIZE, height=_SIZE, title=title, description=listed, marks=marks
    )
