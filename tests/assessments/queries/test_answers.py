"""Progress by one rule, questions, people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.queries import answers, questions
from tests import factories

if TYPE_CHECKING:
    from tests.factories import House


def test_progress_is_the_same_rule_wherever_it_is_shown(house: House) -> None:
    cycle = factories.cycle(house.workspace, left_out={"C": "Not ours."})
    rui, noa = house["rui"], house["noa"]
    factories.rating(cycle, "A.1", rui, 3)
    factories.rating(cycle, "A.1", rui, 4)
    factories.rating(cycle, "A.2", rui, "unknown")
    factories.rating(cycle, "A.3", noa, "not_applicable")
    tasks = answers.tasks(cycle_id=cycle.pk, person_id=rui.pk)
    assert (tasks.mine.answered, tasks.mine.of) == (2, 4)
    assert (tasks.everyone.answered, tasks.raters) == (3, 2)
    assert tasks.mine == answers.my_progress(cycle_id=cycle.pk, person_id=rui.pk)
    first, second, third = tasks.domains
    assert (first.mine.status, first.everyone.status) == ("started", "done")
    assert (second.mine.status, third.left_out) == ("todo", "Not ours.")
    page = questions.domain_page(cycle_id=cycle.pk, domain="A", person_id=rui.pk)
    assert page is not None
    assert page.mine == first.mine


def test_percent_is_a_hundred_only_when_nothing_is_missing() -> None:
    assert answers.Progress(answered=199, of=200).percent == 99
    assert answers.Progress(answered=0, of=0).percent == 0


def test_a_person_goes_on_at_the_first_question_without_an_answer(
    house: House,
) -> None:
    cycle = factories.cycle(house.workspace, left_out={"A": "Not ours."})
    rui = house["rui"].pk
    assert answers.first_unanswered(cycle_id=cycle.pk, person_id=rui) == "B.1"
    factories.rating(cycle, "B.1", house["rui"])
    assert answers.first_unanswered(cycle_id=cycle.pk, person_id=rui) == "C.1"
    factories.rating(cycle, "C.1", house["rui"])
    assert answers.first_unanswered(cycle_id=cycle.pk, person_id=rui) is None
