"""A locked cycle is corrected by a revision, which says what it changed."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from assessments.models import (
    Assignment,
    Cycle,
    Decision,
    Evidence,
    JournalEntry,
    Rating,
    Settlement,
    Support,
)
from assessments.queries import revisions
from assessments.services import agreeing, rescoring, revising, signing, verifying
from assessments.services.refusals import Unfit
from tests import factories
from tests.factories import NOW

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from tests.assessments.conftest import Telemetry
    from tests.factories import House

LATER = NOW + timedelta(days=1)


@pytest.fixture
def locked(house: House, telemetry: Telemetry) -> Cycle:
    """A locked cycle with two answers of Rui, a decision, a settlement and evidence."""
    telemetry.values = {"A.M1": 36_000.0}
    cycle = factories.cycle(house.workspace, targets={"A": "3.0"})
    for name, level in (("rui", 1), ("rui", 2), ("noa", 4)):
        factories.rating(cycle, "A.1", house[name], level, rationale=f"Said {level}.")
    factories.rating(cycle, "B.1", house["noa"], 3)
    Settlement.objects.create(
        cycle=cycle,
        topic="B.1",
        level=Decimal("2.5"),
        reason="Settled.",
        settled_by=house["noa"],
        settled_at=NOW,
    )
    Support.objects.create(
        cycle=cycle,
        topic="A.1",
        evidence=_evidence(house),
        added_by=house["rui"],
        added_at=NOW,
    )
    Assignment.objects.create(
        cycle=cycle,
        person=house["rui"],
        domain="A",
        vantage="practitioner",
        asked_by=house["ada"],
        asked_at=NOW,
        finished_at=NOW,
    )
    rescoring.rescore(cycle_id=cycle.pk, trigger="answer", now=NOW)
    agreeing.decide(
        cycle_id=cycle.pk, criterion="A.M1", verb="accept", by=house["noa"], now=NOW
    )
    return factories.locked(cycle)


def _evidence(house: House) -> Evidence:
    return Evidence.objects.create(
        workspace=house.workspace,
        kind="link",
        title="Runbook",
        url="https://docs.example.org/runbook",
        sha256="1" * 64,
        owner=house["rui"],
        dated_on=NOW.date(),
        added_by=house["rui"],
        added_at=NOW,
    )


def _revise(cycle: Cycle, house: House, reason: str = "A.1 was misread.") -> Cycle:
    pk = revising.start(cycle_id=cycle.pk, reason=reason, by=house["ada"], now=LATER)
    rescoring.rescore(cycle_id=pk, trigger="answer", now=LATER)
    return Cycle.objects.get(pk=pk)


def test_a_revision_begins_with_what_counted_by_whom_and_when(
    locked: Cycle, house: House
) -> None:
    new = _revise(locked, house)
    assert (new.state, new.revises, new.title) == (
        "in_review",
        locked,
        "Q1 2026 · revision 2",
    )
    for name in ("scope_id", "edition_id", "period_start", "period_end", "targets"):
        assert getattr(new, name) == getattr(locked, name)
    old = Rating.objects.filter(cycle=locked, person=house["rui"]).latest("pk")
    copied = Rating.objects.get(cycle=new, person=house["rui"])
    assert (copied.level, copied.rationale, copied.rated_at) == (2, "Said 2.", NOW)
    assert copied.carried_from == old
    decision = Decision.objects.get(cycle=new)
    assert (decision.decided_by, decision.decided_at) == (house["noa"], NOW)
    settlement = Settlement.objects.get(cycle=new)
    assert (settlement.settled_by, settlement.settled_at) == (house["noa"], NOW)
    assert Support.objects.get(cycle=new).added_by == house["rui"]
    assert Assignment.objects.get(cycle=new).finished_at == NOW
    entry = JournalEntry.objects.get(verb="cycle.revision_started")
    assert entry.why == "A.1 was misread."
    assert entry.detail["sha256"] == locked.content_sha256


def test_the_old_result_stays_as_it_was_and_says_that_it_was_corrected(
    locked: Cycle, house: House
) -> None:
    content = locked.content
    new = _revise(locked, house)
    locked.refresh_from_db()
    assert locked.content == content
    assert verifying.verify(cycle_id=locked.pk).holds
    found = revisions.correction(cycle_id=locked.pk)
    assert found.revised_by is not None
    assert (found.revised_by.id, found.revised_because) == (new.pk, "A.1 was misread.")
    found = revisions.correction(cycle_id=new.pk)
    assert found.revises is not None
    assert (found.revises.id, found.reason) == (locked.pk, "A.1 was misread.")


def test_nothing_is_different_until_something_is_changed(
    locked: Cycle, house: House
) -> None:
    new = _revise(locked, house)
    found = revisions.differences(cycle_id=new.pk, names=True)
    assert found is not None
    assert found.none
    assert revisions.differences(cycle_id=locked.pk, names=True) is None


def test_what_a_revision_changes_is_named(locked: Cycle, house: House) -> None:
    new = _revise(locked, house)
    signing.reopen(cycle_id=new.pk, by=house["ada"], now=LATER)
    factories.rating(new, "A.1", house["rui"], 3)
    agreeing.decide(
        cycle_id=new.pk,
        criterion="A.M1",
        verb="dispute",
        reason="Wrong service.",
        by=house["noa"],
        now=LATER,
    )
    Settlement.objects.create(
        cycle=new,
        topic="B.1",
        level=None,
        reason="Taken back.",
        settled_by=house["noa"],
        settled_at=LATER,
    )
    rescoring.rescore(cycle_id=new.pk, trigger="answer", now=LATER)
    found = revisions.differences(cycle_id=new.pk, names=True)
    assert found is not None
    answer = found.answers[0]
    assert (answer.code, answer.who) == ("A.1", "Rui")
    assert (answer.before, answer.after) == ("2, Practitioner", "3, Practitioner")
    assert [(one.code, one.before) for one in found.decisions] == [
        ("A.M1", "Accepted, 4.0")
    ]
    assert [(one.before, one.after) for one in found.settlements] == [
        ("2.5, Settled.", "–")
    ]
    levels = {one.code: (one.before, one.after) for one in found.levels}
    assert levels["A.1"] == ("4.0", "3.0")
    assert levels["B.1"] == ("2.5", "3.0")
    unnamed = revisions.differences(cycle_id=new.pk, names=False)
    assert unnamed is not None
    assert unnamed.answers[0].who == ""


def test_a_revision_is_sealed_with_the_hash_of_what_it_corrects(
    locked: Cycle, house: House
) -> None:
    new = _locked_again(_revise(locked, house), house)
    content = json.loads(new.content)
    assert content["revises"] == {
        "cycle": locked.pk,
        "sha256": locked.content_sha256,
        "reason": "A.1 was misread.",
    }
    assert content["ratings"][0]["carried_from"] is not None
    assert verifying.verify(cycle_id=new.pk).holds
    third = _revise(new, house, "Again.")
    assert third.title == "Q1 2026 · revision 3"


def _locked_again(cycle: Cycle, house: House) -> Cycle:
    """Lock a cycle that is in review."""
    signing.lock(cycle_id=cycle.pk, by=house["ada"], now=LATER)
    cycle.refresh_from_db()
    return cycle


def test_one_revision_at_a_time_with_a_reason_of_what_is_locked(
    locked: Cycle, house: House
) -> None:
    with pytest.raises(Unfit, match="Say what is wrong"):
        _revise(locked, house, "  ")
    with pytest.raises(Unfit, match="2000"):
        _revise(locked, house, "x" * 2001)
    new = _revise(locked, house)
    with pytest.raises(revising.Revised) as refused:
        _revise(locked, house, "Once more.")
    assert refused.value.cycle_id == new.pk
    with pytest.raises(revising.NotLocked):
        _revise(new, house)


def test_the_differences_ask_no_more_queries_for_more_answers(
    locked: Cycle,
    house: House,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    new = _revise(locked, house)
    signing.reopen(cycle_id=new.pk, by=house["ada"], now=LATER)
    for name in ("ada", "noa", "rui", "petra"):
        for topic in ("A.1", "A.2", "A.3"):
            factories.rating(new, topic, house[name], 5)
    with django_assert_max_num_queries(9):
        revisions.differences(cycle_id=new.pk, names=True)
