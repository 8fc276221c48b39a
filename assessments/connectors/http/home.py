"""The one host that a credential is for: no other is asked with it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit, urlunsplit

from assessments.connectors.base import Refused

_WEB = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Home:
    """Where a client is at home: scheme, host and port of its base."""

    base: str

    @property
    def host(self) -> str:
        """The name of the host, for people."""
        return urlsplit(self.base).hostname or ""

    @property
    def place(self) -> str:
        """The host, with its port where that is not the usual one."""
        parts = urlsplit(self.base)
        usual = parts.port in {None, _WEB.get(parts.scheme)}
        return self.host if usual else f"{self.host}:{parts.port}"

    def below(self, path: str) -> str:
        """Return the address of a path; a whole address has to be at home."""
        if "://" in path:
            return self.led(self.base, path, does="sends")
        return self.base + path

    def led(self, page: str, target: str, *, does: str) -> str:
        """Return where a page leads, if that is at home."""
        try:
            whole = self._as_reached(urljoin(page, target))
            at_home = _origin(whole) == _origin(self.base)
            elsewhere = urlsplit(whole).hostname or "nowhere"
        except ValueError:
            at_home, whole, elsewhere = False, "", "nowhere"
        if at_home:
            return whole
        raise Refused(
            f"{self.host} {does} to another host ({elsewhere}), which is not"
            " followed; use that host's address if it is right."
        )

    def _as_reached(self, url: str) -> str:
        """Return the address by TLS where we are: a server behind a proxy says http.

        It knows nothing of the proxy's TLS; what it means is itself, at home.
        """
        home, parts = urlsplit(self.base), urlsplit(url)
        itself = parts.hostname == home.hostname and parts.port in {None, home.port}
        if itself and (home.scheme, parts.scheme) == ("https", "http"):
            return urlunsplit((home.scheme, home.netloc, *parts[2:]))
        return url


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _WEB.get(parts.scheme)
