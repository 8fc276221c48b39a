"""Asking for the pages of a list, one after the other."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assessments.connectors.base import Refused, Unreachable
from assessments.connectors.http import Denied
from assessments.connectors.lists.listing import as_list
from assessments.connectors.lists.paging import LINKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from assessments.connectors.http import Client, Marks
    from assessments.connectors.lists.listing import Listing, Method
    from assessments.connectors.lists.paging import Pager, Position
    from scoring.events import Json

GONE = frozenset({404, 410})
# What platforms say to a position that they do not know any more.
_POSITION_LOST = frozenset({400, 404, 410, 416, 422})
_MOST_PAGES = 5_000
_NO_PARAMS: Mapping[str, str | int] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """The rows of one page, and where the next one is."""

    rows: list[Json]
    following: Position | None
    # Where this one is; None: it is the first.
    position: Position | None = None
    # The first page is what it was: so is all after it.
    unchanged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """The pages of a list: where they are, and how they are turned."""

    client: Client
    path: str
    params: Mapping[str, str | int]
    pager: Pager
    rows: Callable[[Json], list[Json] | None]
    # What the body of a POST holds besides the parameters.
    fixed: Mapping[str, Json] = field(default_factory=dict)
    method: Method = "GET"
    what: str = "rows"

    def one(
        self,
        position: Position | None = None,
        size: int | None = None,
        marks: Marks | None = None,
    ) -> Turned:
        """Return the page at a position."""
        path, asked = self.pager.asked(self.path, self.params, position, size)
        if self.method == "POST":
            answer = self.client.post(path, {**self.fixed, **asked})
        else:
            answer = self.client.get(path, asked, marks=marks)
        if answer.unchanged:
            return Turned(rows=[], following=None, unchanged=True)
        rows = self.rows(answer.body)
        if rows is None:
            raise Unreachable(
                f"{self.client.host} answered with something else than a list of"
                f" {self.what}."
            )
        following = self.pager.following(answer, len(rows), position)
        return Turned(rows=rows, following=following, position=position)

    def since(
        self, position: Position | None, marks: Marks | None = None
    ) -> Iterator[Turned]:
        """Yield the pages from a position on; from the first where that is lost."""
        turning = self.after(position, marks)
        if position is not None:
            try:
                yield next(turning)
            except Denied as denied:
                if denied.status not in _POSITION_LOST:
                    raise
                turning = self.after(None)
        yield from turning

    def after(
        self, position: Position | None, marks: Marks | None = None
    ) -> Iterator[Turned]:
        """Yield the pages from a position on; refuse to go in circles.

        With marks, the first of them may be one that says that nothing changed.
        """
        seen: set[Position] = set()
        before = ""
        for _ in range(_MOST_PAGES):
            page = self.one(position, marks=marks)
            marks = None
            said = json.dumps(page.rows)
            if page.following in seen or (page.rows and said == before):
                raise Unreachable(f"{self.client.host} sent the same page twice.")
            yield page
            if page.following is None:
                return
            seen.add(page.following)
            before, position = said, page.following
        raise Refused(
            f"{self.client.host} has more than {_MOST_PAGES} pages of one list; ask for"
            " a shorter history."
        )


def pages_of(
    client: Client, listing: Listing, more: Mapping[str, str | int] = _NO_PARAMS
) -> Pages:
    """Return the pages of a listing, asked for with some more parameters."""
    return Pages(
        client=client,
        path=listing.path,
        params={**listing.params, **more},
        pager=listing.pager,
        rows=listing.rows,
        method=listing.method,
        fixed=listing.fixed,
        what=listing.label.lower(),
    )


def newest(client: Client, listing: Listing, n: int) -> list[Json]:
    """Return the first rows of a list, for a look at it."""
    return pages_of(client, listing).one(size=n).rows[:n]


def everything(
    client: Client,
    path: str,
    params: Mapping[str, str | int] = _NO_PARAMS,
    *,
    pager: Pager = LINKS,
    rows: Callable[[Json], list[Json] | None] = as_list,
) -> list[Json] | None:
    """Return all rows of a list, such as the details of one row; None: it is gone."""
    pages = Pages(client=client, path=path, params=params, pager=pager, rows=rows)
    found: list[Json] = []
    try:
        for page in pages.after(None):
            found += page.rows
    except Denied as denied:
        if denied.status in GONE and not found:
            return None
        raise
    return found
