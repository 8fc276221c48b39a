"""Axes that people can read: a unit that suits the numbers, and round ticks. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.charts import words

_SPANS = (
    (2 * 86400, 86400, _("days")),
    (2 * 3600, 3600, _("hours")),
    (2 * 60, 60, _("minutes")),
    (0, 1, _("seconds")),
)
_STEPS = (1, 2, 2.5, 5, 10)
_WANTED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """An axis from zero to `top`, in the unit of the values."""

    top: float
    ticks: tuple[float, ...]
    # Values divided by this are in the unit that `name` says.
    divisor: float
    name: str

    def write(self, tick: float) -> str:
        """Write a tick in the axis' own unit."""
        return words.number(round(tick / self.divisor, 6))


def divisor(highest: float, unit: str) -> tuple[float, str]:
    """Return what to divide values by for an axis, and the name of that unit."""
    if unit == "ratio":
        return 0.01, gettext("percent")
    if unit == "per_week":
        return 1, gettext("a week")
    if unit == "points":
        return 0.01, gettext("points")
    if unit != "seconds":
        return 1, unit
    for least, size, name in _SPANS:
        if highest >= least:
            return size, str(name)
    return 1, gettext("seconds")  # a span is never negative


def of(highest: float, unit: str) -> Scale:
    """Return a scale whose top is a round number not below the highest value."""
    size, name = divisor(highest, unit)
    shown = max(highest / size, 1e-9)
    rough = shown / _WANTED
    power = 10 ** floor(log10(rough))
    step = next((s * power for s in _STEPS if s * power >= rough * 0.999), 10 * power)
    if unit in ("count", "weeks"):
        step = max(1, ceil(step))
    count = ceil(shown / step - 1e-9)
    ticks = tuple(place * step * size for place in range(count + 1))
    return Scale(top=ticks[-1], ticks=ticks, divisor=size, name=name)
