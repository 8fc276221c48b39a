"""One look at the alerts that fire, compared with the look before.

Alertmanager knows what fires now and forgets what does not. So the cursor remembers the
alerts of the last look: one that is missing now ended between the two looks.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from assessments.connectors.alertmanager.parsing import (
    identity,
    kept_of,
    payload,
    stamp,
)
from assessments.connectors.base import Page
from assessments.connectors.lists import field, moment_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assessments.connectors.base import Payload, Plain
    from scoring.events import Json

# After a start Alertmanager knows no alert until it is told of each again.
SETTLING = timedelta(minutes=15)
_SUPPRESSED = "suppressed"


class Look:
    """What fires, what is remembered, and what is missing."""

    def __init__(
        self,
        rows: list[Json],
        *,
        cursor: Plain,
        now: datetime,
        started_at: datetime | None,
    ) -> None:
        self._now = now
        self._cursor = dict(cursor)
        kept = cursor.get("open")
        self._known: dict[str, Json] = dict(kept) if isinstance(kept, dict) else {}
        self._looked_at = moment_of(cursor.get("looked_at"))
        self._settling = started_at is not None and now - started_at < SETTLING
        self._alerts: list[Json] = []
        present: set[str] = set()
        for row in rows:
            alert = kept_of(row)
            name = identity(alert)
            if name:
                present.add(name)
            # A silenced or inhibited alert is told of to nobody, unless it was before.
            if field(row, "status", "state") != _SUPPRESSED or name in self._known:
                self._alerts.append(alert)
        self._gone = {
            name: alert for name, alert in self._known.items() if name not in present
        }

    def pages(self, size: int) -> Iterator[Page]:
        """Yield what fires, then what ended; the last page forgets what ended."""
        remembered = dict(self._known)
        for start in range(0, len(self._alerts), size):
            part = self._alerts[start : start + size]
            for alert in part:
                name = identity(alert)
                if name:
                    remembered[name] = alert
            cursor = self._cursor | {"open": dict(remembered)}
            yield Page(
                payloads=tuple(payload(alert) for alert in part),
                cursor=cursor,
                doing="Alerts that fire",
            )
        ended: tuple[Payload, ...] = ()
        if not self._settling:
            ended = tuple(self._ended())
            for name in self._gone:
                del remembered[name]
        yield Page(
            payloads=ended,
            cursor=self._cursor | {"open": remembered, "looked_at": stamp(self._now)},
            doing="Alerts that ended",
        )

    def _ended(self) -> Iterator[Payload]:
        last = min(self._looked_at or self._now, self._now)
        for alert in self._gone.values():
            since = moment_of(field(alert, "startsAt"))
            seen = max(last, since) if since else last
            yield payload(
                alert,
                gone={
                    "last_seen_at": stamp(seen),
                    "seen_gone_at": stamp(max(self._now, seen)),
                },
            )
