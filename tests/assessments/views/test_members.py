"""The members' pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from tests import factories

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db


def add(client: Client, house: House, login: str) -> str:
    answer = client.post(
        reverse("members", args=[house.slug]),
        {"login": login, "role": "respondent", "vantage": "consumer"},
    )
    return answer.content.decode()


def test_a_new_person_can_sign_in_with_the_password_that_was_shown(
    house: House, sign_in: Callable[[str], Client], client: Client
) -> None:
    page = add(sign_in("ada"), house, "mia@example.org")
    found = re.search(r'first-password">([^<]+)<', page)
    assert found is not None
    answer = client.post(
        reverse("account_login"), {"login": "mia@example.org", "password": found[1]}
    )
    assert answer.status_code == 302


def test_the_first_password_is_shown_only_once(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    ada = sign_in("ada")
    assert "first-password" in add(ada, house, "mia@example.org")
    again = ada.get(reverse("members", args=[house.slug]))
    assert b"first-password" not in again.content
    assert "no-store" in again["Cache-Control"]


def test_a_member_who_is_added_again_is_refused_beside_the_field(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    page = add(sign_in("ada"), house, "rui")
    assert "rui is a member already" in page


def test_a_role_is_changed(house: House, sign_in: Callable[[str], Client]) -> None:
    rui = house.workspace.members.get(user=house["rui"])
    sign_in("ada").post(
        reverse("member", args=[house.slug, rui.pk]),
        {"role": "assessor", "vantage": "oversight"},
    )
    rui.refresh_from_db()
    assert (rui.role, rui.vantage) == ("assessor", "oversight")


def test_the_last_lead_is_kept_and_told_why(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    ada = sign_in("ada")
    house.workspace.members.get(user=house["petra"]).delete()
    pk = house.workspace.members.get(user=house["ada"]).pk
    answer = ada.post(reverse("member_remove", args=[house.slug, pk]), follow=True)
    assert b"only lead" in answer.content
    assert house.workspace.members.filter(user=house["ada"]).exists()


def test_a_member_of_another_workspace_is_not_found(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    otto = factories.root(house.other).workspace.members.get()
    answer = sign_in("ada").get(reverse("member", args=[house.slug, otto.pk]))
    assert answer.status_code == 404
