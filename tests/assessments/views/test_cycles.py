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


def test_an_empty_list_offers_the_next_step_to_whom_may_take_it(
    house: House, sign_in: SignIn
) -> None:
    page = sign_in("ada").get(_at(house, "cycles"))
    assert b"Plan the first cycle" in page.content
    page = sign_in("vera").get(_at(house, "cycles"))
    assert b"Plan the first cycle" not in page.content
    assert b"Ask Ada" in page.content


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
    text = sign_in("vera").get(_at(house, "cycle", cycle.pk)).content.decode()
    assert "Everybody who may answer" not in text
    assert "Start the review" not in text
    assert sign_in("rui").get(_at(house, "cycle", cycle.pk)).status_code == 403


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
    seen = browser.get(_at(house, "cycle", cycle.pk)).status_code
    assert seen == (403 if persona == "rui" else 200)


def test_the_list_asks_no_more_queries_for_more_cycles(
    house: House,
    sign_in: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    def plan(number: int) -> None:
        cycle = factories.cycle(house.workspace, of=edition, title=f"Q{number}")
        factories.rating(cycle, "A.1", house["rui"], 3)

    edition = factories.edition()
    for number in range(3):
        plan(number)
    browser = sign_in("ada")
    browser.get(_at(house, "cycles"))
    with django_assert_max_num_queries(15) as few:
        browser.get(_at(house, "cycles"))
    for number in range(3, 9):
        plan(number)
    with django_assert_max_num_queries(len(few)):
        browser.get(_at(house, "cycles"))
