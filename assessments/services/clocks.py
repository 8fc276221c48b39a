"""Clocks that are wrong: nothing happened later than now."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING, get_args

from django.conf import settings

from scoring.events import Event, Malformed

if TYPE_CHECKING:
    from datetime import datetime

# The fields of each kind of event that are moments.
_MOMENTS = {
    kind: tuple(
        each.name
        for each in fields(kind)
        if each.name == "at" or each.name.endswith("_at")
    )
    for kind in get_args(Event)
}


def refuse_future(event: Event, now: datetime) -> None:
    """Refuse an event of the future; clocks may differ by as much as is set."""
    latest = now + timedelta(minutes=settings.CLOCK_SKEW_MINUTES)
    for name in _MOMENTS[type(event)]:
        moment = getattr(event, name)
        if moment is not None and moment > latest:
            raise Malformed(
                name,
                f"{moment.isoformat()} is in the future; set the clock that wrote it"
                " right, then send it again, or try again what was read",
            )
