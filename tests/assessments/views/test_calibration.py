"""The pages of calibration."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Dispute, Settlement
from tests import factories
from tests.factories_calibration import dispute, settlement

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from assessments.models import Cycle
    from tests.assessments.conftest import Telemetry

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(house: factories.House, telemetry: Telemetry) -> Cycle:
    """An open cycle: on A.1 Ada and Rui lie three levels apart, on C.1 they agree."""
    telemetry.values = {"B.M1": 7200.0}
    found = factories.cycle(house.workspace)
    for topic, high, low in (("A.1", 5, 2), ("B.1", 3, 3), ("C.1", 3, 3)):
        factories.rating(found, topic, house["ada"], high, vantage="leadership")
        factories.rating(found, topic, house["rui"], low, rationale="Not here.")
    return factories.scored(found)


def address(name: str, cycle: Cycle, *rest: object) -> str:
    return reverse(name, args=[cycle.workspace.slug, cycle.pk, *rest])


def text(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]  # a response


def test_the_page_shows_first_what_to_speak_about(
    cycle: Cycle, sign_in: Callable[[str], Client]
) -> None:
    page = text(sign_in("vera").get(address("calibration", cycle)))

    assert "Leadership says 5, Practitioner says 2." in page
    assert "3 levels apart" in page
    assert "telemetry says 4" in page  # B.1: people agree, telemetry does not
    assert page.index("Topic A.1") < page.index("Topic B.1")
    assert "Topic C.1" not in page
    assert "2 topics" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?show=all&sort=edition", ["A.1", "A.2", "A.3", "B.1", "C.1"]),
        ("?show=all&domain=C", ["C.1"]),
        ("?show=settled", ["C.1"]),
        ("?show=disputed", ["A.2"]),
        ("?show=unknown", ["A.2", "A.3"]),
        ("?show=nonsense&domain=nowhere&sort=maybe&page=99", ["A.1", "A.2", "B.1"]),
    ],
)
def test_filters_stand_in_the_address_and_nonsense_is_the_usual(
    cycle: Cycle, sign_in: Callable[[str], Client], query: str, shown: list[str]
) -> None:
    settlement(cycle, "C.1")
    dispute(cycle, "A.2")

    answer = sign_in("vera").get(address("calibration", cycle) + query)

    assert sorted(one.code for one in answer.context["page"]) == shown


def test_a_cycle_without_answers_says_what_comes_next(
    house: factories.House, sign_in: Callable[[str], Client]
) -> None:
    page = text(
        sign_in("ada").get(address("calibration", factories.cycle(house.workspace)))
    )

    assert "Nothing to compare yet" in page


def test_names_of_outliers_are_for_assessors_and_auditors(
    cycle: Cycle, house: factories.House, sign_in: Callable[[str], Client]
) -> None:
    factories.rating(cycle, "A.1", house["petra"], 2)
    there = address("calibration_topic", cycle, "A.1")

    for who, sees in (("noa", True), ("sam", True), ("vera", False)):
        page = text(sign_in(who).get(there))
        assert ("<strong>Ada</strong>, Leadership" in page) is sees, who
        assert "3 levels above the middle" in page
        assert ("Names are for leads" in page) is not sees


def test_an_assessor_settles_a_topic_and_it_says_by_whom_and_why(
    cycle: Cycle, sign_in: Callable[[str], Client]
) -> None:
    noa = sign_in("noa")

    answer = noa.post(
        address("topic_settle", cycle, "A.1"),
        {"level": "3.0", "reason": "We looked together."},
        follow=True,
    )

    page = text(answer)
    assert "Settled. The scores follow" in page
    assert "Settled at 3.0" in page
    assert "We looked together." in page
    assert "settled by Noa" in page
    assert "Settled at 3.0" in text(
        noa.get(address("calibration", cycle) + "?show=settled")
    )


def test_a_settlement_without_reason_keeps_what_was_typed(
    cycle: Cycle, sign_in: Callable[[str], Client]
) -> None:
    answer = sign_in("noa").post(
        address("topic_settle", cycle, "A.1"), {"level": "2.5", "reason": " "}
    )

    assert answer.status_code == 422
    page = text(answer)
    assert "Say why this level was agreed on." in page
    assert '<option value="2.5" selected' in page
    assert not Settlement.objects.exists()


def test_a_settlement_is_taken_back_with_a_reason(
    cycle: Cycle, sign_in: Callable[[str], Client]
) -> None:
    settlement(cycle, "A.1")
    there = address("topic_take_back", cycle, "A.1")
    noa = sign_in("noa")

    assert noa.post(there, {"reason": ""}).status_code == 422
    page = text(noa.post(there, {"reason": "Another team."}, follow=True))

    assert "Taken back" in page
    assert "3 levels apart" in page


def test_what_came_too_late_is_said_with_what_was_typed(
    cycle: Cycle, house: factories.House, sign_in: Callable[[str], Client]
) -> None:
    factories.locked(cycle)

    answer = sign_in("noa").post(
        address("topic_settle", cycle, "A.1"), {"level": "3.0", "reason": "Seen."}
    )

    page = text(answer)
    assert answer.status_code == 422
    assert "That was not kept:" in page
    assert "This cycle is locked" in page
    assert "Reason: Seen." in page


def test_a_dispute_goes_from_its_opening_to_its_resolution(
    cycle: Cycle, house: factories.House, sign_in: Callable[[str], Client]
) -> None:
    noa, vera = sign_in("noa"), sign_in("vera")
    there = address("calibration_topic", cycle, "A.1")
    due = timezone.now().date() + timedelta(days=3)
    page = noa.post(
        address("dispute_open", cycle, "A.1"),
        {"text": "Only the pilot.", "owner": house["vera"].pk, "due_on": due},
        follow=True,
    )
    assert "The dispute is open" in text(page)
    row = Dispute.objects.get()
    assert "Only the pilot." in text(vera.get(address("disputes", cycle)))
    assert "/resolve/" in text(vera.get(there))
    assert "Settle at this level" not in text(vera.get(there))
    assert "/resolve/" not in text(sign_in("sam").get(there))

    resolve = address("dispute_resolve", cycle, row.pk)
    assert vera.post(resolve, {"resolution": ""}).status_code == 422
    assert sign_in("sam").post(resolve, {"resolution": "No."}).status_code == 422
    done = vera.post(resolve, {"resolution": "Asked them all."}, follow=True)

    assert "The dispute is resolved." in text(done)
    assert "Asked them all." in text(vera.get(address("disputes", cycle)))


def test_resolving_can_settle_at_once(
    cycle: Cycle, sign_in: Callable[[str], Client]
) -> None:
    row = dispute(cycle, "A.1")

    sign_in("noa").post(
        address("dispute_resolve", cycle, row.pk),
        {"resolution": "Asked them all.", "level": "2.5"},
    )

    assert Settlement.objects.get().reason == "Asked them all."


def test_an_overdue_dispute_is_flagged_on_every_page(
    cycle: Cycle, sign_in: Callable[[str], Client]
) -> None:
    dispute(cycle, "A.1", at=factories.NOW)  # due in March 2026
    vera = sign_in("vera")

    assert "Overdue" in text(vera.get(address("calibration", cycle)))
    assert "overdue since 9 Mar 2026" in text(vera.get(address("calibration", cycle)))
    assert "Overdue" in text(vera.get(address("disputes", cycle)))


def test_bad_owners_and_days_are_refused_kindly(
    cycle: Cycle, house: factories.House, sign_in: Callable[[str], Client]
) -> None:
    there = address("dispute_open", cycle, "A.1")
    noa = sign_in("noa")

    past = noa.post(
        there, {"text": "So.", "owner": house["ada"].pk, "due_on": "2026-01-01"}
    )
    stranger = noa.post(
        there, {"text": "So.", "owner": house["otto"].pk, "due_on": "2099-01-01"}
    )

    assert (past.status_code, stranger.status_code) == (422, 422)
    assert "Give a day that has not passed." in text(past)
    assert not Dispute.objects.exists()


def test_another_cycles_dispute_is_not_found(
    cycle: Cycle, house: factories.House, sign_in: Callable[[str], Client]
) -> None:
    row = dispute(cycle, "A.1")
    other = factories.cycle(house.workspace, title="Another")

    answer = sign_in("noa").post(
        address("dispute_resolve", other, row.pk), {"resolution": "So."}
    )

    assert answer.status_code == 404
