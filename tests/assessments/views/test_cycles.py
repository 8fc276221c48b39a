"""The pages of cycles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from assessments.models import Cycle
from assessments.services import rescoring
from tests import factories
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from tests.factories import House

    SignIn = Callable[[str], Client]

pytestmark = pytest.mark.usefixtures("telemetry")


def _at(house: House, name: str, *args: object) -> str:
    return reverse(name, args=[house.slug, *args])


def _plan(house: House, **changes: str) -> dict[str, str]:
    return {
        "scope": str(factories.root(house.workspace).pk),
        "edition": str(factories.edition().pk),
        "title": "Q2 2026",
        "period_start": "2026-04-01",
        "period_end": "2026-06-30",
        "due_on": "",
        "rescoring": "weekly",
        "target_A": "3.0",
    } | changes


def test_an_empty_list_offers_the_next_step_to_whom_may_take_it(
    house: House, sign_in: SignIn
) -> None:
    page = sign_in("ada").get(_at(house, "cycles"))
    assert b"Plan the first cycle" in page.content
    page = sign_in("vera").get(_at(house, "cycles"))
    assert b"Plan the first cycle" not in page.content
    assert b"Ask Ada" in page.content


def test_without_a_published_edition_a_new_cycle_says_where_to_get_one(
    house: House, sign_in: SignIn
) -> None:
    page = sign_in("ada").get(_at(house, "cycle_new"))
    assert b"No published edition" in page.content


def test_a_new_cycle_suggests_targets_and_keeps_what_was_planned(
    house: House, sign_in: SignIn
) -> None:
    ada = sign_in("ada")
    plan = _plan(house, out_C="on", reason_C="Not ours.")
    page = ada.get(_at(house, "cycle_new"))
    assert b'<option value="3.0" selected>' in page.content
    answer = ada.post(_at(house, "cycle_new"), plan)
    cycle = Cycle.objects.get()
    assert answer["Location"] == _at(house, "cycle", cycle.pk)
    assert (cycle.targets, cycle.left_out) == ({"A": "3.0"}, {"C": "Not ours."})
    assert cycle.rescoring == "weekly"


def test_a_plan_with_mistakes_comes_back_with_everything_that_was_entered(
    house: House, sign_in: SignIn
) -> None:
    plan = _plan(house, title="", period_end="2026-03-01", out_C="on", due_on="soon")
    page = sign_in("ada").post(_at(house, "cycle_new"), plan)
    assert page.status_code == 422
    text = page.content.decode()
    assert "error-summary" in text
    assert "Say why C is left out" in text
    assert 'value="2026-04-01"' in text
    assert 'value="soon"' in text
    page = sign_in("ada").post(
        _at(house, "cycle_new"), _plan(house, period_end="2026-03-01")
    )
    assert "The period ends before it starts" in page.content.decode()
    assert not Cycle.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "year"),
    [("0001-01-01", "2026-06-30", 1), ("2026-04-01", "9999-12-31", 9999)],
)
def test_a_period_in_a_year_that_nobody_can_mean_is_refused(
    house: House, sign_in: SignIn, first: str, last: str, year: int
) -> None:
    plan = _plan(house, period_start=first, period_end=last)
    page = sign_in("ada").post(_at(house, "cycle_new"), plan)
    assert page.status_code == 422
    assert f"The year {year} is not believable" in page.content.decode()
    assert not Cycle.objects.exists()


def test_a_draft_is_edited_and_an_open_cycle_is_not(
    house: House, sign_in: SignIn
) -> None:
    ada = sign_in("ada")
    cycle = factories.cycle(house.workspace, state="draft", targets={"B": "4"})
    page = ada.get(_at(house, "cycle_edit", cycle.pk))
    assert b'value="Q1 2026"' in page.content
    assert b'<option value="4.0" selected>' in page.content
    plan = _plan(house, title="Renamed", edition=str(cycle.edition_id))
    ada.post(_at(house, "cycle_edit", cycle.pk), plan)
    assert Cycle.objects.get().title == "Renamed"
    ada.post(_at(house, "cycle_open", cycle.pk))
    page = ada.post(_at(house, "cycle_edit", cycle.pk), plan | {"title": "Again"})
    assert page.status_code == 422
    assert b"Only a draft can be changed" in page.content
    assert Cycle.objects.get().title == "Renamed"


def test_a_cycle_goes_its_way_by_buttons(house: House, sign_in: SignIn) -> None:
    ada = sign_in("ada")
    cycle = factories.cycle(house.workspace, state="draft")
    for name, state in (
        ("cycle_open", "open"),
        ("cycle_review", "in_review"),
        ("cycle_reopen", "open"),
        ("cycle_reopen", "open"),
    ):
        page = ada.post(_at(house, name, cycle.pk), follow=True)
        assert Cycle.objects.get().state == state
        refused = b"Only a cycle in review can be reopened." in page.content
        assert refused is (name == "cycle_reopen" and cycle.state == "open")
        cycle.refresh_from_db()
    ada.post(_at(house, "cycle_rhythm", cycle.pk), {"rescoring": "daily"})
    assert Cycle.objects.get().rescoring == "daily"
    page = ada.get(_at(house, "cycle", cycle.pk))
    assert b"Next run: from" in page.content


def test_the_page_shows_progress_people_and_what_moved_with_its_cause(
    house: House, sign_in: SignIn
) -> None:
    cycle = factories.cycle(house.workspace)
    for level in (2, 4):
        factories.rating(cycle, "C.1", house["rui"], level)
        rescoring.rescore(cycle_id=cycle.pk, trigger="answer", now=NOW)
    text = sign_in("ada").get(_at(house, "cycle", cycle.pk)).content.decode()
    assert "C Domain C: declared and agreed rose from 2.0 to 4.0." in text
    assert "One person answered C.1 anew." in text
    assert "Everybody who may answer" in text
    text = sign_in("rui").get(_at(house, "cycle", cycle.pk)).content.decode()
    assert "Everybody who may answer" not in text
    assert "Go on answering" in text
    assert "Start the review" not in text


def test_locking_asks_once_says_what_becomes_immutable_and_is_signed(
    house: House, sign_in: SignIn
) -> None:
    ada = sign_in("ada")
    cycle = factories.cycle(house.workspace, state="open")
    factories.rating(cycle, "A.1", house["rui"], 3)
    page = ada.get(_at(house, "cycle_lock", cycle.pk))
    assert b"Start the review first" in page.content
    ada.post(_at(house, "cycle_review", cycle.pk))
    text = ada.get(_at(house, "cycle_lock", cycle.pk)).content.decode()
    assert "nobody answered A.2, A.3" in text
    assert "every answer, and every decision" in text
    assert "You sign as <strong>Ada</strong>" in text
    ada.post(_at(house, "cycle_lock", cycle.pk))
    locked = Cycle.objects.get()
    assert (locked.state, locked.locked_by) == ("locked", house["ada"])
    text = ada.get(_at(house, "cycle", cycle.pk)).content.decode()
    assert locked.content_sha256 in text
    assert ada.get(_at(house, "cycle_lock", cycle.pk)).status_code == 302


def test_locking_nothing_is_refused_with_its_reason(
    house: House, sign_in: SignIn
) -> None:
    cycle = factories.cycle(house.workspace, state="in_review")
    page = sign_in("ada").post(_at(house, "cycle_lock", cycle.pk))
    assert page.status_code == 422
    assert b"Nobody has answered" in page.content


@pytest.mark.parametrize("name", ["cycle", "cycle_edit", "cycle_lock", "answer_resume"])
def test_a_cycle_of_another_workspace_is_not_found(
    house: House, sign_in: SignIn, name: str
) -> None:
    cycle = factories.cycle(house.workspace)
    address = reverse(name, args=[house.other.slug, cycle.pk])
    assert sign_in("otto").get(address).status_code == 404
    assert sign_in("otto").get(_at(house, name, cycle.pk)).status_code == 404


@pytest.mark.parametrize("persona", ["rui", "noa", "vera", "sam"])
def test_only_leads_run_cycles(house: House, sign_in: SignIn, persona: str) -> None:
    cycle = factories.cycle(house.workspace, state="draft")
    browser = sign_in(persona)
    for name in ("cycle_open", "cycle_review", "cycle_reopen", "cycle_rhythm"):
        assert browser.post(_at(house, name, cycle.pk)).status_code == 403
    for name in ("cycle_edit", "cycle_lock"):
        assert browser.get(_at(house, name, cycle.pk)).status_code == 403
    assert browser.get(_at(house, "cycle", cycle.pk)).status_code == 200


def test_the_list_asks_no_more_queries_for_more_cycles(
    house: House,
    sign_in: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    edition = factories.edition()
    for number in range(6):
        cycle = factories.cycle(house.workspace, of=edition, title=f"Q{number}")
        factories.rating(cycle, "A.1", house["rui"], 3)
    browser = sign_in("ada")
    browser.get(_at(house, "cycles"))
    with django_assert_max_num_queries(9):
        browser.get(_at(house, "cycles"))
