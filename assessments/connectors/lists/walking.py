"""Walking through a window of a list: everything in it is read, the newest first.

Each list has its place in the cursor of the walk: `reached`, down to where it is read,
and between two pages `page`. A list that its platform can narrow down to a window is
asked for just that; any other is paged through from the place where the last window
ended, for what came in meanwhile only moves rows to later pages.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from assessments.connectors.base import Page, Payload, Unreachable
from assessments.connectors.lists.asking import Turned, pages_of
from assessments.connectors.lists.listing import moment_of
from assessments.connectors.lists.paging import position_in
from assessments.connectors.lists.rows import moment_in, payload_of
from assessments.connectors.lists.windowing import stamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from assessments.connectors.http import Client
    from assessments.connectors.lists.listing import Listing
    from assessments.connectors.lists.paging import Position
    from assessments.connectors.lists.windowing import Window
    from scoring.events import Json

# How far the clock of a platform may be ahead of ours.
_AHEAD = timedelta(days=1)


class Walk:
    """One walk through a window of one list."""

    def __init__(
        self,
        client: Client,
        listing: Listing,
        *,
        cursor: Mapping[str, Json],
        window: Window,
        now: datetime,
    ) -> None:
        self._client = client
        self._listing = listing
        self._cursor = dict(cursor)
        self._window = window
        kept = self._cursor.get(listing.name)
        place = kept if isinstance(kept, dict) else {}
        self._reached = moment_of(place.get("reached"))
        # A list without a useful order is read once, to the end of all windows.
        self._goal = window.start if listing.newest_first else window.oldest
        # Where a list that ended too early is asked for again.
        self._below = moment_of(place.get("below"))
        self._count = _number(place.get("count"))
        self._position = position_in(place)
        self._open_end = window.until or now + _AHEAD

    def pages(self) -> Iterator[Page]:
        """Yield what is in the window and was not read yet, page by page."""
        if not self._listing.of_the_past:
            return
        while self._reached is None or self._reached > self._goal:
            yield from self._part()

    def _part(self) -> Iterator[Page]:
        """Yield pages until the window is read, or the list ended too early."""
        asked = pages_of(self._client, self._listing, self._params())
        for turned in asked.since(self._position):
            found = [moment_in(self._listing, row) for row in turned.rows]
            dated = [moment for moment in found if moment]
            payloads = self._payloads(turned.rows)
            self._count += len(turned.rows)
            ended = self._advance(turned, dated)
            yield self._page(payloads)
            if ended:
                return

    def _params(self) -> Mapping[str, str | int]:
        if self._listing.between:
            return self._listing.between(self._goal, self._upper)
        # The same for all windows, so that the place of a page stays what it is.
        return self._listing.since(self._window.oldest) if self._listing.since else {}

    @property
    def _upper(self) -> datetime:
        return self._below or self._reached or self._open_end

    def _advance(self, turned: Turned, dated: list[datetime]) -> bool:
        """Move on; say whether this part of the list is over."""
        listing = self._listing
        if listing.newest_first and dated and dated[-1] < self._goal:
            # The next window begins on this page.
            self._arrive(None if listing.between else turned.position)
            return True
        if turned.following is not None:
            self._position = turned.following
            return False
        if listing.most is not None and self._count >= listing.most:
            self._split(min(dated, default=self._upper))
            return True
        if not listing.between:
            self._goal = self._window.oldest  # there is no more than this
        self._arrive(None)
        return True

    def _arrive(self, position: Position | None) -> None:
        self._reached, self._position = self._goal, position
        self._below, self._count = None, 0

    def _split(self, oldest: datetime) -> None:
        """Ask again for what is older than a list that ended at its limit told."""
        if oldest >= self._upper:
            raise Unreachable(
                f"{self._client.host} has more {self._listing.label.lower()} of one"
                f" moment than the {self._listing.most} that it lists."
            )
        self._below, self._position, self._count = oldest, None, 0

    def _payloads(self, rows: list[Json]) -> list[Payload]:
        found = []
        for row in rows:
            at = moment_in(self._listing, row)
            if at is None or self._goal <= at <= self._top:
                payload = payload_of(self._listing, row, at=at)
                found += [payload] if payload else []
        return found

    @property
    def _top(self) -> datetime:
        """The newest that this window is about."""
        if self._reached and self._listing.newest_first:
            return self._reached
        return self._open_end

    def _page(self, payloads: list[Payload]) -> Page:
        place: dict[str, Json] = {}
        if self._reached:
            place["reached"] = stamp(self._reached)
        if self._below:
            place["below"] = stamp(self._below)
        if self._count:
            place["count"] = self._count
        if self._position is not None:
            place["page"] = self._position
        self._cursor[self._listing.name] = place
        return Page(
            payloads=tuple(payloads),
            cursor=dict(self._cursor),
            doing=f"{self._listing.label}, {self._goal:%d %B %Y} and later",
        )


def _number(kept: Json) -> int:
    return kept if isinstance(kept, int) and not isinstance(kept, bool) else 0
