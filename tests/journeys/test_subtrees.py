"""A role over a part of the organization opens that part, and nothing beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from assessments.access import Role
from assessments.services import membership
from tests import factories
from tests.factories import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from assessments.models import Cycle, Scope
    from tests.factories import House

    SignIn = Callable[[str], Client]

pytestmark = pytest.mark.django_db


@pytest.fixture
def retail(house: House) -> Scope:
    return factories.unit(house.workspace, "Retail")


@pytest.fixture
def shop(house: House, retail: Scope) -> Scope:
    return factories.unit(house.workspace, "Shop", retail)


@pytest.fixture
def cycles(house: House, shop: Scope) -> dict[str, Cycle]:
    """A cycle of the whole, one of a unit below Retail, one beside it."""
    claims = factories.unit(house.workspace, "Claims")
    edition = factories.edition()
    return {
        name: factories.cycle(house.workspace, title=name, scope=scope, of=edition)
        for name, scope in (
            ("Whole", factories.root(house.workspace)),
            ("Shop", shop),
            ("Claims", claims),
        )
    }


def _give(house: House, name: str, scope: Scope, role: Role) -> int:
    return membership.grant(
        workspace_id=house.workspace.pk,
        member_id=house.workspace.members.get(user=house[name]).pk,
        scope_id=scope.pk,
        role=role,
        by=house["ada"],
        now=NOW,
    )


def _status(client: Client, house: House, name: str, cycle: Cycle) -> int:
    address = reverse(name, args=[house.slug, cycle.pk])
    return client.get(address).status_code


def test_a_grant_opens_the_cycles_of_its_part_only(
    house: House, sign_in: SignIn, cycles: dict[str, Cycle], retail: Scope
) -> None:
    client = sign_in("rui")
    assert {_status(client, house, "results", one) for one in cycles.values()} == {403}
    _give(house, "rui", retail, Role.VIEWER)
    statuses = {
        name: _status(client, house, "results", one) for name, one in cycles.items()
    }
    assert statuses == {"Whole": 403, "Shop": 200, "Claims": 403}
    assert _status(client, house, "cycle_lock", cycles["Shop"]) == 403


def test_lists_show_no_more_than_the_part(
    house: House, sign_in: SignIn, cycles: dict[str, Cycle], retail: Scope
) -> None:
    factories.service(house.workspace, "till", parent=retail)
    factories.service(house.workspace, "ledger")
    _give(house, "rui", retail, Role.VIEWER)
    client = sign_in("rui")
    listed = client.get(reverse("cycles", args=[house.slug])).content.decode()
    assert "Shop" in listed
    assert "Claims" not in listed
    tree = client.get(reverse("organization", args=[house.slug])).content.decode()
    assert "Till" in tree
    assert "Ledger" not in tree
    api = reverse("api_services", args=[house.slug])
    assert [one["key"] for one in client.get(api).json()["results"]] == ["till"]
    api = reverse("api_cycles", args=[house.slug])
    assert [one["title"] for one in client.get(api).json()["results"]] == ["Shop"]
    choices = client.get(reverse("delivery", args=[house.slug])).content.decode()
    assert "Ledger" not in choices


def test_a_lead_of_a_part_runs_its_cycles_and_no_others(
    house: House, sign_in: SignIn, cycles: dict[str, Cycle], retail: Scope
) -> None:
    _give(house, "rui", retail, Role.LEAD)
    client = sign_in("rui")
    for name, expected in (("Shop", 302), ("Claims", 403), ("Whole", 403)):
        address = reverse("cycle_review", args=[house.slug, cycles[name].pk])
        assert client.post(address).status_code == expected
    assert client.get(reverse("members", args=[house.slug])).status_code == 403


def test_what_is_taken_away_closes_again(
    house: House, sign_in: SignIn, cycles: dict[str, Cycle], retail: Scope
) -> None:
    given = _give(house, "rui", retail, Role.VIEWER)
    person = house.workspace.members.get(user=house["rui"])
    address = reverse("grant_withdraw", args=[house.slug, person.pk, given])
    ada = sign_in("ada")
    for _ in range(2):
        assert ada.post(address).status_code == 302
    assert _status(sign_in("rui"), house, "results", cycles["Shop"]) == 403


def test_a_grant_is_given_on_the_page_of_a_member(
    house: House, sign_in: SignIn, retail: Scope
) -> None:
    person = house.workspace.members.get(user=house["rui"])
    address = reverse("grant_new", args=[house.slug, person.pk])
    ada = sign_in("ada")
    form = {"grant-scope": str(retail.pk), "grant-role": "assessor"}
    assert ada.post(address, form).status_code == 302
    page = ada.get(reverse("member", args=[house.slug, person.pk])).content.decode()
    assert "Assessor" in page
    assert "Retail" in page
    ada.post(address, form | {"grant-scope": "999999"})
    assert person.grants.count() == 1
