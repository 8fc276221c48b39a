"""What speaks against locking."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from assessments.queries.lock_check import Severity, lock_check
from assessments.services import agreeing, rescoring
from tests import factories
from tests.factories import NOW

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.models import Cycle
    from tests.assessments.conftest import Telemetry
    from tests.factories import House

DAY = timedelta(days=1)


@pytest.fixture
def cycle(house: House, telemetry: Telemetry) -> Cycle:
    """An open cycle in which telemetry proposes 4 for A.M1."""
    telemetry.values = {"A.M1": 36_000.0}
    return factories.cycle(house.workspace)


def _found(cycle: Cycle, *, at: datetime = NOW) -> dict[str, list[str]]:
    rescoring.rescore(cycle_id=cycle.pk, trigger="events", now=at)
    return {
        group.severity: [f"{one.page} {one.sentence}" for one in group.findings]
        for group in lock_check(cycle_id=cycle.pk, today=at.date())
    }


def _decide(cycle: Cycle, house: House, verb: str, **more: object) -> None:
    agreeing.decide(
        cycle_id=cycle.pk,
        criterion="A.M1",
        verb=verb,
        by=house["noa"],
        now=NOW,
        **more,  # type: ignore[arg-type]  # level, reason, end
    )


def test_people_far_apart_and_people_against_telemetry_are_contradictions(
    cycle: Cycle, house: House
) -> None:
    for name, level in (("rui", 1), ("noa", 4), ("ada", 2)):
        factories.rating(cycle, "A.1", house[name], level)
    contradictions = _found(cycle)[Severity.CONTRADICTION]
    assert contradictions == [
        "topic_why A.1 Topic A.1: answers go from 1.0 to 4.0.",
        (
            "criterion A.M1 Criterion A.M1: people say 2.0, telemetry proposes 4.0, and"
            " nobody has decided."
        ),
    ]


def test_what_nobody_answered_decided_or_measured_is_a_gap(
    cycle: Cycle, house: House
) -> None:
    factories.rating(cycle, "A.1", house["rui"], 4)
    gaps = _found(cycle)[Severity.GAP]
    assert (
        "criterion A.M1 Criterion A.M1: nobody has decided on the proposed level 4.0."
        in gaps
    )
    assert "domain_result B Domain B: no evidence of measurement for B.M1." in gaps
    assert "answer_domain A Domain A: nobody answered A.2, A.3 (2 of 3)." in gaps
    assert "answer_domain C Domain C: nobody answered C.1 (1 of 1)." in gaps


def test_an_accepted_level_that_moved_and_a_decision_that_ended_contradict(
    cycle: Cycle, house: House, telemetry: Telemetry
) -> None:
    _found(cycle)
    _decide(cycle, house, "accept")
    assert Severity.CONTRADICTION not in _found(cycle)
    telemetry.values = {"A.M1": 1_800.0}
    assert _found(cycle)[Severity.CONTRADICTION] == [
        "criterion A.M1 Criterion A.M1: 4.0 was accepted, telemetry now proposes 5.0."
    ]
    _decide(
        cycle,
        house,
        "override",
        level=Decimal(3),
        reason="Half of it.",
        expires_on=NOW.date() + DAY,
    )
    assert "A.M1 Criterion A.M1: the decision ends on 3 March 2026." in str(
        _found(cycle)[Severity.NOTE]
    )
    assert _found(cycle, at=NOW + 2 * DAY)[Severity.CONTRADICTION] == [
        (
            "criterion A.M1 Criterion A.M1: the decision ended on 3 March 2026 and no"
            " longer counts."
        )
    ]


def test_a_domain_that_rests_on_few_people_is_noted(cycle: Cycle, house: House) -> None:
    factories.rating(cycle, "C.1", house["rui"], 3)
    assert (
        "domain_result C Domain C: rests on one person and a single vantage point."
        in _found(cycle)[Severity.NOTE]
    )
    factories.rating(cycle, "C.1", house["noa"], 3, vantage="oversight")
    factories.rating(cycle, "C.1", house["ada"], 3)
    assert "Domain C" not in str(_found(cycle).get(Severity.NOTE))


def test_a_domain_of_which_nobody_knows_anything_is_a_gap(
    cycle: Cycle, house: House
) -> None:
    factories.rating(cycle, "C.1", house["rui"], "unknown")
    assert (
        "domain_result C Domain C: no level, too little is known."
        in _found(cycle)[Severity.GAP]
    )
