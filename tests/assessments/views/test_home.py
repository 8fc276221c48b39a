"""A workspace's home: what to do next, by role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

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
    page = home(sign_in("rui"), house)
    assert "Connect a source" not in page
    assert "Nothing waits for you" in page


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
