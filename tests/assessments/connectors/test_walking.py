"""Walks through windows: all of it, from any page on, whatever the list is like."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.connectors import lists
from assessments.connectors.base import PartlyRefused, Source, Unreachable, clean_rules
from assessments.connectors.github import GitHub
from tests.assessments.connectors.contract import HASTE
from tests.assessments.connectors.platform import Answer, Listed, Platform, as_json
from tests.assessments.connectors.platform import serving as served
from tests.assessments.connectors.test_lists import (
    EARLIEST,
    NOW,
    PATH,
    THINGS,
    TURNS,
    ids,
    listing_of,
    platform_of,
    rows_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessments.connectors import http
    from assessments.connectors.base import Page, Plain
    from assessments.connectors.lists import Listing
    from tests.assessments.connectors.platform import Asked

HOUR = timedelta(hours=1)
RUNS = "/api/v3/repos/acme/shop/actions/runs"


def walked(
    client: http.Client,
    listing: Listing,
    starts: Iterable[int],
    *,
    until: int = -1,
    oldest: int = 2000,
    at_once: int = 1,
) -> list[Page]:
    """The pages of windows that begin so many hours ago, each reading taken anew."""
    pages: list[Page] = []
    cursor: Plain = {}
    for start in starts:
        window = lists.Window(
            start=NOW - start * HOUR,
            until=NOW - until * HOUR,
            oldest=NOW - oldest * HOUR,
        )
        cursor = lists.walking(cursor, window)
        while True:
            reading = lists.read(
                client,
                [listing],
                cursor=cursor,
                earliest=EARLIEST,
                now=NOW,
                refused=lambda *_: None,
            )
            found = list(islice(reading, at_once))
            if not found:
                break
            pages += found
            cursor = found[-1].cursor
    return pages


@pytest.mark.parametrize("turn", TURNS)
@settings(deadline=None, max_examples=10)
@given(
    count=st.integers(0, 25),
    size=st.integers(1, 6),
    slices=st.lists(st.integers(1, 24), max_size=4).map(sorted),
)
def test_windows_of_any_kind_hold_every_row(
    turn: str, count: int, size: int, slices: list[int]
) -> None:
    with platform_of(turn, rows_of(count)) as (platform, client):
        platform.page_size = size
        pages = walked(client, listing_of(turn), [*slices, 2000])

    assert sorted(set(ids(pages))) == list(range(count))


def test_a_window_holds_nothing_beside_it() -> None:
    with platform_of("links", rows_of(40)) as (_, client):
        pages = walked(client, THINGS, [20], until=10)

    assert ids(pages) == list(range(10, 21))


def test_a_list_is_not_paged_through_again_for_the_next_window() -> None:
    with platform_of("numbers", rows_of(60)) as (platform, client):
        platform.page_size = 5
        walked(client, listing_of("numbers"), [20, 40, 60, 2000])

    turned = [int(each.query["page"]) for each in platform.asked]
    assert turned == sorted(turned)
    assert len(turned) <= 60 / 5 + 1 + 4


def test_a_list_without_order_is_read_once_for_all_windows() -> None:
    with platform_of("links", rows_of(30)) as (platform, client):
        platform.lists[PATH].rows.reverse()
        platform.page_size = 10
        pages = walked(client, replace(THINGS, newest_first=False), [5, 10, 2000])

    assert sorted(ids(pages)) == list(range(30))
    assert len(platform.asked) == 3


def test_what_says_how_things_are_now_is_in_no_window() -> None:
    with platform_of("links", rows_of(3)) as (platform, client):
        assert walked(client, replace(THINGS, of_the_past=False), [2000]) == []
        assert platform.asked == []


def test_rows_that_come_in_between_two_windows_hide_none() -> None:
    with platform_of("numbers", rows_of(30)) as (platform, client):
        platform.page_size = 4
        listing = listing_of("numbers")
        first = walked(client, listing, [10])
        new = [{"id": 100 + n, "at": NOW.isoformat()} for n in range(7)]
        platform.lists[PATH].rows[:0] = new
        window = lists.Window(start=EARLIEST, until=NOW + HOUR, oldest=EARLIEST)
        rest = list(
            lists.read(
                client,
                [listing],
                cursor=lists.walking(first[-1].cursor, window),
                earliest=EARLIEST,
                now=NOW,
                refused=lambda *_: None,
            )
        )

    assert set(ids([*first, *rest])) == set(range(30))


def test_a_list_that_is_shut_ends_a_window_that_is_read_otherwise() -> None:
    secrets = replace(THINGS, name="secrets", permission="Secrets", path="/secrets")
    window = lists.Window(start=EARLIEST, until=NOW, oldest=EARLIEST)
    with platform_of("links", rows_of(5)) as (platform, client):
        platform.always("/api/secrets", as_json({}, status=403))
        reading = lists.read(
            client,
            [secrets, THINGS],
            cursor=lists.walking({}, window),
            earliest=EARLIEST,
            now=NOW,
            refused=lambda *_: None,
        )
        pages: list[Page] = []
        with pytest.raises(PartlyRefused, match="may not read Secrets"):
            pages.extend(reading)

    assert ids(pages) == list(range(5))


def test_a_first_reading_goes_back_no_further_than_its_cursor_says() -> None:
    with platform_of("links", rows_of(40)) as (_, client):
        pages = list(
            lists.read(
                client,
                [THINGS],
                cursor=lists.beginning(NOW - 7 * HOUR),
                earliest=EARLIEST,
                now=NOW,
                refused=lambda *_: None,
            )
        )

    assert ids(pages) == list(range(8))
    assert lists.begun(pages[-1].cursor) == NOW - 7 * HOUR


# ── GitHub ends a list that is narrowed down after a thousand rows ──────────────────


def run_of(number: int, at: datetime) -> dict[str, Any]:
    moment = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    return {"id": number, "status": "completed", "created_at": moment}


def ended_at(most: int, rows: list[Any], asked: Asked) -> Answer:
    """Answer as GitHub does: the list ends at so many rows, however many there are."""
    first, _, last = asked.query["created"].partition("..")
    found = [row for row in rows if first <= row["created_at"] <= last]
    size, page = int(asked.query["per_page"]), int(asked.query.get("page", "1"))
    shown = found[:most]
    part = shown[(page - 1) * size : page * size]
    following = f"?created={first}..{last}&per_page={size}&page={page + 1}"
    more = page * size < len(shown)
    link = {"Link": f'<{asked.path}{following}>; rel="next"'} if more else {}
    body = {"total_count": len(found), "workflow_runs": part}
    return as_json(body, headers=link)


def windowed(rows: list[Any]) -> tuple[list[Page], Platform]:
    """Read a year of these runs as the past of a repository."""
    rules = {"counts": "both"}
    place = "/api/v3/repos/acme/shop"
    platform = Platform(
        lists={
            f"{place}/{name}": Listed([])
            for name in ("commits", "pulls", "issues", "deployments")
        },
        things={RUNS: lambda asked: ended_at(1000, rows, asked)},
    )
    window = lists.Window(start=EARLIEST, until=NOW, oldest=EARLIEST)
    with served(platform) as address:
        source = Source(
            kind="github",
            address=f"{address}/acme/shop",
            service_key="shop",
            rules=clean_rules(GitHub.rule_fields, rules).rules,
            allow_local=True,
        )
        pages = list(
            GitHub(HASTE).fetch(source, cursor=lists.walking({}, window), now=NOW)
        )
    return pages, platform


def test_windows_of_more_than_a_thousand_runs_are_split() -> None:
    rows = [run_of(number, NOW - number * HOUR) for number in range(1, 2301)]

    pages, platform = windowed(rows)

    seen = [
        lists.field(payload.body, "run", "id")
        for page in pages
        for payload in page.payloads
    ]
    assert sorted(set(map(int, map(str, seen)))) == list(range(1, 2301))
    asked = {each.query["created"] for each in platform.asked if each.path == RUNS}
    assert len(asked) == 3


def test_more_than_a_thousand_runs_of_one_moment_are_told_of() -> None:
    rows = [run_of(number, NOW - HOUR) for number in range(1, 1102)]

    with pytest.raises(Unreachable, match="of one moment than the 1000"):
        windowed(rows)
