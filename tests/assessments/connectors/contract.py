"""What every connector that reads lists over HTTP keeps, whatever its platform.

A `Subject` says how to serve a story from a platform on loopback, and which events have
to come out of it. The checks ask again and again: interrupted at any page, disturbed at
any request, with any field of another type. What comes out in the end is the same; what
cannot be read is said, and never left out in silence.
"""

from __future__ import annotations

import importlib
import json
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from assessments.connectors import http, lists
from assessments.connectors.base import ConnectorError, Garbled, Payload
from scoring.events import Malformed, dump
from tests.assessments.connectors.platform import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from assessments.connectors.base import Connector, Page, Plain, Source
    from tests.assessments.connectors.platform import Platform

# A number, a digest or a UUID in a path.
_IDENTITY = re.compile(r"(?<=/)(?:\d+|[0-9a-f-]{7,})(?=/|$)")

# No pauses: a test says when a platform is well again.
HASTE = http.Patience(
    attempts=2,
    first_pause_seconds=0.001,
    longest_pause_seconds=0.01,
    timeout_seconds=5.0,
    answer_seconds=5.0,
)
# For what never answers: given up at once.
NO_PATIENCE = replace(HASTE, attempts=1, timeout_seconds=0.2)

# More pages than any story has.
_MOST_WALKED = 500

SECRET = "canary-secret-0123456789"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A connector, a story on its platform, and what comes out of it."""

    # The connector with this patience, which is the class itself as a rule.
    connector: Callable[[http.Patience], Connector]
    # A platform that tells the story, new each time; it admits only `SECRET`.
    platform: Callable[[], Platform]
    # A source at the address of the platform, with `SECRET` and `allow_local`.
    source: Callable[[str], Source]
    now: datetime
    # Every event of the story: (kind, id).
    events: frozenset[tuple[str, str]]
    # Rows to a page, so that each list that matters has three pages or more.
    page_size: int = 2
    # Of these, what says how things are now, and is in no window of the past.
    of_now: frozenset[tuple[str, str]] = frozenset()
    # Does the platform have pages? Otherwise each list is one answer.
    turns_pages: bool = True
    # Words of the story that must be nowhere in what is kept: names, mail addresses.
    people: tuple[str, ...] = ()


# ── reading a story ────────────────────────────────────────────────────────────────


@dataclass
class Reading:
    """What was read: pages, payloads that were garbled, and what ended it."""

    pages: list[Page] = field(default_factory=list)
    garbled: int = 0
    error: ConnectorError | None = None
    # (kind, id) → the event, as text.
    events: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def cursor(self) -> Plain:
        """The cursor as it is stored."""
        kept: Plain = json.loads(
            json.dumps(self.pages[-1].cursor if self.pages else {})
        )
        return kept

    @property
    def payloads(self) -> list[Payload]:
        """Everything that is kept, as it comes back from where it is stored."""
        return [
            Payload(sort=each.sort, body=json.loads(json.dumps(each.body)))
            for page in self.pages
            for each in page.payloads
        ]


class Stage:
    """A subject whose platform is up."""

    def __init__(self, subject: Subject, platform: Platform, source: Source) -> None:
        self.subject = subject
        self.platform = platform
        self.source = source

    @cached_property
    def whole(self) -> Reading:
        """One reading without any trouble."""
        assert self.platform.fault is None
        return self.read()

    @cached_property
    def moments(self) -> list[int]:
        """The requests of a whole reading that differ in kind: the first of each.

        Ids in paths make no kind, and of the pages of a list the first two count.
        """
        start = len(self.platform.asked)
        self.read()
        asked = self.platform.asked[start:]
        times: Counter[str] = Counter()
        found = []
        for number, each in enumerate(asked):
            times[each.path] += 1
            kind = f"{_IDENTITY.sub('{}', each.path)} {min(times[each.path], 2)}"
            times[kind] += 1
            if times[kind] == 1:
                found.append(number)
        return sorted({*found, len(asked) - 1})

    def read(
        self,
        cursor: Plain | None = None,
        *,
        patience: http.Patience = HASTE,
        most_pages: int | None = None,
        hours_off: int = 0,
    ) -> Reading:
        """Read from a cursor on, until it ends or breaks off."""
        connector = self.subject.connector(patience)
        now = self.subject.now + timedelta(hours=hours_off)
        reading = Reading()
        try:
            for page in connector.fetch(self.source, cursor=cursor or {}, now=now):
                reading.pages.append(page)
                if len(reading.pages) == most_pages:
                    break
        except ConnectorError as error:
            reading.error = error
        understood = self.understood(reading.payloads)
        reading.garbled, reading.events = understood.garbled, understood.events
        return reading

    def walked(self, *slices: timedelta, days: int) -> Reading:
        """Read the last so many days in windows, the newest first, page by page.

        Each page is a reading of its own, as if a worker died after every one.
        """
        oldest = self.subject.now - timedelta(days=days)
        reading = Reading()
        cursor: Plain = {}
        starts = [self.subject.now - back for back in slices]
        for start in [*starts, oldest]:
            window = lists.Window(start=start, until=None, oldest=oldest)
            cursor = lists.walking(cursor, window)
            while page := self.read(cursor, most_pages=1).pages[:1]:
                reading.pages += page
                assert len(reading.pages) < _MOST_WALKED, "it walks in circles"
                cursor = reading.cursor
        return self.understood(reading.payloads)

    def understood(self, payloads: Iterable[Payload]) -> Reading:
        """Parse payloads, in this order."""
        connector = self.subject.connector(HASTE)
        reading = Reading()
        for payload in payloads:
            try:
                events = list(connector.parse(payload, self.source))
            except (Garbled, Malformed):
                reading.garbled += 1
                continue
            for event in events:
                told = json.dumps(dump(event), sort_keys=True)
                reading.events[event.kind.value, event.id] = told
        return reading


@contextmanager
def staged(subject: Subject) -> Iterator[Stage]:
    """Put the subject's platform up."""
    platform = subject.platform()
    platform.page_size = subject.page_size
    with serving(platform) as address:
        yield Stage(subject, platform, subject.source(address))


def subject_of(kind: str) -> Subject:
    """Return the subject of a kind of connector: `SUBJECT` in `subjects/<kind>.py`."""
    module = importlib.import_module(f"tests.assessments.connectors.subjects.{kind}")
    subject: Subject = module.SUBJECT
    return subject
