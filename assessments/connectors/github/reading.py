"""Reading a repository's lists, newest first, from where the cursor stands.

Each list has its own place in the cursor: `since`, how far back it is known; and while
a reading is under way `page` and `newest`, to go on from after an interruption. What
comes in meanwhile moves rows to later pages: they are met twice, never missed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from assessments.connectors.base import Page, Payload, Unreachable
from assessments.connectors.github.lists import FULL_PAGE
from assessments.connectors.github.trimming import trimmed
from assessments.connectors.http import Denied
from scoring.events import Json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assessments.connectors.github.lists import Listing
    from assessments.connectors.http import Client

_GONE = frozenset({404, 410})
_MOST_OPEN = 100
# What is still under way after so long will not end any more.
_OPEN_DAYS = 30


class Reader:
    """One reading of one list."""

    def __init__(
        self,
        client: Client,
        listing: Listing,
        *,
        cursor: Mapping[str, Json],
        earliest: datetime,
        now: datetime,
    ) -> None:
        self._client = client
        self._listing = listing
        self._cursor = dict(cursor)
        place = self._cursor.get(listing.name)
        self._place: dict[str, Json] = dict(place) if isinstance(place, dict) else {}
        self._now = now
        self._since = _moment(self._place.get("since")) or earliest
        self._newest = _moment(self._place.get("newest"))
        number = self._place.get("page")
        self._number = number if isinstance(number, int) and number > 0 else 1
        known = self._place.get("open")
        self._open = {
            each for each in (known if isinstance(known, list) else ())
            if isinstance(each, int)
        }  # fmt: skip

    def pages(self) -> Iterator[Page]:
        """Yield what is new, page by page."""
        if self._open and self._number == 1:
            yield self._looked_again()
        params = dict(self._listing.params) | {"per_page": FULL_PAGE}
        if self._listing.filtered:
            params["since"] = _stamp(self._since)
        if self._number > 1:
            params["page"] = self._number
        for answer in self._client.pages(self._listing.path, params):
            rows = self._rows(answer.body)
            payloads = self._payloads(rows)
            moments = [at for at in map(self._moment_of, rows) if at]
            if self._newest:
                moments.append(self._newest)
            self._newest = max(moments, default=None)
            self._number += 1
            done = answer.next_url is None or any(at < self._since for at in moments)
            if done:
                self._finish()
            yield self._page(payloads)
            if done:
                return

    def _finish(self) -> None:
        """Move the place on: what was newest is where the next reading ends."""
        if self._newest:
            self._since = max(self._since, self._newest - self._listing.overlap)
        self._newest = None
        self._number = 1

    def _page(self, payloads: list[Payload]) -> Page:
        place: dict[str, Json] = {"since": _stamp(self._since)}
        if self._newest:
            place["newest"] = _stamp(self._newest)
        if self._number > 1:
            place["page"] = self._number
        if self._open:
            place["open"] = list[Json](sorted(self._open)[-_MOST_OPEN:])
        self._cursor[self._listing.name] = place
        return Page(
            payloads=tuple(payloads),
            cursor=dict(self._cursor),
            doing=f"{self._listing.label}, back to {self._since:%d %B %Y}",
        )

    def _rows(self, body: Json) -> list[Json]:
        key = self._listing.key
        rows = body.get(key) if key and isinstance(body, dict) else body
        if not isinstance(rows, list):
            raise Unreachable(
                f"{self._client.host} answered with something else than a list of"
                f" {self._listing.label.lower()}."
            )
        return rows

    def _payloads(self, rows: list[Json]) -> list[Payload]:
        payloads = []
        for row in rows:
            at = self._moment_of(row)
            if at is None or at >= self._since:
                payloads += self._payload(row, at)
        return payloads

    def _payload(self, row: Json, at: datetime | None) -> list[Payload]:
        body = self._listing.body(row)
        if body is None:
            return []
        number = row.get("id") if isinstance(row, dict) else None
        if isinstance(number, int):
            lately = at and self._now - at < timedelta(days=_OPEN_DAYS)
            if lately and self._listing.is_open(body):
                self._open.add(number)
            else:
                self._open.discard(number)
        kept = {name: trimmed(value) for name, value in body.items()}
        return [Payload(sort=self._listing.sort, body=kept)]

    def _looked_again(self) -> Page:
        """Ask for what was under way and is older than the list will reach."""
        payloads = []
        for number in sorted(self._open):
            try:
                row = self._client.get(f"{self._listing.single}/{number}").body
            except Denied as denied:
                if denied.status not in _GONE:
                    raise
                self._open.discard(number)
                continue
            payloads += self._payload(row, self._moment_of(row))
        return self._page(payloads)

    def _moment_of(self, row: Json) -> datetime | None:
        return _moment(self._listing.moment(row)) if isinstance(row, dict) else None


def _moment(value: Json) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
