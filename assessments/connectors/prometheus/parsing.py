"""Values and alerts of Prometheus become signals and incidents; no network."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assessments.connectors.alerts import Alert, End, events
from assessments.connectors.alerts import Rules as AlertRules
from assessments.connectors.alerts.meaning import digest
from assessments.connectors.base import Fields, Garbled, told
from assessments.connectors.prometheus.rules import Rules
from scoring.events import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.connectors.base import Payload, Source
    from assessments.connectors.prometheus.rules import Series
    from scoring.events import Event, Json

_A_SAMPLE = 2


def told_of(payload: Payload, source: Source) -> list[Event]:
    """Return the events of a payload."""
    body = Fields(payload.body, "")
    if payload.sort == "values":
        return list(_signals(body, source))
    if payload.sort == "alert":
        return _alert(body, source)
    raise Garbled(f"sort: {payload.sort!r} is not one of values, alert")


# ── values ─────────────────────────────────────────────────────────────────────────


def _signals(body: Fields, source: Source) -> Iterator[Signal]:
    query = body.text("query")
    within = body.number("first"), body.number("last")
    row = body.fields("series")
    labels = _labels(row)
    samples = [
        _sample(each, place, within) for place, each in enumerate(row.items("values"))
    ]
    for series in Rules.of(source.rules).series_by_query(query):
        for at, value in samples:
            # Not a number is no value: it is not known how things were.
            if not math.isnan(value):
                yield _signal(series, labels, at, value, source)


def _labels(row: Fields) -> dict[str, str]:
    metric = row.fields("metric")
    return {name: metric.text_or_none(name) or "" for name in metric.names()}


def _sample(each: Json, place: int, within: tuple[int, int]) -> tuple[int, float]:
    if not isinstance(each, list) or len(each) != _A_SAMPLE:
        raise Garbled(f"series.values[{place}]: is no moment with a value")
    at, said = each
    if isinstance(at, bool) or not isinstance(at, int | float):
        raise Garbled(f"series.values[{place}]: has no moment")
    if not within[0] <= at <= within[1]:
        raise Garbled(f"series.values[{place}]: is of another time")
    try:
        value = float(said) if isinstance(said, str) else None
    except ValueError:
        value = None
    if value is None:
        raise Garbled(f"series.values[{place}]: {str(said)[:40]!r} is no value")
    return int(at), value


def _signal(
    series: Series, labels: dict[str, str], at: int, value: float, source: Source
) -> Signal:
    named: dict[str, Json] = dict(labels)
    finite = math.isfinite(value)
    return Signal(
        id=f"{series.kind}/{series.key}/{digest(labels)}@{at}",
        subject=series.of(labels, source.service_key),
        signal=series.kind,
        # Without an end it is no number that could be counted with, but it is beyond.
        value=value if finite else None,
        threshold=series.limit,
        breached=series.breached(value),
        at=datetime.fromtimestamp(at, tz=UTC),
        automated=True,
        attributes=told(
            query=series.query,
            labels=named or None,
            direction=series.than,
            infinite=None if finite else ("+Inf" if value > 0 else "-Inf"),
        ),
    )


# ── alerts ─────────────────────────────────────────────────────────────────────────


def _alert(body: Fields, source: Source) -> list[Event]:
    alert = body.fields("alert")
    labels = alert.fields("labels")
    since = _moment(alert.number("first"), "alert.first")
    end = None
    if "last" in body:
        # Between its last value and the next one, which was not there.
        after = _moment(body.number("last"), "last")
        ended = _moment(body.number("last") + body.number("step"), "last")
        end = End(at=ended, after=after)
        if after < since:
            raise Garbled("last: it ended before it began")
    found = Alert(
        labels={name: labels.text_or_none(name) or "" for name in labels.names()},
        since=since,
        end=end,
    )
    return events(found, AlertRules.of(source.rules), source)


def _moment(seconds: int, place: str) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise Garbled(f"{place}: {str(seconds)[:40]} is no moment") from None
