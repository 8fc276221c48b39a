"""Filters of the results pages: where a level lies, and how it is told in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from assessments.charts import reasons, words
from assessments.queries import metric_words

if TYPE_CHECKING:
    from decimal import Decimal

    from assessments.queries.results import Measured, Thresholds

register = template.Library()
register.filter("about", reasons.about)


@register.filter
def said(sentences: str) -> str:
    """Write what the arithmetic stored in the reader's language."""
    return reasons.said(sentences, metric_words.NAMES)


@register.filter
def band(level: Decimal | None) -> str:
    """Return the class of a level's box: a whole level, or none."""
    return "none" if level is None else str(int(level))


@register.filter
def bar_width(level: Decimal | None, scale: Thresholds) -> str:
    """Return how long the bar of a level is, in percent; the lowest has a step too."""
    if level is None:
        return "0"
    steps = scale.highest - scale.lowest + 1
    return f"{(float(level) - scale.lowest + 1) / steps * 100:.1f}"


@register.filter
def bar_marks(scale: Thresholds) -> list[str]:
    """Return what stands above the bars: the start is no level."""
    return ["", *map(str, range(scale.lowest, scale.highest + 1))]


@register.filter
def value_of(one: Measured) -> str:
    """Write a measured value in its unit."""
    return words.quantity(one.value, one.unit)


@register.filter
def interval_of(one: Measured) -> str:
    """Write the 95 % interval of a measured value, or a dash."""
    return words.interval(one.low, one.high, one.unit)


@register.filter
def days_of(one: Measured) -> int:
    """Return how many days a measurement looks back."""
    return (one.window_end - one.window_start).days


@register.filter
def window_of(one: Measured) -> str:
    """Write the window of a measurement, first and last day."""
    return words.window(one.window_start, one.window_end)


@register.filter
def at(counts: dict[int, int], level: int) -> int:
    """Return how many people chose a level."""
    return counts.get(level, 0)
