"""How platforms turn the pages of a list: by every way that is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    query: dict[str, str]
    # Their names in lower case.
    headers: dict[str, str]
    # The JSON body of a POST.
    body: Any = None

    @property
    def params(self) -> dict[str, Any]:
        """What is asked for, in the address or in the body."""
        return self.query | (self.body if isinstance(self.body, dict) else {})

    @property
    def target(self) -> str:
        """The path with its query."""
        query = urlencode(self.query)
        return f"{self.path}?{query}" if query else self.path


# ── turning pages ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Part:
    """One page: its rows, its headers, and what stands beside the rows."""

    rows: list[Any]
    headers: dict[str, str] = field(default_factory=dict)
    beside: dict[str, Any] = field(default_factory=dict)


class Turning(Protocol):
    """How a platform turns the pages of a list."""

    def part(self, rows: list[Any], asked: Asked, cap: int, address: str) -> Part:
        """Return the page asked for, of no more rows than the cap."""
        ...


@dataclass(frozen=True)
class ByNumber:
    """Pages have numbers; nothing says which is the last."""

    page: str = "page"
    size: str = "per_page"
    first: int = 1

    def part(self, rows: list[Any], asked: Asked, cap: int, address: str) -> Part:  # noqa: ARG002 -- of the protocol
        """Return the page of a number."""
        size = min(cap, int(asked.params.get(self.size, cap)))
        start = (int(asked.params.get(self.page, self.first)) - self.first) * size
        return Part(rows[start : start + size])


@dataclass(frozen=True)
class ByLinks:
    """Pages have numbers, and a Link header says where the next one is."""

    page: str = "page"
    size: str = "per_page"

    def part(self, rows: list[Any], asked: Asked, cap: int, address: str) -> Part:
        """Return the page of a number, with a link to the next one."""
        size = min(cap, int(asked.params.get(self.size, 30)))
        page = int(asked.params.get(self.page, 1))
        shown = rows[(page - 1) * size : page * size]
        if page * size >= len(rows):
            return Part(shown)
        following = (
            f"{address}{asked.path}?{urlencode(asked.query | {self.page: page + 1})}"
        )
        return Part(shown, headers={"Link": f'<{following}>; rel="next"'})


@dataclass(frozen=True)
class ByOffset:
    """So many rows are skipped; nothing says where the end is."""

    start: str = "start"
    limit: str = "limit"

    def part(self, rows: list[Any], asked: Asked, cap: int, address: str) -> Part:  # noqa: ARG002 -- of the protocol
        """Return the rows after those skipped."""
        start = int(asked.params.get(self.start, 0))
        size = min(cap, int(asked.params.get(self.limit, cap)))
        return Part(rows[start : start + size])


@dataclass(frozen=True)
class ByToken:
    """A token beside the rows stands for the next page."""

    parameter: str = "page_token"
    beside: str = "next_page_token"
    size: str = "max_results"

    def part(self, rows: list[Any], asked: Asked, cap: int, address: str) -> Part:  # noqa: ARG002 -- of the protocol
        """Return the page of a token, with the token of the next one."""
        token = asked.params.get(self.parameter, "after-0")
        start = int(str(token).removeprefix("after-"))
        end = start + min(cap, int(asked.params.get(self.size, cap)))
        following = {self.beside: f"after-{end}"} if end < len(rows) else {}
        return Part(rows[start:end], beside=following)


@dataclass(frozen=True)
class ByNextAddress:
    """An address beside the rows leads to the next page."""

    page: str = "page"
    size: str = "pagelen"
    beside: str = "next"

    def part(self, rows: list[Any], asked: Asked, cap: int, address: str) -> Part:
        """Return the page of a number, with the address of the next one."""
        linked = ByLinks(self.page, self.size).part(rows, asked, cap, address)
        if not linked.headers:
            return linked
        following = linked.headers["Link"].partition(">")[0].removeprefix("<")
        return Part(linked.rows, beside={self.beside: following})
