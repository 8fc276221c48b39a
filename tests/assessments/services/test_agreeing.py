"""Decisions about what telemetry proposes."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from assessments.models import Decision, JournalEntry
from assessments.services import agreeing, rescoring, signing
from assessments.services.refusals import Unfit
from tests import factories
from tests.factories import NOW

if TYPE_CHECKING:
    from assessments.models import Cycle
    from tests.assessments.conftest import Telemetry
    from tests.factories import House

TOMORROW = NOW.date() + timedelta(days=1)


@pytest.fixture
def cycle(house: House, telemetry: Telemetry) -> Cycle:
    """An open cycle in which telemetry proposes 5 for A.M1 and nothing for B.M1."""
    telemetry.values = {"A.M1": 1800.0}
    cycle = factories.cycle(house.workspace, left_out={"C": "Not ours."})
    rescoring.rescore(cycle_id=cycle.pk, trigger="events", now=NOW)
    return cycle


def _decide(cycle: Cycle, house: House, **changes: Any) -> Decision:
    given: dict[str, Any] = {
        "cycle_id": cycle.pk,
        "criterion": "A.M1",
        "verb": "accept",
        "by": house["noa"],
        "now": NOW,
    }
    return Decision.objects.get(pk=agreeing.decide(**(given | changes)))


def test_accepting_keeps_what_was_proposed(cycle: Cycle, house: House) -> None:
    decision = _decide(cycle, house)
    assert (decision.proposed, decision.level) == (Decimal(5), Decimal(5))
    assert decision.decided_by == house["noa"]
    assert JournalEntry.objects.get(verb="decision.taken").detail["criterion"] == "A.M1"


def test_an_override_has_its_own_level_with_a_reason_and_an_end(
    cycle: Cycle, house: House
) -> None:
    decision = _decide(
        cycle,
        house,
        verb="override",
        level=Decimal("3.5"),
        reason="Half of the services are not connected yet.",
        expires_on=TOMORROW,
    )
    assert (decision.proposed, decision.level) == (Decimal(5), Decimal("3.5"))


def test_where_nothing_is_measured_an_override_says_what_is_known(
    cycle: Cycle, house: House
) -> None:
    with pytest.raises(agreeing.NothingProposed, match="Override it"):
        _decide(cycle, house, criterion="B.M1")
    with pytest.raises(agreeing.NothingProposed, match="proposes no level"):
        _decide(cycle, house, criterion="B.M1", verb="dispute", reason="Wrong.")
    decision = _decide(
        cycle,
        house,
        criterion="B.M1",
        verb="override",
        level=Decimal(2),
        reason="Counted by hand.",
        expires_on=TOMORROW,
    )
    assert decision.proposed is None


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"verb": "ignore"}, "verb", "accept, dispute or override"),
        ({"verb": "dispute"}, "reason", "Say why"),
        ({"expires_on": NOW.date()}, "expires_on", "in the future"),
        ({"verb": "override", "level": None}, "level", "from 1 to 5"),
        ({"verb": "override", "level": Decimal("3.2")}, "level", "steps of 0.5"),
        ({"verb": "override", "level": Decimal(6)}, "level", "from 1 to 5"),
        ({"verb": "override", "reason": " "}, "reason", "Say why another"),
        ({"verb": "override", "expires_on": None}, "expires_on", "last day"),
        (
            {"verb": "override", "expires_on": date(2026, 3, 1)},
            "expires_on",
            "in the future",
        ),
    ],
)
def test_a_decision_that_cannot_be_is_refused_at_its_place(
    cycle: Cycle, house: House, changes: dict[str, Any], field: str, says: str
) -> None:
    whole = {
        "level": Decimal(3),
        "reason": "Because." if changes.get("verb") == "override" else "",
        "expires_on": TOMORROW,
    }
    with pytest.raises(Unfit, match=says) as refusal:
        _decide(cycle, house, **(whole | changes))
    assert refusal.value.field_name == field
    assert not Decision.objects.exists()


@pytest.mark.parametrize("name", ["rui", "vera", "sam", "otto"])
def test_only_leads_and_assessors_decide(cycle: Cycle, house: House, name: str) -> None:
    with pytest.raises(agreeing.NotYours):
        _decide(cycle, house, by=house[name])


def test_what_the_cycle_does_not_measure_is_not_decided(
    cycle: Cycle, house: House
) -> None:
    with pytest.raises(agreeing.NoSuchCriterion, match="no criterion Z"):
        _decide(cycle, house, criterion="Z")


def test_decisions_are_taken_while_a_cycle_is_open_or_in_review(
    cycle: Cycle, house: House
) -> None:
    draft = factories.cycle(house.workspace, state="draft", of=cycle.edition)
    with pytest.raises(agreeing.NotDecidable, match="still a draft"):
        _decide(draft, house)
    factories.rating(cycle, "A.1", house["rui"])
    signing.start_review(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    _decide(cycle, house)
    signing.lock(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    with pytest.raises(agreeing.NotDecidable, match="locked"):
        _decide(cycle, house)
