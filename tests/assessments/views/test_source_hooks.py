"""The page of a source where its platform pushes to, and what came of it."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from typing import TYPE_CHECKING, Any

from django.test import Client

from assessments.models import Delivery, Hook
from assessments.services import sources
from tests.assessments.views.test_sources import at, connected, pushed, text
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import DjangoAssertNumQueries

    from assessments.models import Source
    from tests.factories import House

    SignIn = Callable[[str], Client]

OURS = re.compile(r'id="new-secret"[^>]*value="([^"]+)"')
ADDRESS = re.compile(r'id="hook-address"[^>]*value="http://testserver([^"]+)"')


def on_github(house: House, **more: object) -> Source:
    return connected(house, kind="github", address="acme/shop", **more)


def send(address: str, secret: str, number: int = 1) -> int:
    told: Any = {
        "repository": {"full_name": "acme/shop"},
        "deployment": {"id": number},
    }
    body = json.dumps(told).encode()
    mac = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    answer = Client().post(
        address,
        data=body,
        content_type="application/json",
        headers={
            "X-GitHub-Event": "deployment",
            "X-Hub-Signature-256": f"sha256={mac}",
        },
    )
    return answer.status_code


def made(page: Any) -> tuple[str, str]:
    """Return the address and the secret that a page shows."""
    said = page.content.decode()
    address, secret = ADDRESS.search(said), OURS.search(said)
    assert address
    assert secret
    return address[1], secret[1]


def test_a_lead_makes_an_address_and_sees_the_secret_once(
    house: House, sign_in: SignIn
) -> None:
    source, ada = on_github(house), sign_in("ada")
    shown = ada.get(at(house, "source", source.pk)).content.decode()
    assert at(house, "source_hook", source.pk) in shown

    page = ada.get(at(house, "source_hook", source.pk))
    assert "There is no address yet" in text(page)
    assert "Settings of the repository, Webhooks" in text(page)

    page = ada.post(at(house, "source_hook_open", source.pk))
    address, secret = made(page)
    assert page["Cache-Control"].startswith("max-age=0")
    assert send(address, secret) == 202

    page = ada.get(at(house, "source_hook", source.pk))
    assert secret not in page.content.decode()
    assert address in page.content.decode()
    assert "Waiting for a worker" in text(page)
    assert "deployments 1" in text(page)


def test_a_secret_from_over_there_is_taken_and_not_shown(
    house: House, sign_in: SignIn
) -> None:
    source, ada = on_github(house), sign_in("ada")
    door = at(house, "source_hook_open", source.pk)
    page = ada.post(door, {"secret": "too short"})
    assert page.status_code == 422
    assert "16 to 200" in text(page)

    page = ada.post(door, {"secret": "canary-0123456789"}, follow=True)
    assert "The secret is kept, sealed." in text(page)
    assert "canary-0123456789" not in page.content.decode()
    found = ADDRESS.search(page.content.decode())
    assert found
    assert send(found[1], "canary-0123456789") == 202


def test_the_secret_and_the_address_can_be_replaced_and_removed(
    house: House, sign_in: SignIn
) -> None:
    source, ada = on_github(house), sign_in("ada")
    door = at(house, "source_hook_open", source.pk)
    assert ada.post(door, {"keep_address": "1"}).status_code == 404

    first, old = made(ada.post(door))
    second, new = made(ada.post(door, {"keep_address": "1"}))
    assert (first, old != new) == (second, True)
    assert send(first, old) == 401
    assert send(first, new) == 202

    third, _ = made(ada.post(door))
    assert third != first
    assert send(first, new) == 404

    page = ada.post(at(house, "source_hook_close", source.pk), follow=True)
    assert "The address is gone" in text(page)
    assert send(third, new) == 404


def test_who_was_turned_away_is_said_where_one_looks_for_it(
    house: House, sign_in: SignIn
) -> None:
    source, ada = on_github(house), sign_in("ada")
    address, secret = made(ada.post(at(house, "source_hook_open", source.pk)))
    assert send(address, "another-secret") == 401
    said = text(ada.get(at(house, "source_hook", source.pk)))
    assert "A request was turned away" in said
    assert "x-hub-signature-256 does not fit" in said
    assert secret not in said


def test_a_paused_source_says_that_deliveries_are_kept(
    house: House, sign_in: SignIn
) -> None:
    source = on_github(house)
    sources.pause(
        workspace_id=house.workspace.pk, source_id=source.pk, by=house["ada"], now=NOW
    )
    said = text(sign_in("ada").get(at(house, "source_hook", source.pk)))
    assert "what is pushed is kept" in said


def test_who_may_only_read_sees_no_button(house: House, sign_in: SignIn) -> None:
    source = on_github(house)
    page = sign_in("vera").get(at(house, "source_hook", source.pk))
    assert "Whoever leads this workspace" in text(page)
    assert at(house, "source_hook_open", source.pk) not in page.content.decode()


def test_a_kind_that_pushes_nothing_has_no_such_page(
    house: House, sign_in: SignIn
) -> None:
    ada = sign_in("ada")
    for source in (pushed(house), connected(house)):
        address = at(house, "source_hook", source.pk)
        assert ada.get(address).status_code == 404
        assert address not in ada.get(at(house, "source", source.pk)).content.decode()


def test_the_page_asks_no_more_queries_for_more_deliveries(
    house: House,
    sign_in: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    source, ada = on_github(house), sign_in("ada")
    ada.post(at(house, "source_hook_open", source.pk))
    hook = Hook.objects.get()
    Delivery.objects.bulk_create(
        Delivery(
            hook=hook,
            identity=str(number),
            received_at=NOW,
            next_attempt_at=NOW,
            state="left",
            reason="No answer.",
        )
        for number in range(30)
    )
    with django_assert_max_num_queries(12):
        page = ada.get(at(house, "source_hook", source.pk))
    assert text(page).count("No answer.") == 20
