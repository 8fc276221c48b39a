"""Addresses on the web that people enter, read without asking anybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from assessments.connectors.base.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessments.connectors.base.values import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """An address that was found fit to be asked."""

    # Scheme, host and port: "https://ci.example.org:8443".
    origin: str
    host: str
    # The names of its path, decoded.
    names: tuple[str, ...]
    query: Mapping[str, str]


def web_address(source: Source, *, home: str | None = None) -> Web:
    """Return what a source's address consists of; refuse what may not be asked.

    `home` is the host of a platform whose address may be left out.
    """
    address = source.address.strip()
    if "://" not in address:
        address = f"https://{home}/{address}" if home else f"https://{address}"
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise Refused("The address is not a URL; check its host and port.") from None
    if parts.username or parts.password:
        raise Refused(
            "Take the credential out of the address and enter it as the credential:"
            " addresses are shown to people."
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and source.allow_local):
        raise Refused("The address has to start with https://.")
    host = parts.hostname or ""
    if not host:
        raise Refused("The address names no host.")
    place = f"[{host}]" if ":" in host else host
    place += f":{port}" if port else ""
    return Web(
        origin=f"{parts.scheme}://{place}",
        host=host,
        names=tuple(unquote(name) for name in parts.path.split("/") if name),
        query=dict(parse_qsl(parts.query)),
    )
