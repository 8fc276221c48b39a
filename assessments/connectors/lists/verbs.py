"""The verbs of a connector whose platform is lists and nothing else."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from assessments.connectors.lists.rereading import reread
from assessments.connectors.lists.several import found, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from assessments.connectors.base import Page, Plain, Source
    from assessments.connectors.base.hooking import Knock, Reread
    from assessments.connectors.http import Client
    from assessments.connectors.lists.listing import Listing
    from assessments.connectors.lists.several import Ending


def _stay() -> None:
    """Do nothing: there is nothing to say at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a source has to be read, while its platform can be asked."""

    client: Client
    listings: list[Listing]
    # What the lists are of, for people, and how far back they are wanted at first.
    place: str
    history_days: int
    # The refusal that ends all, None: only this list is shut.
    refused: Ending
    # Refuses, once everything is read, what is at another address now.
    leave: Callable[[], None] = _stay


class ReadsLists(ABC):
    """A connector that says what there is, and leaves the reading to others."""

    @abstractmethod
    def opened(
        self, source: Source, *, now: datetime
    ) -> AbstractContextManager[Opened]:
        """Give what the source has to be read."""

    def test(self, source: Source, *, now: datetime) -> str:
        """Say what of the source can be read."""
        with self.opened(source, now=now) as there:
            said = found(
                there.client, there.listings, place=there.place, refused=there.refused
            )
            there.leave()
        return said

    def fetch(self, source: Source, *, cursor: Plain, now: datetime) -> Iterator[Page]:
        """Yield what is new of each list; one that is shut does not stop the others."""
        with self.opened(source, now=now) as there:
            yield from read(
                there.client,
                there.listings,
                cursor=cursor,
                earliest=now - timedelta(days=there.history_days),
                now=now,
                refused=there.refused,
                place=there.place,
            )
            # While the old address still leads there, everything is read first.
            there.leave()

    def fetch_rows(
        self, source: Source, knocks: Sequence[Knock], *, now: datetime
    ) -> Iterator[Reread]:
        """Yield rows that a delivery names, as their lists would give them."""
        with self.opened(source, now=now) as there:
            yield from reread(
                there.client,
                there.listings,
                knocks,
                earliest=now - timedelta(days=there.history_days),
                refused=there.refused,
            )
