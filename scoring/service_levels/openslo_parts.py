"""Single fields of an OpenSLO document; what is wrong is noted at its place."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from scoring.service_levels.counting import SLOT
from scoring.service_levels.definition import Line, Method, Operator, Slices

if TYPE_CHECKING:
    from enum import StrEnum
    from typing import TypeVar

    from scoring.events import Json
    from scoring.rubric.reader import Reader

    E = TypeVar("E", bound=StrEnum)

OF = "an OpenSLO objective here"
# How the begin of a calendar window is written.
START = "%Y-%m-%d %H:%M:%S"
MOST_DAYS = 400
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_DURATION = re.compile(r"([1-9]\d{0,3})([dwMQY])")
_MINUTES = {"m": 1, "h": 60, "d": 1440}
_SLICE = re.compile(r"([1-9]\d{0,3})([mhd]?)")
_DAYS = {"d": 1, "w": 7, "M": 31, "Q": 92, "Y": 366}
_DAY_MINUTES = 1440
_SLOT_MINUTES = SLOT.seconds // 60


def objective(
    spec: Reader, method: Method, *, by_value: bool
) -> tuple[Decimal, Line | None, Slices | None]:
    """Read the one objective: target, line and slices."""
    rows = spec.rows("objectives", required=True)
    if len(rows) != 1:
        if rows:
            spec.note("objectives", "must have exactly one entry: write one SLO each")
        return Decimal("0.5"), None, None
    row = rows[0]
    row.raw("displayName")
    target = _target(row)
    line = None
    if by_value:
        line = Line(
            operator=choice(row, "op", Operator), value=_plain(row.number("value"))
        )
    elif row.has("op") or row.has("value"):
        row.note("op", "and `value` belong to a thresholdMetric")
        row.raw("op"), row.raw("value")
    slices = None
    if method is Method.TIMESLICES:
        slices = Slices(minutes=_slice_minutes(row), target=_slice_target(row))
    row.done(OF)
    return target, line, slices


def _target(row: Reader) -> Decimal:
    if row.has("targetPercent"):
        if row.has("target"):
            row.note("target", "and `targetPercent` say the same: give one")
            row.raw("target")
        field, target = "targetPercent", row.number("targetPercent") / 100
    else:
        field, target = "target", row.number("target")
    # As it is kept: what is closer to 100 % than that leaves no budget either.
    if not 0 < float(target) < 1 and row.has(field):
        row.note(field, "must be above 0 and below 100 %: 100 % leaves no budget")
    return _plain(target)


def _slice_minutes(row: Reader) -> int:
    found = _SLICE.fullmatch(row.text("timeSliceWindow"))
    minutes = int(found[1]) * _MINUTES[found[2] or "m"] if found else 0
    if row.has("timeSliceWindow") and (
        not minutes or minutes % _SLOT_MINUTES or _DAY_MINUTES % minutes
    ):
        row.note("timeSliceWindow", "must be of whole 5 minutes and divide a day")
    return minutes or _SLOT_MINUTES


def _slice_target(row: Reader) -> Decimal:
    share = row.number("timeSliceTarget", most=Decimal(1))
    if float(share) <= 0 and row.has("timeSliceTarget"):
        row.note("timeSliceTarget", "must be above 0")
    return _plain(share)


def duration(row: Reader) -> tuple[int, str]:
    """Read a duration in shorthand: how many of which unit."""
    said = row.text("duration")
    found = _DURATION.fullmatch(said)
    if not found:
        if said:
            row.note("duration", f"`{said}` is not a duration such as 28d, 4w or 1M")
        return 1, "d"
    count, unit = int(found[1]), found[2]
    if count * _DAYS[unit] > MOST_DAYS:
        row.note("duration", f"must be at most {MOST_DAYS} days")
        return 1, unit
    return count, unit


def moment(reader: Reader) -> datetime:
    """Read where a calendar window begins."""
    said = reader.text("startTime")
    try:
        # As clocks of the time zone beside it show it.
        moment = datetime.strptime(said, START)  # noqa: DTZ007
    except ValueError:
        if said:
            reader.note("startTime", "must look like 2026-01-31 00:00:00")
        return datetime(2000, 1, 1)  # noqa: DTZ001  # the same
    if moment.second or moment.minute % _SLOT_MINUTES:
        reader.note("startTime", "must be at whole 5 minutes")
    if moment.year not in range(1970, 2200):
        reader.note("startTime", "must be between 1970 and 2199")
    return moment


def name(reader: Reader, field: str) -> str:
    """Read a name as DNS labels have them."""
    name = reader.text(field)
    if name and not _NAME.fullmatch(name):
        reader.note(
            field, "must be of lowercase letters, digits and hyphens, at most 63"
        )
    return name


def choice(reader: Reader, field: str, choices: type[E]) -> E:
    """Read one of the words of an enumeration; the first stands in for others."""
    said = reader.text(field)
    if said not in {one.value for one in choices}:
        if said:
            reader.note(field, f"must be one of {any_of(choices)}")
        return next(iter(choices))
    return choices(said)


def or_first(choices: type[E], said: Json) -> E:
    """Return the member that was said, or the first one."""
    known = {one.value: one for one in choices}
    return known.get(str(said), next(iter(choices)))


def any_of(choices: type[StrEnum]) -> str:
    """Say which words there are."""
    return ", ".join(choices)


def _plain(number: Decimal) -> Decimal:
    """Return one form for equal numbers: 0.990 and 0.99 are the same."""
    return number.normalize()
