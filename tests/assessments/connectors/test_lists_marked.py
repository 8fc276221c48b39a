"""Lists whose first page did not change are not read again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from assessments.connectors import http, lists
from assessments.connectors.lists import Listing, at
from tests.assessments.connectors.contract import HASTE
from tests.assessments.connectors.loopback import Asked, Said, Server, serving

if TYPE_CHECKING:
    from assessments.connectors.base import Page, Plain

NOW = datetime(2026, 3, 1, tzinfo=UTC)
THINGS = Listing(
    name="things",
    sort="thing",
    label="Things",
    permission="Things",
    path="/things",
    pager=lists.Numbered(n=2),
    body=lambda row: {"thing": dict(row)},
    moment=at("at"),
    # All of them are read again each time: what is not read is seen at once.
    overlap=timedelta(days=900),
    marked=True,
)


class Marking:
    """A platform that marks its pages, two rows each."""

    def __init__(self, *numbers: int) -> None:
        self.rows: list[Any] = []
        self.add(*numbers)

    def add(self, *numbers: int) -> None:
        """Put rows in front, the newest first."""
        made = [
            {"id": number, "at": (NOW - timedelta(days=90 - number)).isoformat()}
            for number in numbers
        ]
        self.rows = made[::-1] + self.rows

    def reply(self, asked: Asked) -> Said:
        """Answer with a page, or that it is the one already known."""
        page = int(asked.path.rpartition("page=")[2])
        body = json.dumps(self.rows[(page - 1) * 2 : page * 2]).encode()
        mark = f'"{hashlib.sha256(body).hexdigest()}"'
        if asked.headers.get("if-none-match") == mark:
            return Said(status=304, headers={"ETag": mark}, body=b"")
        return Said(headers={"ETag": mark}, body=body)


def reading(
    server: Server, cursor: Plain, listing: Listing = THINGS, most: int = 99
) -> list[Page]:
    """Read once, or the first pages of it."""
    with http.Client(
        server.address, headers={}, allow_local=True, patience=HASTE
    ) as client:
        earliest = NOW - timedelta(days=365)
        reader = lists.Reader(
            client, listing, cursor=cursor, earliest=earliest, now=NOW
        )
        return [page for page, _ in zip(reader.pages(), range(most), strict=False)]


def numbers(pages: list[Page]) -> list[Any]:
    """The numbers of the rows that were read."""
    found: list[Any] = [
        payload.body["thing"] for page in pages for payload in page.payloads
    ]
    return [thing["id"] for thing in found]


def test_nothing_new_is_one_request_and_no_page() -> None:
    platform = Marking(1, 2, 3)

    with serving(platform.reply) as server:
        first = reading(server, {})
        asked = len(server.asked)
        again = reading(server, first[-1].cursor)

    assert numbers(first) == [3, 2, 1]
    assert again == []
    assert len(server.asked) == asked + 1


def test_something_new_is_read() -> None:
    platform = Marking(1, 2, 3)

    with serving(platform.reply) as server:
        first = reading(server, {})
        platform.add(4)
        second = reading(server, first[-1].cursor)
        third = reading(server, second[-1].cursor)

    assert numbers(second) == [4, 3, 2, 1]
    assert third == []


def test_a_reading_that_broke_off_is_finished_before_marks_are_believed() -> None:
    platform = Marking(1, 2, 3, 4, 5)

    with serving(platform.reply) as server:
        first = reading(server, {}, most=1)
        second = reading(server, first[-1].cursor)
        third = reading(server, second[-1].cursor)

    assert numbers(first) + numbers(second) == [5, 4, 3, 2, 1]
    assert third == []


def test_lists_that_are_not_marked_are_read_as_ever() -> None:
    plain = replace(THINGS, marked=False)

    with serving(Marking(1, 2, 3).reply) as server:
        first = reading(server, {}, plain)
        second = reading(server, first[-1].cursor, plain)

    assert numbers(second) == [3, 2, 1]
    assert "marks" not in json.dumps(first[-1].cursor)


def test_old_marks_are_forgotten() -> None:
    marks = http.Marks()
    for number in range(50):
        marks.note(f"https://example.org/{number}", {"etag": f'"{number}"'})

    assert len(marks.kept()) < 10
    assert marks.headers_for("https://example.org/49") == {"If-None-Match": '"49"'}
