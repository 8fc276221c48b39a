"""One attempt: a request goes out, what comes back is taken up to a limit."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from assessments.connectors.base import Refused, Unreachable
from assessments.connectors.http.complaining import mistrust
from assessments.connectors.http.unpacking import pieces

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessments.connectors.http.values import Patience
    from scoring.events import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: with a body it is a POST."""

    url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    # Is the answer "unchanged" one that can be made use of?
    conditional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """What came back, before anybody looked into it."""

    status: int
    headers: httpx.Headers
    content: bytes
    url: str
    next_url: str | None


class Failed(Unreachable):
    """The host itself failed: others who ask it should know."""


def send(
    client: httpx.Client, question: Question, *, host: str, patience: Patience
) -> Raw:
    """Ask once, and return what came back."""
    try:
        return _take(client, question, host, patience)
    except httpx.TimeoutException:
        raise Failed(f"{host} did not answer in time.") from None
    except httpx.TransportError as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise Refused(mistrust(str(error), host)) from None
        raise Failed(f"{host} cannot be reached.") from None
    except httpx.HTTPError:
        raise Failed(f"{host} sent an answer that breaks off.") from None
    except httpx.InvalidURL:
        raise Refused("The address is not one that can be asked.") from None


def _take(
    client: httpx.Client, question: Question, host: str, patience: Patience
) -> Raw:
    started = time.monotonic()
    content = bytearray()
    with client.stream(
        "GET" if question.body is None else "POST",
        question.url,
        content=question.body,
        headers=dict(question.headers),
    ) as response:
        for chunk in pieces(response):
            content += chunk
            if len(content) > patience.most_bytes:
                raise Refused(
                    f"{host} sent more than {patience.most_bytes:,} bytes in one"
                    " answer, and nothing of it was taken. Check the address; if it"
                    " is right, ask whoever runs the server why."
                )
            if time.monotonic() - started > patience.answer_seconds:
                raise Failed(f"{host} answers too slowly.")
        following = response.links.get("next", {}).get("url")
        return Raw(
            status=response.status_code,
            headers=response.headers,
            content=bytes(content),
            url=str(response.url),
            next_url=following,
        )


def read(raw: Raw, host: str) -> Json:
    """Return the data of an answer."""
    try:
        # Numbers that are none are not JSON, and no table takes them.
        body: Json = json.loads(raw.content, parse_constant=lambda _: None)
    except ValueError:
        if "json" not in raw.headers.get("content-type", "json"):
            raise Refused(
                f"{host} answered with a page, not with data; check the address, and"
                " that no proxy and no page for signing in stands in between."
            ) from None
        raise Unreachable(f"{host} sent an answer that breaks off.") from None
    except RecursionError:
        raise Refused(f"{host} sent data nested too deeply.") from None
    return body
