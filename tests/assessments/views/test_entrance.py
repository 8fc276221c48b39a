"""Signing in, and the pages before a workspace is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from assessments.models import Workspace
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer
    from pytest_django.fixtures import Settings

    from tests.factories import House

pytestmark = pytest.mark.django_db


def enter(client: Client, login: str, password: str = factories.PASSWORD) -> Answer:
    return client.post(reverse("account_login"), {"login": login, "password": password})


def where(answer: Answer) -> str:
    return answer.headers.get("Location", "")


@pytest.mark.parametrize("login", ["ada", "ada@example.org"])
def test_a_person_signs_in_by_user_name_or_mail_address(
    house: House, client: Client, login: str
) -> None:
    enter(client, login)
    assert where(client.get("/")) == reverse("home", args=[house.slug])


def test_password_managers_find_their_fields(client: Client, db: None) -> None:
    page = client.get(reverse("account_login")).content.decode()
    assert 'autocomplete="current-password"' in page
    assert 'name="login"' in page


def test_where_nobody_has_an_account_the_way_to_the_first_one_is_shown(
    client: Client,
) -> None:
    assert b"manage.py createsuperuser" in client.get(reverse("account_login")).content
    factories.person("ada")
    page = client.get(reverse("account_login")).content
    assert b"createsuperuser" not in page
    assert b"A lead of your workspace adds you" in page


def test_a_wrong_password_is_said_without_telling_which_part_was_wrong(
    house: House, client: Client
) -> None:
    known = enter(client, "ada", "wrong").content.decode()
    unknown = enter(client, "nobody", "wrong").content.decode()
    for page in (known, unknown):
        assert "not correct" in page


def test_after_ten_failures_the_name_is_closed_and_people_are_told_for_how_long(
    house: House, client: Client
) -> None:
    for _ in range(9):
        enter(client, "ada", "wrong")
    answer = enter(client, "ada", "wrong")
    assert answer.status_code == 429
    assert b"15 minutes" in answer.content
    assert enter(client, "ada").status_code == 429
    assert enter(client, "rui").status_code == 302


def test_nobody_signs_up_by_themselves(client: Client, db: None) -> None:
    page = client.get(reverse("account_signup"))
    assert b"by invitation" in page.content


def test_signing_out_takes_a_press_of_a_button(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    ada = sign_in("ada")
    ada.get(reverse("account_logout"))
    assert "_auth_user_id" in ada.session
    ada.post(reverse("account_logout"))
    assert "_auth_user_id" not in ada.session


def test_who_comes_with_a_first_password_is_asked_for_one_of_their_own(
    house: House, client: Client, settings: Settings
) -> None:
    settings.EMBEDDED = False
    assert where(enter(client, "ada")) == reverse("account_change_password")
    client.post(reverse("account_logout"))
    assert where(enter(client, "ada")) == "/"


def test_a_password_is_changed(house: House, sign_in: Callable[[str], Client]) -> None:
    ada = sign_in("ada")
    ada.post(
        reverse("account_change_password"),
        {
            "oldpassword": factories.PASSWORD,
            "password1": "another-long-secret-9",
            "password2": "another-long-secret-9",
        },
    )
    house["ada"].refresh_from_db()
    assert house["ada"].check_password("another-long-secret-9")


def test_who_belongs_to_several_workspaces_chooses(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    factories.member(house.other, user=house["rui"])
    page = sign_in("rui").get("/").content.decode()
    assert "Northwind" in page
    assert "Elsewhere" in page


def test_who_belongs_nowhere_reads_whom_to_ask(client: Client, db: None) -> None:
    client.force_login(factories.person("new"))
    page = client.get("/").content.decode()
    assert "no workspace yet" in page
    assert "<strong>new</strong>" in page


def test_staff_found_a_workspace_and_lead_it(client: Client, db: None) -> None:
    client.force_login(factories.person("root", staff=True))
    answer = client.post(reverse("workspace_new"), {"name": "Fresh Start"})
    assert where(answer) == reverse("home", args=["fresh-start"])
    assert Workspace.objects.get().members.get().role == "lead"


def test_others_do_not_found_workspaces(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    answer = sign_in("ada").post(reverse("workspace_new"), {"name": "Mine"})
    assert answer.status_code == 403


def test_help_explains_the_words_without_signing_in(client: Client, db: None) -> None:
    page = client.get(reverse("help")).content.decode()
    for word in ("Coverage", "Confidence", "Lane"):
        assert word in page


def test_a_second_factor_can_be_set_up(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    page = sign_in("ada").get(reverse("mfa_index"))
    assert page.status_code == 200


def test_a_page_of_scripts_from_elsewhere_is_refused_by_its_headers(
    client: Client, db: None
) -> None:
    policy = client.get(reverse("account_login"))["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-eval" not in policy
