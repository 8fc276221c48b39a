from __future__ import annotations

import copy
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest

from assessments.models import Assignment, Cycle, JournalEntry, Rating
from assessments.queries import carrying as queries
from assessments.queries import edition_parts
from assessments.queries.edition_parts import Kind
from assessments.services import carrying
from tests import factories, frameworks

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User

    from assessments.models import Edition
    from scoring.events import Json

pytestmark = pytest.mark.django_db

LATER = factories.NOW + timedelta(days=90)


def changed(change: Callable[[dict[str, frameworks.Row]], object]) -> Edition:
    """Publish version 2 of the small edition; `change` gets its topics by code."""
    document = copy.deepcopy(frameworks.plain(version="2"))
    parts = edition_parts.walk(document)
    change({part.code: part.plain for part in parts if part.kind is Kind.TOPIC})
    return factories.edition(document)


def reworded(topics: dict[str, frameworks.Row]) -> None:
    topics["A.1"]["question"] = "Is it done?"
    cast("frameworks.Row", topics["A.2"]["levels"])["4"] = "Another."
    topics["A.3"]["name"] = "Another name"


@pytest.fixture
def earlier(house: factories.House) -> Cycle:
    """A locked cycle in which Rui answered everything of A and B, and Ada A.3."""
    cycle = factories.cycle(house.workspace)
    for topic in ("A.1", "A.2", "A.3", "B.1"):
        factories.rating(cycle, topic, house["rui"], 2)
    factories.rating(cycle, "A.3", house["rui"], 4, confidence="high", rationale="Yes.")
    factories.rating(cycle, "A.3", house["ada"], "unknown", vantage="leadership")
    return factories.locked(cycle)


def later(house: factories.House, of: Edition, *, state: str = "open") -> Cycle:
    return factories.cycle(house.workspace, of=of, state=state, title="Q2 2026")


def carry(cycle: Cycle, earlier: Cycle, by: User) -> carrying.Carried:
    return carrying.carry_over(
        cycle_id=cycle.pk, from_cycle_id=earlier.pk, by=by, now=LATER
    )


def test_answers_to_unchanged_questions_are_carried_and_no_others(
    house: factories.House, earlier: Cycle
) -> None:
    cycle = later(house, changed(reworded))

    done = carry(cycle, earlier, house["ada"])

    assert (done.answers, done.people) == (3, 2)
    rows = Rating.objects.filter(cycle=cycle).order_by("topic", "person__username")
    assert [(one.topic, one.person.username) for one in rows] == [
        ("A.3", "ada"),
        ("A.3", "rui"),
        ("B.1", "rui"),
    ]


def test_the_newest_answer_is_repeated_as_it_was_given(
    house: factories.House, earlier: Cycle
) -> None:
    cycle = later(house, changed(reworded))

    carry(cycle, earlier, house["ada"])

    one = Rating.objects.get(cycle=cycle, topic="A.3", person=house["rui"])
    assert (one.answer, one.level, one.confidence) == ("level", 4, "high")
    assert (one.vantage, one.rationale) == ("practitioner", "Yes.")
    assert one.rated_at == LATER
    assert one.carried_from == Rating.objects.get(
        cycle=earlier, topic="A.3", person=house["rui"], level=4
    )
    assert Rating.objects.filter(cycle=earlier).count() == 6


def test_carrying_twice_carries_nothing_twice(
    house: factories.House, earlier: Cycle
) -> None:
    cycle = later(house, changed(reworded))
    carry(cycle, earlier, house["ada"])

    assert carry(cycle, earlier, house["ada"]).answers == 0
    assert Rating.objects.filter(cycle=cycle).count() == 3
    assert JournalEntry.objects.filter(verb="cycle.answers_carried").count() == 1


def test_an_answer_that_was_given_already_is_not_covered_up(
    house: factories.House, earlier: Cycle
) -> None:
    cycle = later(house, changed(reworded))
    factories.rating(cycle, "B.1", house["rui"], 5)

    carry(cycle, earlier, house["ada"])

    (one,) = Rating.objects.filter(cycle=cycle, topic="B.1")
    assert one.level == 5


def test_a_domain_that_is_left_out_is_not_carried(
    house: factories.House, earlier: Cycle
) -> None:
    cycle = factories.cycle(
        house.workspace, of=changed(reworded), left_out={"B": "No release."}
    )

    carry(cycle, earlier, house["ada"])

    assert not Rating.objects.filter(cycle=cycle, topic="B.1").exists()


def test_only_who_is_asked_is_carried_where_the_cycle_names_people(
    house: factories.House, earlier: Cycle
) -> None:
    cycle = later(house, changed(reworded))
    Assignment.objects.create(
        cycle=cycle,
        person=house["rui"],
        domain="B",
        vantage="practitioner",
        asked_by=house["ada"],
        asked_at=factories.NOW,
    )

    carry(cycle, earlier, house["ada"])

    rows = Rating.objects.filter(cycle=cycle)
    assert [(one.topic, one.person) for one in rows] == [("B.1", house["rui"])]


