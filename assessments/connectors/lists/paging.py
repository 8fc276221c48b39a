"""How the pages of a list are turned, and where one stands between two of them.

A position is a number or a text that fits into the cursor, so that a reading can go on
tomorrow at the page where it broke off today. Addresses that a platform gives are kept
by their query alone: the next page is asked of the host and the path that we know, and
the credential goes nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assessments.connectors.http import Answer
    from scoring.events import Json

Position: TypeAlias = int | str
Params: TypeAlias = "Mapping[str, str | int]"

_FULL = 100


def position_in(place: Mapping[str, Json]) -> Position | None:
    """Return the position that a list's place in a cursor holds."""
    kept = place.get("page")
    if isinstance(kept, bool) or not isinstance(kept, int | str):
        return None
    return kept


class Pager(Protocol):
    """A way of turning pages."""

    def asked(
        self, path: str, params: Params, position: Position | None, size: int | None
    ) -> tuple[str, Params]:
        """Return path and parameters of a page; no position: of the first."""
        ...

    def following(
        self, answer: Answer, rows: int, position: Position | None
    ) -> Position | None:
        """Return where the page after this one is, which has so many rows."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """The answer's Link header says where the next page is."""

    size: str = "per_page"
    n: int = _FULL

    def asked(
        self, path: str, params: Params, position: Position | None, size: int | None
    ) -> tuple[str, Params]:
        """Return the page of a link, or the first."""
        first = {**params, self.size: size or self.n}
        if isinstance(position, int):
            return path, {**first, "page": position}  # as cursors once kept it
        return _of_query(path, first, position)

    def following(
        self,
        answer: Answer,
        rows: int,  # noqa: ARG002 -- of the protocol
        position: Position | None,  # noqa: ARG002 -- of the protocol
    ) -> Position | None:
        """Return the query of the link."""
        return urlsplit(answer.next_url).query or None if answer.next_url else None


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAddress:
    """The body says the address of the next page."""

    found: Callable[[Json], Json]
    size: str | None = None
    n: int = _FULL

    def asked(
        self, path: str, params: Params, position: Position | None, size: int | None
    ) -> tuple[str, Params]:
        """Return the page of an address, or the first."""
        return _of_query(path, _sized(params, self.size, size or self.n), position)

    def following(
        self,
        answer: Answer,
        rows: int,  # noqa: ARG002 -- of the protocol
        position: Position | None,  # noqa: ARG002 -- of the protocol
    ) -> Position | None:
        """Return the query of the address."""
        address = self.found(answer.body)
        try:
            return urlsplit(address).query or None if isinstance(address, str) else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """Pages have numbers, and an empty one is the end.

    A short page is not: some platforms give fewer rows than they are asked for.
    """

    page: str = "page"
    size: str = "per_page"
    n: int = _FULL
    first: int = 1

    def asked(
        self, path: str, params: Params, position: Position | None, size: int | None
    ) -> tuple[str, Params]:
        """Return the page of a number."""
        number = position if isinstance(position, int) else self.first
        return path, {**params, self.size: size or self.n, self.page: number}

    def following(
        self,
        answer: Answer,  # noqa: ARG002 -- of the protocol
        rows: int,
        position: Position | None,
    ) -> Position | None:
        """Return the number after this one."""
        number = position if isinstance(position, int) else self.first
        return number + 1 if rows else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """Rows are skipped, as many as were read; an empty page is the end."""

    start: str = "start"
    limit: str = "limit"
    n: int = _FULL

    def asked(
        self, path: str, params: Params, position: Position | None, size: int | None
    ) -> tuple[str, Params]:
        """Return the page after so many rows."""
        skipped = position if isinstance(position, int) else 0
        return path, {**params, self.limit: size or self.n, self.start: skipped}

    def following(
        self,
        answer: Answer,  # noqa: ARG002 -- of the protocol
        rows: int,
        position: Position | None,
    ) -> Position | None:
        """Return how many rows were read."""
        skipped = position if isinstance(position, int) else 0
        return skipped + rows if rows else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """The body holds a token that stands for the next page."""

    parameter: str = "page_token"
    found: Callable[[Json], Json]
    size: str | None = None
    n: int = _FULL

    def asked(
        self, path: str, params: Params, position: Position | None, size: int | None
    ) -> tuple[str, Params]:
        """Return the page of a token, or the first."""
        asked = _sized(params, self.size, size or self.n)
        return path, asked if position is None else {**asked, self.parameter: position}

    def following(
        self,
        answer: Answer,
        rows: int,  # noqa: ARG002 -- of the protocol
        position: Position | None,  # noqa: ARG002 -- of the protocol
    ) -> Position | None:
        """Return the token, if there is one."""
        token = self.found(answer.body)
        if isinstance(token, bool) or not isinstance(token, int | str):
            return None
        return token if token != "" else None


LINKS = Links()


def _sized(params: Params, name: str | None, n: int) -> Params:
    return {**params, name: n} if name else params


def _of_query(
    path: str, first: Params, position: Position | None
) -> tuple[str, Params]:
    """Return the page of a query, which says everything; or the first."""
    if position is None:
        return path, first
    return f"{path}?{position}", {}
