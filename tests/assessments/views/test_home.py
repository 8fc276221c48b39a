"""A workspace's home: what to do next, by role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from assessments.models import Grant, Source
from assessments.services import sources
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.test import Client

    from assessments.models import Workspace
    from tests.factories import House

pytestmark = pytest.mark.django_db


def home(client: Client, house: House) -> str:
    return client.get(reverse("home", args=[house.slug])).content.decode()


def test_a_lead_of_an_empty_workspace_gets_a_checklist(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    page = home(sign_in("ada"), house)
    for step in ("Connect a source", "Create a cycle", "Lock the first cycle"):
        assert step in page


def test_a_respondent_is_not_asked_to_set_things_up(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    answer = sign_in("rui").get(reverse("home", args=[house.slug]))
    assert answer["Location"] == reverse("asked", args=[house.slug])


def test_home_says_what_is_asked_of_me_until_i_am_done(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    noa = sign_in("noa")
    assert "Nothing waits for you" in home(noa, house)
    cycle = factories.cycle(house.workspace)
    factories.rating(cycle, "A.1", house["noa"])
    page = home(noa, house)
    assert "Go on with “Q1 2026”" in page
    assert "1 of 5 questions answered by you" in page
    for topic in ("A.2", "A.3", "B.1", "C.1"):
        factories.rating(cycle, topic, house["noa"])
    assert "Go on with" not in home(noa, house)


def _connect(workspace: Workspace, names: Iterable[str]) -> None:
    for name in names:
        sources.connect(
            workspace_id=workspace.pk,
            scope_id=factories.root(workspace).pk,
            kind="push",
            name=name,
            by=None,
            now=factories.NOW,
        )


def test_many_sources_are_counted_and_the_failing_ones_are_shown(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    _connect(house.workspace, [f"Line {letter}" for letter in "ABCDEFGHIJ"])
    Source.objects.filter(name="Line J").update(state="failing")
    page = home(sign_in("vera"), house)
    assert "Line J" in page
    assert "Line H" not in page
    assert "and 2 more sources" in page


@pytest.mark.parametrize(
    ("names", "says"),
    [("AB", "comes from: Line A, Line B."), ("ABCD", "comes from 4 sources")],
)
def test_the_banner_of_a_demonstration_says_what_is_real_and_stays_short(
    house: House, sign_in: Callable[[str], Client], names: str, says: str
) -> None:
    demo = factories.workspace("Demo", led_by=house["ada"], simulated=True)
    _connect(demo, [f"Line {letter}" for letter in names])
    page = sign_in("ada").get(reverse("home", args=[demo.slug])).content.decode()
    assert f"Real telemetry {says}" in page


def test_the_navigation_shows_the_doors_that_open_for_a_role(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    members = reverse("members", args=[house.slug])
    assert members in home(sign_in("ada"), house)
    assert members not in home(sign_in("vera"), house)


def test_another_workspace_answers_as_if_it_did_not_exist(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    answer = sign_in("ada").get(reverse("home", args=[house.other.slug]))
    assert answer.status_code == 404
    assert b"nothing here for you" in answer.content


def test_a_role_that_may_not_is_told_whom_to_ask(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    answer = sign_in("vera").get(reverse("members", args=[house.slug]))
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "You are Viewer in Northwind" in page
    assert "<strong>Ada</strong>" in page


def test_home_lists_the_cycles_within_reach_alone(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    east = factories.unit(house.workspace, "East")
    whole = factories.cycle(house.workspace, title="All of it")
    factories.cycle(house.workspace, title="East alone", scope=east)
    rui = house.workspace.members.get(user=house["rui"])
    Grant.objects.create(member=rui, scope=east, role="assessor")
    page = home(sign_in("rui"), house)
    assert "East alone" in page
    assert f'href="{reverse("cycle", args=[house.slug, whole.pk])}"' not in page
