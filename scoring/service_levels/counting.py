"""Good and bad, counted by UTC day and by slots of five minutes.

A slot is the shortest span that burn-rate alerts look at; every longer window is made
of whole slots. What was not observed is in no slot: it is neither good nor bad.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from scoring.events import Incident, PipelineRun, Signal, Status
from scoring.service_levels.definition import Method, Observed, midnight

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from scoring.events import Event
    from scoring.service_levels.definition import Definition, Slices

SLOT = timedelta(minutes=5)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many observations or slices were good, bad, or said neither."""

    good: int = 0
    bad: int = 0
    unknown: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.good + other.good,
            self.bad + other.bad,
            self.unknown + other.unknown,
        )

    def __sub__(self, other: Tally) -> Tally:
        return Tally(
            self.good - other.good,
            self.bad - other.bad,
            self.unknown - other.unknown,
        )

    @property
    def known(self) -> int:
        """What was good or bad."""
        return self.good + self.bad


NONE = Tally()
_OF = {True: Tally(good=1), False: Tally(bad=1), None: Tally(unknown=1)}
# Slots by their number within a day.
Day = dict[int, Tally]
Days = dict["date", Day]


def floor(moment: datetime, span: timedelta = SLOT) -> datetime:
    """Return the begin of the slot or slice of the UTC day that a moment lies in."""
    moment = moment.astimezone(UTC)
    begin = midnight(moment.date())
    return begin + (moment - begin) // span * span


def verdict(event: Event, definition: Definition) -> bool | None:
    """Say whether an observation is good; None if it says neither."""
    if isinstance(event, PipelineRun):
        return event.status is Status.SUCCESS
    if not isinstance(event, Signal):
        return None
    if definition.line is None:
        return None if event.breached is None else not event.breached
    if event.value is None:
        return None
    return definition.line.operator.holds(event.value, float(definition.line.value))


def observes(event: Event, definition: Definition) -> bool:
    """Say whether an event is one of the observations of an indicator."""
    indicator = definition.indicator
    if isinstance(event, Signal):
        wanted = indicator.observed is Observed.SIGNAL
        return wanted and event.signal is indicator.signal
    if isinstance(event, PipelineRun):
        return (
            indicator.observed is Observed.PIPELINE_RUN
            and indicator.pipeline in ("", event.pipeline)
            and event.status in (Status.SUCCESS, Status.FAILURE)
        )
    return isinstance(event, Incident) and indicator.observed is Observed.INCIDENT


def count(
    events: Iterable[Event],
    definition: Definition,
    *,
    start: datetime,
    end: datetime,
) -> Days:
    """Count what lies in [start, end); both are begins of slices.

    For incidents, every moment between the two is taken as observed.
    """
    seen = [event for event in events if observes(event, definition)]
    slices = definition.slices
    if definition.method is Method.OCCURRENCES or slices is None:
        return _occurrences(seen, definition, start=start, end=end)
    if definition.indicator.observed is Observed.INCIDENT:
        troubles = [event for event in seen if isinstance(event, Incident)]
        return _calm(troubles, slices, start=start, end=end)
    return _slices(seen, definition, slices, start=start, end=end)


def _occurrences(
    events: Iterable[Event], definition: Definition, *, start: datetime, end: datetime
) -> Days:
    days: Days = {}
    for event in events:
        if start <= event.at < end:
            _put(days, floor(event.at), _OF[verdict(event, definition)])
    return days


def _slices(
    events: Iterable[Event],
    definition: Definition,
    slices: Slices,
    *,
    start: datetime,
    end: datetime,
) -> Days:
    """Judge each slice that was observed by the share of what was good in it."""
    within: defaultdict[datetime, Tally] = defaultdict(Tally)
    for event in events:
        if start <= event.at < end:
            within[floor(event.at, slices.length)] += _OF[verdict(event, definition)]
    days: Days = {}
    for begin, tally in within.items():
        held = tally.good >= slices.target * tally.known if tally.known else None
        _put(days, begin, _OF[held])
    return days


def _calm(
    incidents: Iterable[Incident], slices: Slices, *, start: datetime, end: datetime
) -> Days:
    """Judge each slice by the share of its time that no incident covers."""
    spans = _merged(incidents, start=start, end=end)
    days: Days = {}
    begin = start
    while begin + slices.length <= end:
        after = begin + slices.length
        while spans and spans[-1][1] <= begin:
            spans.pop()
        troubled = _overlap(spans, begin, after)
        calm = 1 - troubled / slices.length
        _put(days, begin, _OF[calm >= float(slices.target)])
        begin = after
    return days


def _merged(
    incidents: Iterable[Incident], *, start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """Return when there was any incident, the earliest span last.

    One that was resolved before it was opened lasted no time.
    """
    spans = sorted(
        (max(one.opened_at, start), min(one.resolved_at or end, end))
        for one in incidents
    )
    merged: list[tuple[datetime, datetime]] = []
    for begin, until in spans:
        if until <= begin:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], until))
        else:
            merged.append((begin, until))
    return merged[::-1]


def _overlap(
    spans: list[tuple[datetime, datetime]], begin: datetime, after: datetime
) -> timedelta:
    covered = timedelta()
    for opened, resolved in reversed(spans):
        if opened >= after:
            break
        covered += max(min(resolved, after) - max(opened, begin), timedelta())
    return covered


def _put(days: Days, begin: datetime, tally: Tally) -> None:
    day = days.setdefault(begin.date(), {})
    slot = (begin - midnight(begin.date())) // SLOT
    day[slot] = day.get(slot, NONE) + tally


def total(day: Mapping[int, Tally]) -> Tally:
    """Return the sum of a day's slots."""
    return sum(day.values(), NONE)
