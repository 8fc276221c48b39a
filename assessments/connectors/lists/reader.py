"""Reading a list from where the cursor stands.

Each list has its own place in the cursor: `since`, how far back it is known; while a
reading is under way `page` and `newest`, to go on from after an interruption; and
`open`, the rows that are not final. What comes in meanwhile moves rows to later pages:
they are met twice, never missed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from assessments.connectors.base import Page
from assessments.connectors.http import Denied, Marks
from assessments.connectors.lists.asking import GONE, Turned, pages_of
from assessments.connectors.lists.listing import moment_of
from assessments.connectors.lists.paging import position_in
from assessments.connectors.lists.rows import kept, moment_in
from assessments.connectors.lists.windowing import stamp
from scoring.events import Json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from assessments.connectors.base import Payload
    from assessments.connectors.http import Client
    from assessments.connectors.lists.listing import Listing

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
        self._now = now
        stood = self._cursor.get(listing.name)
        place = stood if isinstance(stood, dict) else {}
        self._since = moment_of(place.get("since")) or earliest
        self._newest = moment_of(place.get("newest"))
        self._position = position_in(place)
        self._marks = Marks(place.get("marks"))
        known = place.get("open")
        self._open = {
            str(each)
            for each in (known if isinstance(known, list) else ())
            if isinstance(each, int | str)
        }

    def pages(self) -> Iterator[Page]:
        """Yield what is new, page by page."""
        if self._open and self._position is None and self._listing.single:
            yield self._looked_again(self._listing.single)
        for turned in self._turned():
            if turned.unchanged:
                return
            payloads = self._payloads(turned.rows)
            moments = [moment_in(self._listing, row) for row in turned.rows]
            dated = [moment for moment in moments if moment]
            self._meet(dated)
            self._position = turned.following
            done = turned.following is None or self._is_known(dated)
            if done:
                self._finish()
            yield self._page(payloads)
            if done:
                return

    def _turned(self) -> Iterator[Turned]:
        """Yield pages from our position on; from the first where that is lost."""
        more = self._listing.since(self._since) if self._listing.since else {}
        pages = pages_of(self._client, self._listing, more)
        asks_first = self._position is None and self._listing.marked
        yield from pages.since(self._position, self._marks if asks_first else None)

    def _meet(self, moments: list[datetime]) -> None:
        """Remember the newest; one that is still to come would hide all before it."""
        past = [min(moment, self._now) for moment in moments]
        known = [self._newest] if self._newest else []
        self._newest = max(past + known, default=None)

    def _is_known(self, moments: list[datetime]) -> bool:
        """Whether what follows these is known from before."""
        if not self._listing.newest_first or not moments:
            return False
        return moments[-1] < self._since

    def _finish(self) -> None:
        """Move the place on: what was newest is where the next reading ends."""
        if self._newest:
            self._since = max(self._since, self._newest - self._listing.overlap)
        self._newest = None
        self._position = None

    def _page(self, payloads: list[Payload]) -> Page:
        place: dict[str, Json] = {"since": stamp(self._since)}
        if self._newest:
            place["newest"] = stamp(self._newest)
        if self._position is not None:
            place["page"] = self._position
        if self._marks.kept():
            place["marks"] = self._marks.kept()
        if self._open:
            # Numbers by their size: the newest ones stay.
            known = sorted(self._open, key=lambda each: (len(each), each))
            place["open"] = list[Json](known[-_MOST_OPEN:])
        self._cursor[self._listing.name] = place
        return Page(
            payloads=tuple(payloads),
            cursor=dict(self._cursor),
            doing=f"{self._listing.label}, back to {self._since:%d %B %Y}",
        )

    # ── rows ───────────────────────────────────────────────────────────────────────

    def _payloads(self, rows: list[Json]) -> list[Payload]:
        payloads = []
        for row in rows:
            at = moment_in(self._listing, row)
            if at is None or at >= self._since:
                payloads += self._payload(row)
        return payloads

    def _payload(self, row: Json) -> list[Payload]:
        if not isinstance(row, dict):
            return [kept(self._listing, {"row": row})]  # that parsing complains of
        body = self._listing.body(row)
        if body is None:
            return []
        if self._listing.single:
            self._watch(row, body)
        return [kept(self._listing, body)]

    # ── what is under way ──────────────────────────────────────────────────────────

    def _watch(self, row: dict[str, Json], body: dict[str, Json]) -> None:
        identity = self._listing.identity(row)
        if identity is None:
            return
        at = self._listing.moment(row)
        lately = at and self._now - at < timedelta(days=_OPEN_DAYS)
        if lately and self._listing.is_open(body):
            self._open.add(identity)
        else:
            self._open.discard(identity)

    def _looked_again(self, single: Callable[[str], str]) -> Page:
        """Ask for what was under way and is older than the list will reach."""
        payloads = []
        for identity in sorted(self._open):
            try:
                answer = self._client.get(single(identity))
            except Denied as denied:
                if denied.status not in GONE:
                    raise
                self._open.discard(identity)
                continue
            payloads += self._payload(self._listing.of_single(answer.body))
        return self._page(payloads)
