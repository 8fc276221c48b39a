"""Reading single rows of lists again, as polling would read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base.hooking import Reread
from assessments.connectors.http import Denied
from assessments.connectors.lists.asking import GONE
from assessments.connectors.lists.rows import moment_in, payload_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from assessments.connectors.base import Payload
    from assessments.connectors.base.hooking import Knock
    from assessments.connectors.http import Client
    from assessments.connectors.lists.listing import Listing
    from assessments.connectors.lists.several import Ending
    from scoring.events import Json


def reread(
    client: Client,
    listings: Iterable[Listing],
    knocks: Sequence[Knock],
    *,
    earliest: datetime,
    refused: Ending,
) -> Iterator[Reread]:
    """Yield what becomes of each row; of a list that is not read, nothing does."""
    by_name = {listing.name: listing for listing in listings}
    for knock in knocks:
        listing = by_name.get(knock.listing)
        if listing is None or listing.single is None:
            yield Reread(knock=knock)
            continue
        try:
            row = listing.of_single(client.get(listing.single(knock.identity)).body)
            payloads = _payloads(listing, row, earliest)
        except Denied as denied:
            yield _denied(knock, listing, denied, refused)
        else:
            yield Reread(knock=knock, payloads=payloads)


def _payloads(listing: Listing, row: Json, earliest: datetime) -> tuple[Payload, ...]:
    """Return what is kept of a row, unless it is older than what is polled."""
    at = moment_in(listing, row)
    payload = payload_of(listing, row) if at is None or at >= earliest else None
    return (payload,) if payload else ()


def _denied(knock: Knock, listing: Listing, denied: Denied, refused: Ending) -> Reread:
    if denied.status in GONE or denied.status in listing.nothing:
        return Reread(knock=knock)
    ending = refused(denied, listing)
    if ending is not None:
        raise ending from None
    said = f"The token may not read {listing.permission}."
    return Reread(knock=knock, refusal=said)
