"""The one HTTP client: it waits, tries again, turns pages, and stays where it was sent.

Only this file knows httpx, and only this file of the connectors reads the clock. Errors
are built from the host and the status alone: no header, no body, no credential.
"""

from __future__ import annotations

import ipaddress
import json
import random
import socket
import time
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urljoin, urlsplit

import httpx
import tenacity

from assessments.connectors.base import Refused, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scoring.events import Json

_TOO_MANY_REQUESTS = 429
_FORBIDDEN = 403
_SERVER_ERROR = 500
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 3
_WEB = {"http": 80, "https": 443}
# What GitHub asks for when it limits without saying for how long.
_UNTOLD_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=2)


class Denied(Refused):
    """The platform answered with an error that trying again will not mend."""

    def __init__(self, sentence: str, *, status: int) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait, how often to try, how much to take."""

    attempts: int = 4
    first_pause_seconds: float = 1.0
    # A platform that asks for more is left alone; the next synchronization goes on.
    longest_pause_seconds: float = 20.0
    timeout_seconds: float = 20.0
    # For a whole answer, however slowly it drips.
    answer_seconds: float = 120.0
    most_bytes: int = 20_000_000
    most_pages: int = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One JSON answer, and where the next page of it is."""

    body: Json
    url: str
    next_url: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Raw:
    status: int
    headers: httpx.Headers
    content: bytes
    url: str
    next_url: str | None


def refuse_local_address(host: str, *, allow_local: bool) -> None:
    """Refuse a host on this machine or its network, unless that is allowed."""
    if allow_local:
        return
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        if urllib.request.getproxies():
            return  # the proxy knows the name, and what may be reached
        raise Unreachable(f"The name {host!r} is not known; check the address.") from (
            None
        )
    for *_, place in found:
        address = ipaddress.ip_address(str(place[0]).partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None)
        if not (mapped or address).is_global or address.is_multicast:
            raise Refused(
                f"{host} is on a private network. An operator can allow such sources"
                " with ALLOW_LOCAL_SOURCES."
            )


def refuse_odd_secret(secret: str | None) -> None:
    """Refuse a credential that no header could carry."""
    if secret and not all("!" <= letter <= "~" for letter in secret):
        raise Refused(
            "The credential has characters that none has (a space, a line break);"
            " copy it again."
        )


