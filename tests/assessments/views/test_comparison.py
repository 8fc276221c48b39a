"""The page on which two cycles stand side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from assessments.access import Role
from assessments.services import membership
from tests import factories
from tests.assessments.queries.test_comparison import BEFORE, HOUR, NOW, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from assessments.models import Cycle
    from tests.assessments.conftest import Telemetry
    from tests.factories import House

    SignIn = Callable[[str], Client]

pytestmark = pytest.mark.django_db


def address(house: House, cycle: Cycle, query: str = "") -> str:
    return reverse("comparison", args=[house.slug, cycle.pk]) + query


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_cycle_before_is_compared_unless_another_is_asked_for(
    house: House, sign_in: SignIn, telemetry: Telemetry
) -> None:
    before = said(house, BEFORE, {"rui": {"B.1": 2}, "ada": {"B.1": 2}})
    after = said(house, NOW, {"rui": {"B.1": 3}, "ada": {"B.1": 3}})
    telemetry.values = {"B.M1": 40 * HOUR}
    factories.scored(before)
    telemetry.values = {"B.M1": 2 * HOUR}
    factories.scored(after)

    shown = page(sign_in("vera"), address(house, after))

    assert "+1.0 up" in shown
    assert "uncertainty" in shown
    assert "Practitioner: 2 answered higher (B.1)" in shown
    assert "n = 40" in shown
    assert "The intervals do not overlap." in shown
    for cycle in (before, after):
        # One click to the domain, to the ratings of a topic, and to the events.
        assert reverse("domain_result", args=[house.slug, cycle.pk, "B"]) in shown
        assert reverse("topic_why", args=[house.slug, cycle.pk, "B.1"]) in shown
        assert reverse("criterion_events", args=[house.slug, cycle.pk, "B.M1"]) in shown
    same = page(sign_in("vera"), address(house, after, f"?with={before.pk}"))
    assert "+1.0 up" in same


def test_a_difference_within_its_uncertainty_says_so_in_words(
    house: House, sign_in: SignIn, telemetry: Telemetry
) -> None:
    before, cycle = (
        said(house, last, {"rui": {"B.1": low}, "ada": {"B.1": high}})
        for last, low, high in ((BEFORE, 1, 4), (NOW, 2, 5))
    )
    for one in (before, cycle):
        factories.scored(one)

    shown = page(sign_in("vera"), address(house, cycle))

    assert "it may mean nothing" in shown


def test_alone_a_cycle_offers_its_targets(
    house: House, sign_in: SignIn, telemetry: Telemetry
) -> None:
    cycle = factories.cycle(house.workspace, targets={"B": "3.5"})
    factories.rating(cycle, "B.1", house["rui"], 2)
    factories.scored(cycle)

    alone = page(sign_in("vera"), address(house, cycle))
    targets = page(sign_in("vera"), address(house, cycle, "?with=targets"))

    assert "There is no other cycle to compare with" in alone
    assert "?with=targets" in alone
    assert "1.5 below" in targets


def test_without_targets_the_page_says_where_they_come_from(
    house: House, sign_in: SignIn
) -> None:
    cycle = factories.cycle(house.workspace)

    assert "No targets are set" in page(
        sign_in("vera"), address(house, cycle, "?with=targets")
    )


def test_a_cycle_beyond_reach_is_not_offered_and_not_compared(
    house: House, sign_in: SignIn, telemetry: Telemetry
) -> None:
    shop = factories.unit(house.workspace, "Shop")
    whole = factories.scored(said(house, NOW, {"ada": {"B.1": 3}}))
    own = factories.scored(factories.cycle(house.workspace, scope=shop))
    membership.grant(
        workspace_id=house.workspace.pk,
        member_id=house.workspace.members.get(user=house["rui"]).pk,
        scope_id=shop.pk,
        role=Role.VIEWER,
        by=house["ada"],
        now=factories.NOW,
    )
    client = sign_in("rui")

    assert "There is no other cycle" in page(client, address(house, own))
    asked = client.get(address(house, own, f"?with={whole.pk}"))
    assert asked.status_code == 404


@pytest.mark.parametrize("wrong", ["0", "x", "-1", "9" * 40])
def test_a_wrong_address_is_not_found(
    house: House, sign_in: SignIn, wrong: str
) -> None:
    cycle = factories.cycle(house.workspace)

    asked = sign_in("vera").get(address(house, cycle, f"?with={wrong}"))

    assert asked.status_code == 404
