"""Moments as platforms and spreadsheets write them; what they leave out is declared.

A moment without an offset could be any of 24 hours, and 03/04 either of two days: a
mapping says which, or the moment is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

if TYPE_CHECKING:
    from scoring.events import Json

_SECONDS, _MILLISECONDS = 10, 13
_START = datetime(1970, 1, 1, tzinfo=UTC)
# 31.12.2026 23:59, 12/31/26 11:59:30 PM; what stands first is declared.
_WRITTEN = re.compile(
    r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})"
    r"(?:[ T,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([AaPp][Mm])?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
)


class Dates(StrEnum):
    """In which order a date is written."""

    ISO = "iso"
    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What a mapping declares of moments."""

    dates: Dates = Dates.ISO
    # A name such as Europe/Berlin; empty: every moment has to bring its offset.
    zone: str = ""


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    return name in available_timezones()


def moment(value: Json, clock: Clock) -> datetime:
    """Return the moment that a value tells; raise ValueError with what is wrong."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _counted(str(int(value)) if abs(value) < 10**15 else str(value))
    if not isinstance(value, str):
        raise ValueError("is no moment")  # noqa: TRY004 -- one error for all that is wrong
    text = value.strip()
    if text.isdecimal() and len(text) in {_SECONDS, _MILLISECONDS}:
        return _counted(text)
    return _placed(_read(text, clock.dates), text, clock)


def _counted(digits: str) -> datetime:
    """Return a moment that is counted in seconds or milliseconds since 1970."""
    scale = {_SECONDS: 1, _MILLISECONDS: 1000}.get(len(digits))
    if scale is None or not digits.isdecimal():
        raise ValueError(
            f"{digits[:40]} is neither seconds (10 digits) nor milliseconds (13 digits)"
            " since 1970"
        )
    return _START + timedelta(seconds=int(digits) / scale)


def _read(text: str, dates: Dates) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise ValueError(f"{text[:40]!r} is no moment that can be read")
    if dates is Dates.ISO:
        raise ValueError(
            f"{text[:40]!r} may start with the day or the month: say which"
        )
    try:
        return _assembled(written, day_first=dates is Dates.DAY_FIRST)
    except ValueError:
        raise ValueError(f"{text[:40]!r} is no moment that there is") from None


def _assembled(written: re.Match[str], *, day_first: bool) -> datetime:
    first, second, year, hour, minute, seconds, half, offset = written.groups()
    day, month = (first, second) if day_first else (second, first)
    zone = _offset(offset) if offset else None
    return datetime(
        int(year),
        int(month),
        int(day),
        _hour(int(hour or 0), half),
        int(minute or 0),
        int(seconds or 0),
        tzinfo=zone,
    )


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half.lower() == "pm" else 0)


def _offset(text: str) -> timezone:
    if text in {"Z", "UTC", "GMT"}:
        return UTC
    sign = -1 if text[0] == "-" else 1
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=sign * minutes))


def _placed(read: datetime, text: str, clock: Clock) -> datetime:
    """Return the moment in UTC; a local time that comes twice is the first of them."""
    try:
        if read.tzinfo is not None:
            return read.astimezone(UTC)
        if not clock.zone:
            raise ValueError(
                f"{text[:40]!r} does not say its time zone: declare the zone that it"
                " is written in"
            )
        return read.replace(tzinfo=ZoneInfo(clock.zone)).astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text[:40]!r} is no moment that there is") from None
