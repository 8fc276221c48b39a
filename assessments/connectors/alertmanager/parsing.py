"""Alerts of Alertmanager as they are kept, and the events of one; no network."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from assessments.connectors.alerts import Alert, End, Rules, events
from assessments.connectors.base import (
    WITHOUT_PEOPLE,
    Fields,
    Garbled,
    Payload,
    trimmed,
)
from assessments.connectors.lists import moment_of

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.connectors.base import Source
    from scoring.events import Event, Json

SORT = "alert"
# What stays the same as long as an alert fires. Annotations hold values that change
# with every look, and free text.
_KEPT = ("fingerprint", "labels", "startsAt", "generatorURL")


def payload(alert: Json, **end: Json) -> Payload:
    """Return an alert as it is kept, with what is known of its end."""
    return Payload(sort=SORT, body={"alert": alert, **end})


def kept_of(row: Json) -> Json:
    """Return what is kept of an alert, the same whether it was pushed or polled."""
    if not isinstance(row, dict):
        return row
    told = trimmed({name: row.get(name) for name in _KEPT}, WITHOUT_PEOPLE)
    since = moment_of(row.get("startsAt"))
    if isinstance(told, dict) and since:
        # A notice has nanoseconds, a list milliseconds.
        told["startsAt"] = stamp(since)
    return told


def stamp(moment: datetime) -> str:
    """Return a moment with milliseconds, as the lists of Alertmanager have them."""
    at = moment.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def identity(alert: Json) -> str | None:
    """Return what an alert is known by, None where it has no name or no start."""
    if not isinstance(alert, dict):
        return None
    name, since = alert.get("fingerprint"), alert.get("startsAt")
    if not isinstance(name, str) or not isinstance(since, str) or not name:
        return None
    return f"{name}@{since}"


def labels_of(alert: Fields) -> dict[str, str]:
    """Return the labels of an alert."""
    labels = alert.fields("labels")
    return {name: labels.text_or_none(name) or "" for name in labels.names()}


def told_of(payload: Payload, source: Source) -> list[Event]:
    """Return the events of an alert."""
    if payload.sort != SORT:
        raise Garbled(f"sort: {payload.sort!r} is not {SORT}")
    body = Fields(payload.body, "")
    alert = body.fields("alert")
    since = alert.moment("startsAt")
    end = _end(body)
    if end and end.at < since:
        raise Garbled("alert: it ended before it began")
    found = Alert(
        labels=labels_of(alert),
        since=since,
        fingerprint=alert.text("fingerprint"),
        end=end,
        url=alert.text_or_none("generatorURL"),
    )
    return events(found, Rules.of(source.rules), source)


def _end(body: Fields) -> End | None:
    at = body.moment_or_none("ended")
    if at:
        return End(at=at)
    if "gone" not in body:
        return None
    gone = body.fields("gone")
    return End(at=gone.moment("seen_gone_at"), after=gone.moment("last_seen_at"))
