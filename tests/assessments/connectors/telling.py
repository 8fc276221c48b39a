"""What tests of several connectors ask and say alike."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assessments.connectors.base import Garbled, Payload
from scoring.events import dump
from tests import recorded

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from assessments.connectors.base import Connector, Page, Plain, Source
    from scoring.events import Event


def recorded_rows(kind: str, name: str) -> list[Any]:
    """Return payloads recorded by others."""
    return [row.payload for row in recorded.rows(kind, name)]


def collected(
    connector: Connector, where: Source, *, now: datetime, cursor: Plain | None = None
) -> tuple[list[Page], list[Event]]:
    """Return everything that one reading brings."""
    pages = list(connector.fetch(where, cursor=cursor or {}, now=now))
    found = [
        event
        for page in pages
        for payload in page.payloads
        for event in connector.parse(payload, where)
    ]
    return pages, found


def by_id(found: Iterable[Event], kind: type[Event]) -> dict[str, Any]:
    """Return the events of one kind, by id."""
    return {event.id: event for event in found if isinstance(event, kind)}


@dataclass
class Understood:
    """What became of payloads: events by kind, and reasons against the others."""

    kinds: Counter[str] = field(default_factory=Counter)
    reasons: list[str] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


def understood(
    connector: Connector, where: Source, payloads: Iterable[Payload]
) -> Understood:
    """Parse payloads, and dump every event as it is stored."""
    found = Understood()
    for payload in payloads:
        try:
            events = list(connector.parse(payload, where))
        except Garbled as garbled:
            found.reasons.append(garbled.reason)
            continue
        for event in events:
            json.dumps(dump(event))
            found.kinds[event.kind.value] += 1
            found.events.append(event)
    return found
