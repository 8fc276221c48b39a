"""The pages of alerts: what is wrong, who is told, and secrets shown once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import AlertChannel, Notice
from assessments.services import alert_channels, alerting
from tests.assessments.services.test_alerting import FAILING, channel, source
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.factories import House

    SignIn = Callable[[str], Client]

CHANNEL = {
    "name": "Chat",
    "kind": "webhook",
    "address": "https://hooks.example.org/canary",
    "topics": ["level_lost"],
    "language": "de",
}


def page(client: Client, house: House, name: str, *rest: int) -> str:
    return client.get(reverse(name, args=[house.slug, *rest])).content.decode()


def test_an_empty_page_offers_a_lead_the_one_next_step(
    house: House, sign_in: SignIn
) -> None:
    new = reverse("alert_channel_new", args=[house.slug])
    told = page(sign_in("ada"), house, "alerts")
    assert "Nothing is wrong" in told
    assert "Nobody is told yet" in told
    assert new in told
    reader = page(sign_in("vera"), house, "alerts")
    assert "Ask Ada, Petra" in reader
    assert new not in reader


def test_what_is_wrong_stands_there_until_it_is_over(
    house: House, sign_in: SignIn
) -> None:
    one = source(house, **FAILING)
    alerting.watch(workspace_id=house.workspace.pk, now=NOW)
    vera = sign_in("vera")
    told = page(vera, house, "alerts")
    assert "1 thing is wrong" in told
    assert reverse("source", args=[house.slug, one.pk]) in told
    type(one).objects.update(state="well", failures=0)
    alerting.watch(workspace_id=house.workspace.pk, now=NOW + timedelta(hours=1))
    told = page(vera, house, "alerts")
    assert "Nothing is wrong" in told
    assert "What is over" in told


def test_the_secret_is_shown_once_and_the_address_never(
    house: House, sign_in: SignIn
) -> None:
    ada = sign_in("ada")
    made = ada.post(reverse("alert_channel_new", args=[house.slug]), CHANNEL)
    assert "whsec_" in made.content.decode()
    (one,) = AlertChannel.objects.all()
    for name, *rest in (("alert_channel", one.pk), ("alert_channel_edit", one.pk)):
        told = page(ada, house, str(name), *rest)
        assert "whsec_" not in told
        assert "canary" not in told
        assert "hooks.example.org" in told
    again = ada.post(reverse("alert_channel_secret", args=[house.slug, one.pk]))
    assert "whsec_" in again.content.decode()


def test_a_channel_that_is_changed_keeps_the_address_it_has(
    house: House, sign_in: SignIn
) -> None:
    one, _secret = channel(house)
    before = bytes(one.address)
    ada = sign_in("ada")
    sent = {"name": "Others", "address": "", "topics": ["slo_burning"]}
    answer = ada.post(
        reverse("alert_channel_edit", args=[house.slug, one.pk]),
        sent | {"language": "fr"},
    )
    assert answer.status_code == 302
    one.refresh_from_db()
    assert (one.name, one.topics, bytes(one.address)) == (
        "Others",
        ["slo_burning"],
        before,
    )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"address": "hooks.example.org"}, "with https:// before it"),
        ({"topics": []}, "required"),
        ({"kind": "email"}, "Write an e-mail address."),
    ],
)
def test_a_wrong_form_says_what_to_do(
    house: House, sign_in: SignIn, wrong: dict[str, object], sentence: str
) -> None:
    answer = sign_in("ada").post(
        reverse("alert_channel_new", args=[house.slug]), CHANNEL | wrong
    )
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_test_is_listed_with_how_it_fares(house: House, sign_in: SignIn) -> None:
    one, _secret = channel(house)
    ada = sign_in("ada")
    ada.post(reverse("alert_channel_test", args=[house.slug, one.pk]))
    assert "On its way" in page(ada, house, "alert_channel", one.pk)
    Notice.objects.filter(kind="alert").update(error="It says no.", attempts=2)
    told = page(ada, house, "alert_channel", one.pk)
    assert "Failed, tried again" in told
    assert "It says no." in told


def test_a_channel_of_another_workspace_is_not_there(
    house: House, sign_in: SignIn
) -> None:
    wish = alert_channels.Wish(
        name="Theirs",
        kind="email",
        address="otto@example.org",
        topics=("level_lost",),
        language="en",
    )
    theirs, _secret = alert_channels.add(
        workspace_id=house.other.pk, wish=wish, by=house["otto"], now=timezone.now()
    )
    ada = sign_in("ada")
    for name in ("alert_channel_test", "alert_channel_secret", "alert_channel_remove"):
        answer = ada.post(reverse(name, args=[house.slug, theirs]))
        assert answer.status_code == 404
    assert AlertChannel.objects.filter(pk=theirs).exists()


def test_more_alerts_and_channels_ask_no_more_queries(
    house: House, sign_in: SignIn
) -> None:
    ada = sign_in("ada")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(ada, house, "alerts")
        return len(queries)

    def grow(hours: int) -> None:
        for _ in range(3):
            source(house, **FAILING)
            channel(house)
        alerting.watch(
            workspace_id=house.workspace.pk, now=NOW + timedelta(hours=hours)
        )

    grow(1)
    page(ada, house, "alerts")
    few = asked()
    grow(2)
    assert asked() == few
