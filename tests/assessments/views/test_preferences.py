"""Language, time zone and light as a person chose them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from assessments.models import Preference

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db


def _keep(client: Client, **given: str) -> int:
    form = {"language": "", "time_zone": "", "theme": "auto"} | given
    return client.post(reverse("account"), form).status_code


def test_a_theme_is_kept_and_shown_on_every_page(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    client = sign_in("ada")
    home = reverse("home", args=[house.slug])
    assert 'data-theme="auto"' in client.get(home).content.decode()
    assert _keep(client, theme="dark") == 302
    assert 'data-theme="dark"' in client.get(home).content.decode()


def test_a_language_is_kept_across_sessions(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    client = sign_in("ada")
    assert _keep(client, language="de") == 302
    home = reverse("home", args=[house.slug])
    assert '<html lang="de"' in client.get(home).content.decode()
    assert '<html lang="de"' in sign_in("ada").get(home).content.decode()
    assert '<html lang="en"' in sign_in("vera").get(home).content.decode()


@pytest.mark.parametrize(
    "wrong", [{"language": "xx"}, {"time_zone": "Mars/Olympus"}, {"theme": "sepia"}]
)
def test_what_is_not_offered_is_refused(
    house: House, sign_in: Callable[[str], Client], wrong: dict[str, str]
) -> None:
    assert _keep(sign_in("ada"), **wrong) == 422
    assert not Preference.objects.exists()
