"""A member's own tokens for the API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from assessments.models import ApiToken, JournalEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests import factories

    SignIn = Callable[[str], Client]

pytestmark = pytest.mark.django_db


def made_by(client: Client, house: factories.House, name: str = "slides") -> str:
    """Make a token on the page and read it there."""
    page = client.post(reverse("api_tokens", args=[house.slug]), {"name": name})
    found = re.search(r"cmpl_api_[\w-]+", page.content.decode())
    assert found is not None
    return found.group()


def test_a_token_is_shown_once_and_kept_as_a_digest(
    house: factories.House, sign_in: SignIn
) -> None:
    vera = sign_in("vera")

    token = made_by(vera, house)

    again = vera.get(reverse("api_tokens", args=[house.slug])).content.decode()
    assert "slides" in again
    assert token not in again
    assert token not in ApiToken.objects.get().digest
    entry = JournalEntry.objects.get(verb="api_token.made")
    assert token not in str(entry.detail)


def test_a_token_without_a_purpose_is_not_made(
    house: factories.House, sign_in: SignIn
) -> None:
    response = sign_in("vera").post(reverse("api_tokens", args=[house.slug]), {})

    assert response.status_code == 422
    assert "This field is required" in response.content.decode()


def test_a_revoked_token_opens_nothing(house: factories.House, sign_in: SignIn) -> None:
    vera = sign_in("vera")
    token = made_by(vera, house)
    row = ApiToken.objects.get()

    vera.post(reverse("api_token_revoke", args=[house.slug, row.pk]))

    answer = sign_in("otto").get(
        reverse("api_cycles", args=[house.slug]), headers={"authorization": token}
    )
    assert answer.status_code == 404
    assert not ApiToken.objects.exists()


def test_nobody_revokes_the_token_of_somebody_else(
    house: factories.House, sign_in: SignIn
) -> None:
    made_by(sign_in("vera"), house)
    row = ApiToken.objects.get()

    answer = sign_in("ada").post(reverse("api_token_revoke", args=[house.slug, row.pk]))

    assert answer.status_code == 404
    assert ApiToken.objects.exists()


def test_a_member_keeps_a_limited_number(
    house: factories.House, sign_in: SignIn
) -> None:
    vera = sign_in("vera")
    for number in range(20):
        made_by(vera, house, f"token {number}")

    response = vera.post(reverse("api_tokens", args=[house.slug]), {"name": "more"})

    assert response.status_code == 422
    assert "revoke one first" in response.content.decode()
