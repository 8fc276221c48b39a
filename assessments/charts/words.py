"""Numbers and moments into words, for axes, titles, pages and documents alike.

In the language and the time zone that are active for the reader; whole days that were
counted, as in a window, are days of UTC in every time zone.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton, format_time
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

# What is shown for a number that is not known; a sentence beside it says why.
DASH = "—"
# How a lane is called inside of a sentence.
LANES = {
    "code": pgettext_lazy("in a sentence", "software"),
    "model": pgettext_lazy("in a sentence", "models"),
}
# A number and its unit never part at the end of a line.
_GAP = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
# From here on a decimal tells nothing more.
_PLENTY = 10
# English dates with the day before the month: "5 Nov 2026".
_LOCALES = {"en": "en_GB"}
_ENGLISH = Locale.parse("en_GB")


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(_LOCALES.get(language, language), sep="-")
    except (UnknownLocaleError, ValueError):
        return _ENGLISH


def reader() -> Locale:
    """Return the locale of the reader's language."""
    return _locale(translation.get_language() or "en")


@cache
def _signs(locale: Locale) -> dict[int, str]:
    """Return what a language writes for the signs of a number in English."""
    symbols = locale.number_symbols["latn"]
    return str.maketrans({".": symbols["decimal"], ",": symbols["group"], "-": _MINUS})


def written(digits: str) -> str:
    return digits.translate(_signs(reader()))


def number(value: float) -> str:
    """Write a number with one decimal below ten and none above: 3.4, 27."""
    if abs(value) >= _PLENTY or value == int(value):
        return written(f"{value:,.0f}")
    return written(f"{value:.1f}")


def duration(seconds: float, *, beside: float = 0) -> str:
    """Write a span in its natural unit: 250 ms, 42 s, 12 min, 7.5 h, 3.1 days.

    Beside a longer one it is written in that one's unit, if it is one of them at least.
    """
    spans = (
        (_DAY * 2, _DAY, _("days")),
        (_HOUR, _HOUR, _("h")),
        (_MINUTE, _MINUTE, _("min")),
    )
    for least, size, name in spans:
        if seconds >= least or (beside >= least and seconds >= size):
            return f"{number(seconds / size)}{_GAP}{name}"
    if 0 < seconds < 1:
        return f"{number(seconds * 1000)}{_GAP}" + _("ms")
    return f"{number(seconds)}{_GAP}" + _("s")


def percent(ratio: float) -> str:
    """Write a ratio of 0–1 as a percentage: 7.3 %."""
    return percentage(number(round(ratio * 100, 1)))


def share(ratio: float | Decimal) -> str:
    """Write a share in whole percent: coverage and confidence need no decimals.

    A little is not written as nothing, and nearly all not as all: < 1 %, > 99 %.
    """
    exact = round(float(ratio) * 100, 6)
    whole = round(exact)
    if whole == 0 < exact:
        return percentage("<\N{NO-BREAK SPACE}1")
    if whole == 100 > exact:
        return percentage(">\N{NO-BREAK SPACE}99")
    return percentage(str(whole))


def percentage(digits: str) -> str:
    """Write digits as a percentage, with the language's sign and gap."""
    return f"{digits}{_GAP}{reader().number_symbols['latn']['percentSign']}"


def labelled(label: object, said: str) -> str:
    """Write what is said of something behind its name, spaced as the language does."""
    return _("%(subject)s: %(said)s") % {"subject": label, "said": said}


def listed(parts: Iterable[str]) -> str:
    """Write parts of a sentence one after the other, spaced as the language does."""
    return pgettext("between parts of a sentence", "; ").join(parts)


def per_week(value: float) -> str:
    """Write a rate: 3.4 a week, and 0.04 a week where one decimal would say none."""
    times = hundredths(value) if 0 < value < 1 else number(value)
    return _("%(times)s a week") % {"times": times}


def points(difference: float) -> str:
    """Write a difference of two ratios in percentage points: 3.5 points."""
    digits = number(round(difference * 100, 1))
    return _("%(number)s points") % {"number": digits}


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
        case "points":
            return points(value)
        case "index" | "amount":
            return hundredths(value)
        case _:
            return number(value)


def pair(first: float, last: float, unit: str) -> tuple[str, str]:
    """Write two values that are read together, spans in one unit where that fits."""
    if unit != "seconds":
        return quantity(first, unit), quantity(last, unit)
    return duration(first, beside=last), duration(last, beside=first)


def interval(low: float | None, high: float | None, unit: str) -> str:
    """Write a 95 % interval: 5.1 % to 9.8 %."""
    if low is None or high is None:
        return DASH
    return _from_to(*pair(low, high, unit))


def level(value: Decimal | float | None) -> str:
    """Write a level with its half steps: 3.5."""
    return DASH if value is None else written(f"{value:.1f}")


def signed(value: Decimal | float | None) -> str:
    """Write a difference of levels with its sign: +0.5, −1.0, 0.0."""
    if value is None:
        return DASH
    return written(f"{value:+.1f}" if value else "0.0")


def hundredths(value: Decimal | float) -> str:
    """Write a small part of a level, an index or an amount: 0.08."""
    return written(f"{value:,.2f}")


def day(moment: date | datetime) -> str:
    """Write a date that nobody misreads: 5 Nov 2026."""
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment).date()
    return format_skeleton("yMMMd", moment, locale=reader())


def clock(moment: datetime) -> str:
    """Write a time of day with its zone: 14:03 CET."""
    local = timezone.localtime(moment)
    time = format_time(local.time(), "HH:mm", locale=reader())
    return f"{time}{_GAP}{local.tzname()}"


def moment(when: datetime) -> str:
    """Write a date with the time of day and its zone: 5 Nov 2026, 14:03 CET."""
    return f"{day(when)}, {clock(when)}"


def month(moment: date) -> str:
    """Write a month with its year: Nov 2026."""
    return format_skeleton("yMMM", moment, locale=reader())


def span(first: date, last: date) -> str:
    """Write a period, both ends included."""
    return _from_to(day(first), day(last))


def window(start: datetime, end: datetime) -> str:
    """Write a half-open window as its first and last day, which are days of UTC."""
    last = end - timedelta(microseconds=1)
    return span(start.astimezone(UTC).date(), last.astimezone(UTC).date())


def _from_to(first: str, last: str) -> str:
    return _("%(first)s to %(last)s") % {"first": first, "last": last}
