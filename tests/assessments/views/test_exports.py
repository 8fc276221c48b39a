"""Tables taken out: what is in them, for whom, and at what cost."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.queries.exports import TABLES
from assessments.services import signing
from tests import factories

if TYPE_CHECKING:
    from assessments.models import Cycle

Browser = Callable[[str], Client]


@pytest.fixture
def cycle(house: factories.House, telemetry: object) -> Cycle:
    made = factories.cycle(house.workspace)
    factories.rating(made, "A.1", house["rui"], 3, rationale="=cmd|' /C calc'!A0")
    return factories.scored(made)


def taken(browser: Client, cycle: Cycle, table: str) -> list[dict[str, object]]:
    """Return the rows of a cycle's table; both layouts have the same ones."""
    place = [cycle.workspace.slug, cycle.pk, table]
    text = browser.get(reverse("cycle_export", args=[*place, "csv"])).getvalue()
    plain = browser.get(reverse("cycle_export", args=[*place, "json"])).getvalue()
    found: list[dict[str, object]] = json.loads(plain)
    lines = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert len(lines) == len(found)
    assert all([*line] == [*row] for line, row in zip(lines, found, strict=True))
    return found


def test_ratings_bear_names_for_those_who_audit_alone(
    cycle: Cycle, sign_in: Browser
) -> None:
    (row,) = taken(sign_in("sam"), cycle, "ratings")
    assert (row["person"], row["topic"], row["level"]) == ("Rui", "A.1", 3)
    (row,) = taken(sign_in("vera"), cycle, "ratings")
    assert "person" not in row
    assert "Rui" not in json.dumps(row)


def test_no_spreadsheet_calculates_an_export(cycle: Cycle, sign_in: Browser) -> None:
    place = [cycle.workspace.slug, cycle.pk, "ratings", "csv"]
    text = sign_in("sam").get(reverse("cycle_export", args=place)).getvalue().decode()
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert row["rationale"] == "'=cmd|' /C calc'!A0"


def test_scores_are_those_of_the_newest_scoring(
    cycle: Cycle, house: factories.House, sign_in: Browser
) -> None:
    factories.rating(cycle, "A.1", house["rui"], 5)
    factories.scored(cycle)
    rows = taken(sign_in("vera"), cycle, "scores")
    (topic,) = [row for row in rows if (row["kind"], row["code"]) == ("topic", "A.1")]
    assert topic["declared"] == "5.0"


@pytest.mark.parametrize("table", [one.key for one in TABLES])
def test_every_table_can_be_taken_out_of_the_workspace(
    cycle: Cycle, sign_in: Browser, table: str
) -> None:
    browser = sign_in("sam")
    for layout in ("csv", "json"):
        place = [cycle.workspace.slug, table, layout]
        assert browser.get(reverse("export", args=place)).getvalue()


@pytest.mark.parametrize("table", [one.key for one in TABLES if one.audit])
def test_who_did_what_is_for_auditors(
    cycle: Cycle, sign_in: Browser, table: str
) -> None:
    place = [cycle.workspace.slug, table, "csv"]
    assert sign_in("vera").get(reverse("export", args=place)).status_code == 404


def test_the_page_offers_what_the_reader_may_take(
    cycle: Cycle, sign_in: Browser
) -> None:
    address = reverse("exports", args=[cycle.workspace.slug])
    journal = reverse("export", args=[cycle.workspace.slug, "journal", "csv"])
    assert journal in sign_in("sam").get(address).content.decode()
    page = sign_in("vera").get(address).content.decode()
    assert journal not in page
    assert "Ratings come without names" in page


def test_another_workspace_is_not_in_an_export(
    cycle: Cycle, house: factories.House, sign_in: Browser
) -> None:
    other = factories.cycle(house.other, title="Theirs", by=house["otto"])
    place = [house.slug, "cycles", "json"]
    found = json.loads(sign_in("sam").get(reverse("export", args=place)).getvalue())
    assert [row["title"] for row in found] == ["Q1 2026"]
    theirs = reverse("cycle_export", args=[house.slug, other.pk, "ratings", "json"])
    answer = sign_in("sam").get(theirs)
    assert answer.status_code == 404


def test_unanchored_answers_wait_until_answering_is_over(
    cycle: Cycle, house: factories.House, sign_in: Browser
) -> None:
    type(cycle).objects.filter(pk=cycle.pk).update(unanchored=True)
    assert taken(sign_in("noa"), cycle, "ratings") == []
    assert len(taken(sign_in("sam"), cycle, "ratings")) == 1
    signing.start_review(cycle_id=cycle.pk, by=house["ada"], now=factories.NOW)
    assert len(taken(sign_in("noa"), cycle, "ratings")) == 1


def test_twice_the_rows_cost_the_same(
    cycle: Cycle, house: factories.House, sign_in: Browser
) -> None:
    browser, counts = sign_in("sam"), []
    taken(browser, cycle, "ratings")  # what is read once for all is read here
    for topics in (["A.2"], ["A.3", "B.1", "C.1"]):
        for topic in topics:
            factories.rating(cycle, topic, house["noa"], 2)
        with CaptureQueriesContext(connection) as asked:
            taken(browser, cycle, "ratings")
        counts.append(len(asked))
    assert counts[0] == counts[1]
