"""What a level rests on: a flag in words that moves no score."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from assessments.charts.foundations import flags
from assessments.queries import results as queries
from assessments.services import settling
from tests import factories, frameworks

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from assessments.models import Cycle
    from assessments.queries.results import DomainRow
    from scoring.events import Json

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("telemetry")]


def resting(house: factories.House, here: int, there: int | None) -> Cycle:
    """A scored cycle in which B rests, from level 3 on, on level 3 of A."""
    needs: dict[str, Json] = {
        "from_level": 3,
        "domain": "A",
        "level": 3,
        "why": "One cannot be without the other.",
        "source": ["own"],
    }
    edition = factories.edition(
        frameworks.plain(
            {
                "code": "process",
                "name": "Process",
                "domains": [
                    frameworks.domain("A", frameworks.topic("A.1")),
                    frameworks.domain(
                        "B", frameworks.topic("B.1"), prerequisites=[needs]
                    ),
                ],
            }
        )
    )
    cycle = factories.cycle(house.workspace, of=edition)
    factories.rating(cycle, "B.1", house["rui"], here)
    if there is not None:
        factories.rating(cycle, "A.1", house["rui"], there)
    return factories.scored(cycle)


def row(cycle: Cycle) -> DomainRow:
    found = queries.results(cycle_id=cycle.pk).domain("B")
    assert found is not None
    return found


def test_a_level_on_a_weaker_domain_is_flagged_and_stays(
    house: factories.House,
) -> None:
    found = row(resting(house, 4, 2))

    assert found.agreed.level == Decimal("4.0")
    (weak,) = found.weak
    assert (weak.code, weak.level, weak.needed) == ("A", Decimal("2.0"), 3)
    assert [said for _, said in flags(found)] == [
        "B at 4.0 rests on A at 2.0 (asked: 3)"
    ]


def test_firm_ground_is_not_flagged(house: factories.House) -> None:
    found = row(resting(house, 4, 3))

    assert [one.standing for one in found.foundations] == ["firm"]
    assert list(flags(found)) == []


def test_a_low_level_rests_on_nothing(house: factories.House) -> None:
    assert row(resting(house, 2, 1)).foundations == ()


def test_an_unknown_foundation_is_unknown_and_not_weak(house: factories.House) -> None:
    found = row(resting(house, 4, None))

    assert found.weak == ()
    ((_, said),) = flags(found)
    assert "whose level is not known" in said


def test_the_pages_say_so_and_tell_what_was_settled(
    house: factories.House, sign_in: Callable[[str], Client]
) -> None:
    cycle = resting(house, 4, 2)
    settling.settle(
        cycle_id=cycle.pk,
        topic="B.1",
        level=Decimal("4.5"),
        reason="We looked together.",
        by=house["noa"],
        now=factories.NOW,
    )
    client = sign_in("vera")

    for address in (
        reverse("results", args=[house.slug, cycle.pk]),
        reverse("domain_result", args=[house.slug, cycle.pk, "B"]),
    ):
        assert "rests on A at 2.0 (asked: 3)" in client.get(address).content.decode()
    shown = client.get(address).content.decode()
    assert "One cannot be without the other." in shown
    assert "4.5 agreed, settled by Noa" in shown
    assert "We looked together." in shown
