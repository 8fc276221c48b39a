"""When a schedule runs: plain rhythms and cron lines, in words and as moments. Pure.

A line is read in a time zone. A time that the clocks skip in spring runs right after
the gap, and one that they show twice in autumn runs once, as cron itself does it.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime, time
from itertools import islice, takewhile
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cron_descriptor import (
    CasingTypeEnum,
    ExpressionDescriptor,
    FormatException,
    Options,
)
from cronsim import CronSim, CronSimError
from django.utils import translation
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_stubs_ext import StrPromise

DAILY, WEEKLY, MONTHLY, QUARTERLY, CRON = (
    "daily",
    "weekly",
    "monthly",
    "quarterly",
    "cron",
)
RHYTHMS: tuple[tuple[str, StrPromise], ...] = (
    (DAILY, gettext_lazy("Every day")),
    (WEEKLY, gettext_lazy("Every week")),
    (MONTHLY, gettext_lazy("Every month")),
    (QUARTERLY, gettext_lazy("Every quarter")),
    (CRON, gettext_lazy("By a cron line")),
)
LAST_DAY = "L"
_QUARTERS = "1,4,7,10"
_LOCALES = {"de": "de_DE", "fr": "fr_FR"}


class NoSuchTime(Exception):
    """A line that cannot be read, never comes true, or comes true too often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When something is done, as a form asks for it."""

    every: str
    at: time = time(6)
    weekday: int = 0  # of a week: Monday is 0
    day: str = "1"  # of a month or a quarter's first month: 1–28, or the last
    line: str = ""  # of cron, for those who want it

    @property
    def cron(self) -> str:
        """The rhythm as a cron line."""
        clock = f"{self.at.minute} {self.at.hour}"
        match self.every:
            case "daily":
                return f"{clock} * * *"
            case "weekly":
                return f"{clock} * * {(self.weekday + 1) % 7}"
            case "monthly":
                return f"{clock} {self.day} * *"
            case "quarterly":
                return f"{clock} {self.day} {_QUARTERS} *"
        return " ".join(self.line.split())


def rhythm_of(cron: str) -> Rhythm:
    """Return a line as the form asks for it: plain where it is plain."""
    minute, hour, day, month, weekday = cron.split()
    if not (minute.isdigit() and hour.isdigit()):
        return Rhythm(every=CRON, line=cron)
    at = time(int(hour), int(minute))
    match (day, month, weekday):
        case ("*", "*", "*"):
            return Rhythm(every=DAILY, at=at)
        case ("*", "*", one) if one.isdigit():
            return Rhythm(every=WEEKLY, at=at, weekday=(int(one) - 1) % 7)
        case (one, "*", "*") if _is_day(one):
            return Rhythm(every=MONTHLY, at=at, day=one)
        case (one, "1,4,7,10", "*") if _is_day(one):
            return Rhythm(every=QUARTERLY, at=at, day=one)
    return Rhythm(every=CRON, at=at, line=cron)


def _is_day(text: str) -> bool:
    return text == LAST_DAY or (text.isdigit() and 1 <= int(text) <= 28)


def runs(*, cron: str, zone: str, after: datetime) -> Iterator[datetime]:
    """Yield the moments of a line after a moment, in UTC; refuse an odd line."""
    if len(cron.split()) != 5:
        raise NoSuchTime(
            _("A cron line has five parts: minute, hour, day, month, weekday.")
        )
    if not cron.split()[0].isdigit():
        raise NoSuchTime(_("Give one minute: nothing runs more than once an hour."))
    try:
        found = CronSim(cron, after.astimezone(ZoneInfo(zone)))
    except CronSimError:
        raise NoSuchTime(
            _("This cron line cannot be read, or its day never comes.")
        ) from None
    return (moment.astimezone(UTC) for moment in found)


def next_run(*, cron: str, zone: str, after: datetime) -> datetime:
    """Return the first moment after another."""
    return next(runs(cron=cron, zone=zone, after=after))


def next_runs(*, cron: str, zone: str, after: datetime) -> list[datetime]:
    """Return the next three moments."""
    return list(islice(runs(cron=cron, zone=zone, after=after), 3))


def passed(
    *, cron: str, zone: str, due_at: datetime, now: datetime
) -> tuple[datetime, int]:
    """Return the newest moment that has come, and how many before it were missed."""
    later = takewhile(
        lambda moment: moment <= now, runs(cron=cron, zone=zone, after=due_at)
    )
    newest, missed = due_at, 0
    for moment in later:
        newest, missed = moment, missed + 1
    return newest, missed


def words(cron: str) -> str:
    """Return a line in words, in the reader's language."""
    rhythm = rhythm_of(cron)
    clock = time_format(rhythm.at, "H:i")
    match rhythm.every:
        case "daily":
            return _("Every day at {time}").format(time=clock)
        case "weekly":
            day = str(WEEKDAYS[rhythm.weekday])
            return _("Every {weekday} at {time}").format(weekday=day, time=clock)
        case "monthly" if rhythm.day == LAST_DAY:
            return _("On the last day of every month at {time}").format(time=clock)
        case "monthly":
            return _("On day {day} of every month at {time}").format(
                day=rhythm.day, time=clock
            )
        case "quarterly" if rhythm.day == LAST_DAY:
            return _(
                "On the last day of January, April, July and October at {time}"
            ).format(time=clock)
        case "quarterly":
            return _(
                "On day {day} of January, April, July and October at {time}"
            ).format(day=rhythm.day, time=clock)
    return _described(cron)


def _described(cron: str) -> str:
    told = Options()
    told.locale_code = _LOCALES.get(translation.get_language() or "", "en_US")
    told.use_24hour_time_format = True
    told.casing_type = CasingTypeEnum.Sentence
    try:
        text = str(ExpressionDescriptor(cron, told).get_description())
    except FormatException:
        # It knows fewer signs than cron does; the next runs stand beside it.
        return cron
    # It leaves the names of days and months in the language of the machine.
    names = [*zip(calendar.day_name, WEEKDAYS.values(), strict=True)]
    names += zip(calendar.month_name[1:], MONTHS.values(), strict=True)
    for theirs, ours in names:
        text = text.replace(theirs, str(ours))
    return text
