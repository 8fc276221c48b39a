"""Windows of time, and how a cursor carries one.

A reading that has no window goes on from where its cursor stands. A walk reads a
window whole, the past of a source or its last days once more, and its cursor says
which. Lists are never called by names that begin so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from assessments.connectors.lists.listing import field, moment_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from assessments.connectors.base import Plain
    from scoring.events import Json

_OURS = "@"
_WINDOW = "@window"
_EARLIEST = "@earliest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What a walk reads: from `start` on, up to `until`."""

    start: datetime
    # None: up to what is newest.
    until: datetime | None
    # How far back the walk will go in the end; `start` is how far it goes now.
    oldest: datetime


def beginning(earliest: datetime) -> dict[str, Json]:
    """Return the cursor of a source whose first reading goes back so far at most."""
    return {_EARLIEST: stamp(earliest)}


def begun(cursor: Plain) -> datetime | None:
    """Return how far back the first reading went at most; None: as far as the rules."""
    return moment_of(cursor.get(_EARLIEST))


def walking(cursor: Plain, window: Window) -> dict[str, Json]:
    """Return the cursor of a walk with another window."""
    told: dict[str, Json] = {
        "start": stamp(window.start),
        "oldest": stamp(window.oldest),
    }
    if window.until:
        told["until"] = stamp(window.until)
    return {**cursor, _WINDOW: told}


def window_in(cursor: Mapping[str, Json]) -> Window | None:
    """Return the window that a cursor carries."""
    told = cursor.get(_WINDOW)
    start = moment_of(field(told, "start"))
    oldest = moment_of(field(told, "oldest"))
    if start is None or oldest is None:
        return None
    return Window(start=start, until=moment_of(field(told, "until")), oldest=oldest)


def turned_back(cursor: Plain) -> dict[str, Json]:
    """Return the cursor of a walk that looks for its pages anew, to go further."""
    return {
        name: {key: value for key, value in place.items() if key != "page"}
        if isinstance(place, dict)
        else place
        for name, place in cursor.items()
    }


def of_lists(cursor: Plain, names: set[str]) -> dict[str, Json]:
    """Return a cursor that has forgotten all lists but these."""
    return {
        name: place
        for name, place in cursor.items()
        if name in names or name.startswith(_OURS)
    }


def stamp(moment: datetime) -> str:
    """Return a moment as cursors keep it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
