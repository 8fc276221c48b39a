"""Computing a cycle again, and finding what was tampered with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assessments.models import (
    Cycle,
    Decision,
    Edition,
    Measurement,
    Proposal,
    Rating,
    Score,
    Scoring,
)
from assessments.services import agreeing, rescoring, signing, verifying
from tests import factories, guards
from tests.factories import NOW

if TYPE_CHECKING:
    from django.db.models import Model

    from tests.assessments.conftest import Telemetry
    from tests.factories import House


@pytest.fixture
def locked(house: House, telemetry: Telemetry) -> Cycle:
    """A locked cycle with answers, measurements and a decision."""
    telemetry.values = {"A.M1": 36_000.125, "B.M1": 1e6 / 7}
    cycle = factories.cycle(house.workspace)
    for name, level in (("rui", 2), ("noa", 4), ("ada", 3)):
        for topic in ("A.1", "A.2", "B.1"):
            factories.rating(cycle, topic, house[name], level, confidence="medium")
    factories.rating(cycle, "C.1", house["rui"], "unknown")
    rescoring.rescore(cycle_id=cycle.pk, trigger="answer", now=NOW)
    agreeing.decide(
        cycle_id=cycle.pk, criterion="A.M1", verb="accept", by=house["noa"], now=NOW
    )
    signing.start_review(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    signing.lock(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    return Cycle.objects.get(pk=cycle.pk)


def test_a_locked_cycle_comes_out_the_same_byte_for_byte(locked: Cycle) -> None:
    found = verifying.verify(cycle_id=locked.pk)
    assert found.holds, found.differences
    assert found.content_sha256 == locked.content_sha256
    assert found.card_sha256 == Scoring.objects.order_by("-pk")[0].card_sha256


_TAMPERED: tuple[tuple[type[Model], dict[str, object], str], ...] = (
    (Score, {"agreed": 5}, "score row topic A.1"),
    (Score, {"because": ["Trust me."]}, "score row"),
    (Rating, {"level": 5, "answer": "level"}, "card"),
    (Rating, {"rationale": "Rewritten."}, "content, ratings"),
    (Decision, {"level": 2}, "card"),
    (Decision, {"reason": "Rewritten."}, "content, decisions"),
    (Measurement, {"value": 1.0, "status": "value", "n": 40, "coverage": 1}, "card"),
    (Measurement, {"high": 9.0}, "content, measurements"),
    (Proposal, {"level": 5}, "proposal A.M1"),
    (Scoring, {"card": "[]"}, "card"),
    (Scoring, {"card": "nonsense"}, "not a card"),
    (Scoring, {"card_sha256": "0" * 64}, "SHA-256"),
    (Cycle, {"title": "Another"}, "content, cycle"),
    (Cycle, {"targets": {"A": "1.0"}}, "content, targets"),
    (Cycle, {"content": "{}"}, "does not have the stored SHA-256"),
    (Cycle, {"content_sha256": "0" * 64}, "does not have the stored SHA-256"),
    (Edition, {"sha256": "0" * 64}, "edition"),
)


@pytest.mark.parametrize(("model", "change", "says"), _TAMPERED)
def test_whatever_is_changed_behind_the_guards_is_found(
    locked: Cycle, model: type[Model], change: dict[str, object], says: str
) -> None:
    rows = model._default_manager.all()
    if model is Scoring:
        rows = rows.filter(trigger="lock")
    with guards.lifted():
        rows.update(**change)
    found = verifying.verify(cycle_id=locked.pk)
    assert not found.holds
    assert any(says in difference for difference in found.differences)


def test_rows_that_vanish_are_found(locked: Cycle) -> None:
    with guards.lifted():
        Proposal.objects.filter(criterion="B.M1", scoring__trigger="lock").delete()
        Rating.objects.filter(topic="C.1").delete()
    found = verifying.verify(cycle_id=locked.pk)
    assert any("proposal B.M1: it is missing" in one for one in found.differences)
    assert any("content, ratings" in one for one in found.differences)


def test_an_open_cycle_is_verified_up_to_what_its_scoring_saw(
    house: House, telemetry: Telemetry
) -> None:
    cycle = factories.cycle(house.workspace)
    factories.rating(cycle, "A.1", house["rui"], 3)
    rescoring.rescore(cycle_id=cycle.pk, trigger="answer", now=NOW)
    factories.rating(cycle, "A.1", house["rui"], 5)
    found = verifying.verify(cycle_id=cycle.pk)
    assert found.holds, found.differences
    assert not found.locked


def test_a_cycle_without_a_scoring_has_nothing_to_verify(
    house: House, telemetry: Telemetry
) -> None:
    cycle = factories.cycle(house.workspace)
    assert verifying.verify(cycle_id=cycle.pk).scoring_id is None
    assert verifying.cycle_ids() == []
