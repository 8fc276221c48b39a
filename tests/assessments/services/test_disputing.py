from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from assessments.models import Dispute, JournalEntry, Notice, Settlement
from assessments.services import disputing, settling
from assessments.services.refusals import Unfit
from tests import factories
from tests.factories_calibration import dispute

if TYPE_CHECKING:
    from assessments.models import Cycle

pytestmark = pytest.mark.django_db
LATER = factories.NOW + timedelta(days=1)


@pytest.fixture
def cycle(house: factories.House) -> Cycle:
    return factories.cycle(house.workspace)


def resolve(
    cycle: Cycle, row: Dispute, house: factories.House, who: str, **changes: object
) -> None:
    given = {
        "cycle_id": cycle.pk,
        "dispute_id": row.pk,
        "resolution": "We asked the third team.",
        "by": house[who],
        "now": LATER,
    }
    disputing.resolve(**(given | changes))  # type: ignore[arg-type]  # a mapping


def test_a_dispute_tells_its_owner_once(cycle: Cycle, house: factories.House) -> None:
    first = dispute(cycle, due_on=date(2026, 3, 9))
    again = dispute(cycle, due_on=date(2026, 3, 9))

    assert first == again
    notice = Notice.objects.get(kind="dispute")
    assert (notice.kind, notice.person, notice.cycle) == (
        "dispute",
        house["ada"],
        cycle,
    )
    assert "A.1 Topic A.1" in notice.subject
    assert "The pilot is not the rule." in notice.body
    assert f"/cycles/{cycle.pk}/calibration/topics/A.1/" in notice.body
    entry = JournalEntry.objects.get(verb="dispute.opened")
    assert entry.detail["due_on"] == "2026-03-09"


def test_who_sees_to_their_own_dispute_needs_no_mail(
    cycle: Cycle, house: factories.House
) -> None:
    dispute(cycle, owner=house["noa"], by=house["noa"])

    assert not Notice.objects.filter(kind="dispute").exists()


def test_one_dispute_at_a_time_about_a_topic(
    cycle: Cycle, house: factories.House
) -> None:
    row = dispute(cycle)

    with pytest.raises(disputing.AlreadyDisputed, match="Ada sees to it"):
        dispute(cycle, text="Something else.")
    resolve(cycle, row, house, "ada")
    dispute(cycle, text="Something else.")
    dispute(cycle, topic="A.2")

    assert Dispute.objects.filter(resolved_at=None).count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": " "}, "text"),
        ({"due_on": date(2026, 3, 1)}, "due_on"),
    ],
)
def test_a_dispute_has_words_and_a_day_to_come(
    cycle: Cycle, house: factories.House, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Unfit) as refused:
        dispute(cycle, **changes)  # type: ignore[arg-type]  # a mapping

    assert refused.value.field_name == field


@pytest.mark.parametrize("who", ["rui", "otto"])
def test_an_owner_can_see_the_page_of_the_dispute(
    cycle: Cycle, house: factories.House, who: str
) -> None:
    with pytest.raises(Unfit, match="may read"):
        dispute(cycle, owner=house[who])


def test_only_leads_and_assessors_open_disputes(
    cycle: Cycle, house: factories.House
) -> None:
    with pytest.raises(settling.NotYours):
        dispute(cycle, by=house["vera"])


def test_its_owner_resolves_a_dispute_with_a_sentence(
    cycle: Cycle, house: factories.House
) -> None:
    row = dispute(cycle, owner=house["vera"])

    resolve(cycle, row, house, "vera")
    resolve(cycle, row, house, "vera")  # a second click

    row.refresh_from_db()
    assert (row.resolved_by, row.resolved_at) == (house["vera"], LATER)
    assert JournalEntry.objects.filter(verb="dispute.resolved").count() == 1
    with pytest.raises(disputing.Resolved):
        resolve(cycle, row, house, "noa", resolution="Otherwise.")


def test_resolving_may_settle_the_topic_for_those_who_settle(
    cycle: Cycle, house: factories.House
) -> None:
    row = dispute(cycle, owner=house["vera"])

    with pytest.raises(settling.NotYours):
        resolve(cycle, row, house, "vera", level=Decimal(3))
    row.refresh_from_db()
    assert row.resolved_at is None
    resolve(cycle, row, house, "noa", level=Decimal(3))

    settled = Settlement.objects.get()
    assert (settled.topic, settled.level) == ("A.1", Decimal(3))
    assert settled.reason == "We asked the third team."


@pytest.mark.parametrize("who", ["rui", "vera", "sam", "otto"])
def test_nobody_else_resolves_it(
    cycle: Cycle, house: factories.House, who: str
) -> None:
    row = dispute(cycle)

    with pytest.raises(disputing.NotYours):
        resolve(cycle, row, house, who)


def test_a_resolution_says_something(cycle: Cycle, house: factories.House) -> None:
    row = dispute(cycle)

    with pytest.raises(Unfit) as refused:
        resolve(cycle, row, house, "ada", resolution=" ")

    assert refused.value.field_name == "resolution"
