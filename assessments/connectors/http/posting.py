"""One message to one address: no page is turned, no redirection followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from assessments.connectors.base import FREE, Refused
from assessments.connectors.http import sending
from assessments.connectors.http.complaining import complaint, is_trouble, not_now
from assessments.connectors.http.home import Home
from assessments.connectors.http.limits import limits_of
from assessments.connectors.http.transport import way_to
from assessments.connectors.http.values import Patience

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessments.connectors.base import House

_REDIRECTED = 300
# What answers a message is of no interest, and whoever is slow is tried again later.
_PATIENCE = Patience(timeout_seconds=10.0, answer_seconds=15.0, most_bytes=100_000)


def post(
    address: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    allow_local: bool,
    house: House = FREE,
) -> None:
    """Send a message once; a ConnectorError says what came of it otherwise."""
    home = Home(address)
    wait = house.ledger.ask(home.place) if house.ledger else None
    if wait:
        raise not_now(wait, home.host)
    way = way_to(address, allow_local=allow_local, house=house)
    question = sending.Question(url=address, headers=headers, body=body)
    with httpx.Client(transport=way, timeout=_PATIENCE.timeout_seconds) as client:
        try:
            raw = sending.send(client, question, host=home.host, patience=_PATIENCE)
        except sending.Failed:
            _note(house, home, None)
            raise
    _note(house, home, raw)
    if raw.status >= httpx.codes.BAD_REQUEST:
        raise complaint(raw, home.host)
    if raw.status >= _REDIRECTED:
        raise Refused(f"{home.host} has moved; use the address that it names now.")


def _note(house: House, home: Home, raw: sending.Raw | None) -> None:
    if house.ledger is None:
        return
    if raw is None or is_trouble(raw):
        house.ledger.failed(home.place)
    else:
        house.ledger.answered(home.place, limits_of(raw))
