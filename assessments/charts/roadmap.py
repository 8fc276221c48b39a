"""Pictures of a plan: the roadmap by quarter, and gaps by impact and effort. Pure.

Colors are names of the page's own, so that the pictures follow it into the dark and
onto paper; what they say is in the table beside them, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.charts import svg, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

_INK, _SOFT = "var(--c-ink)", "var(--c-ink-soft)"
_LINE, _STRONG = "var(--c-line)", "var(--c-line-strong)"
_PAPER, _ACCENT, _BAD = "var(--c-paper)", "var(--c-accent)", "var(--c-bad)"
_PALE, _ON_ACCENT = "var(--c-accent-pale)", "var(--c-on-accent)"

_WIDTH, _LEFT, _TOP, _ROW, _HEAD = 960.0, 300.0, 34.0, 30.0, 26.0
_SIZE = 12
_QUARTER = 3
# Quarters are named in full up to so many of them; beyond, years are.
_MANY = 12
_LONGEST = 40
_NARROW = 110.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One initiative on the roadmap; bars of a group stand together."""

    title: str
    group: str
    start: date
    due: date
    status: str
    status_label: str
    overdue: bool


def roadmap(bars: Sequence[Bar], *, today: date, title: str) -> str:
    """Draw one bar for each initiative, under the quarters that it goes through."""
    first = _quarter(min(bar.start for bar in bars))
    last = _next_quarter(max(max(bar.due for bar in bars), first))
    time = _Time(first, last)
    marks: list[str] = []
    y = _TOP
    for group, members in groupby(bars, key=lambda bar: bar.group):
        marks.append(svg.words((0, y + 18), group, bold=True, color=_SOFT, size=_SIZE))
        y += _HEAD
        for bar in members:
            marks += _bar(bar, y, time)
            y += _ROW
    return svg.drawing(
        width=_WIDTH,
        height=y + 22,
        title=title,
        description="; ".join(_told(bar) for bar in bars),
        marks=[*_axis(time, y), *marks, *_today(time, today, y)],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One gap on the picture of impact and effort."""

    code: str
    name: str
    impact: Decimal
    effort: int


_PICTURE_WIDTH, _PICTURE_HEIGHT = 620.0, 320.0
_BASE, _EDGE = 264.0, 60.0
_STEPS = 5
# So many codes are named at one dot; the others are counted.
_NAMED = 3


def impact_by_effort(
    points: Sequence[Point], *, efforts: Sequence[str], title: str
) -> str:
    """Draw each gap by what it adds and what it takes: best is up and to the left."""
    highest = max((float(one.impact) for one in points), default=0) or 0.01
    column = (_PICTURE_WIDTH - _EDGE) / _STEPS
    marks = [
        svg.line((_EDGE, _BASE), (_PICTURE_WIDTH, _BASE), color=_STRONG),
        svg.line((_EDGE, 20), (_EDGE, _BASE), color=_STRONG),
        svg.words((_EDGE, 12), _("Impact, in levels"), color=_SOFT, size=_SIZE),
    ]
    for part in (0.5, 1.0):
        y = _BASE - part * (_BASE - 40)
        marks.append(svg.line((_EDGE, y), (_PICTURE_WIDTH, y), color=_LINE))
        marks.append(
            svg.words(
                (_EDGE - 6, y + 4),
                words.hundredths(highest * part),
                anchor="end",
                color=_SOFT,
                size=_SIZE,
            )
        )
    for step, label in enumerate(efforts):
        x = _EDGE + (step + 0.5) * column
        marks.append(
            svg.words((x, _BASE + 18), label, anchor="middle", color=_SOFT, size=_SIZE)
        )
    marks.append(svg.words((_EDGE, _BASE + 42), _("Effort"), color=_SOFT, size=_SIZE))
    for x, y, label_y, label in _placed(points, highest, column):
        marks.append(svg.circle((x, y), 4.5, fill=_ACCENT, stroke=_PAPER))
        marks.append(svg.words((x + 8, label_y + 4), label, size=_SIZE, color=_INK))
    return svg.drawing(
        width=_PICTURE_WIDTH,
        height=_PICTURE_HEIGHT,
        title=title,
        description="; ".join(
            _("%(code)s %(name)s: impact %(impact)s, effort %(effort)s")
            % {
                "code": one.code,
                "name": one.name,
                "impact": words.hundredths(one.impact),
                "effort": efforts[one.effort - 1],
            }
            for one in points
        ),
        marks=marks,
    )


def _placed(
    points: Sequence[Point], highest: float, column: float
) -> Iterator[tuple[float, float, float, str]]:
    """Place a dot for each effort and impact, with labels clear of each other."""
    ordered = sorted(points, key=lambda one: (one.effort, one.impact))
    for effort, of_effort in groupby(ordered, key=lambda one: one.effort):
        x = _EDGE + (effort - 1) * column + 14
        free = _BASE + _SIZE  # the lowest place that a label may take
        for impact, alike in groupby(of_effort, key=lambda one: one.impact):
            y = _BASE - float(impact) / highest * (_BASE - 40)
            label_y = min(y, free)
            free = label_y - _SIZE - 1
            yield x, y, label_y, _together([one.code for one in alike])


def _together(codes: Sequence[str]) -> str:
    more = len(codes) - _NAMED
    named = ", ".join(codes[:_NAMED])
    return f"{named} +{more}" if more > 0 else named


class _Time:
    """Days on the axis."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last
        self._scale = (_WIDTH - _LEFT) / (last - first).days

    def __call__(self, day: date) -> float:
        within = min(max(day, self.first), self.last)
        return _LEFT + (within - self.first).days * self._scale

    def quarters(self) -> list[date]:
        found, day = [], self.first
        while day < self.last:
            found.append(day)
            day = _next_quarter(day)
        return found


def _axis(time: _Time, bottom: float) -> list[str]:
    marks = []
    quarters = time.quarters()
    for day in quarters:
        x = time(day)
        new_year = day.month == 1
        marks.append(
            svg.line((x, _TOP - 8), (x, bottom), color=_STRONG if new_year else _LINE)
        )
        if len(quarters) <= _MANY:
            label = f"Q{(day.month - 1) // _QUARTER + 1} {day.year}"
        else:
            label = str(day.year) if new_year else ""
        if label:
            marks.append(svg.words((x + 4, 16), label, color=_SOFT, size=_SIZE - 1))
    return marks


def _today(time: _Time, today: date, bottom: float) -> list[str]:
    if not time.first <= today < time.last:
        return []
    x = time(today)
    return [
        svg.line((x, _TOP - 8), (x, bottom), color=_BAD, width=1.5, dash="4 3"),
        svg.words(
            (x, bottom + 15), _("today"), anchor="middle", color=_BAD, size=_SIZE
        ),
    ]


_LOOKS: dict[str, tuple[str, str, str]] = {
    # fill, stroke, words upon it
    "proposed": (_PAPER, _STRONG, _INK),
    "planned": (_PALE, _ACCENT, _INK),
    "under_way": (_ACCENT, _ACCENT, _ON_ACCENT),
    "done": ("var(--c-good-pale)", "var(--c-good)", "var(--c-good-ink)"),
    "dropped": ("var(--c-tint)", _LINE, _SOFT),
}


def _bar(bar: Bar, y: float, time: _Time) -> list[str]:
    start = time(bar.start)
    wide = max(time(bar.due + timedelta(days=1)) - start, 4.0)
    fill, stroke, ink = _LOOKS[bar.status]
    label = bar.status_label
    if bar.overdue:
        label = _("%(status)s, overdue") % {"status": label}
    marks = [
        svg.words((8, y + 19), _short(bar.title), color=_INK, size=_SIZE),
        svg.box((start, y + 5), (wide, _ROW - 10), fill=fill, stroke=stroke, round_=4),
    ]
    if wide >= _NARROW:
        marks.append(svg.words((start + 6, y + 19), label, color=ink, size=_SIZE - 1))
    elif start + wide + _NARROW <= _WIDTH:
        at = (start + wide + 5, y + 19)
        marks.append(svg.words(at, label, color=_SOFT, size=_SIZE - 1))
    else:
        marks.append(
            svg.words(
                (start - 5, y + 19), label, anchor="end", color=_SOFT, size=_SIZE - 1
            )
        )
    return marks


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1].rstrip()}…"


def _told(bar: Bar) -> str:
    return f"{bar.title}: {words.span(bar.start, bar.due)}, {bar.status_label}"


def _quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // _QUARTER * _QUARTER + 1, 1)


def _next_quarter(day: date) -> date:
    """Return the first day of the quarter after the one that holds a day."""
    first = _quarter(day)
    months = first.month - 1 + _QUARTER
    return date(first.year + months // 12, months % 12 + 1, 1)
