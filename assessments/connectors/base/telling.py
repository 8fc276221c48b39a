"""What events tell beyond their own fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base.people import said

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from scoring.events import Json


def first_line(text: str | None) -> str | None:
    """Return the first line of a message, without people."""
    return said(text).partition("\n")[0] if text else None


def told(**attributes: Json) -> dict[str, Json]:
    """Return what is known of the attributes."""
    return {name: value for name, value in attributes.items() if value is not None}


def waiting_since(queued: datetime | None, started: datetime | None) -> str | None:
    """Return when a run that is known to have started was put into the queue."""
    return queued.isoformat() if queued and started else None


def listed(names: Iterable[str]) -> str:
    """Return names as people write them: a, b and c; each once."""
    once = list(dict.fromkeys(names))
    if len(once) < 2:
        return once[0] if once else "nothing"
    return f"{', '.join(once[:-1])} and {once[-1]}"
