"""Clocks that are wrong: nothing happened later than now."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from scoring.events import Malformed

if TYPE_CHECKING:
    from datetime import datetime

    from scoring.events import Event

# Which fields of an event are moments, by its class: found once.
_known: dict[type[Event], tuple[str, ...]] = {}


def refuse_future(event: Event, now: datetime) -> None:
    """Refuse an event of the future; clocks may differ by as much as is set."""
    latest = now + timedelta(minutes=settings.CLOCK_SKEW_MINUTES)
    for name in _moments(event.kind):
        moment = getattr(event, name)
        if moment is not None and moment > latest:
            raise Malformed(
                name,
                f"{moment.isoformat()} is in the future; set the clock that wrote it"
                " right, then send it again, or try again what was read",
            )


def _moments(kind: type[Event]) -> tuple[str, ...]:
    found = _known.get(kind)
    if found is None:
        names = (field.name for field in fields(kind))
        found = tuple(name for name in names if name == "at" or name.endswith("_at"))
        _known[kind] = found
    return found
