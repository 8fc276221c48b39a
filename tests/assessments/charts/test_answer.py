"""The answer first: sentences by fixed rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assessments.charts import answer, profile
from assessments.queries import results as queries
from tests import factories
from tests.assessments.queries.test_results import HOUR, answered

if TYPE_CHECKING:
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
