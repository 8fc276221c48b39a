"""Questions with one person's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.queries import questions
from tests import factories

if TYPE_CHECKING:
    from tests.factories import House


def test_a_question_shows_its_levels_neighbors_and_my_last_answer_only(
    house: House,
) -> None:
    cycle = factories.cycle(house.workspace)
    factories.rating(cycle, "A.2", house["noa"], 5)
    factories.rating(cycle, "A.2", house["rui"], 2)
    factories.rating(cycle, "A.2", house["rui"], 3)
    found = questions.question(
        cycle_id=cycle.pk, topic="A.2", person_id=house["rui"].pk
    )
    assert found is not None
    assert (found.before, found.after) == ("A.1", "A.3")
    assert (found.position, found.of) == (2, 5)
    assert [choice.level for choice in found.choices] == [1, 2, 3, 4, 5]
    assert found.choices[0].text == "Sentence 1 of A.2."
    assert found.answer is not None
    assert found.answer.label == "Level 3"


def test_what_is_left_out_or_unknown_is_no_question(house: House) -> None:
    cycle = factories.cycle(house.workspace, left_out={"C": "Not ours."})
    me = house["rui"].pk
    for topic in ("C.1", "Z.1"):
        assert questions.question(cycle_id=cycle.pk, topic=topic, person_id=me) is None
    assert questions.domain_page(cycle_id=cycle.pk, domain="Z", person_id=me) is None
