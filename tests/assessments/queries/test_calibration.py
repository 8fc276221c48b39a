"""Who says what of a cycle, how far people agree, and what is left to settle."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.queries import calibration as queries
from assessments.services import answering, settling, workshops
from scoring.agreement import Absence
from tests import factories, frameworks
from tests.factories_calibration import dispute, settlement, workshop

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessments.models import Cycle
    from assessments.queries.calibration import Calibration, Spread
    from tests.assessments.conftest import Telemetry

HOUR = 3600.0
pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(house: factories.House) -> Cycle:
    return factories.cycle(house.workspace)


def said(cycle: Cycle, topic: str, **levels: int | str) -> None:
    """Let people answer a topic, each from the vantage point of the persona."""
    for who, level in levels.items():
        vantage = factories.PERSONAS[who][1]
        factories.rating(cycle, topic, factories.person(who), level, vantage=vantage)


def calibration(cycle: Cycle) -> Calibration:
    found = queries.calibration(workspace_id=cycle.workspace_id, cycle_id=cycle.pk)
    assert found is not None
    return found


def spread(cycle: Cycle, topic: str) -> Spread:
    return next(one for one in calibration(cycle).spreads if one.code == topic)


def test_leaders_practitioners_and_telemetry_are_heard_side_by_side(
    cycle: Cycle, house: factories.House, telemetry: Telemetry
) -> None:
    telemetry.values = {"B.M1": 8 * 24 * HOUR}
    said(cycle, "B.1", ada=4, rui=2, petra=1, noa="unknown")
    factories.scored(cycle)

    found = spread(cycle, "B.1")

    assert found.sentence == (
        "Leadership says 4, Practitioner says 1 to 2, telemetry says 2."
    )
    assert found.blind
    assert found.far_apart
    assert found.to_discuss
    seats = {seat.vantage: seat for seat in found.seats}
    assert dict(seats["practitioner"].counts) == {1: 1, 2: 1}
    assert seats["practitioner"].middle == 1
    assert seats["oversight"].unknown == 1
    assert (found.levels, found.answers, found.unknown) == (3, 4, 1)
    assert (found.lowest, found.middle, found.highest) == (1, 2, 4)


def test_one_level_of_difference_is_no_blind_spot(
    cycle: Cycle, house: factories.House
) -> None:
    said(cycle, "C.1", ada=4, rui=3)

    found = spread(cycle, "C.1")

    assert not found.blind
    assert not found.to_discuss


def test_telemetry_a_level_away_is_a_blind_spot_though_people_agree(
    cycle: Cycle, house: factories.House, telemetry: Telemetry
) -> None:
    telemetry.values = {"B.M1": 2 * HOUR}
    said(cycle, "B.1", ada=3, rui=3)
    factories.scored(cycle)

    (blind,) = queries.blind_spots(cycle_id=cycle.pk)

    assert (blind.topic, blind.domain) == ("B.1", "B")
    assert "telemetry says 4" in blind.sentence
    settlement(cycle, "B.1")
    assert queries.blind_spots(cycle_id=cycle.pk) == []


def test_an_answer_that_no_scoring_has_seen_is_heard_all_the_same(
    cycle: Cycle, house: factories.House, telemetry: Telemetry
) -> None:
    factories.scored(cycle)

    said(cycle, "C.1", rui=5)

    assert spread(cycle, "C.1").levels == 1
    assert calibration(cycle).stale


def test_agreement_comes_with_its_n_and_is_unknown_without_overlap(
    cycle: Cycle, house: factories.House
) -> None:
    for topic, level in (("A.1", 1), ("A.2", 3), ("A.3", 5)):
        said(cycle, topic, ada=level, rui=level)
    said(cycle, "C.1", ada=2)

    found = calibration(cycle)

    assert found.agreement.alpha == 1
    assert (found.agreement.topics, found.agreement.ratings) == (3, 6)
    domains = {one.code: one for one in found.domains}
    assert domains["A"].agreement.alpha == 1
    assert domains["A"].agreement.rough
    assert domains["B"].agreement.absence is Absence.NOBODY
    assert domains["C"].agreement.absence is Absence.ONE_RATER


def test_a_domain_left_out_is_not_calibrated(house: factories.House) -> None:
    cycle = factories.cycle(house.workspace, left_out={"A": "Elsewhere."})
    said(cycle, "C.1", rui=5)

    found = calibration(cycle)

    assert [one.code for one in found.domains] == ["B", "C"]
    assert [one.code for one in found.spreads] == ["B.1", "C.1"]


def test_a_settled_topic_needs_no_more_words_until_it_is_taken_back(
    cycle: Cycle, house: factories.House
) -> None:
    said(cycle, "C.1", ada=5, rui=1)
    settlement(cycle, "C.1", "2.5")
    found = spread(cycle, "C.1")
    assert found.is_settled
    assert not found.to_discuss

    settling.take_back(
        cycle_id=cycle.pk,
        topic="C.1",
        reason="Not so.",
        by=house["noa"],
        now=factories.NOW,
    )

    assert spread(cycle, "C.1").to_discuss


def test_disputes_are_listed_by_their_day_and_overdue_after_it(
    cycle: Cycle, house: factories.House
) -> None:
    today = factories.NOW.date()
    later = dispute(cycle, "A.2", due_on=today + timedelta(days=9))
    sooner = dispute(cycle, "A.1", due_on=today)

    found = queries.open_disputes(cycle_id=cycle.pk)

    assert [one.id for one in found] == [sooner.pk, later.pk]
    assert not found[0].overdue(today)
    assert found[0].overdue(today + timedelta(days=1))
    assert spread(cycle, "A.1").to_discuss  # though nobody has answered


def test_outliers_have_names_for_those_only_who_may_know_them(
    cycle: Cycle, house: factories.House
) -> None:
    said(cycle, "A.1", ada=3, rui=3, petra=1, noa=4)

    def outliers(*, names: bool) -> list[tuple[str, str, int]]:
        found = queries.topic_calibration(
            workspace_id=house.workspace.pk,
            cycle_id=cycle.pk,
            topic="A.1",
            names=names,
        )
        assert found is not None
        return [(one.who, one.vantage_label, one.away) for one in found.outliers]

    assert outliers(names=True) == [("Petra", "Practitioner", -2)]
    assert outliers(names=False) == [("", "Practitioner", -2)]


def test_a_topic_shows_what_telemetry_says_and_what_was_settled_before(
    cycle: Cycle, house: factories.House, telemetry: Telemetry
) -> None:
    telemetry.values = {"B.M1": 2 * HOUR}
    said(cycle, "B.1", ada=3, rui=3)
    factories.scored(cycle)
    settlement(cycle, "B.1", "3.5")
    settlement(cycle, "B.1", "4.0", reason="Seen since.")

    found = queries.topic_calibration(
        workspace_id=house.workspace.pk, cycle_id=cycle.pk, topic="B.1", names=True
    )

    assert found is not None
    assert [one.level for one in found.history] == [Decimal("4.0"), Decimal("3.5")]
    (criterion,) = found.criteria
    assert (criterion.code, criterion.verb) == ("B.M1", "")
    assert criterion.level == Decimal(4)
    assert criterion.measurements[0].n == 40
    assert (found.before, found.after) == ("A.3", "C.1")


def test_what_is_not_asked_or_not_ours_is_not_found(
    cycle: Cycle, house: factories.House
) -> None:
    mine, other = house.workspace.pk, house.other.pk

    assert (
        queries.topic_calibration(
            workspace_id=mine, cycle_id=cycle.pk, topic="Z.1", names=True
        )
        is None
    )
    assert queries.calibration(workspace_id=other, cycle_id=cycle.pk) is None
    assert queries.disputes(workspace_id=other, cycle_id=cycle.pk) is None
    assert queries.workshop(workspace_id=other, cycle_id=cycle.pk) is None


def test_owners_are_those_who_may_read(cycle: Cycle, house: factories.House) -> None:
    found = queries.owner_choices(workspace_id=house.workspace.pk, cycle_id=cycle.pk)

    assert [name for _, name in found] == ["Ada", "Noa", "Petra", "Sam", "Vera"]


# ── the workshop ───────────────────────────────────────────────────────────────────


def mark(cycle: Cycle) -> str:
    now = queries.workshop(workspace_id=cycle.workspace_id, cycle_id=cycle.pk)
    return queries.mark(cycle_id=cycle.pk, workshop=now)


def test_the_mark_changes_with_everything_that_the_screen_shows(
    cycle: Cycle, house: factories.House, telemetry: Telemetry
) -> None:
    def show(topic: str, *, revealed: bool) -> None:
        workshops.show(
            cycle_id=cycle.pk, topic=topic, revealed=revealed, by=house["ada"]
        )

    deeds: list[Callable[[], object]] = [
        lambda: workshop(cycle),
        lambda: workshops.take_over(
            cycle_id=cycle.pk, by=house["ada"], now=factories.NOW
        ),
        lambda: show("A.2", revealed=False),
        lambda: show("A.2", revealed=True),
        lambda: said(cycle, "A.2", rui=3),
        lambda: settlement(cycle, "A.2"),
        lambda: factories.scored(cycle),
        lambda: workshops.end(cycle_id=cycle.pk, by=house["ada"], now=factories.NOW),
    ]
    marks = [mark(cycle)]
    for deed in deeds:
        deed()
        assert mark(cycle) == mark(cycle)
        marks.append(mark(cycle))

    assert len(set(marks)) == len(deeds)  # ended, it is as before it began
    assert marks[0] == marks[-1]


def test_what_happens_to_other_topics_leaves_the_screen_alone(
    cycle: Cycle, house: factories.House
) -> None:
    workshop(cycle, "A.1")
    before = mark(cycle)

    said(cycle, "A.2", rui=3)
    settlement(cycle, "A.2")

    assert mark(cycle) == before


def test_the_stage_counts_who_has_answered_of_those_asked(
    cycle: Cycle, house: factories.House
) -> None:
    said(cycle, "A.1", rui=3, noa="unknown")

    found = queries.stage(cycle_id=cycle.pk, topic="A.1", person_id=house["rui"].pk)

    assert found is not None
    assert (found.spread.answers, found.asked) == (2, None)
    assert (found.position, found.of, found.before, found.after) == (1, 5, None, "A.2")
    assert found.mine is not None
    assert found.mine.level == 3
    cycle.assignments.create(
        person=house["rui"],
        domain="A",
        vantage="practitioner",
        asked_by=house["ada"],
        asked_at=factories.NOW,
    )
    again = queries.stage(cycle_id=cycle.pk, topic="A.1", person_id=house["rui"].pk)
    assert again is not None
    assert again.asked == 1


def test_a_workshop_begins_where_people_lie_farthest_apart(
    cycle: Cycle, house: factories.House
) -> None:
    said(cycle, "A.2", ada=4, rui=2)
    said(cycle, "B.1", ada=5, rui=1)
    assert queries.most_apart(cycle_id=cycle.pk) == "B.1"
    settlement(cycle, "B.1")

    assert queries.most_apart(cycle_id=cycle.pk) == "A.2"
    assert [
        (one.code, one.to_discuss, one.settled)
        for one in queries.agenda(cycle_id=cycle.pk)
    ] == [
        ("A.1", False, False),
        ("A.2", True, False),
        ("A.3", False, False),
        ("B.1", False, True),
        ("C.1", False, False),
    ]


# ── cost ───────────────────────────────────────────────────────────────────────────


def test_twice_the_people_and_topics_cost_no_more_queries(
    house: factories.House, telemetry: Telemetry
) -> None:
    def cost(topics: int, people: int, key: str) -> list[int]:
        pillar = {
            "code": "process",
            "name": "Process",
            "domains": [
                frameworks.domain(
                    f"X{n}",
                    frameworks.topic(f"X{n}.1"),
                    criteria=[frameworks.criterion(f"X{n}.M1", f"X{n}.1")],
                )
                for n in range(topics)
            ],
        }
        edition = factories.edition(frameworks.plain(pillar, key=key))  # type: ignore[arg-type]  # a row of rows
        cycle = factories.cycle(house.workspace, of=edition)
        for n in range(people):
            for topic in range(topics):
                answering.rate(
                    cycle_id=cycle.pk,
                    topic=f"X{topic}.1",
                    person=factories.person(f"one-{n}"),
                    vantage="practitioner",
                    answer="level",
                    level=1 + (n + topic) % 5,
                    confidence="",
                    rationale="",
                    now=factories.NOW,
                )
        for topic in range(topics):
            settlement(cycle, f"X{topic}.1")
            dispute(cycle, f"X{topic}.1")
        factories.scored(cycle)
        workshop(cycle, "X0.1")
        return [_asked(one) for one in _looks(cycle)]

    assert cost(2, 2, "few") == cost(4, 8, "many")


def _looks(cycle: Cycle) -> list[Callable[[], object]]:
    workspace_id, cycle_id = cycle.workspace_id, cycle.pk
    mine = {"workspace_id": workspace_id, "cycle_id": cycle_id}
    return [
        lambda: queries.calibration(**mine),
        lambda: queries.topic_calibration(**mine, topic="X0.1", names=True),
        lambda: queries.disputes(**mine),
        lambda: queries.blind_spots(cycle_id=cycle_id),
        lambda: queries.stage(cycle_id=cycle_id, topic="X0.1", person_id=1),
        lambda: queries.agenda(cycle_id=cycle_id),
        lambda: queries.owner_choices(**mine),
    ]


def _asked(look: Callable[[], object]) -> int:
    look()  # the edition is parsed once
    with CaptureQueriesContext(connection) as asked:
        look()
    return len(asked)


def test_following_a_workshop_costs_four_queries(
    cycle: Cycle, house: factories.House
) -> None:
    workshop(cycle)

    with CaptureQueriesContext(connection) as asked:
        mark(cycle)

    assert len(asked) == 4
