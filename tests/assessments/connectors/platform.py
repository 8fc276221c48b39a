"""A platform on loopback: lists with pages of every kind, and every misbehaviour.

It answers what it holds: `lists`, whose pages are turned as their platform turns them,
and `things`, each at a path of its own. What it was asked is kept. It misbehaves by
`answer_next` and `always` for one path, or by a `fault` that may change any answer.
"""

from __future__ import annotations

import json
import re
import threading
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from tests.assessments.connectors import loopback
from tests.assessments.connectors.turning import (
    Asked,
    ByLinks,
    ByNextAddress,
    ByNumber,
    ByOffset,
    ByToken,
    Part,
    Turning,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = [
    "Answer",
    "Answering",
    "Asked",
    "ByLinks",
    "ByNextAddress",
    "ByNumber",
    "ByOffset",
    "ByToken",
    "Listed",
    "Part",
    "Platform",
    "Turning",
    "as_json",
    "page_of_html",
    "serving",
]


@dataclass(frozen=True)
class Answer:
    """An answer as it goes out."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    # Promise more than is sent.
    cut: bool = False
    # Say nothing until whoever asked has lost patience.
    silent: bool = False


def _as_they_are(rows: list[Any]) -> Any:
    return rows


def _every(row: Any, asked: Asked) -> bool:
    return True


@dataclass
class Listed:
    """A list: its rows, newest first where the platform orders them so."""

    rows: list[Any]
    turning: Turning = field(default_factory=ByLinks)
    # What the rows of a page stand in.
    wrap: Callable[[list[Any]], Any] = _as_they_are
    # Is a row among what is asked for, such as by `since`?
    wanted: Callable[[Any, Asked], bool] = _every


# ── the platform ───────────────────────────────────────────────────────────────────


@dataclass
class Platform:
    """What the server holds, what it was asked, and how it will misbehave."""

    # Path → list; path → answer as JSON, or a function of the request that gives it.
    # A `{name}` in a path stands for anything between two slashes.
    lists: dict[str, Listed] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    # Is the credential of a request the right one?
    admits: Callable[[Asked], bool] = lambda _: True
    # The most rows that a page has, whatever is asked for.
    page_size: int | None = None
    # What becomes of an answer before it goes out.
    fault: Callable[[Asked, Answer], Answer] | None = None
    asked: list[Asked] = field(default_factory=list)
    address: str = ""
    released: threading.Event = field(default_factory=threading.Event)
    _next: dict[str, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    _always: dict[str, Answer] = field(default_factory=dict)

    def answer_next(self, path: str, *answers: Answer) -> None:
        """Give these answers to the next requests for a path."""
        self._next[path] += answers

    def always(self, path: str, answer: Answer) -> None:
        """Give this answer to every request for a path."""
        self._always[path] = answer

    def paths(self) -> list[str]:
        """Return what was asked, without queries."""
        return [each.path for each in self.asked]

    def reply(self, asked: Asked) -> Answer:
        """Answer one request."""
        self.asked.append(asked)
        answer = self._misbehaved(asked.path) or self._honest(asked)
        return self.fault(asked, answer) if self.fault else answer

    def _misbehaved(self, path: str) -> Answer | None:
        if self._next[path]:
            return self._next[path].pop(0)
        return self._always.get(path)

    def _honest(self, asked: Asked) -> Answer:
        if not self.admits(asked):
            return as_json({"message": "Unauthorized"}, status=401)
        listed = _found(self.lists, asked.path)
        if listed is not None:
            return self._page(listed, asked)
        thing = _found(self.things, asked.path)
        if callable(thing):
            thing = thing(asked)
        if thing is None:
            return as_json({"message": "Not found"}, status=404)
        return thing if isinstance(thing, Answer) else as_json(thing)

    def _page(self, listed: Listed, asked: Asked) -> Answer:
        rows = [row for row in listed.rows if _is_wanted(row, listed, asked)]
        cap = self.page_size or 100
        part = listed.turning.part(rows, asked, cap, self.address)
        body = listed.wrap(part.rows)
        if part.beside:
            body = body | part.beside
        return as_json(body, headers=part.headers)


def _is_wanted(row: Any, listed: Listed, asked: Asked) -> bool:
    try:
        return listed.wanted(row, asked)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return True  # an odd row: a test made it so, to see what becomes of it


def as_json(
    body: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    """Return an answer of JSON."""
    kinds = {"Content-Type": "application/json; charset=utf-8"}
    return Answer(
        status=status,
        headers=kinds | dict(headers or {}),
        body=json.dumps(body).encode(),
    )


def page_of_html(status: int = 200) -> Answer:
    """Return an answer as a proxy or a page for signing in gives it."""
    return Answer(
        status=status,
        headers={"Content-Type": "text/html"},
        body=b"<!doctype html><title>Sign in</title>",
    )


def _found(held: Mapping[str, Any], path: str) -> Any:
    if path in held:
        return held[path]
    for template, thing in held.items():
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
        if "{" in template and re.fullmatch(pattern, path):
            return thing
    return None


class Answering(Protocol):
    """Something that answers requests, and where it does."""

    address: str
    # Set when nobody is answered any more.
    released: threading.Event

    def reply(self, asked: Asked) -> Answer:
        """Answer one request."""
        ...


@contextmanager
def serving(platform: Answering) -> Iterator[str]:
    """Serve it on a free port of loopback, and say where."""
    with loopback.serving(lambda asked: _said(platform, asked)) as served:
        platform.address = served.address
        try:
            yield served.address
        finally:
            platform.released.set()


def _said(platform: Answering, asked: loopback.Asked) -> loopback.Said:
    parts = urlsplit(asked.path)
    answer = platform.reply(
        Asked(
            method=asked.method,
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers=asked.headers,
            body=json.loads(asked.body) if asked.body else None,
        )
    )
    if answer.silent:
        platform.released.wait()
    if answer.cut:
        promised = {"Content-Length": str(len(answer.body) + 100)}
        return loopback.Said(
            answer.status, answer.headers | promised, parts=[answer.body]
        )
    return loopback.Said(answer.status, answer.headers, answer.body)
