"""The answer first: sentences by fixed rules."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from assessments.charts import answer, profile
from assessments.queries import results as queries
from assessments.queries.results.rows import Span
from tests import factories, samples
from tests.assessments.queries.test_results import HOUR, answered

if TYPE_CHECKING:
    from assessments.queries.results import DomainRow, Results
    from tests.assessments.conftest import Telemetry

pytestmark = pytest.mark.django_db


def test_the_answer_names_level_gaps_and_disagreement(
    house: factories.House, telemetry: Telemetry
) -> None:
    telemetry.values = {"B.M1": HOUR}
    cycle = factories.scored(answered(house, targets={"B": "4.0", "C": "2.5"}))

    standing, gaps, apart = answer.answer(queries.results(cycle_id=cycle.pk))

    assert standing == (
        "Northwind stands at an agreed level of 3.0 of 5,"
        " with 100\N{NO-BREAK SPACE}% of the inputs known."
    )
    assert gaps == "Furthest from target: B Domain B (1.0 below its target of 4.0)."
    assert apart == (
        "People and telemetry disagree most on B Domain B (declared 3.0, measured 5.0)."
    )


def test_the_answer_says_that_nothing_is_known_rather_than_zero(
    house: factories.House, telemetry: Telemetry
) -> None:
    cycle = factories.scored(factories.cycle(house.workspace))

    standing, gaps, apart = answer.answer(queries.results(cycle_id=cycle.pk))

    assert "has no overall level yet" in standing
    assert gaps == "No targets are set, so no gap can be named."
    assert apart.startswith("Nothing is measured yet")


def test_the_radar_shows_gaps_as_gaps_and_one_comparison(
    house: factories.House, telemetry: Telemetry
) -> None:
    telemetry.values = {"B.M1": HOUR}
    cycle = factories.scored(answered(house))

    figure = profile.radar(queries.results(cycle_id=cycle.pk), compare="measured")

    agreed, measured = figure["data"]
    assert agreed["theta"] == ["A", "B", "C", "A"]
    assert agreed["r"] == [3.0, 3.0, 3.0, 3.0]
    assert measured["r"] == [None, 5.0, None, None]


def every_domain(results: Results, *, significant: bool) -> Results:
    """Let the change of each domain be sure, or not."""

    def moved(row: DomainRow) -> DomainRow:
        assert row.movement is not None
        movement = dataclasses.replace(row.movement, significant=significant)
        return dataclasses.replace(row, movement=movement)

    return dataclasses.replace(
        results, domains=tuple(moved(row) for row in results.domains)
    )


def test_a_change_within_its_uncertainty_is_never_called_a_rise() -> None:
    story = answer.tell(every_domain(samples.results(), significant=False))
    assert story.movers.startswith("No domain moved by more than its uncertainty.")
    assert "12 domains changed by less than their uncertainty" in story.movers
    assert "not distinguishable from standing still" in story.movers
    assert "Risen" not in story.movers


def test_the_whole_within_its_uncertainty_is_not_distinguishable() -> None:
    results = samples.results()
    assert results.overall.movement is not None
    unsure = dataclasses.replace(
        results.overall.movement, significant=False, uncertainty=Decimal("0.8")
    )
    overall = dataclasses.replace(results.overall, movement=unsure)
    told = answer.answer(dataclasses.replace(results, overall=overall))
    assert told[0].endswith(
        "less than its uncertainty of 0.8: the two are not distinguishable."
    )


def test_what_is_not_final_not_known_or_on_an_edge_is_said() -> None:
    results = samples.results()
    span = Span(worst=Decimal("2.5"), best=Decimal("3.5"))
    level = dataclasses.replace(results.overall.agreed, span=span)
    first, *rest = results.domains
    edge = dataclasses.replace(
        first, agreed=dataclasses.replace(first.agreed, span=span)
    )
    open_ = dataclasses.replace(
        results,
        header=dataclasses.replace(results.header, state="open", stale=True),
        overall=dataclasses.replace(results.overall, agreed=level),
        domains=(edge, *rest),
    )
    sure = " ".join(answer.tell(open_).sure)
    assert "the level would go from 2.5 to 3.5" in sure
    assert "reaches another level: D1." in sure
    assert "No level is shown for D12" in sure
    assert "these numbers may still change" in sure
    assert "they do not count" in sure


def test_few_observations_are_called_provisional() -> None:
    results = samples.results()

    def thin(row: DomainRow) -> DomainRow:
        criteria = tuple(
            dataclasses.replace(
                one,
                measurements=tuple(
                    dataclasses.replace(each, provisional=True)
                    for each in one.measurements
                ),
            )
            for one in row.criteria
        )
        return dataclasses.replace(row, criteria=criteria)

    few = dataclasses.replace(
        results, domains=tuple(thin(row) for row in results.domains)
    )
    assert "11 of them rest on few observations" in " ".join(answer.tell(few).sure)
    assert "few observations" not in " ".join(answer.tell(results).sure)