def test_who_has_left_is_not_spoken_for(house: factories.House, earlier: Cycle) -> None:
    cycle = later(house, changed(reworded))
    house.workspace.members.get(user=house["rui"]).delete()

    carry(cycle, earlier, house["ada"])

    assert [one.person for one in Rating.objects.filter(cycle=cycle)] == [house["ada"]]


@pytest.mark.parametrize("state", ["draft", "in_review"])
def test_answers_are_carried_into_an_open_cycle_only(
    house: factories.House, earlier: Cycle, state: str
) -> None:
    cycle = later(house, changed(reworded), state=state)

    with pytest.raises(carrying.NotOpen) as refused:
        carry(cycle, earlier, house["ada"])

    assert "open cycle" in refused.value.sentence
    assert not Rating.objects.filter(cycle=cycle).exists()


def test_nothing_is_carried_into_a_locked_cycle(
    house: factories.House, earlier: Cycle
) -> None:
    cycle = later(house, changed(reworded))
    factories.rating(cycle, "B.1", house["rui"], 5)
    factories.locked(cycle)

    with pytest.raises(carrying.NotOpen):
        carry(cycle, earlier, house["ada"])


def test_answers_of_another_workspace_are_out_of_reach(
    house: factories.House, earlier: Cycle
) -> None:
    elsewhere = factories.cycle(house.other, by=house["otto"])

    with pytest.raises(carrying.NoSuchCycle):
        carry(elsewhere, earlier, house["otto"])
    with pytest.raises(carrying.NoSuchCycle):
        carry(elsewhere, elsewhere, house["otto"])


def test_a_scale_of_other_levels_carries_nothing(
    house: factories.House, earlier: Cycle
) -> None:
    levels: Json = [{"level": n, "name": f"Level {n}"} for n in range(1, 5)]
    document = frameworks.plain(
        {
            "code": "process",
            "name": "Process",
            "domains": [
                frameworks.domain(
                    "A",
                    frameworks.topic(
                        "A.1",
                        levels={str(n): f"Sentence {n} of A.1." for n in range(1, 5)},
                    ),
                )
            ],
        },
        version="2",
        scale={"levels": levels},
    )
    cycle = later(house, factories.edition(document))

    assert carry(cycle, earlier, house["ada"]).answers == 0


def test_confirming_is_answering_again(house: factories.House, earlier: Cycle) -> None:
    cycle = later(house, changed(reworded))
    carry(cycle, earlier, house["ada"])
    rui = house["rui"]
    assert queries.unconfirmed(cycle_id=cycle.pk, person_id=rui.pk) == {"A.3", "B.1"}

    last = Rating.objects.get(cycle=cycle, topic="B.1", person=rui)
    Rating.objects.create(
        cycle=cycle,
        topic="B.1",
        person=rui,
        vantage=last.vantage,
        answer="level",
        level=last.level,
        rated_at=LATER,
    )

    assert queries.unconfirmed(cycle_id=cycle.pk, person_id=rui.pk) == {"A.3"}


# ── what is said beforehand and beside ─────────────────────────────────────────────


def test_the_preview_says_what_can_be_carried_and_what_is_asked_anew(
    house: factories.House, earlier: Cycle
) -> None:
    def change(topics: dict[str, frameworks.Row]) -> None:
        reworded(topics)
        topics["C.1"]["code"] = "C.2"

    found = queries.carry_preview(
        edition_id=changed(change).pk, from_cycle_id=earlier.pk
    )

    assert (found.answers, found.people, found.unchanged) == (3, 2, 2)
    assert [(one.code, one.is_new, one.levels) for one in found.changed] == [
        ("A.1", False, ()),
        ("A.2", False, (4,)),
        ("C.2", True, (1, 2, 3, 4, 5)),
    ]
    assert found.changed[0].question_before == "How far is this done?"
    assert found.dropped == ("C.1",)


def test_the_topics_that_changed_since_the_earlier_cycle_are_marked(
    house: factories.House, earlier: Cycle
) -> None:
    cycle = later(house, changed(reworded))
    assert queries.changed_topics(cycle_id=cycle.pk) == {}

    carry(cycle, earlier, house["ada"])

    assert sorted(queries.changed_topics(cycle_id=cycle.pk)) == ["A.1", "A.2"]


def test_carrying_asks_no_more_queries_for_more_people(
    house: factories.House, earlier: Cycle, django_assert_max_num_queries: object
) -> None:
    counts = []
    for number in range(2):
        base = factories.cycle(house.workspace, title=f"Base {number}")
        for _one in range(3 * (number + 1)):
            person = factories.person()
            factories.member(house.workspace, user=person)
            factories.rating(base, "A.3", person, 3)
        cycle = later(house, changed(reworded))
        with django_assert_max_num_queries(40) as asked:  # type: ignore[operator]  # a fixture without types
            carry(cycle, base, house["ada"])
        counts.append(len(asked))

    assert counts[0] == counts[1]
