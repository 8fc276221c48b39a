"""The results of a cycle, read from stored rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Cycle
from assessments.queries import results as queries
from assessments.queries.results import history, origins
from assessments.services import agreeing, revising, signing, supposing
from tests import factories, frameworks

if TYPE_CHECKING:
    from tests.assessments.conftest import Telemetry

HOUR = 3600.0
pytestmark = pytest.mark.django_db


def answered(
    house: factories.House, *, level: int = 3, title: str = "Q1 2026", **plan: object
) -> Cycle:
    """An open cycle whose every topic Rui and Ada answered alike."""
    cycle = factories.cycle(house.workspace, title=title, **plan)  # type: ignore[arg-type]  # a plan of keywords
    for topic in ("A.1", "A.2", "A.3", "B.1", "C.1"):
        factories.rating(cycle, topic, house["rui"], level, confidence="high")
        factories.rating(cycle, topic, house["ada"], level, vantage="leadership")
    return cycle


def test_declared_measured_and_agreed_stand_side_by_side(
    house: factories.House, telemetry: Telemetry
) -> None:
    telemetry.values = {"A.M1": 2 * HOUR, "A.M2": 2 * HOUR, "B.M1": 2 * HOUR}
    cycle = factories.scored(answered(house, targets={"B": "4.5"}))

    found = queries.results(cycle_id=cycle.pk)

    row = found.domain("B")
    assert row is not None
    assert row.declared.level == Decimal("3.0")
    assert row.measured.level == Decimal("4.0")
    assert row.agreed.level == Decimal("3.0")  # nobody has decided
    assert row.gap == Decimal("1.5")
    assert row.disagreement == Decimal("-1.0")
    assert found.overall.agreed.level == Decimal("3.0")
    assert [pillar.code for pillar in found.pillars] == ["process", "people"]
    assert found.measured_anything


def test_a_measurement_keeps_its_n_interval_window_and_coverage(
    house: factories.House, telemetry: Telemetry
) -> None:
    telemetry.values = {"B.M1": 2 * HOUR}
    cycle = factories.scored(answered(house))

    row = queries.results(cycle_id=cycle.pk).criterion("B.M1")

    assert row is not None
    (measured,) = row.measurements
    assert (measured.value, measured.n, measured.coverage) == (2 * HOUR, 40, 1.0)
    assert (measured.low, measured.high) == (2 * HOUR, 2 * HOUR)
    assert measured.window_end - measured.window_start == timedelta(days=90)
    assert row.standing == "undecided"
    assert row.because


def test_a_lane_shows_the_first_criterion_that_has_a_value(
    house: factories.House, telemetry: Telemetry
) -> None:
    telemetry.values = {"B.M1": 2 * HOUR}  # A.M1 asks for the same, and is unknown
    cycle = factories.scored(answered(house))

    (code, _models) = queries.results(cycle_id=cycle.pk).delivery
    (shown,) = code.metrics
    assert (shown.criterion, shown.value) == ("B.M1", 2 * HOUR)
    measured = supposing.measured_of(cycle_id=cycle.pk)
    assert measured is not None
    (lever,) = measured.levers()
    assert lever.now.value == 2 * HOUR

    telemetry.values = {}
    cycle = factories.scored(answered(house, title="Q2 2026"))
    (code, _models) = queries.results(cycle_id=cycle.pk).delivery
    assert [one.value for one in code.metrics] == [None]


def test_what_is_not_known_has_no_level_and_a_reason(
    house: factories.House, telemetry: Telemetry
) -> None:
    cycle = factories.scored(factories.cycle(house.workspace))

    found = queries.results(cycle_id=cycle.pk)

    assert found.overall.agreed.level is None
    assert any(said.startswith("Agreed:") for said in found.overall.because)
    row = found.criterion("B.M1")
    assert row is not None
    assert row.measured is None
    assert row.measurements[0].value is None
    assert row.measurements[0].because == "No deployment in the window."


def test_where_nothing_is_bound_to_telemetry_nothing_is_said_to_be_uncovered(
    house: factories.House, telemetry: Telemetry
) -> None:
    telemetry.values = {"B.M1": 2 * HOUR}
    found = queries.results(cycle_id=factories.scored(answered(house)).pk)

    declared_only, bound = found.domain("C"), found.domain("B")

    assert declared_only is not None
    assert declared_only.measured.coverage is None
    assert bound is not None
    assert bound.measured.coverage == 1


def test_a_cycle_without_a_scoring_says_so(house: factories.House) -> None:
    cycle = factories.cycle(house.workspace, state="draft")

    found = queries.results(cycle_id=cycle.pk)

    assert not found.scored
    assert not found.header.stale
    assert found.domains[0].because == ("Not scored yet.",)


def test_an_answer_after_the_scoring_makes_the_scores_stale(
    house: factories.House, telemetry: Telemetry
) -> None:
    cycle = factories.scored(answered(house))
    assert not queries.results(cycle_id=cycle.pk).header.stale

    factories.rating(cycle, "A.1", house["noa"], 1)

    assert queries.results(cycle_id=cycle.pk).header.stale


def test_ratings_are_counted_by_vantage_point_as_the_scoring_saw_them(
    house: factories.House, telemetry: Telemetry
) -> None:
    cycle = answered(house)
    factories.rating(cycle, "A.1", house["noa"], "unknown", vantage="oversight")
    factories.rating(cycle, "A.1", house["rui"], 5)  # changed his mind
    factories.scored(cycle)
    factories.rating(cycle, "A.1", house["ada"], 1, vantage="leadership")  # later

    topic = queries.results(cycle_id=cycle.pk).topic("A.1")

    assert topic is not None
    said = {row.vantage: row for row in topic.vantages}
    assert dict(said["practitioner"].counts) == {5: 1}
    assert dict(said["leadership"].counts) == {3: 1}
    assert said["oversight"].unknown == 1
    assert topic.spread == Decimal("2.0")


def test_a_domain_left_out_says_why(
    house: factories.House, telemetry: Telemetry
) -> None:
    cycle = factories.cycle(house.workspace, left_out={"C": "Another unit's."})
    factories.scored(cycle)

    row = queries.results(cycle_id=cycle.pk).domain("C")

    assert row is not None
    assert row.left_out == "Another unit's."
    assert row.because == ("Left out of this cycle: Another unit's.",)


def test_a_decision_shows_by_whom_and_ends_after_its_last_day(
    house: factories.House, telemetry: Telemetry
) -> None:
    telemetry.values = {"B.M1": 2 * HOUR}
    cycle = factories.scored(answered(house))
    agreeing.decide(
        cycle_id=cycle.pk,
        criterion="B.M1",
        verb="override",
        level=Decimal("2.5"),
        reason="The pilot is not the rule.",
        expires_on=date(2026, 3, 20),
        by=house["noa"],
        now=factories.NOW,
    )
    factories.scored(cycle, at=datetime(2026, 3, 20, 23, tzinfo=UTC))
    row = queries.results(cycle_id=cycle.pk).criterion("B.M1")
    assert row is not None
    assert (row.standing, row.agreed) == ("overridden", Decimal("2.5"))
    assert row.decision is not None
    assert row.decision.by == "Noa"

    day_after = datetime(2026, 3, 21, 1, tzinfo=UTC)
    factories.scored(cycle, at=day_after, trigger="events")

    row = queries.results(cycle_id=cycle.pk).criterion("B.M1")
    assert row is not None
    assert (row.standing, row.agreed) == ("expired", Decimal("3.0"))
    (decision,) = origins.decision_rows(cycle_id=cycle.pk, criterion="B.M1")
    assert decision.reason == "The pilot is not the rule."


def test_a_cycle_is_compared_with_the_last_locked_one_of_its_scope_and_edition(
    house: factories.House, telemetry: Telemetry
) -> None:
    edition = factories.edition()
    before = factories.locked(
        answered(
            house,
            level=2,
            title="Q4 2025",
            of=edition,
            first=date(2025, 10, 1),
            last=date(2025, 12, 31),
        )
    )
    now = factories.scored(answered(house, level=4, of=edition))

    found = queries.results(cycle_id=now.pk)

    assert found.previous is not None
    assert found.previous.cycle_id == before.pk
    moved = found.overall.movement
    assert moved is not None
    assert (moved.before, moved.change) == (Decimal("2.0"), Decimal("2.0"))
    assert moved.uncertainty is not None
    assert moved.significant
    told = history.history(results=found)
    assert [column.title for column in told.columns] == ["Q4 2025", "Q1 2026"]
    assert [cell.level for cell in told.lines[0].cells] == [2, 4]


def test_a_corrected_result_is_told_by_its_revision(house: factories.House) -> None:
    edition = factories.edition()
    wrong = factories.locked(
        answered(
            house,
            level=2,
            title="Q4 2025",
            of=edition,
            first=date(2025, 10, 1),
            last=date(2025, 12, 31),
        )
    )
    again = revising.start(
        cycle_id=wrong.pk, reason="A typo.", by=house["ada"], now=factories.NOW
    )
    factories.scored(Cycle.objects.get(pk=again))
    now = factories.scored(answered(house, level=4, of=edition))

    def earlier() -> list[int]:
        found = queries.results(cycle_id=now.pk)
        assert found.previous is not None
        told = history.history(results=found)
        assert told.columns[0].cycle_id == found.previous.cycle_id
        return [column.cycle_id for column in told.columns]

    assert earlier() == [wrong.pk, now.pk]  # until the revision is locked
    signing.lock(cycle_id=again, by=house["ada"], now=factories.NOW)
    assert earlier() == [again, now.pk]


def test_a_change_smaller_than_its_uncertainty_is_not_significant(
    house: factories.House, telemetry: Telemetry
) -> None:
    edition = factories.edition()
    before = factories.cycle(
        house.workspace,
        of=edition,
        title="Before",
        first=date(2025, 10, 1),
        last=date(2025, 12, 31),
    )
    now = factories.cycle(house.workspace, of=edition, title="Now")
    for topic in ("A.1", "A.2", "A.3", "B.1", "C.1"):
        factories.rating(before, topic, house["rui"], 2)  # one voice only
        factories.rating(now, topic, house["rui"], 3 if topic in ("A.3", "C.1") else 2)
    factories.locked(before)
    factories.scored(now)

    found = queries.results(cycle_id=now.pk)

    moved = found.overall.movement
    assert moved is not None
    assert moved.change == Decimal("0.5")
    assert moved.uncertainty is not None
    assert moved.uncertainty > moved.change
    assert not moved.significant


def test_a_locked_cycle_shows_the_scoring_that_locked_it(
    house: factories.House, telemetry: Telemetry
) -> None:
    cycle = factories.locked(answered(house))

    head = queries.results(cycle_id=cycle.pk).header

    assert head.locked
    assert head.locked_by == "Ada"
    assert head.trigger == "Locking"
    assert head.content_sha256 == cycle.content_sha256


def test_names_are_shown_only_where_they_may_be(
    house: factories.House, telemetry: Telemetry
) -> None:
    cycle = factories.scored(answered(house))

    everybody = origins.rating_rows(
        cycle_id=cycle.pk, topic="A.1", reader_id=house["noa"].pk, all_people=True
    )
    own = origins.rating_rows(
        cycle_id=cycle.pk, topic="A.1", reader_id=house["rui"].pk, all_people=False
    )

    assert {row.who for row in everybody} == {"Rui", "Ada"}
    assert [(row.who, row.mine) for row in own] == [("Rui", True)]


def test_a_cycle_of_another_workspace_is_not_found(house: factories.House) -> None:
    cycle = factories.cycle(house.workspace)

    assert queries.results_of(workspace_id=house.other.pk, cycle_id=cycle.pk) is None


def test_twice_the_answers_and_domains_cost_no_more_queries(
    house: factories.House, telemetry: Telemetry
) -> None:
    def cost(domains: int, people: int, key: str) -> int:
        pillar = {
            "code": "process",
            "name": "Process",
            "domains": [
                frameworks.domain(
                    f"X{n}",
                    frameworks.topic(f"X{n}.1"),
                    criteria=[frameworks.criterion(f"X{n}.M1", f"X{n}.1")],
                )
                for n in range(domains)
            ],
        }
        edition = factories.edition(frameworks.plain(pillar, key=key))  # type: ignore[arg-type]  # a row of rows
        cycle = factories.cycle(house.workspace, of=edition)
        for n in range(people):
            factories.rating(cycle, "X0.1", factories.person(f"one-{n}"), 3)
        factories.scored(cycle)
        queries.results(cycle_id=cycle.pk)  # the edition is parsed once
        with CaptureQueriesContext(
            connection,
        ) as asked:
            queries.results(cycle_id=cycle.pk)
        return len(asked)

    assert cost(2, 2, "few") == cost(4, 8, "many")
