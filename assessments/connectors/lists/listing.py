"""What a connector says of one list of its platform."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

from assessments.connectors.base import WITHOUT_PEOPLE, Trimming
from assessments.connectors.lists.paging import LINKS
from scoring.events import Json

if TYPE_CHECKING:
    from assessments.connectors.lists.paging import Pager

Item: TypeAlias = Mapping[str, Json]
Method: TypeAlias = Literal["GET", "POST"]

_NOTHING: Mapping[str, str | int] = MappingProxyType({})


# ── where things are in an answer ──────────────────────────────────────────────────


def as_list(body: Json) -> list[Json] | None:
    """Return the rows of an answer that is a list; None: it is none."""
    return body if isinstance(body, list) else None


def under(*names: str) -> Callable[[Json], list[Json] | None]:
    """Return a function that finds the rows under a name, or a name in a name."""
    return lambda body: as_list(field(body, *names))


def field(value: Json | Item, *names: str) -> Json:
    """Return what is under a name in a name; None where there is nothing."""
    found: Json | Item = value
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if not isinstance(found, Mapping) else dict(found)


def at(*names: str) -> Callable[[Item], datetime | None]:
    """Return a function that finds a row's moment under a name, or a name in a name."""
    return lambda row: moment_of(field(row, *names))


def moment_of(value: Json) -> datetime | None:
    """Return a moment that has an offset; None: it is none."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def by(name: str) -> Callable[[Item], str | None]:
    """Return a function that finds what a row is called: a number or a text."""

    def found(row: Item) -> str | None:
        value = row.get(name)
        if isinstance(value, bool) or not isinstance(value, int | str):
            return None
        return str(value) or None

    return found


by_id = by("id")


def never(body: Mapping[str, Json]) -> bool:  # noqa: ARG001 -- one signature for all
    """Say that no row is ever under way."""
    return False


def _itself(body: Json) -> Json:
    return body


# ── the list ───────────────────────────────────────────────────────────────────────


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One list: where it is, how it is read, and what to make of its rows."""

    name: str  # its place in the cursor
    sort: str  # of its payloads
    label: str  # for people: "Merge requests"
    permission: str  # what the credential must be allowed to read
    path: str
    # What a row becomes: itself, or with what else is asked for it. None: not kept.
    body: Callable[[Item], dict[str, Json] | None]
    # What the list is ordered by.
    moment: Callable[[Item], datetime | None]
    params: Mapping[str, str | int] = dataclasses.field(
        default_factory=lambda: _NOTHING
    )
    # GET asks with the parameters in the address, POST with a body that holds them.
    method: Method = "GET"
    # What else such a body holds, the same on each page, lists among it.
    fixed: Mapping[str, Json] = dataclasses.field(
        default_factory=lambda: MappingProxyType({})
    )
    pager: Pager = LINKS
    # Where the rows are in an answer; None: this is not an answer of the list.
    rows: Callable[[Json], list[Json] | None] = as_list
    identity: Callable[[Item], str | None] = by_id
    # False: it has no order that helps, and is read to its end each time.
    newest_first: bool = True
    # Parameters that ask only for what changed since a moment, where the list has any.
    since: Callable[[datetime], Mapping[str, str | int]] | None = None
    # Parameters that ask only for what is between two moments, and at how many rows
    # the platform then ends the list, though there may be more.
    between: Callable[[datetime, datetime], Mapping[str, str | int]] | None = None
    most: int | None = None
    # False: it says how things are now; walks through the past leave it out.
    of_the_past: bool = True
    # How much is read again each time, for what changes later or appears late.
    overlap: timedelta = timedelta(minutes=10)
    # Of rows that can be under way: where one of them is, whether it is (by its body
    # as it came, before it is trimmed), and where the row is in that answer.
    single: Callable[[str], str] | None = None
    is_open: Callable[[Mapping[str, Json]], bool] = never
    of_single: Callable[[Json], Json] = _itself
    # Of a list of commits: itself, asked for what its second revision has and its
    # first has not.
    stretch: Callable[[Listing, str, str], Listing] | None = None
    # What goes before a row is kept: people first of all.
    trimming: Trimming = WITHOUT_PEOPLE
    # Does a first page that did not change mean that there is nothing new? Then it is
    # asked for by its mark. Not where details of a row change behind the row's back.
    marked: bool = False
    # Statuses that say: there is nothing of this here (switched off, still empty).
    nothing: frozenset[int] = frozenset()
