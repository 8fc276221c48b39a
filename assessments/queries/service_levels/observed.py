"""The events that an objective observes, and those of them that were bad."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.models import Event
from assessments.queries.service_levels.rows import Bad, BadRow
from scoring import events, service_levels
from scoring.events import Incident, Kind, PipelineRun, Signal
from scoring.service_levels import Observed

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from scoring.service_levels import Definition

# How many are listed, and how many are looked through for them.
SHOWN = 25
_LOOKED_AT = 2000


def observations(
    service_id: int, definition: Definition, *, start: datetime, end: datetime
) -> QuerySet[Event]:
    """Return what may be an observation of an objective in [start, end)."""
    indicator = definition.indicator
    rows = Event.objects.filter(
        service_id=service_id, kind=indicator.observed.value, at__lt=end
    )
    if indicator.observed is Observed.INCIDENT:
        return rows  # one that was opened before may still go on
    rows = rows.filter(at__gte=start)
    if indicator.signal is not None:
        rows = rows.filter(data__kind=indicator.signal.value)
    return rows


def bad_events(
    *, service_id: int, definition: Definition, start: datetime, end: datetime
) -> Bad:
    """Return the newest bad observations of a window."""
    rows = observations(service_id, definition, start=start, end=end)
    kind = Kind(definition.indicator.observed.value)
    found: list[BadRow] = []
    looked_at = 0
    for pk, data in rows.order_by("-at", "-pk").values_list("pk", "data")[:_LOOKED_AT]:
        looked_at += 1
        event = events.parse(data, kind)
        if not service_levels.observes(event, definition):
            continue
        if _was_bad(event, definition, start):
            found.append(_row(pk, event))
        if len(found) > SHOWN:
            break
    return Bad(
        rows=tuple(found[:SHOWN]),
        more=len(found) > SHOWN or looked_at == _LOOKED_AT,
    )


def _was_bad(event: events.Event, definition: Definition, start: datetime) -> bool:
    if isinstance(event, Incident):
        ended = event.resolved_at
        return ended is None or ended > max(start, event.opened_at)
    return service_levels.verdict(event, definition) is False


def _row(pk: int, event: events.Event) -> BadRow:
    what, value, until = "", None, None
    if isinstance(event, Signal):
        what, value = event.signal.value, event.value
    elif isinstance(event, PipelineRun):
        what = event.pipeline
    elif isinstance(event, Incident):
        what, until = event.severity or "", event.resolved_at
    return BadRow(event_id=pk, at=event.at, what=what, value=value, until=until)
