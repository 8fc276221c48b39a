"""What if: which levels would change if something else had been measured."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from assessments.models import Decision, Scoring
from tests import factories
from tests.assessments.queries.test_results import HOUR, answered

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from assessments.models import Cycle
    from tests.assessments.conftest import Telemetry

    SignIn = Callable[[str], Client]

pytestmark = pytest.mark.django_db

LEAD = "code.change_lead_time"


@pytest.fixture
def cycle(house: factories.House, telemetry: Telemetry) -> Cycle:
    """B is measured at 30 hours: level 3; level 4 asks for 24 hours."""
    telemetry.values = {"B.M1": 30 * HOUR}
    return factories.scored(answered(house))


def page(client: Client, house: factories.House, cycle: Cycle, **asked: str) -> str:
    address = reverse("what_if", args=[house.slug, cycle.pk])
    response = client.get(address, asked)
    assert response.status_code == 200
    return response.content.decode()


def changes(text: str) -> str:
    """What would change, without markup."""
    begin = text.index('id="changes"')
    return text[begin : text.index("<form", begin)]


def test_a_better_value_moves_levels_and_keeps_nothing(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    before = Scoring.objects.count()

    text = page(sign_in("vera"), house, cycle, **{LEAD: "1", f"{LEAD}.unit": "hours"})

    moved = changes(text)
    assert "B.M1" in moved
    assert "Domain B" in moved
    assert moved.index("3.0") < moved.index("5.0")
    assert Scoring.objects.count() == before


def test_the_unit_counts(house: factories.House, sign_in: SignIn, cycle: Cycle) -> None:
    text = page(sign_in("vera"), house, cycle, **{LEAD: "5", f"{LEAD}.unit": "weeks"})
    moved = changes(text)
    assert moved.index("3.0") < moved.index("1.0")


def test_each_step_leads_to_the_next_level(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    client = sign_in("vera")
    text = page(client, house, cycle)
    assert "at most 24 hours" in text
    assert f"?{LEAD}=1&amp;{LEAD}.unit=days#changes" in text
    moved = changes(page(client, house, cycle, **{LEAD: "1", f"{LEAD}.unit": "days"}))
    assert moved.index("3.0") < moved.index("4.0")


def test_what_is_unknown_can_be_supposed(
    house: factories.House, sign_in: SignIn, telemetry: Telemetry
) -> None:
    cycle = factories.scored(answered(house))
    text = page(sign_in("vera"), house, cycle, **{LEAD: "1", f"{LEAD}.unit": "hours"})
    assert "No deployment in the window." in text
    moved = changes(text)
    assert moved.index("—") < moved.index("5.0")


def test_an_override_stays(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    Decision.objects.create(
        cycle=cycle,
        criterion="B.M1",
        verb="override",
        level="2.0",
        reason="The window leaves the migration out.",
        expires_on=factories.NOW.date() + timedelta(days=30),
        decided_by=house["noa"],
        decided_at=factories.NOW,
    )
    factories.scored(cycle)
    text = page(sign_in("vera"), house, cycle, **{LEAD: "1", f"{LEAD}.unit": "hours"})
    agreed = changes(text).split("Agreed levels")[1].split("Criteria")[0]
    assert "Domain A" in agreed
    assert "Domain B" not in agreed


@pytest.mark.parametrize(
    ("value", "says"),
    [("soon", "Enter a number."), ("-1", "greater than or equal to 0")],
)
def test_a_bad_value_is_named_and_what_was_typed_stays(
    house: factories.House, sign_in: SignIn, cycle: Cycle, value: str, says: str
) -> None:
    text = page(sign_in("vera"), house, cycle, **{LEAD: value})
    assert says in text
    assert f'value="{value}"' in text
    assert 'id="changes"' not in text


def test_a_number_is_read_in_the_readers_language(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    client = sign_in("vera")
    client.cookies["django_language"] = "de"
    text = page(client, house, cycle, **{LEAD: "0,5", f"{LEAD}.unit": "hours"})
    assert "5,0" in changes(text)


def test_before_the_first_scoring_there_is_nothing_to_suppose(
    house: factories.House, sign_in: SignIn
) -> None:
    cycle = factories.cycle(house.workspace)
    assert "<fieldset" not in page(sign_in("vera"), house, cycle)


def test_a_level_on_a_thin_edge_says_so(
    house: factories.House, sign_in: SignIn, telemetry: Telemetry
) -> None:
    telemetry.values = {"B.M1": 30 * HOUR}
    telemetry.intervals = {"B.M1": (20 * HOUR, 8 * 24 * HOUR)}
    cycle = factories.scored(answered(house))
    client = sign_in("vera")
    for name, code in (("criterion", "B.M1"), ("domain_result", "B")):
        text = client.get(reverse(name, args=[house.slug, cycle.pk, code]))
        assert "2.0 to 4.0 within the intervals" in text.content.decode()


def test_a_level_that_holds_says_so(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    address = reverse("criterion", args=[house.slug, cycle.pk, "B.M1"])
    text = sign_in("vera").get(address).content.decode()
    assert "holds within the intervals of what was measured" in text
    assert "Thin edge" not in text
