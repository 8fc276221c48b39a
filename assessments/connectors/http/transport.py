"""The way to one host: to the addresses that were judged, or by the proxy."""

from __future__ import annotations

import os
import urllib.request
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

import httpx

from assessments.connectors.base import Refused, Unreachable
from assessments.connectors.http.addresses import look_up, refuse_name

if TYPE_CHECKING:
    import ssl

    from assessments.connectors.base import House

# A host with more addresses than this is tried at the first of them.
_MOST_TRIED = 4


def way_to(url: str, *, allow_local: bool, house: House) -> httpx.BaseTransport:
    """Return the way to the host of an address; refuse one that may not be asked."""
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        raise Refused("The address is not one that can be asked.") from None
    host = _host(parts)
    if not host:
        raise Refused("The address names no host.")
    refuse_name(host, house)
    proxy = _proxy(parts.scheme, host)
    if proxy is None:
        return Pinned(host, look_up(host, allow_local=allow_local, house=house))
    # A name that only the proxy knows is the proxy's to judge.
    with suppress(Unreachable):
        look_up(host, allow_local=allow_local, house=house)
    return httpx.HTTPTransport(proxy=proxy, verify=_trusted())


class Pinned(httpx.BaseTransport):
    """Connects to judged addresses; name and certificate stay those of the host."""

    def __init__(self, host: str, places: tuple[str, ...]) -> None:
        self._host = host
        self._places = places[:_MOST_TRIED]
        self._inner = httpx.HTTPTransport(verify=_trusted())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it to the first address that takes it."""
        if _host(request.url) != self._host:
            raise Refused(f"Only {self._host} may be asked with this credential.")
        *others, last = self._places
        for place in others:
            try:
                return self._inner.handle_request(self._pinned(request, place))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return self._inner.handle_request(self._pinned(request, last))

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()

    def _pinned(self, request: httpx.Request, place: str) -> httpx.Request:
        # The header Host is the name's already; the certificate is checked for it, too.
        return httpx.Request(
            request.method,
            request.url.copy_with(host=place),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": self._host},
        )


def _trusted() -> ssl.SSLContext:
    return _authorities(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@cache
def _authorities(file: str | None, folder: str | None) -> ssl.SSLContext:  # noqa: ARG001 -- what httpx reads, so that it is read anew where it changed
    """Read the certificates of authorities once: it takes as long as many requests."""
    return httpx.create_ssl_context()


def _host(url: httpx.URL) -> str:
    """Return the host as it is looked up and asked for: ASCII, lower case."""
    return url.raw_host.decode("ascii")


def _proxy(scheme: str, host: str) -> str | None:
    if urllib.request.proxy_bypass(host):
        return None
    known = urllib.request.getproxies()
    found = known.get(scheme) or known.get("all")
    return found if not found or "://" in found else f"http://{found}"
