"""How a platform misbehaves at one of its requests, or from one of them on."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.assessments.connectors.platform import Answer, as_json, page_of_html

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.assessments.connectors.platform import Asked

    Fault = Callable[[Asked, Answer], Answer]

ASKED_PAUSE = 3600


def limited(_: Asked, __: Answer) -> Answer:
    """Ask for a long pause."""
    return Answer(status=429, headers={"Retry-After": str(ASKED_PAUSE)})


def limited_shortly(_: Asked, __: Answer) -> Answer:
    """Ask to come again at once."""
    return Answer(status=429, headers={"Retry-After": "0"})


def in_trouble(_: Asked, __: Answer) -> Answer:
    """Have trouble of its own."""
    return Answer(status=503)


def truncated(_: Asked, honest: Answer) -> Answer:
    """Send half of the JSON, as if it were all."""
    return replace(honest, body=honest.body[: len(honest.body) // 2])


def cut_off(_: Asked, honest: Answer) -> Answer:
    """Promise more than is sent."""
    return replace(honest, cut=True)


def a_page(_: Asked, __: Answer) -> Answer:
    """Answer with a page for people."""
    return page_of_html()


def silent(_: Asked, honest: Answer) -> Answer:
    """Say nothing."""
    return replace(honest, silent=True)


def of_status(status: int) -> Fault:
    """Refuse with a status."""
    return lambda _, __: as_json({"message": "no"}, status=status)


def saying(body: bytes) -> Fault:
    """Say something else, with the headers of the honest answer."""
    return lambda _, honest: replace(honest, body=body)


def repeating() -> Fault:
    """Give the page before once more, wherever a list goes on."""
    before: dict[str, tuple[str, Answer]] = {}

    def repeated(asked: Asked, honest: Answer) -> Answer:
        shown = json.dumps(asked.params, sort_keys=True)
        told = before.setdefault(asked.path, (shown, honest))
        return honest if told[0] == shown else told[1]

    return repeated


def missing_pages() -> Fault:
    """Know nothing of a page, wherever a list goes on."""
    first: dict[str, str] = {}

    def missing(asked: Asked, honest: Answer) -> Answer:
        shown = json.dumps(asked.params, sort_keys=True)
        if first.setdefault(asked.path, shown) == shown:
            return honest
        return as_json({"message": "no such page"}, status=404)

    return missing


def from_request(number: int, fault: Fault) -> Fault:
    """Misbehave from a request on."""
    counted = 0

    def at(asked: Asked, honest: Answer) -> Answer:
        nonlocal counted
        counted += 1
        return fault(asked, honest) if counted > number else honest

    return at


def at_request(number: int, fault: Fault) -> Fault:
    """Misbehave at one request."""
    counted = 0

    def at(asked: Asked, honest: Answer) -> Answer:
        nonlocal counted
        counted += 1
        return fault(asked, honest) if counted == number + 1 else honest

    return at
