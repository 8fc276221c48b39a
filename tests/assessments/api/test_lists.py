"""Lists cost the same for twice the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories, factories_evidence, factories_participation, factories_plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from assessments.models import Cycle
    from tests.factories import House

pytestmark = pytest.mark.django_db


def fill(house: House, cycle: Cycle, start: int, end: int) -> None:
    """Add one of everything that lists show, some times."""
    for number in range(start, end):
        factories_plan.initiative(house.workspace, title=f"Initiative {number}")
        factories_plan.capability(house.workspace, f"Capability {number}")
        factories_evidence.link(
            house.workspace,
            house["ada"],
            f"https://wiki.example.org/{number}",
            to=(cycle, "A.1"),
        )
        person = factories.person()
        factories.member(house.workspace, user=person)
        factories_participation.asked(cycle, person)
        factories.rating(cycle, "A.1", person, 3)


def test_lists_ask_no_more_queries_for_twice_the_rows(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    cycle = factories.cycle(house.workspace)
    client = sign_in("ada")
    lists: dict[str, list[object]] = {
        "initiatives": [],
        "capabilities": [],
        "evidence": [],
        "members": [],
        "journal": [],
        "cycles": [],
        "participants": [cycle.pk],
        "ratings": [cycle.pk, "A.1"],
        "calibration": [cycle.pk],
    }

    def costs() -> dict[str, int]:
        found = {}
        for name, place in lists.items():
            address = reverse(f"api_{name}", args=[house.slug, *place])
            client.get(address)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert client.get(address).status_code == 200
            found[name] = len(asked)
        return found

    fill(house, cycle, 0, 3)
    before = costs()
    fill(house, cycle, 3, 6)

    assert costs() == before
