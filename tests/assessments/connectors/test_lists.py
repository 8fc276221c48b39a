"""Lists that are declared are read by one reader, whatever turns their pages."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.connectors import http, lists
from assessments.connectors.base import Refused, Unreachable
from assessments.connectors.lists import Listing, at
from tests.assessments.connectors.contract import HASTE
from tests.assessments.connectors.platform import (
    Answer,
    ByLinks,
    ByNextAddress,
    ByNumber,
    ByOffset,
    ByToken,
    Listed,
    Platform,
    as_json,
    serving,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assessments.connectors.base import Page, Plain
    from assessments.connectors.lists import Item, Pager
    from scoring.events import Json
    from tests.assessments.connectors.platform import Asked, Turning

NOW = datetime(2026, 3, 1, tzinfo=UTC)
EARLIEST = NOW - timedelta(days=365)
PATH = "/api/things"

# How a platform turns pages, what its rows stand in, and what reads it.
TURNS: dict[str, tuple[Turning, Callable[[list[Any]], Any], Pager]] = {
    "links": (ByLinks(), list, lists.LINKS),
    "numbers": (ByNumber(), list, lists.Numbered()),
    "numbers from nought": (
        ByNumber(page="p", size="s", first=0),
        list,
        lists.Numbered(page="p", size="s", first=0),
    ),
    "offsets": (ByOffset(), list, lists.Offset()),
    "tokens": (
        ByToken(),
        lambda rows: {"things": rows},
        lists.Token(found=lambda body: lists.field(body, "next_page_token")),
    ),
    "addresses": (
        ByNextAddress(),
        lambda rows: {"things": rows},
        lists.NextAddress(found=lambda body: lists.field(body, "next"), size="pagelen"),
    ),
}


def rows_of(count: int) -> list[Any]:
    """So many rows, an hour apart, newest first."""
    return [
        {"id": number, "at": (NOW - timedelta(hours=number)).isoformat()}
        for number in range(count)
    ]


def whole(row: Item) -> dict[str, Json]:
    """What a row becomes: itself."""
    return {"thing": dict(row)}


THINGS = Listing(
    name="things",
    sort="thing",
    label="Things",
    permission="Things",
    path="/things",
    body=whole,
    moment=at("at"),
)


STAMP = EARLIEST.strftime("%Y-%m-%dT%H:%M:%SZ")
WATCHED = replace(
    THINGS,
    overlap=timedelta(0),
    single=lambda identity: f"/things/{identity}",
    is_open=lambda body: lists.field(body, "thing", "open") is True,
)


def listing_of(turn: str) -> Listing:
    """The listing that reads a platform that turns its pages so."""
    _, wrap, pager = TURNS[turn]
    found = lists.as_list if wrap is list else lists.under("things")
    return replace(THINGS, pager=pager, rows=found)


@contextmanager
def platform_of(turn: str, rows: list[Any]) -> Iterator[tuple[Platform, http.Client]]:
    """A platform that holds these rows, and a client of it."""
    turning, wrap, _ = TURNS[turn]
    platform = Platform(lists={PATH: Listed(rows, turning, wrap)})
    with (
        serving(platform) as address,
        http.Client(
            f"{address}/api", headers={}, allow_local=True, patience=HASTE
        ) as client,
    ):
        yield platform, client


@pytest.fixture
def things() -> Iterator[tuple[Platform, http.Client]]:
    """Seven rows by links, two to a page."""
    with platform_of("links", rows_of(7)) as (platform, client):
        platform.page_size = 2
        yield platform, client


def read(
    client: http.Client,
    listing: Listing = THINGS,
    cursor: Plain | None = None,
    *,
    now: datetime = NOW,
    most_pages: int = 1000,
) -> list[Page]:
    """The pages of one reading."""
    reader = lists.Reader(
        client, listing, cursor=cursor or {}, earliest=EARLIEST, now=now
    )
    pages = []
    for page in reader.pages():
        pages.append(page)
        if len(pages) == most_pages:
            break
    return pages


def ids(pages: list[Page]) -> list[Any]:
    """The ids of the rows of these pages."""
    return [
        lists.field(payload.body, "thing", "id")
        for page in pages
        for payload in page.payloads
    ]


# ── pages ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("turn", TURNS)
@settings(deadline=None, max_examples=15)
@given(
    count=st.integers(0, 12), size=st.integers(1, 5), stopped_after=st.integers(1, 6)
)
def test_every_row_is_read_once_and_from_any_page_on(
    turn: str, count: int, size: int, stopped_after: int
) -> None:
    with platform_of(turn, rows_of(count)) as (platform, client):
        platform.page_size = size

        whole = read(client, listing_of(turn))
        first = read(client, listing_of(turn), most_pages=stopped_after)
        rest = (
            read(client, listing_of(turn), first[-1].cursor)
            if len(first) < len(whole)
            else []
        )

    assert ids(whole) == list(range(count))
    assert ids([*first, *rest]) == list(range(count))
    assert [*first, *rest][-1].cursor == whole[-1].cursor


@pytest.mark.parametrize("turn", TURNS)
def test_a_page_that_comes_twice_is_noticed(turn: str) -> None:
    with platform_of(turn, rows_of(9)) as (platform, client):
        platform.page_size = 3
        kept: dict[str, Answer] = {}
        platform.fault = lambda asked, honest: kept.setdefault(asked.path, honest)

        with pytest.raises(Unreachable, match="same page twice"):
            read(client, listing_of(turn))


def test_an_address_that_leads_elsewhere_is_asked_at_home() -> None:
    listing = listing_of("addresses")
    platform = Platform(
        things={PATH: _led_away},
    )
    with (
        serving(platform) as address,
        http.Client(
            f"{address}/api", headers={}, allow_local=True, patience=HASTE
        ) as client,
    ):
        pages = read(client, listing)

    assert ids(pages) == [1, 2]
    assert platform.paths() == [PATH, PATH]


def _led_away(asked: Asked) -> Any:
    if "page" in asked.query:
        return {"things": [{"id": 2}]}
    return {"things": [{"id": 1}], "next": "https://elsewhere.example/steal?page=2"}


def test_a_search_is_asked_by_post_with_the_token_in_its_body() -> None:
    listing = replace(listing_of("tokens"), method="POST", params={"filter": "alive"})
    with platform_of("tokens", rows_of(5)) as (platform, client):
        platform.page_size = 2
        pages = read(client, listing)

    assert ids(pages) == [0, 1, 2, 3, 4]
    assert {each.method for each in platform.asked} == {"POST"}
    assert [each.body.get("page_token") for each in platform.asked] == [
        None,
        "after-2",
        "after-4",
    ]
    assert all(each.body["filter"] == "alive" for each in platform.asked)


@pytest.mark.parametrize("body", [{"message": "x"}, 17, None, "x"])
def test_an_answer_without_rows_is_no_list(
    things: tuple[Platform, http.Client], body: Any
) -> None:
    platform, client = things
    platform.always(PATH, as_json(body))

    with pytest.raises(Unreachable, match="something else than a list of things"):
        read(client)


# ── the cursor ─────────────────────────────────────────────────────────────────────


def test_a_second_reading_stops_where_everything_is_known(
    things: tuple[Platform, http.Client],
) -> None:
    platform, client = things
    platform.page_size = 1
    pages = read(client)
    platform.asked.clear()

    again = read(client, cursor=pages[-1].cursor)

    assert ids(again) == [0]
    assert len(platform.asked) == 2


def test_a_cursor_as_it_was_before_is_still_understood(
    things: tuple[Platform, http.Client],
) -> None:
    """Cursors once held the number of a page, and ids as numbers."""
    platform, client = things
    platform.things[f"{PATH}/5"] = {"id": 5, "at": NOW.isoformat(), "open": False}

    at_page = read(client, cursor={"things": {"since": STAMP, "page": 3}})
    watched = read(client, WATCHED, {"things": {"since": STAMP, "open": [5]}})

    assert ids(at_page) == [4, 5, 6]
    assert ids(watched[:1]) == [5]
    assert place_in(watched[0]) == {"since": STAMP}


@pytest.mark.parametrize(
    "kept", [17, {"since": "x", "page": True, "open": 3}, {"page": [], "newest": 1}]
)
def test_a_cursor_that_is_odd_starts_from_the_beginning(
    things: tuple[Platform, http.Client], kept: Json
) -> None:
    _, client = things

    assert ids(read(client, cursor={"things": kept})) == list(range(7))


def test_a_position_that_is_lost_starts_from_the_first_page() -> None:
    with platform_of("tokens", rows_of(5)) as (platform, client):
        platform.page_size = 2
        listing = listing_of("tokens")
        first = read(client, listing, most_pages=1)
        expired = as_json({"message": "token expired"}, status=400)
        platform.fault = lambda asked, honest: (
            expired if "page_token" in asked.query and len(platform.asked) == 2
            else honest
        )  # fmt: skip

        rest = read(client, listing, first[-1].cursor)

    assert ids(rest) == [0, 1, 2, 3, 4]


def test_a_moment_that_is_still_to_come_hides_nothing(
    things: tuple[Platform, http.Client],
) -> None:
    platform, client = things
    rows = platform.lists[PATH].rows
    rows[0]["at"] = (NOW + timedelta(days=9000)).isoformat()
    pages = read(client)
    rows.insert(0, {"id": 99, "at": (NOW + timedelta(minutes=1)).isoformat()})

    again = read(client, cursor=pages[-1].cursor, now=NOW + timedelta(hours=1))

    assert 99 in ids(again)


def test_a_row_that_is_no_object_is_kept_to_be_complained_of(
    things: tuple[Platform, http.Client],
) -> None:
    platform, client = things
    platform.lists[PATH].rows[:] = ["rui@example.org", {"id": 1}]

    (page,) = read(client)

    assert [payload.body for payload in page.payloads] == [
        {"row": "(address removed)"},
        {"thing": {"id": 1}},
    ]


def test_a_list_without_order_is_read_to_its_end_and_keeps_what_changed(
    things: tuple[Platform, http.Client],
) -> None:
    platform, client = things
    listing = replace(
        THINGS, newest_first=False, since=lambda moment: {"after": f"{moment:%Y-%m-%d}"}
    )
    pages = read(client, listing)
    platform.lists[PATH].rows.reverse()
    platform.asked.clear()

    again = read(client, listing, pages[-1].cursor)

    assert ids(again) == [0]
    assert [each.query["after"] for each in platform.asked] == ["2026-02-28"] * 4


# ── what is under way ──────────────────────────────────────────────────────────────


def place_in(page: Page) -> Json:
    """The place of the things in the cursor of a page."""
    return page.cursor["things"]


def test_what_is_under_way_is_asked_for_until_it_ends(
    things: tuple[Platform, http.Client],
) -> None:
    platform, client = things
    row = {"id": 3, "at": (NOW - timedelta(hours=3)).isoformat(), "open": True}
    platform.lists[PATH].rows[3] = row
    platform.things[f"{PATH}/3"] = row

    first = read(client, WATCHED)
    second = read(client, WATCHED, first[-1].cursor)
    platform.things[f"{PATH}/3"] = row | {"open": False}
    third = read(client, WATCHED, second[-1].cursor)
    fourth = read(client, WATCHED, third[-1].cursor)

    assert [ids(each)[:1] for each in (second, third, fourth)] == [[3], [3], [0]]


@pytest.mark.parametrize(
    ("single", "now"),
    [
        (None, NOW),
        ({"id": 3, "at": NOW.isoformat(), "open": True}, NOW + timedelta(days=40)),
    ],
)
def test_what_is_gone_or_will_not_end_any_more_is_not_asked_for_again(
    things: tuple[Platform, http.Client], single: Any, now: datetime
) -> None:
    platform, client = things
    platform.things[f"{PATH}/3"] = single
    cursor: Plain = {"things": {"since": STAMP, "open": ["3"]}}

    pages = read(client, WATCHED, cursor, now=now)

    assert f"{PATH}/3" in platform.paths()
    assert place_in(pages[0]) == {"since": STAMP}


# ── several lists ──────────────────────────────────────────────────────────────────


SECRETS = replace(THINGS, name="secrets", permission="Secrets", path="/secrets")


def reading(
    client: http.Client, other: Listing = SECRETS, *, ends: bool = False
) -> Iterator[Page]:
    """Read two lists, of which one may be shut."""
    return lists.read(
        client,
        [other, THINGS],
        cursor={},
        earliest=EARLIEST,
        now=NOW,
        refused=lambda denied, listing: (
            Refused(f"{listing.permission}: {denied.status}.") if ends else None
        ),
        place="acme/shop",
    )


def test_a_list_that_is_shut_is_named_when_the_others_are_read(
    things: tuple[Platform, http.Client],
) -> None:
    platform, client = things
    platform.always("/api/secrets", as_json({}, status=403))
    pages: list[Page] = []

    with pytest.raises(Refused, match="may not read Secrets of acme/shop; allow it to"):
        pages.extend(reading(client))

    assert ids(pages) == list(range(7))
    assert pages[-1].cursor.keys() == {"things"}


def test_a_refusal_that_ends_all_ends_all(things: tuple[Platform, http.Client]) -> None:
    platform, client = things
    platform.always("/api/secrets", as_json({}, status=401))

    with pytest.raises(Refused, match="Secrets: 401"):
        list(reading(client, ends=True))

    assert platform.paths() == ["/api/secrets"]


def test_a_list_that_says_there_is_nothing_is_no_refusal(
    things: tuple[Platform, http.Client],
) -> None:
    platform, client = things
    platform.always("/api/secrets", as_json({}, status=410))
    off = replace(SECRETS, nothing=frozenset({410}))

    assert ids(list(reading(client, off))) == list(range(7))


def test_a_test_says_what_is_readable_and_what_not(
    things: tuple[Platform, http.Client],
) -> None:
    platform, client = things
    platform.always("/api/secrets", as_json({}, status=403))

    said = lists.found(
        client, [SECRETS, THINGS], place="acme/shop", refused=lambda *_: None
    )

    assert said == (
        "Found acme/shop. Readable: Things. Not readable with this token: Secrets."
    )


# ── details ────────────────────────────────────────────────────────────────────────


def test_details_are_read_whole_and_may_be_gone(
    things: tuple[Platform, http.Client],
) -> None:
    platform, client = things

    assert lists.everything(client, "/things") == platform.lists[PATH].rows
    assert lists.everything(client, "/nothing") is None
