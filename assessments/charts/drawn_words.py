"""Numbers and dates as Plotly writes them in the browser, in the reader's language.

Plotly brings English alone and reads others from the settings of a drawing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assessments.charts import words

if TYPE_CHECKING:
    from typing import Any

    from babel import Locale

# What a pattern of dates calls the day, the month by name and the year; and d3.
_PARTS = {"d": "%-d", "MMM": "%b", "LLL": "%b", "y": "%Y"}
_PART = re.compile(r"MMM|LLL|d|y")
# Babel counts from Monday, Plotly from Sunday.
_WEEK = (6, 0, 1, 2, 3, 4, 5)


def config() -> dict[str, Any]:
    """Return the settings of every drawing of a page."""
    locale = words.reader()
    code = str(locale.language)
    return {
        "displayModeBar": False,
        "responsive": True,
        "locale": code,
        "locales": {code: {"format": _format(locale)}},
    }


def day() -> str:
    """Return how an axis writes a day, its year below: 5 Nov, 2026."""
    return _pattern(words.reader(), "MMMd") + "\n%Y"


def _format(locale: Locale) -> dict[str, object]:
    symbols = locale.number_symbols["latn"]
    days, months = locale.days["format"], locale.months["format"]
    return {
        "decimal": symbols["decimal"],
        "thousands": symbols["group"],
        "days": [days["wide"][one] for one in _WEEK],
        "shortDays": [days["abbreviated"][one] for one in _WEEK],
        "months": [months["wide"][one] for one in range(1, 13)],
        "shortMonths": [months["abbreviated"][one] for one in range(1, 13)],
        "date": _pattern(locale, "yMMMd"),
        "year": "%Y",
        "month": _pattern(locale, "yMMM"),
        "dayMonth": _pattern(locale, "MMMd"),
        "dayMonthYear": _pattern(locale, "yMMMd"),
    }


def _pattern(locale: Locale, skeleton: str) -> str:
    """Return the order in which a language writes a date, as d3 reads it."""
    pattern = str(locale.datetime_skeletons[skeleton].pattern)
    return _PART.sub(lambda part: _PARTS[part[0]], pattern)
