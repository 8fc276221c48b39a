"""Numbers into words, for axes, titles, pages and documents alike. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

# What is shown for a number that is not known; a sentence beside it says why.
DASH = "—"
# A number and its unit never part at the end of a line.
_GAP = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
# From here on a decimal tells nothing more.
_PLENTY = 10
_SPANS = ((_DAY * 2, _DAY, "days"), (_HOUR, _HOUR, "h"), (_MINUTE, _MINUTE, "min"))


def number(value: float) -> str:
    """Write a number with one decimal below ten and none above: 3.4, 27."""
    if abs(value) >= _PLENTY or value == int(value):
        return f"{value:,.0f}".replace("-", _MINUS)
    return f"{value:.1f}".replace("-", _MINUS)


def duration(seconds: float) -> str:
    """Write a span in its natural unit: 42 s, 12 min, 7.5 h, 3.1 days."""
    for least, size, name in _SPANS:
        if seconds >= least:
            return f"{number(seconds / size)}{_GAP}{name}"
    return f"{number(seconds)}{_GAP}s"


def percent(ratio: float) -> str:
    """Write a ratio of 0–1 as a percentage: 7.3 %."""
    return f"{number(round(ratio * 100, 1))}{_GAP}%"


def share(ratio: float | Decimal) -> str:
    """Write a share in whole percent: coverage and confidence need no decimals."""
    return f"{float(ratio) * 100:.0f}{_GAP}%"


def per_week(value: float) -> str:
    """Write a rate: 3.4 a week."""
    return f"{number(value)} a week"


def quantity(value: float | None, unit: str) -> str:
    """Write a value in the unit of its measurement; a dash if it is not known."""
    if value is None:
        return DASH
    match unit:
        case "seconds":
            return duration(value)
        case "ratio":
            return percent(value)
        case "per_week":
            return per_week(value)
        case _:
            return number(value)


def interval(low: float | None, high: float | None, unit: str) -> str:
    """Write a 95 % interval: 5.1 % to 9.8 %."""
    if low is None or high is None:
        return DASH
    return f"{quantity(low, unit)} to {quantity(high, unit)}"


def level(value: Decimal | float | None) -> str:
    """Write a level with its half steps: 3.5."""
    return DASH if value is None else f"{value:.1f}"


def signed(value: Decimal | float | None) -> str:
    """Write a difference of levels with its sign: +0.5, −1.0, 0.0."""
    if value is None:
        return DASH
    text = f"{value:+.1f}" if value else "0.0"
    return text.replace("-", _MINUS)


def day(moment: date | datetime) -> str:
    """Write a date that nobody misreads: 5 Nov 2026."""
    return f"{moment.day} {moment:%b %Y}"


def span(first: date, last: date) -> str:
    """Write a period, both ends included."""
    return f"{day(first)} to {day(last)}"


def window(start: datetime, end: datetime) -> str:
    """Write a half-open window as its first and last day."""
    return span(start, end - timedelta(microseconds=1))
