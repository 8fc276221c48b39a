"""Gates: examined, decided once by somebody who may sign, conditions followed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from assessments.models import GateReview, JournalEntry, Notice
from assessments.queries import gates
from assessments.services import gating
from assessments.services.refusals import Unfit
from tests import factories, factories_plan
from tests.factories import NOW

if TYPE_CHECKING:
    from tests.factories import House


@pytest.fixture
def review(house: House) -> GateReview:
    """An open review of the gate before Model."""
    return factories_plan.review(house.workspace, factories_plan.staged())


def test_a_gate_has_one_open_review(house: House, review: GateReview) -> None:
    again = factories_plan.review(house.workspace, review.edition, by=house["noa"])
    assert again == review
    assert JournalEntry.objects.filter(verb="gate.opened").count() == 1


def test_a_stage_without_a_gate_has_nothing_to_review(
    house: House, review: GateReview
) -> None:
    for stage in ("S1", "nowhere"):
        with pytest.raises(gating.NoSuchReview):
            gating.open_review(
                workspace_id=house.workspace.pk,
                scope_id=review.scope_id,
                edition_id=review.edition_id,
                stage=stage,
                by=house["ada"],
                now=NOW,
            )


def test_the_newest_result_is_on_the_table(house: House) -> None:
    edition = factories_plan.staged()
    factories.cycle(house.workspace, of=edition, title="Q1")
    factories.cycle(house.workspace, of=edition, title="Draft", state="draft")
    made = factories_plan.review(house.workspace, edition)
    assert made.cycle is not None
    assert made.cycle.title == "Q1"


def test_a_go_takes_every_criterion_and_unknown_is_not_met(review: GateReview) -> None:
    for found in ((True, None), (True, False), (None, None)):
        factories_plan.examined(review, *found)
        with pytest.raises(Unfit, match="unknown does not count as met"):
            factories_plan.decided(review, "go")
    factories_plan.examined(review, True, True)
    assert factories_plan.decided(review, "go").decided_at == NOW


def test_a_gate_that_nobody_examined_is_not_met(review: GateReview) -> None:
    with pytest.raises(Unfit):
        factories_plan.decided(review, "go")


def test_conditions_belong_to_a_conditional_go(
    house: House, review: GateReview
) -> None:
    condition = factories_plan.condition(house["vera"])
    with pytest.raises(Unfit, match="needs a condition"):
        factories_plan.decided(review, "conditional_go")
    with pytest.raises(Unfit, match="belong to a conditional go"):
        factories_plan.decided(review, "recycle", conditions=(condition,))
    made = factories_plan.decided(review, "conditional_go", conditions=(condition,))
    assert made.conditions.get().owner == house["vera"]


def test_a_condition_is_owned_by_a_member_and_due_in_a_year_that_is_meant(
    house: House, review: GateReview
) -> None:
    for bad in (
        factories_plan.condition(house["otto"]),
        factories_plan.condition(house["rui"]),  # sees nothing of gates
        factories_plan.condition(house["vera"], due_on=date(9999, 1, 1)),
        gating.Condition(text=" ", owner_id=house["vera"].pk, due_on=date(2026, 5, 1)),
    ):
        with pytest.raises(Unfit):
            factories_plan.decided(review, "conditional_go", conditions=(bad,))
    assert not review.conditions.exists()


@pytest.mark.parametrize("decision", ["", "maybe"])
def test_a_decision_is_one_of_four_and_has_a_reason(
    review: GateReview, decision: str
) -> None:
    with pytest.raises(Unfit):
        factories_plan.decided(review, decision)
    with pytest.raises(Unfit) as refused:
        factories_plan.decided(review, "stop", reason="  ")
    assert refused.value.field_name == "reason"


@pytest.mark.parametrize("name", ["vera", "rui", "sam", "otto"])
def test_deciding_takes_somebody_who_may_sign(
    house: House, review: GateReview, name: str
) -> None:
    with pytest.raises(gating.NotYours):
        factories_plan.decided(review, "stop", by=house[name])


def test_a_decided_review_never_changes(house: House, review: GateReview) -> None:
    factories_plan.decided(review, "recycle")
    with pytest.raises(gating.Decided):
        factories_plan.examined(review, True, True)
    with pytest.raises(gating.Decided):
        factories_plan.decided(review, "stop")
    with pytest.raises(gating.Decided):
        factories_plan.decided(review, "recycle", by=house["noa"])
    review.refresh_from_db()
    assert (review.decision, review.findings) == ("recycle", {})


def test_a_second_click_on_the_same_decision_is_harmless(review: GateReview) -> None:
    for _click in range(2):
        factories_plan.decided(review, "recycle")
    assert review.signatures.count() == 1
    assert JournalEntry.objects.filter(verb="gate.decided").count() == 1


def test_a_new_review_is_opened_after_a_decision(
    house: House, review: GateReview
) -> None:
    factories_plan.decided(review, "recycle")
    assert factories_plan.review(house.workspace, review.edition) != review


def test_findings_that_somebody_changed_are_neither_lost_nor_decided_upon(
    house: House, review: GateReview
) -> None:
    stale = gates.marker(review.findings)
    factories_plan.examined(review, True, False)
    with pytest.raises(gating.Overtaken):
        gating.record_findings(
            workspace_id=review.workspace_id,
            review_id=review.pk,
            findings={},
            marker=stale,
            by=house["noa"],
            now=NOW,
        )
    with pytest.raises(gating.Overtaken):
        gating.decide(
            workspace_id=review.workspace_id,
            review_id=review.pk,
            decision="stop",
            reason="Too early.",
            conditions=(),
            marker=stale,
            by=house["noa"],
            now=NOW,
        )
    review.refresh_from_db()
    assert review.findings["gate-model-1"]["met"] is True
    assert review.decided_at is None


def test_a_finding_about_no_criterion_is_refused(
    house: House, review: GateReview
) -> None:
    with pytest.raises(Unfit):
        gating.record_findings(
            workspace_id=review.workspace_id,
            review_id=review.pk,
            findings={"nothing": gating.Finding(met=True)},
            marker=gates.marker(review.findings),
            by=house["ada"],
            now=NOW,
        )


def test_others_sign_by_name_once_the_decision_is_taken(
    house: House, review: GateReview
) -> None:
    def sign(name: str) -> None:
        gating.sign(
            workspace_id=review.workspace_id,
            review_id=review.pk,
            by=house[name],
            now=NOW,
        )

    with pytest.raises(gating.NotYours):
        sign("noa")
    factories_plan.decided(review, "recycle")
    for _click in range(2):
        sign("noa")
    with pytest.raises(gating.NotYours):
        sign("vera")
    signers = [one.person for one in review.signatures.all()]
    assert signers == [house["ada"], house["noa"]]


def test_a_condition_is_met_once(house: House, review: GateReview) -> None:
    made = factories_plan.decided(
        review, "conditional_go", conditions=(factories_plan.condition(house["vera"]),)
    ).conditions.get()
    for name in ("rui", "ada"):
        gating.meet(
            workspace_id=house.workspace.pk,
            condition_id=made.pk,
            by=house[name],
            now=NOW,
        )
    made.refresh_from_db()
    assert made.met_by == house["rui"]
    with pytest.raises(gating.NoSuchReview):
        gating.meet(
            workspace_id=house.other.pk,
            condition_id=made.pk,
            by=house["otto"],
            now=NOW,
        )


def test_owners_hear_of_a_condition_until_it_is_met(
    house: House, review: GateReview
) -> None:
    factories_plan.decided(
        review,
        "conditional_go",
        conditions=(factories_plan.condition(house["vera"], due_on=date(2026, 3, 20)),),
    )
    condition = review.conditions.get()
    first = Notice.objects.get()
    assert first.person == house["vera"]
    assert condition.text in first.body
    assert f"/journey/gates/{review.pk}/" in first.body
    days = [3, 12, 12, 19, 20, 27]  # twice on one day, twice in a week
    told = [gating.remind(now=NOW + timedelta(days=day)) for day in days]
    assert told == [0, 1, 0, 1, 0, 1]
    gating.meet(
        workspace_id=house.workspace.pk,
        condition_id=condition.pk,
        by=house["rui"],
        now=NOW,
    )
    assert gating.remind(now=NOW + timedelta(days=60)) == 0
