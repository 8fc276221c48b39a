"""The workshop: one person leads, every other screen follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from assessments.models import Settlement, Workshop
from tests import factories
from tests.factories_calibration import settlement, workshop

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from assessments.models import Cycle

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(house: factories.House) -> Cycle:
    found = factories.cycle(house.workspace)
    factories.rating(found, "A.2", house["ada"], 5, vantage="leadership")
    factories.rating(found, "A.2", house["rui"], 2)
    return found


def address(name: str, cycle: Cycle, *rest: object) -> str:
    return reverse(name, args=[cycle.workspace.slug, cycle.pk, *rest])


def text(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]  # a response


def test_a_workshop_starts_where_people_lie_apart_and_hides_what_they_say(
    cycle: Cycle, sign_in: Callable[[str], Client]
) -> None:
    noa, vera = sign_in("noa"), sign_in("vera")
    assert "No workshop is under way" in text(vera.get(address("workshop", cycle)))

    led = text(noa.post(address("workshop_start", cycle), follow=True))
    watched = text(vera.get(address("workshop", cycle)))

    for page in (led, watched):
        assert "Topic A.2" in page
        assert "<strong>2</strong> people have answered" in page
        assert "Leadership says" not in page
    assert "Reveal the ratings" in led
    assert "Reveal the ratings" not in watched


def test_revealing_shows_everybody_the_spread_and_survives_a_reload(
    cycle: Cycle, sign_in: Callable[[str], Client]
) -> None:
    workshop(cycle, "A.2")
    noa = sign_in("noa")

    for _click in range(2):
        noa.post(address("workshop_show", cycle), {"topic": "A.2", "revealed": "yes"})

    page = text(sign_in("vera").get(address("workshop", cycle)))
    assert "Leadership says 5, Practitioner says 2." in page
    assert "Hide the ratings" in text(noa.get(address("workshop", cycle)))
    noa.post(address("workshop_show", cycle), {"topic": "B.1"})
    after = text(noa.get(address("workshop", cycle)))
    assert "Topic B.1" in after
    assert "Reveal the ratings" in after


def test_a_screen_that_is_up_to_date_is_told_so_without_a_page(
    cycle: Cycle, sign_in: Callable[[str], Client]
) -> None:
    workshop(cycle, "A.2")
    vera = sign_in("vera")
    mark = vera.get(address("workshop", cycle)).context["mark"]
    there = address("workshop_stage", cycle)

    assert vera.get(there, {"seen": mark}).status_code == 204
    factories.rating(cycle, "A.2", factories.person("noa"), 3)
    counted = vera.get(there, {"seen": mark})
    assert counted.status_code == 200
    assert "<strong>3</strong> people have answered" in text(counted)
    assert "HX-Trigger" not in counted  # a count is not read out
    sign_in("noa").post(address("workshop_show", cycle), {"topic": "B.1"})
    moved = vera.get(there, {"seen": mark})
    assert "On the screen now: Topic B.1" in moved["HX-Trigger"]


def test_the_room_settles_and_every_screen_says_so(
    cycle: Cycle, sign_in: Callable[[str], Client]
) -> None:
    workshop(cycle, "A.2")
    noa = sign_in("noa")
    noa.post(address("workshop_show", cycle), {"topic": "A.2", "revealed": "yes"})
    there = address("workshop_settle", cycle, "A.2")

    kept = noa.post(there, {"level": "", "reason": "Half of the teams."})
    assert kept.status_code == 422
    assert "Half of the teams." in text(kept)
    noa.post(there, {"level": "3.5", "reason": "Half of the teams."})

    assert Settlement.objects.get().topic == "A.2"
    page = text(sign_in("vera").get(address("workshop", cycle)))
    assert "Settled at 3.5 by Noa:" in page


def test_two_facilitators_clash_kindly(
    cycle: Cycle, sign_in: Callable[[str], Client]
) -> None:
    noa, ada = sign_in("noa"), sign_in("ada")
    noa.post(address("workshop_start", cycle))

    refused = text(ada.post(address("workshop_start", cycle), follow=True))
    assert "Noa leads a workshop on this cycle" in refused
    assert "Take over" in refused
    ada.post(address("workshop_take_over", cycle))
    late = text(
        noa.post(address("workshop_show", cycle), {"topic": "B.1"}, follow=True)
    )

    assert "Ada leads this workshop now" in late
    assert Workshop.objects.get().topic == "A.2"


def test_a_respondent_follows_what_they_were_asked_and_nothing_else(
    cycle: Cycle, house: factories.House, sign_in: Callable[[str], Client]
) -> None:
    workshop(cycle, "A.2")
    rui = sign_in("rui")
    open_to_all = text(rui.get(address("workshop", cycle)))
    assert "your answer: Level 2" in open_to_all
    cycle.assignments.create(
        person=house["rui"],
        domain="B",
        vantage="practitioner",
        asked_by=house["ada"],
        asked_at=factories.NOW,
    )

    for page in ("workshop", "workshop_stage"):
        hidden = text(rui.get(address(page, cycle)))
        assert "that you were not asked for" in hidden
        assert "Topic A.2" not in hidden


def test_an_ended_workshop_says_so_and_what_was_settled_stays(
    cycle: Cycle, sign_in: Callable[[str], Client]
) -> None:
    workshop(cycle, "A.2")
    settlement(cycle, "A.2")
    noa = sign_in("noa")

    for _click in range(2):
        noa.post(address("workshop_end", cycle))

    page = text(noa.get(address("workshop", cycle)))
    assert "The workshop has ended" in page
    assert "Start a workshop" in page
    assert Settlement.objects.exists()


def test_a_topic_that_is_not_asked_cannot_be_shown(
    cycle: Cycle, sign_in: Callable[[str], Client]
) -> None:
    workshop(cycle, "A.2")

    page = sign_in("noa").post(
        address("workshop_show", cycle), {"topic": "Z.9"}, follow=True
    )

    assert "has no topic Z.9" in text(page)
    assert Workshop.objects.get().topic == "A.2"


def test_a_draft_offers_no_workshop(
    house: factories.House, sign_in: Callable[[str], Client]
) -> None:
    draft = factories.cycle(house.workspace, state="draft")

    page = text(sign_in("noa").get(address("workshop", draft)))

    assert "Start a workshop" not in page
    assert "while a cycle is open or in review" in page


def test_home_the_cycle_and_whoever_is_asked_lead_to_a_running_workshop(
    cycle: Cycle, sign_in: Callable[[str], Client]
) -> None:
    slug = cycle.workspace.slug
    doors = (
        ("vera", reverse("home", args=[slug])),
        ("vera", address("cycle", cycle)),
        ("rui", reverse("asked", args=[slug])),
    )
    there = f'href="{address("workshop", cycle)}"'
    for person, page in doors:
        assert there not in text(sign_in(person).get(page))
    workshop(cycle, "A.2")
    for person, page in doors:
        assert there in text(sign_in(person).get(page))
    Workshop.objects.update(ended_at=factories.NOW)
    for person, page in doors:
        assert there not in text(sign_in(person).get(page))
