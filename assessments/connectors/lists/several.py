"""Reading several lists: one that is shut does not stop the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import PartlyRefused, Refused, listed
from assessments.connectors.http import Denied
from assessments.connectors.lists.asking import newest
from assessments.connectors.lists.reader import Reader
from assessments.connectors.lists.stretches import read_stretches
from assessments.connectors.lists.walking import Walk
from assessments.connectors.lists.windowing import begun, window_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from assessments.connectors.base import Page
    from assessments.connectors.http import Client
    from assessments.connectors.lists.listing import Listing
    from scoring.events import Json

    # The refusal that ends all, None: only this list is shut.
    Ending = Callable[[Denied, Listing], Refused | None]


def read(
    client: Client,
    listings: Iterable[Listing],
    *,
    cursor: Mapping[str, Json],
    earliest: datetime,
    now: datetime,
    refused: Ending,
    place: str = "",
) -> Iterator[Page]:
    """Yield what is new of each list; name at the end what could not be read.

    `place` is what the lists are of, for people: "acme/shop". A cursor with a window
    asks for all that is in it instead.
    """
    shut: list[str] = []
    at = dict(cursor)
    window = window_in(cursor)
    earliest = max(earliest, begun(cursor) or earliest)

    def of_list(listing: Listing) -> Iterator[Page]:
        reading: Reader | Walk = (
            Walk(client, listing, cursor=at, window=window, now=now)
            if window
            else Reader(client, listing, cursor=at, earliest=earliest, now=now)
        )
        return reading.pages()

    def of_stretches(listing: Listing) -> Iterator[Page]:
        return read_stretches(client, listing, at)

    lists = list(listings)
    readings = [(listing, of_list) for listing in lists]
    # Last: what fails here keeps no list from being read.
    readings += [(listing, of_stretches) for listing in lists if listing.stretch]
    for listing, pages in readings:
        try:
            for page in pages(listing):
                at = page.cursor
                yield page
        except Denied as denied:
            shut += _shut(denied, listing, refused)
    if shut:
        of_it = f" of {place}" if place else ""
        raise PartlyRefused(
            f"The token may not read {listed(shut)}{of_it}; allow it to, or leave them"
            " out by the rules. Everything else was read."
        )


def found(
    client: Client,
    listings: Iterable[Listing],
    *,
    place: str,
    refused: Ending,
) -> str:
    """Say which lists of a place can be read: what a test of a source answers."""
    readable: list[str] = []
    shut: list[str] = []
    for listing in listings:
        try:
            newest(client, listing, 1)
        except Denied as denied:
            shut += _shut(denied, listing, refused)
        else:
            readable.append(listing.permission)
    if shut and not readable:
        raise Refused(
            f"The token may not read {listed(shut)} of {place}: nothing of it. Allow it"
            " to, or enter another one."
        )
    said = f"Found {place}. Readable: {listed(readable)}."
    if shut:
        said += f" Not readable with this token: {listed(shut)}."
    return said


def shown(
    client: Client, listing: Listing, n: int, *, place: str, refused: Ending
) -> list[Json]:
    """Return the first rows of a list for a preview; refuse where it is shut."""
    try:
        return newest(client, listing, n)
    except Denied as denied:
        raise refused(denied, listing) or Refused(
            f"The token may not read {listing.permission} of {place}; allow it to, or"
            " enter another one."
        ) from None


def _shut(denied: Denied, listing: Listing, refused: Ending) -> list[str]:
    """Return what is shut by this denial, unless it ends all."""
    if denied.status in listing.nothing:
        return []
    ending = refused(denied, listing)
    if ending is not None:
        raise ending from None
    return [listing.permission]
