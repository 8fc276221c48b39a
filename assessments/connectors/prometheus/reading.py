"""Reading the values of expressions, from where the cursor stands.

The place of an expression is the last second that was asked for, by the clock of
Prometheus; a little before it is asked for again, for values that come late. Gaps stay
gaps: nothing is made up where there is no value. A walk through a window of the past
reads it part by part, the newest first; then the place is how far back it came.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from assessments.connectors.base import WITHOUT_PEOPLE, Page, Payload, trimmed
from assessments.connectors.lists.windowing import begun, window_in
from assessments.connectors.prometheus import alerting
from assessments.connectors.prometheus.asking import Span, place, values

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assessments.connectors.base import Plain
    from assessments.connectors.http import Client
    from assessments.connectors.prometheus.rules import Rules, Series
    from scoring.events import Json

# How many steps are read once more each time.
_OVERLAP = 3


class Reading:
    """One reading of all expressions; what was read of one stays in the cursor."""

    def __init__(
        self,
        client: Client,
        rules: Rules,
        *,
        cursor: Plain,
        now: datetime,
        most: int,
    ) -> None:
        self._client = client
        self._rules = rules
        self._cursor = dict(cursor)
        self._now = now
        self._most = most
        self._window = window_in(cursor)
        self._earliest = now - timedelta(days=rules.history_days)

    def of_series(self, series: Series) -> Iterator[Page]:
        """Yield the values of an expression, a page for each part of its time."""
        step = self._rules.step_seconds
        known = place(self._cursor, series.key)
        if self._window:
            start, end = self._window.start, self._window.until or self._now
            until = _second(end) if known is None else known - step
            parts = Span.between(_second(start), until, step).parts(self._most)[::-1]
        else:
            earliest = max(self._earliest, begun(self._cursor) or self._earliest)
            first = _second(earliest)
            if known is not None:
                first = max(first, known - _OVERLAP * step)
            parts = Span.between(first, _second(self._now), step).parts(self._most)
        for part in parts:
            rows = values(self._client, series.query, part)
            self._cursor[series.key] = part.first if self._window else part.last
            yield Page(
                payloads=tuple(payload_of(row, series, part) for row in rows),
                cursor=dict(self._cursor),
                doing=f"Values of {series.query[:60]}",
            )

    def of_alerts(self) -> Iterator[Page]:
        """Yield the alerts of the past; no walk reads them, they run across windows."""
        if self._window:
            return
        reading = alerting.pages(
            self._client,
            cursor=self._cursor,
            first=_second(self._earliest),
            until=_second(self._now),
            step=self._rules.alert_step_seconds,
            most=self._most,
        )
        for page in reading:
            self._cursor = page.cursor
            yield page


def payload_of(row: Json, series: Series, part: Span) -> Payload:
    """Return a series as it is kept, with what was asked."""
    body: dict[str, Json] = {
        "query": series.query,
        "first": part.first,
        "last": part.last,
        "series": trimmed(row, WITHOUT_PEOPLE),
    }
    return Payload(sort="values", body=body)


def _second(moment: datetime) -> int:
    return int(moment.timestamp())