class Client:
    """Requests to one host, with the headers given; use it as a context."""

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str],
        allow_local: bool,
        patience: Patience,
    ) -> None:
        self._base = base_url.rstrip("/")
        self._home = _origin(self._base)
        self._patience = patience
        self.host = urlsplit(base_url).hostname or ""
        refuse_local_address(self.host, allow_local=allow_local)
        self._client = httpx.Client(
            headers=dict(headers),
            timeout=patience.timeout_seconds,
            follow_redirects=False,
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str, params: Mapping[str, str | int] | None = None) -> Answer:
        """Ask for a path below the base, or for a whole address of the same host."""
        url = path if "://" in path else self._base + path
        if params:
            url = str(httpx.URL(url).copy_merge_params(dict(params)))
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(self._worth_waiting),
            stop=tenacity.stop_after_attempt(self._patience.attempts),
            wait=self._pause,
            reraise=True,
        )
        return retrying(self._once, url)

    def pages(self, path: str, params: Mapping[str, str | int]) -> Iterator[Answer]:
        """Yield the pages of a list, by the links that the platform gives."""
        answer = self.get(path, params)
        seen = {answer.url}
        yield answer
        while answer.next_url:
            if answer.next_url in seen:
                raise Unreachable(f"{self.host} sent the same page twice.")
            if len(seen) >= self._patience.most_pages:
                raise Refused(
                    f"{self.host} has more than {self._patience.most_pages} pages of"
                    " one list; ask for a shorter history."
                )
            seen.add(answer.next_url)
            answer = self.get(answer.next_url)
            yield answer

    # ── one attempt ────────────────────────────────────────────────────────────────

    def _once(self, url: str) -> Answer:
        for _ in range(_MOST_REDIRECTS + 1):
            raw = self._send(url)
            if raw.status not in _REDIRECTS:
                return self._read(raw)
            target = urljoin(raw.url, raw.headers.get("location", ""))
            url = self._at_home(target, "redirects")
        raise Refused(f"{self.host} redirects in circles; check the address.")

    def _send(self, url: str) -> _Raw:
        try:
            return self._take(url)
        except httpx.TimeoutException:
            raise Unreachable(f"{self.host} did not answer in time.") from None
        except httpx.TransportError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise Refused(
                    f"The certificate of {self.host} cannot be verified; install its"
                    " authority on this server."
                ) from None
            raise Unreachable(f"{self.host} cannot be reached.") from None
        except httpx.HTTPError:
            raise Unreachable(f"{self.host} sent an answer that breaks off.") from None
        except httpx.InvalidURL:
            raise Refused("The address is not one that can be asked.") from None

    def _take(self, url: str) -> _Raw:
        started = time.monotonic()
        content = bytearray()
        with self._client.stream("GET", url) as response:
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > self._patience.most_bytes:
                    raise Refused(
                        f"{self.host} sent more than {self._patience.most_bytes:,}"
                        " bytes in one answer; check the address."
                    )
                if time.monotonic() - started > self._patience.answer_seconds:
                    raise Unreachable(f"{self.host} answers too slowly.")
            following = response.links.get("next", {}).get("url")
            return _Raw(
                response.status_code,
                response.headers,
                bytes(content),
                str(response.url),
                following,
            )

    def _read(self, raw: _Raw) -> Answer:
        if raw.status >= httpx.codes.BAD_REQUEST:
            self._complain(raw)
        try:
            body: Json = json.loads(raw.content)
        except ValueError:
            if "json" not in raw.headers.get("content-type", "json"):
                raise Refused(
                    f"{self.host} answered with a page, not with data; check the"
                    " address."
                ) from None
            raise Unreachable(f"{self.host} sent an answer that breaks off.") from None
        except RecursionError:
            raise Refused(f"{self.host} sent data nested too deeply.") from None
        following = None
        if raw.next_url:
            following = self._at_home(urljoin(raw.url, raw.next_url), "sends its pages")
        return Answer(
            body=body, url=raw.url, next_url=following, headers=dict(raw.headers)
        )

    def _complain(self, raw: _Raw) -> NoReturn:
        if _is_limit(raw):
            wait = _pause_asked(raw.headers) or _UNTOLD_PAUSE
            raise Unreachable(
                f"{self.host} limits how often it may be asked.", retry_after=wait
            )
        if raw.status >= _SERVER_ERROR:
            raise Unreachable(
                f"{self.host} has trouble of its own (status {raw.status}).",
                retry_after=_pause_asked(raw.headers),
            )
        raise Denied(
            f"{self.host} refused the request (status {raw.status}).",
            status=raw.status,
        )

    def _at_home(self, target: str, does: str) -> str:
        """Return the address if it is of our host: the credential goes nowhere else."""
        if _origin(target) != self._home:
            elsewhere = urlsplit(target).hostname or "nowhere"
            raise Refused(
                f"{self.host} {does} to another host ({elsewhere}), which is not"
                " followed; use that host's address if it is right."
            )
        return target

    # ── patience ───────────────────────────────────────────────────────────────────

    def _worth_waiting(self, error: BaseException) -> bool:
        if not isinstance(error, Unreachable):
            return False
        asked = error.retry_after or timedelta(0)
        return asked.total_seconds() <= self._patience.longest_pause_seconds

    def _pause(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, Unreachable) and error.retry_after:
            return error.retry_after.total_seconds()
        pause = self._patience.first_pause_seconds * 2.0 ** (state.attempt_number - 1)
        jitter = random.uniform(0.5, 1.0)  # noqa: S311 -- spreads load, hides nothing
        return min(pause, self._patience.longest_pause_seconds) * jitter


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    try:
        port = parts.port or _WEB.get(parts.scheme)
    except ValueError:
        port = None
    return parts.scheme, parts.hostname or "", port


def _is_limit(raw: _Raw) -> bool:
    if raw.status == _TOO_MANY_REQUESTS:
        return True
    if raw.status != _FORBIDDEN:
        return False
    return (
        raw.headers.get("x-ratelimit-remaining") == "0"
        or "retry-after" in raw.headers
        or b"rate limit" in raw.content[:2000].lower()
    )


def _pause_asked(headers: httpx.Headers) -> timedelta | None:
    """Return how long the platform asks to wait: Retry-After first, then its limit."""
    asked = headers.get("retry-after", "").strip()
    if asked.isdecimal():
        return _bounded(float(asked))
    if asked:
        return _until(asked)
    reset = headers.get("x-ratelimit-reset", "")
    if headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        # A second more: their clock and ours differ.
        return _bounded(float(reset) - time.time() + 1)
    return None


def _until(moment: str) -> timedelta | None:
    try:
        then = parsedate_to_datetime(moment)
    except (ValueError, IndexError, OverflowError):
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    return _bounded((then - datetime.now(tz=UTC)).total_seconds())


def _bounded(seconds: float) -> timedelta:
    return timedelta(seconds=min(max(seconds, 0.0), _LONGEST_PAUSE.total_seconds()))
