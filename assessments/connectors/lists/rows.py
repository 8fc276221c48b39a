"""What becomes of a row, however its list is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.connectors.base import Payload, trimmed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from assessments.connectors.lists.listing import Listing
    from scoring.events import Json


def moment_in(listing: Listing, row: Json) -> datetime | None:
    """Return by which moment a row is ordered."""
    return listing.moment(row) if isinstance(row, dict) else None


def kept(
    listing: Listing, body: Mapping[str, Json], *, at: datetime | None = None
) -> Payload:
    """Return a body as it is kept: without people."""
    trimming = listing.trimming
    trimmed_body = {name: trimmed(value, trimming) for name, value in body.items()}
    return Payload(sort=listing.sort, body=trimmed_body, at=at)


def payload_of(
    listing: Listing, row: Json, *, at: datetime | None = None
) -> Payload | None:
    """Return what a row becomes; None: it is not kept."""
    if not isinstance(row, dict):
        return kept(listing, {"row": row})  # that parsing complains of
    body = listing.body(row)
    return None if body is None else kept(listing, body, at=at)
