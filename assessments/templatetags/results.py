"""Filters of the results pages: where a level lies, and how it is told in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from assessments.charts import words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from assessments.queries.results import Measured

register = template.Library()

_HIGHEST = 5


@register.filter
def band(level: Decimal | None) -> str:
    """Return the class of a level's box: a whole level, or none."""
    return "none" if level is None else str(int(level))


@register.filter
def bar_width(level: Decimal | None) -> str:
    """Return how long the bar of a level is, in percent of the scale from 0 to 5."""
    return "0" if level is None else f"{float(level) / _HIGHEST * 100:.1f}"


@register.filter
def value_of(one: Measured) -> str:
    """Write a measured value in its unit."""
    return words.quantity(one.value, one.unit)


@register.filter
def interval_of(one: Measured) -> str:
    """Write the 95 % interval of a measured value, or a dash."""
    return words.interval(one.low, one.high, one.unit)


@register.filter
def window_of(one: Measured) -> str:
    """Write the window of a measurement, first and last day."""
    return words.window(one.window_start, one.window_end)


@register.filter
def about(sentences: Sequence[str], column: str) -> list[str]:
    """Return the sentences about one column, without its name."""
    prefix = f"{column.capitalize()}: "
    return [
        said.removeprefix(prefix)[:1].upper() + said.removeprefix(prefix)[1:]
        for said in sentences
        if said.startswith(prefix)
    ]


@register.filter
def at(counts: dict[int, int], level: int) -> int:
    """Return how many people chose a level."""
    return counts.get(level, 0)
