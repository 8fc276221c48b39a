"""What is at hand beside a question, and what was carried over."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from assessments.models import Cycle, Rating
from assessments.queries import answers, at_hand, questions
from tests import factories, frameworks
from tests.factories import NOW

if TYPE_CHECKING:
    from tests.assessments.conftest import Telemetry
    from tests.factories import House

pytestmark = pytest.mark.usefixtures("telemetry")


def _before(house: House) -> Cycle:
    return factories.cycle(
        house.workspace,
        title="Q4 2025",
        first=date(2025, 10, 1),
        last=date(2025, 12, 31),
    )


def _unanchored(cycle: Cycle) -> None:
    Cycle.objects.filter(pk=cycle.pk).update(unanchored=True)


def _carry(cycle: Cycle, rating_id: int) -> None:
    """Repeat an answer, as starting a cycle on an earlier one does."""
    old = Rating.objects.get(pk=rating_id)
    Rating.objects.create(
        cycle=cycle,
        topic=old.topic,
        person=old.person,
        vantage=old.vantage,
        answer=old.answer,
        level=old.level,
        rationale=old.rationale,
        carried_from=old,
        rated_at=NOW,
    )


def test_my_last_answer_and_the_measured_value_are_at_hand(
    house: House, telemetry: Telemetry
) -> None:
    rui = house["rui"]
    earlier = _before(house)
    factories.rating(earlier, "A.1", rui, 2, rationale="By hand.")
    factories.rating(earlier, "A.1", house["noa"], 5)
    cycle = factories.cycle(house.workspace)
    telemetry.values["A.M1"] = 3600.0
    factories.scored(cycle)
    found = at_hand.at_hand(cycle_id=cycle.pk, topic="A.1", person_id=rui.pk)
    assert found.last is not None
    assert (found.last.cycle, found.last.answer.label) == ("Q4 2025", "Level 2")
    assert [one.code for one in found.proposed] == ["A.M1", "A.M2"]
    measured = found.proposed[0].measurements[0]
    assert (measured.value, measured.n) == (3600.0, 40)
    unknown = found.proposed[1]
    assert unknown.level is None
    assert unknown.measurements[0].status == "unknown"


def test_unanchored_nothing_is_at_hand_before_my_own_first_answer(
    house: House, telemetry: Telemetry
) -> None:
    rui = house["rui"]
    factories.rating(_before(house), "A.1", rui, 2)
    cycle = factories.cycle(house.workspace)
    telemetry.values["A.M1"] = 3600.0
    factories.scored(cycle)
    _unanchored(cycle)
    found = at_hand.at_hand(cycle_id=cycle.pk, topic="A.1", person_id=rui.pk)
    assert found.hidden
    assert (found.last, found.proposed) == (None, ())
    factories.rating(cycle, "A.1", rui, 4)
    found = at_hand.at_hand(cycle_id=cycle.pk, topic="A.1", person_id=rui.pk)
    assert found.last is not None
    assert found.proposed


def test_a_question_worded_differently_is_marked_and_its_old_answer_is_not_shown(
    house: House,
) -> None:
    rui = house["rui"]
    factories.rating(_before(house), "A.1", rui, 2)
    factories.rating(Cycle.objects.get(), "A.2", rui, 2)
    document = frameworks.plain(version="2")
    text = json.dumps(document).replace("Sentence 3 of A.1.", "Another sentence.")
    newer = factories.edition(json.loads(text))
    cycle = factories.cycle(house.workspace, of=newer)
    found = at_hand.at_hand(cycle_id=cycle.pk, topic="A.1", person_id=rui.pk)
    assert found.changed
    assert found.last is None
    overview = questions.overview(
        cycle_id=cycle.pk, person_id=rui.pk, show=questions.CHANGED
    )
    assert [line.topic for line in overview.domains[0].questions] == ["A.1"]
    assert overview.counts["changed"] == 1


def test_a_carried_answer_counts_once_it_is_confirmed(house: House) -> None:
    rui = house["rui"]
    old = factories.rating(_before(house), "A.1", rui, 2)
    cycle = factories.cycle(house.workspace)
    _carry(cycle, old)
    found = questions.question(cycle_id=cycle.pk, topic="A.1", person_id=rui.pk)
    assert found is not None
    assert found.answer is None
    assert found.carried is not None
    assert (found.carried.carried_from, found.carried.label) == ("Q4 2025", "Level 2")
    progress = answers.my_progress(cycle_id=cycle.pk, person_id=rui.pk)
    assert progress.answered == 0
    assert answers.first_unanswered(cycle_id=cycle.pk, person_id=rui.pk) == "A.1"
    factories.rating(cycle, "A.1", rui, 2)
    assert Rating.objects.filter(cycle=cycle, topic="A.1").count() == 2
    progress = answers.my_progress(cycle_id=cycle.pk, person_id=rui.pk)
    assert progress.answered == 1
    found = questions.question(cycle_id=cycle.pk, topic="A.1", person_id=rui.pk)
    assert found is not None
    assert found.carried is None


def test_unanchored_what_was_carried_is_not_shown_either(house: House) -> None:
    rui = house["rui"]
    old = factories.rating(_before(house), "A.1", rui, 2)
    cycle = factories.cycle(house.workspace)
    _carry(cycle, old)
    _unanchored(cycle)
    found = questions.question(cycle_id=cycle.pk, topic="A.1", person_id=rui.pk)
    assert found is not None
    assert (found.answer, found.carried) == (None, None)
    overview = questions.overview(cycle_id=cycle.pk, person_id=rui.pk)
    assert overview.counts["carried"] == 0
