"""Stretches of history: the commits that a deployed revision brought to another one.

A list of commits is one branch's. What was deployed from elsewhere is asked for by the
two revisions, once. Which ones, the cursor says, as it says a window: no connector
knows who wants them, and the answers stay in it until nobody asks any more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING

from assessments.connectors.base import ConnectorError, Page, Unreachable
from assessments.connectors.http import Denied
from assessments.connectors.lists.asking import GONE, pages_of
from assessments.connectors.lists.listing import field
from assessments.connectors.lists.rows import payload_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from assessments.connectors.base import Payload, Plain
    from assessments.connectors.http import Client
    from assessments.connectors.lists.listing import Listing
    from assessments.connectors.lists.paging import Position
    from scoring.events import Json

_STRETCHES = "@stretches"
# So many pages of one stretch are read, and so often is one asked for that fails.
_MOST_PAGES = 10
_MOST_TRIES = 3
# What platforms say to revisions that they do not know, or cannot compare.
_UNKNOWN = GONE | {400, 409, 422}


class Outcome(StrEnum):
    """How the asking for a stretch ended."""

    WHOLE = "whole"
    # There are more commits than are read.
    CUT = "cut"
    # The platform has one of the two revisions no more, or nothing that joins them.
    MISSING = "missing"
    # It failed each time.
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """From the revision that was out to the one that replaced it."""

    base: str
    head: str
    tries: int = 0
    # None: it is still to be asked for.
    outcome: Outcome | None = None

    def failed(self) -> Stretch:
        """Return it after one more failure."""
        given_up = self.tries + 1 >= _MOST_TRIES
        return replace(
            self,
            tries=self.tries + 1,
            outcome=Outcome.UNANSWERED if given_up else None,
        )


def stretches_in(cursor: Plain) -> list[Stretch]:
    """Return the stretches that a cursor carries, asked for or to be asked for."""
    told = cursor.get(_STRETCHES)
    return [
        Stretch(
            base=str(field(each, "base")),
            head=head,
            tries=tries if isinstance(tries := field(each, "tries"), int) else 0,
            outcome=_outcome(field(each, "outcome")),
        )
        for head, each in (told.items() if isinstance(told, dict) else ())
    ]


def stretching(cursor: Plain, stretches: Iterable[Stretch]) -> dict[str, Json]:
    """Return the cursor with these stretches, and no others."""
    told: dict[str, Json] = {each.head: _plain(each) for each in stretches}
    others = {name: place for name, place in cursor.items() if name != _STRETCHES}
    return {**others, _STRETCHES: told} if told else others


def read_stretches(
    client: Client, listing: Listing, cursor: Mapping[str, Json]
) -> Iterator[Page]:
    """Yield what is in each stretch that is still to be asked for."""
    known = {each.head: each for each in stretches_in(cursor)}

    def page(told: Stretch, payloads: tuple[Payload, ...] = ()) -> Page:
        known[told.head] = told
        return Page(
            payloads=payloads,
            cursor=stretching(cursor, known.values()),
            doing=f"{listing.label} of deployments",
        )

    for stretch in [each for each in known.values() if each.outcome is None]:
        try:
            outcome, payloads = _asked(client, listing, stretch)
        except Denied:
            raise  # the list is shut, or the token is not accepted
        except ConnectorError as error:
            # What always fails must not keep everything else from being read for good.
            if not isinstance(error, Unreachable) or error.retry_after is None:
                yield page(stretch.failed())
            raise
        yield page(replace(stretch, outcome=outcome), payloads)


def _asked(
    client: Client, listing: Listing, stretch: Stretch
) -> tuple[Outcome, tuple[Payload, ...]]:
    """Ask for a stretch, and for its end by itself where it is not in it."""
    if listing.stretch is None:
        return Outcome.UNANSWERED, ()
    asked = listing.stretch(listing, stretch.base, stretch.head)
    outcome, rows = _rows(client, asked)
    if not any(_is(asked, row, stretch.head) for row in rows) and asked.single:
        # It leads nowhere new, as with a rollback, or its newest end was cut off.
        try:
            answer = client.get(asked.single(stretch.head))
            rows.append(asked.of_single(answer.body))
        except Denied as denied:
            if denied.status not in _UNKNOWN:
                raise
            outcome = Outcome.MISSING
    found = [payload_of(asked, row) for row in rows]
    return outcome, tuple(payload for payload in found if payload)


def _rows(client: Client, asked: Listing) -> tuple[Outcome, list[Json]]:
    rows: list[Json] = []
    following: Position | None = None
    try:
        for turned in islice(pages_of(client, asked).after(None), _MOST_PAGES):
            rows += turned.rows
            following = turned.following
    except Denied as denied:
        if denied.status not in _UNKNOWN:
            raise
        return Outcome.MISSING, []
    return Outcome.WHOLE if following is None else Outcome.CUT, rows


def _is(listing: Listing, row: Json, revision: str) -> bool:
    return isinstance(row, dict) and listing.identity(row) == revision


def _plain(stretch: Stretch) -> dict[str, Json]:
    told: dict[str, Json] = {"base": stretch.base}
    if stretch.tries:
        told["tries"] = stretch.tries
    if stretch.outcome:
        told["outcome"] = stretch.outcome.value
    return told


def _outcome(told: Json) -> Outcome | None:
    return Outcome(told) if isinstance(told, str) and told in set(Outcome) else None
