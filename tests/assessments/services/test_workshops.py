from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from assessments.models import JournalEntry, Workshop
from assessments.services import settling, workshops
from tests import factories
from tests.factories_calibration import workshop

if TYPE_CHECKING:
    from assessments.models import Cycle

pytestmark = pytest.mark.django_db
LATER = factories.NOW + timedelta(hours=1)


@pytest.fixture
def cycle(house: factories.House) -> Cycle:
    return factories.cycle(house.workspace)


def test_a_workshop_begins_with_hidden_ratings_and_a_second_click_changes_nothing(
    cycle: Cycle, house: factories.House
) -> None:
    first = workshop(cycle, "A.2")
    again = workshop(cycle, "B.1")

    assert first == again
    assert (again.topic, again.revealed, again.ended_at) == ("A.2", False, None)


def test_two_facilitators_clash_kindly(cycle: Cycle, house: factories.House) -> None:
    workshop(cycle)

    with pytest.raises(workshops.UnderWay, match="Noa leads a workshop"):
        workshop(cycle, by=house["ada"])
    workshops.take_over(cycle_id=cycle.pk, by=house["ada"], now=LATER)
    workshops.take_over(cycle_id=cycle.pk, by=house["ada"], now=LATER)

    with pytest.raises(workshops.NotLed, match="Ada leads this workshop now"):
        workshops.show(cycle_id=cycle.pk, topic="A.2", revealed=False, by=house["noa"])
    assert JournalEntry.objects.filter(verb="workshop.taken_over").count() == 1


def test_the_leader_moves_reveals_and_hides(
    cycle: Cycle, house: factories.House
) -> None:
    row = workshop(cycle)

    for topic, revealed in (("A.1", True), ("A.1", False), ("B.1", False)):
        workshops.show(
            cycle_id=cycle.pk, topic=topic, revealed=revealed, by=house["noa"]
        )
        row.refresh_from_db()
        assert (row.topic, row.revealed) == (topic, revealed)
    with pytest.raises(settling.NoSuchTopic):
        workshops.show(cycle_id=cycle.pk, topic="Z.1", revealed=True, by=house["noa"])


def test_an_ended_workshop_stays_ended_and_another_may_begin(
    cycle: Cycle, house: factories.House
) -> None:
    workshop(cycle)
    with pytest.raises(workshops.NotLed):
        workshops.end(cycle_id=cycle.pk, by=house["ada"], now=LATER)
    workshops.end(cycle_id=cycle.pk, by=house["noa"], now=LATER)
    workshops.end(cycle_id=cycle.pk, by=house["noa"], now=LATER)

    with pytest.raises(workshops.NotLed, match="has ended"):
        workshops.show(cycle_id=cycle.pk, topic="A.1", revealed=True, by=house["noa"])
    with pytest.raises(workshops.NotLed):
        workshops.take_over(cycle_id=cycle.pk, by=house["ada"], now=LATER)
    workshop(cycle, by=house["ada"])
    assert Workshop.objects.filter(ended_at=None).count() == 1


@pytest.mark.parametrize("who", ["rui", "vera", "sam", "otto"])
def test_only_leads_and_assessors_lead(
    cycle: Cycle, house: factories.House, who: str
) -> None:
    with pytest.raises(settling.NotYours):
        workshop(cycle, by=house[who])


def test_a_draft_has_no_workshop(house: factories.House) -> None:
    with pytest.raises(settling.NotNow):
        workshop(factories.cycle(house.workspace, state="draft"))
