"""Pages for what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from assessments.queries import members

if TYPE_CHECKING:
    from tests.factories import House

pytestmark = pytest.mark.django_db


def test_a_fault_of_ours_shows_a_number_and_no_trace(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(**_rest: object) -> None:
        raise RuntimeError("canary-4711")

    monkeypatch.setattr(members, "memberships", break_down)
    browser = Client(raise_request_exception=False)
    browser.force_login(house["ada"])
    answer = browser.get("/")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "Something broke on our side" in page
    assert "canary-4711" not in page
    assert "<code>" in page


def test_an_unknown_host_is_a_bad_request_without_a_trace() -> None:
    answer = Client(raise_request_exception=False).get(
        "/", headers={"host": "evil.example"}
    )
    assert answer.status_code == 400
    assert b"could not read this request" in answer.content


def test_a_form_without_its_token_says_how_to_go_on(house: House) -> None:
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post("/accounts/login/", {"login": "ada", "password": "x"})
    assert answer.status_code == 403
    assert b"The form has expired" in answer.content
