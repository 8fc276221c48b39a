"""A client of Prometheus or Alertmanager: the same doors, before the same proxies."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote

from assessments.connectors import http
from assessments.connectors.base import Refused
from assessments.connectors.base.addresses import web_address

if TYPE_CHECKING:
    from assessments.connectors.base import Source

SECRET_LABEL = "Credential"  # noqa: S105 -- a label
SECRET_HELP = " ".join(
    (
        "What the server or the proxy before it asks for: user:password, or a token.",
        "Empty where nothing is asked.",
    )
)

_NOT_ADMITTED = frozenset({401, 403})
_MISSING = 404


def root(source: Source) -> str:
    """Return where the server is, also below a path of its host."""
    web = web_address(source)
    return "/".join([web.origin, *map(quote, web.names)])


def opened(source: Source, patience: http.Patience) -> http.Client:
    """Return a client with the credential of the source."""
    http.refuse_odd_secret(source.secret)
    headers = {"Accept": "application/json", "User-Agent": "compel"}
    if source.secret and ":" in source.secret:
        coded = b64encode(source.secret.encode()).decode()
        headers["Authorization"] = f"Basic {coded}"
    elif source.secret:
        headers["Authorization"] = f"Bearer {source.secret}"
    return http.Client(
        root(source),
        headers=headers,
        allow_local=source.allow_local,
        patience=patience,
        house=source.house,
    )


def refusal(denied: http.Denied, server: str) -> Refused:
    """Return the refusal with what to do about it."""
    if denied.status in _NOT_ADMITTED:
        return Refused(
            f"{server}, or the proxy before it, did not accept the credential: check"
            " user and password, or enter a new token."
        )
    if denied.status == _MISSING:
        return Refused(
            f"There is no {server} at this address: enter the address of its start"
            " page, with the path it is below, if there is one."
        )
    return denied
