"""One person's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from assessments.models import Assignment, Rating
from assessments.services import answering
from assessments.services.refusals import Unfit
from tests import factories, frameworks
from tests.factories import NOW

if TYPE_CHECKING:
    from assessments.models import Cycle
    from tests.factories import House


@pytest.fixture
def cycle(house: House) -> Cycle:
    """An open cycle that leaves domain C out."""
    return factories.cycle(house.workspace, left_out={"C": "Not ours."})


def _rate(cycle: Cycle, house: House, **changes: Any) -> int:
    given: dict[str, Any] = {
        "cycle_id": cycle.pk,
        "topic": "A.1",
        "person": house["rui"],
        "vantage": "practitioner",
        "answer": "level",
        "level": 3,
        "confidence": "high",
        "rationale": " Seen in the pipeline. ",
        "now": NOW,
    }
    return answering.rate(**(given | changes)).id


def test_an_answer_is_kept_with_its_reason_and_confidence(
    cycle: Cycle, house: House
) -> None:
    rating = Rating.objects.get(pk=_rate(cycle, house))
    assert (rating.level, rating.confidence) == (3, "high")
    assert rating.rationale == "Seen in the pipeline."
    assert rating.rated_at == NOW


def test_a_changed_mind_is_a_new_row_and_the_same_mind_is_none(
    cycle: Cycle, house: House
) -> None:
    first = _rate(cycle, house)
    assert _rate(cycle, house) == first
    second = _rate(cycle, house, level=4)
    assert second != first
    assert _rate(cycle, house) not in (first, second)
    assert [row.level for row in Rating.objects.order_by("pk")] == [3, 4, 3]


@pytest.mark.parametrize("answer", ["unknown", "not_applicable"])
def test_unknown_and_not_applicable_are_answers_without_a_level(
    cycle: Cycle, house: House, answer: str
) -> None:
    rating = Rating.objects.get(pk=_rate(cycle, house, answer=answer))
    assert (rating.answer, rating.level) == (answer, None)


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"answer": ""}, "answer", "Choose a level"),
        ({"answer": "maybe"}, "answer", "Choose a level"),
        ({"level": None}, "answer", "from 1 to 5"),
        ({"level": 6}, "answer", "from 1 to 5"),
        ({"level": 0}, "answer", "from 1 to 5"),
        ({"answer": "not_applicable", "rationale": " "}, "rationale", "Say why"),
        ({"vantage": "moon"}, "vantage", "point from which"),
        ({"confidence": "total"}, "confidence", "how sure"),
        ({"rationale": "x" * 10_001}, "rationale", "10000 characters"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_at_its_place(
    cycle: Cycle, house: House, changes: dict[str, Any], field: str, says: str
) -> None:
    with pytest.raises(Unfit, match=says) as refusal:
        _rate(cycle, house, **changes)
    assert refusal.value.field_name == field
    assert not Rating.objects.exists()


def test_what_the_cycle_does_not_ask_is_not_answered(
    cycle: Cycle, house: House
) -> None:
    for topic in ("Z.9", "A", "A.M1"):
        with pytest.raises(answering.NoSuchQuestion, match=f"no topic {topic}"):
            _rate(cycle, house, topic=topic)
    with pytest.raises(answering.NoSuchQuestion, match="left out of this cycle"):
        _rate(cycle, house, topic="C.1")


@pytest.mark.parametrize(
    ("state", "says"), [("draft", "once a lead has opened"), ("in_review", "reopen")]
)
def test_answers_are_taken_while_a_cycle_is_open(
    house: House, state: str, says: str
) -> None:
    closed = factories.cycle(house.workspace, state=state)
    with pytest.raises(answering.NotOpen, match=says):
        _rate(closed, house)
    assert says in answering.closed(state=state)
    assert answering.closed(state="open") == ""


def test_an_edition_may_ask_for_a_reason_from_a_level_on(house: House) -> None:
    document = frameworks.plain()
    scoring = document["scoring"]
    assert isinstance(scoring, dict)
    scoring["rationale_required"] = {"from_level": 4, "answers": ["unknown"]}
    cycle = factories.cycle(house.workspace, of=factories.edition(document))
    for changes in ({"level": 4}, {"answer": "unknown", "level": None}):
        with pytest.raises(Unfit, match="what you have seen") as refusal:
            _rate(cycle, house, rationale=" ", **changes)
        assert refusal.value.field_name == "rationale"
    assert _rate(cycle, house, level=3, rationale="")
    assert _rate(cycle, house, level=4)


def test_an_answer_that_does_not_know_the_newest_one_is_a_conflict(
    cycle: Cycle, house: House
) -> None:
    first = _rate(cycle, house, level=2, seen=0)
    with pytest.raises(answering.Conflict) as conflict:
        _rate(cycle, house, level=4, seen=0)
    assert conflict.value.newest == first
    assert _rate(cycle, house, level=2, seen=0) == first
    assert _rate(cycle, house, level=4, seen=first) != first


def test_nobody_answers_what_they_are_not_asked(cycle: Cycle, house: House) -> None:
    Assignment.objects.create(
        cycle=cycle,
        person=house["rui"],
        domain="B",
        vantage="practitioner",
        asked_by=house["ada"],
        asked_at=NOW,
    )
    with pytest.raises(answering.NoSuchQuestion, match="not asked about A"):
        _rate(cycle, house)
    assert _rate(cycle, house, topic="B.1")
    assert _rate(cycle, house, person=house["noa"])
