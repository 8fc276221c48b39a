"""Lists that let only so many rows be skipped: nothing is missed beyond the limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.connectors import http
from assessments.connectors.lists import Listing, at, by_id, under
from assessments.connectors.lists.asking import pages_of
from assessments.connectors.lists.skipping import Spans, since
from assessments.connectors.opsgenie.reading import incidents as of_opsgenie
from assessments.connectors.pagerduty.address import place
from assessments.connectors.pagerduty.reading import incidents as of_pagerduty
from assessments.connectors.pagerduty.rules import Rules
from tests.assessments.connectors.contract import HASTE
from tests.assessments.connectors.platform import (
    Asked,
    ByOffset,
    Listed,
    Platform,
    serving,
)
from tests.assessments.connectors.subjects.pagerduty import source

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 1, 9, 9, tzinfo=UTC)
EARLIEST = NOW - timedelta(days=30)
_MOST, _N = 6, 2


def _bounds(begins: datetime | None, until: datetime) -> dict[str, str | int]:
    told: dict[str, str | int] = {"until": until.isoformat()}
    return told | {"since": begins.isoformat()} if begins else told


def _wanted(row: Any, asked: Asked) -> bool:
    begins = asked.query.get("since", "2000-01-01T00:00:00+00:00")
    moments = [begins, row["at"], asked.query["until"]]
    told = [datetime.fromisoformat(moment) for moment in moments]
    return told == sorted(told)


def listing(widest: timedelta | None) -> Listing:
    """A list of which six rows may be seen at most, two to a page."""
    return Listing(
        name="rows",
        sort="row",
        label="Rows",
        permission="rows",
        path="/rows",
        body=dict,
        moment=at("at"),
        rows=under("rows"),
        since=since,
        pager=Spans(
            now=NOW,
            bounds=_bounds,
            rows=under("rows"),
            moment=at("at"),
            most=_MOST,
            n=_N,
            widest=widest,
        ),
    )


def read(
    rows: list[Any], widest: timedelta | None
) -> tuple[list[Any], list[dict[str, str]]]:
    """Return the rows that come, each as often as it comes, and what was asked."""
    platform = Platform(
        lists={
            "/rows": Listed(
                rows,
                ByOffset("offset", "limit"),
                wrap=lambda page: {"rows": page},
                wanted=_wanted,
            )
        }
    )
    with serving(platform) as address:
        client = http.Client(address, headers={}, allow_local=True, patience=HASTE)
        with client:
            found = list(_rows(client, listing(widest)))
    return found, [asked.query for asked in platform.asked]


def _rows(client: http.Client, listed: Listing) -> Iterator[Any]:
    for page in pages_of(client, listed, since(EARLIEST)).after(None):
        yield from page.rows


def story(hours: list[int]) -> list[Any]:
    """Return a row for each of these hours before now, newest first."""
    return [
        {"id": number, "at": (NOW - timedelta(hours=hour)).isoformat()}
        for number, hour in enumerate(sorted(hours))
    ]


@settings(deadline=None, max_examples=30)
@given(
    hours=st.lists(st.integers(0, 30 * 24), max_size=25, unique=True),
    days=st.sampled_from([None, 1, 7, 30, 90]),
)
def test_every_row_is_met_and_no_page_lies_beyond_the_limit(
    hours: list[int], days: int | None
) -> None:
    rows = story(hours)

    found, asked = read(rows, timedelta(days=days) if days else None)

    assert {by_id(row) for row in found} == {by_id(row) for row in rows}
    assert max(int(each["offset"]) + int(each["limit"]) for each in asked) <= _MOST
    assert all("since" in each for each in asked)


@pytest.mark.parametrize("days", [1, 7, 30, 90])
def test_no_span_is_wider_than_may_be(days: int) -> None:
    _, asked = read([], timedelta(days=days))

    spans = [
        tuple(datetime.fromisoformat(each[name]) for name in ("since", "until"))
        for each in asked
    ]
    assert all(until - begins <= timedelta(days=days) for begins, until in spans)
    assert min(begins for begins, _ in spans) == EARLIEST


def test_more_rows_of_one_second_than_may_be_skipped_are_no_endless_loop() -> None:
    rows = [{"id": number, "at": NOW.isoformat()} for number in range(20)]

    found, asked = read(rows, None)

    assert len(found) >= _MOST
    assert len(asked) < 20


@pytest.mark.parametrize("odd", ["", "x", "2026-01-01/5", "2026-01-09T09:00:00Z/x", 7])
def test_a_position_that_makes_no_sense_is_the_first_page(odd: str | int) -> None:
    pager = listing(None).pager

    assert pager.asked("/rows", {}, odd, None) == pager.asked("/rows", {}, None, None)


def test_the_limits_are_those_of_the_platforms() -> None:
    where = source("https://acme.pagerduty.com")
    with http.Client(
        "https://192.0.2.1", headers={}, allow_local=True, patience=HASTE
    ) as client:
        pagerduty = of_pagerduty(client, place(where), Rules.of(where.rules), NOW).pager
        opsgenie = of_opsgenie(client, NOW).pager

    assert isinstance(pagerduty, Spans)
    assert isinstance(opsgenie, Spans)
    assert (pagerduty.most, opsgenie.most) == (10_000, 20_000)
    assert (pagerduty.widest, opsgenie.widest) == (timedelta(days=180), None)
