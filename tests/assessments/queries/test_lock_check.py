"""What speaks against locking."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Assignment, Dispute, Rating, Settlement
from assessments.queries.lock_check import Severity, lock_check
from assessments.services import agreeing, rescoring
from tests import factories
from tests.factories import NOW

if TYPE_CHECKING:
    from datetime import datetime

    from pytest_django import DjangoAssertNumQueries

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


def test_people_far_apart_and_people_against_telemetry_are_serious(
    cycle: Cycle, house: House
) -> None:
    for name, level in (("rui", 1), ("noa", 4), ("ada", 2)):
        factories.rating(cycle, "A.1", house[name], level)
    serious = _found(cycle)[Severity.SERIOUS]
    assert serious[:2] == [
        "topic_why A.1 Topic A.1: answers go from 1.0 to 4.0, unsettled.",
        (
            "criterion A.M1 Criterion A.M1: people say 2.0, telemetry proposes 4.0, and"
            " nobody has decided."
        ),
    ]
    Settlement.objects.create(
        cycle=cycle,
        topic="A.1",
        level=2,
        reason="Looked at it together.",
        settled_by=house["noa"],
        settled_at=NOW,
    )
    assert "A.1 Topic A.1" not in str(_found(cycle)[Severity.SERIOUS])


def test_a_blind_spot_is_serious_even_where_answers_lie_close(
    cycle: Cycle, house: House, telemetry: Telemetry
) -> None:
    telemetry.values = {}
    for name, level, vantage in (
        ("ada", 4, "leadership"),
        ("petra", 4, "leadership"),
        ("rui", 2, "practitioner"),
        ("noa", 2, "practitioner"),
    ):
        factories.rating(cycle, "C.1", house[name], level, vantage=vantage)
    found = [one for one in _found(cycle)[Severity.SERIOUS] if "C.1" in one]
    assert len(found) == 1
    assert found[0].startswith("topic_why C.1 Topic C.1")


def test_an_open_dispute_is_serious_until_it_is_resolved(
    cycle: Cycle, house: House
) -> None:
    dispute = Dispute.objects.create(
        cycle=cycle,
        topic="A.1",
        text="Not so.",
        owner=house["noa"],
        due_on=NOW.date(),
        opened_by=house["rui"],
        opened_at=NOW,
    )
    assert "A.1: a dispute is open, Noa owns it" in str(_found(cycle)[Severity.SERIOUS])
    Dispute.objects.filter(pk=dispute.pk).update(
        resolution="Settled.", resolved_at=NOW, resolved_by=house["noa"]
    )
    assert "dispute" not in str(_found(cycle))


def test_a_cycle_without_any_answer_is_blocked(cycle: Cycle, house: House) -> None:
    assert _found(cycle)[Severity.BLOCKING] == [
        "cycle Nobody has answered a question yet."
    ]
    factories.rating(cycle, "A.1", house["rui"], 4)
    assert Severity.BLOCKING not in _found(cycle)


def test_what_nobody_answered_decided_or_measured_is_found(
    cycle: Cycle, house: House
) -> None:
    factories.rating(cycle, "A.1", house["rui"], 4)
    found = _found(cycle)
    assert (
        "criterion A.M1 Criterion A.M1: nobody has decided on the proposed level 4.0."
        in found[Severity.LOOK]
    )
    assert (
        "domain_result B Domain B: nothing is known from telemetry for B.M1."
        in found[Severity.LOOK]
    )
    assert "cycle No target is set for A, B, C." in found[Severity.LOOK]
    serious = found[Severity.SERIOUS]
    assert "answer_domain A Domain A: nobody answered A.2, A.3 (2 of 3)." in serious
    assert "answer_domain C Domain C: nobody answered C.1 (1 of 1)." in serious


def test_an_accepted_level_that_moved_and_a_decision_that_ended_are_serious(
    cycle: Cycle, house: House, telemetry: Telemetry
) -> None:
    _found(cycle)
    _decide(cycle, house, "accept")
    assert "A.M1" not in str(_found(cycle)[Severity.SERIOUS])
    telemetry.values = {"A.M1": 1_800.0}
    assert (
        "criterion A.M1 Criterion A.M1: 4.0 was accepted, telemetry now proposes 5.0."
        in _found(cycle)[Severity.SERIOUS]
    )
    _decide(
        cycle,
        house,
        "override",
        level=Decimal(3),
        reason="Half of it.",
        expires_on=NOW.date() + DAY,
    )
    assert "A.M1 Criterion A.M1: the decision ends on 3 Mar 2026." in str(
        _found(cycle)[Severity.LOOK]
    )
    assert (
        "criterion A.M1 Criterion A.M1: the decision ended on 3 Mar 2026 and no"
        " longer counts." in _found(cycle, at=NOW + 2 * DAY)[Severity.SERIOUS]
    )


def test_a_domain_that_rests_on_few_people_is_worth_a_look(
    cycle: Cycle, house: House
) -> None:
    factories.rating(cycle, "C.1", house["rui"], 3)
    assert (
        "domain_result C Domain C: rests on 1 person, a single vantage point."
        in _found(cycle)[Severity.LOOK]
    )
    factories.rating(cycle, "C.1", house["noa"], 3, vantage="oversight")
    factories.rating(cycle, "C.1", house["ada"], 3)
    assert "Domain C: rests" not in str(_found(cycle)[Severity.LOOK])


def test_a_domain_of_which_nobody_knows_anything_is_serious(
    cycle: Cycle, house: House
) -> None:
    factories.rating(cycle, "C.1", house["rui"], "unknown")
    assert (
        "domain_result C Domain C: no level, too little is known."
        in _found(cycle)[Severity.SERIOUS]
    )


def test_unfinished_domains_and_carried_answers_are_worth_a_look(
    cycle: Cycle, house: House
) -> None:
    Assignment.objects.create(
        cycle=cycle,
        person=house["rui"],
        domain="A",
        vantage="practitioner",
        asked_by=house["ada"],
        asked_at=NOW,
    )
    earlier = factories.cycle(house.workspace, title="Q4")
    old = factories.rating(earlier, "A.1", house["rui"], 3)
    Rating.objects.create(
        cycle=cycle,
        topic="A.1",
        person=house["rui"],
        vantage="practitioner",
        answer="level",
        level=3,
        carried_from_id=old,
        rated_at=NOW,
    )
    look = _found(cycle)[Severity.LOOK]
    assert "cycle 1 person is not done with A." in look
    assert "cycle 1 answer was carried over and not confirmed: A.1." in look
    factories.rating(cycle, "A.1", house["rui"], 4)
    assert "carried over" not in str(_found(cycle))


def test_queries_do_not_grow_with_people_or_answers(
    cycle: Cycle,
    house: House,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    factories.rating(cycle, "A.1", house["rui"], 3)
    _found(cycle)
    with CaptureQueriesContext(connection) as few:
        lock_check(cycle_id=cycle.pk, today=NOW.date())
    for name in ("ada", "noa", "petra"):
        for topic in ("A.1", "A.2", "A.3", "B.1", "C.1"):
            factories.rating(cycle, topic, house[name], 4)
    _found(cycle)
    with django_assert_num_queries(len(few)):
        lock_check(cycle_id=cycle.pk, today=NOW.date())
