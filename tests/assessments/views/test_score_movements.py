"""What moved, and why: page, file and API say the same."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tests.assessments.queries.test_results import answered
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from assessments.models import Cycle
    from tests.assessments.conftest import Telemetry
    from tests.factories import House

HOUR = 3600.0


@pytest.fixture
def moved(house: House, telemetry: Telemetry) -> Cycle:
    """A cycle in which B is measured better, then everybody thinks less of A."""
    telemetry.values = {"B.M1": 800 * HOUR}
    cycle = factories.scored(answered(house, level=4), at=NOW)
    telemetry.values = {"B.M1": 2 * HOUR}
    factories.scored(cycle, at=NOW + timedelta(days=1), trigger="events")
    later = NOW + timedelta(days=2)
    for topic in ("A.1", "A.2", "A.3"):
        factories.rating(cycle, topic, house["rui"], 2, at=later)
        factories.rating(cycle, topic, house["ada"], 2, vantage="leadership", at=later)
    return factories.scored(cycle, at=later)


def lines(client: Client, house: House, query: str = "") -> list[dict[str, str]]:
    answer = client.get(reverse("movements_csv", args=[house.slug]) + query)
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_movement_is_told_with_its_cause_and_how_sure_it_is(
    house: House, moved: Cycle, sign_in: Callable[[str], Client]
) -> None:
    client = sign_in("vera")
    found = lines(client, house, "?code=B&column=measured")
    (line,) = found
    assert (line["kind"], line["significant"]) == ("domain", "true")
    assert float(line["after"]) > float(line["before"])
    assert line["because"].startswith("Change lead time went from 33.3 days to 2.0")
    page = client.get(reverse("movements", args=[house.slug])).content.decode()
    assert "Change lead time went from 33.3 days" in page
    assert reverse("domain_result", args=[house.slug, moved.pk, "B"]) in page


def test_page_file_and_api_have_the_same_rows(
    house: House, moved: Cycle, sign_in: Callable[[str], Client]
) -> None:
    client = sign_in("vera")
    told = client.get(reverse("api_movements", args=[house.slug])).json()["results"]
    page = client.get(reverse("movements", args=[house.slug])).context["page"].rows
    file = lines(client, house)
    assert (
        [(one["code"], one["column"], one["after"]) for one in told]
        == [(one.code, one.column, float(one.after)) for one in page]
        == [(one["code"], one["column"], float(one["after"])) for one in file]
    )
    assert all(one["causes"] for one in told if one["kind"] == "domain")


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("?way=down", lambda one: float(one["change"]) < 0),
        ("?way=up", lambda one: float(one["change"]) > 0),
        ("?column=agreed", lambda one: one["column"] == "agreed"),
        ("?code=A", lambda one: one["code"] == "A"),
    ],
)
def test_a_filter_keeps_what_fits_and_only_that(
    house: House,
    moved: Cycle,
    sign_in: Callable[[str], Client],
    query: str,
    holds: Callable[[dict[str, str]], bool],
) -> None:
    client = sign_in("vera")
    whole, found = lines(client, house), lines(client, house, query)
    assert found == [one for one in whole if holds(one)]
    assert 0 < len(found) < len(whole)


def test_what_one_person_moved_by_half_a_level_is_within_its_uncertainty(
    house: House, telemetry: Telemetry, sign_in: Callable[[str], Client]
) -> None:
    cycle = factories.cycle(house.workspace)
    for topic in ("A.1", "A.2", "A.3"):
        factories.rating(cycle, topic, house["rui"], 3)
    factories.scored(cycle)
    later = NOW + timedelta(days=1)
    for topic in ("A.1", "A.2"):
        factories.rating(cycle, topic, house["rui"], 4, at=later)
    factories.scored(cycle, at=later)
    client = sign_in("vera")
    half = lines(client, house, "?code=A&column=agreed")
    assert [(one["change"], one["significant"]) for one in half] == [("0.5", "false")]
    assert lines(client, house, "?code=A&column=agreed&sure=1") == []
    page = client.get(reverse("movements", args=[house.slug])).content.decode()
    assert "within its uncertainty" in page


def test_topics_are_listed_if_asked_for(
    house: House, moved: Cycle, sign_in: Callable[[str], Client]
) -> None:
    client = sign_in("vera")
    kinds = {one["kind"] for one in lines(client, house)}
    assert "topic" not in kinds
    assert "topic" in {one["kind"] for one in lines(client, house, "?topics=1")}


def test_pages_go_on_where_the_last_ended_and_leave_nothing_out(
    house: House,
    moved: Cycle,
    sign_in: Callable[[str], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("assessments.views.score_movements._SIZE", 1)
    monkeypatch.setattr("assessments.queries.movements._CHUNK", 1)
    client, seen, query = sign_in("vera"), [], ""
    while True:
        page = client.get(reverse("movements", args=[house.slug]) + query)
        found = page.context["page"]
        seen += [(one.scoring_id, one.code, one.column) for one in found.rows]
        if found.older is None:
            break
        query = f"?before={found.older}"
    whole = lines(client, house)
    assert seen == [
        (int(one["scoring_id"]), one["code"], one["column"]) for one in whole
    ]


def test_before_anything_moved_the_page_says_what_will(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    page = sign_in("vera").get(reverse("movements", args=[house.slug]))
    assert "Nothing has moved yet" in page.content.decode()


def test_more_movements_ask_no_more_queries(
    house: House,
    moved: Cycle,
    telemetry: Telemetry,
    sign_in: Callable[[str], Client],
) -> None:
    client, address = sign_in("vera"), reverse("movements", args=[house.slug])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for days in range(3, 9):
        telemetry.values = {"B.M1": (800 if days % 2 else 2) * HOUR}
        factories.scored(moved, at=NOW + timedelta(days=days), trigger="events")
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)
