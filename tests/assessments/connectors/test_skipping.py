"""Lists that let only so many rows be skipped: nothing is missed beyond the limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.connectors import http
from assessments.connectors.lists import at, by_id, under
from assessments.connectors.lists.skipping import Spans, since
from assessments.connectors.opsgenie.reading import incidents as of_opsgenie
from assessments.connectors.pagerduty.address import place
from assessments.connectors.pagerduty.reading import incidents as of_pagerduty
from assessments.connectors.pagerduty.rules import Rules
from tests.assessments.connectors.contract import HASTE
from tests.assessments.connectors.subjects.pagerduty import source

NOW = datetime(2026, 1, 9, 9, tzinfo=UTC)
EARLIEST = NOW - timedelta(days=30)
_MOST, _N = 6, 2


def _bounds(begins: datetime | None, until: datetime) -> dict[str, str | int]:
    told: dict[str, str | int] = {"until": until.isoformat()}
    return told | {"since": begins.isoformat()} if begins else told


def spans(widest: timedelta | None) -> Spans:
    """Spans of a list of which six rows may be seen at most, two to a page."""
    return Spans(
        now=NOW,
        bounds=_bounds,
        rows=under("rows"),
        moment=at("at"),
        most=_MOST,
        n=_N,
        widest=widest,
    )


def read(
    rows: list[Any], widest: timedelta | None
) -> tuple[list[Any], list[dict[str, Any]]]:
    """Return the rows that come, each as often as it comes, and what was asked."""
    pager, position = spans(widest), None
    found: list[Any] = []
    asked: list[dict[str, Any]] = []
    while not asked or position is not None:
        _, params = pager.asked("/rows", since(EARLIEST), position, None)
        asked.append(dict(params))
        assert len(asked) < 500, "it goes on for ever"
        page = _page(rows, asked[-1])
        found += page
        answer = http.Answer(body={"rows": page}, url=f"/rows?{urlencode(params)}")
        position = pager.following(answer, len(page), position)
    return found, asked


def _page(rows: list[Any], asked: dict[str, Any]) -> list[Any]:
    begins, until = (datetime.fromisoformat(asked[name]) for name in ("since", "until"))
    within = [
        row for row in rows if begins <= datetime.fromisoformat(row["at"]) <= until
    ]
    return within[asked["offset"] :][: asked["limit"]]


def story(hours: list[int]) -> list[Any]:
    """Return a row for each of these hours before now, newest first."""
    return [
        {"id": number, "at": (NOW - timedelta(hours=hour)).isoformat()}
        for number, hour in enumerate(sorted(hours))
    ]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
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
    pager = spans(None)

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
