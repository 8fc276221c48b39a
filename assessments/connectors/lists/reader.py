"""Reading a list from where the cursor stands.

Each list has its own place in the cursor: `since`, how far back it is known; while a
reading is under way `page` and `newest`, to go on from after an interruption; and
`open`, the rows that are not final. What comes in meanwhile moves rows to later pages:
they are met twice, never missed.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from assessments.connectors.base import Page, Payload, trimmed
from assessments.connectors.http import Denied, Marks
from assessments.connectors.lists.asking import GONE, Turned, pages_of
from assessments.connectors.lists.listing import moment_of
from scoring.events import Json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from assessments.connectors.http import Client
    from assessments.connectors.lists.listing import Listing
    from assessments.connectors.lists.paging import Position

# What platforms say to a position that they do not know any more.
_POSITION_LOST = frozenset({400, 404, 410, 416, 422})
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
        kept = self._cursor.get(listing.name)
        place = kept if isinstance(kept, dict) else {}
        self._since = moment_of(place.get("since")) or earliest
        self._newest = moment_of(place.get("newest"))
        self._position = _position(place.get("page"))
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
            moments = [self._moment_of(row) for row in turned.rows]
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
        turning = pages.after(self._position, self._marks if asks_first else None)
        if self._position is not None:
            try:
                yield next(turning)
            except Denied as denied:
                if denied.status not in _POSITION_LOST:
                    raise
                turning = pages.after(None)
        yield from turning

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
        place: dict[str, Json] = {"since": _stamp(self._since)}
        if self._newest:
            place["newest"] = _stamp(self._newest)
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
            at = self._moment_of(row)
            if at is None or at >= self._since:
                payloads += self._payload(row)
        return payloads

    def _payload(self, row: Json) -> list[Payload]:
        if not isinstance(row, dict):
            return [self._kept({"row": row})]  # that parsing complains of
        body = self._listing.body(row)
        if body is None:
            return []
        if self._listing.single:
            self._watch(row, body)
        return [self._kept(body)]

    def _kept(self, body: dict[str, Json]) -> Payload:
        trimming = self._listing.trimming
        kept = {name: trimmed(value, trimming) for name, value in body.items()}
        return Payload(sort=self._listing.sort, body=kept)

    def _moment_of(self, row: Json) -> datetime | None:
        return self._listing.moment(row) if isinstance(row, dict) else None

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


def _position(kept: Json) -> Position | None:
    """Return a position that a cursor keeps."""
    if isinstance(kept, bool) or not isinstance(kept, int | str):
        return None
    return kept


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
