"""Error budgets in words and drawings: honest about what is not known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from plotly import graph_objects as go

from assessments.charts import service_level_words as words
from assessments.charts import service_levels as charts
from assessments.queries.service_levels import policies
from scoring import service_levels
from scoring.service_levels import Ledger, Tally
from tests.assessments.charts.test_delivery import painted
from tests.made_service_levels import definition

if TYPE_CHECKING:
    from scoring.service_levels import Budget, DayOfBudget

NOW = datetime(2026, 3, 28, 12, tzinfo=UTC)
ZONE = ZoneInfo("UTC")
HOURLY = {
    "budgetingMethod": "Timeslices",
    "objectives": [{"target": 0.99, "timeSliceTarget": 0.9, "timeSliceWindow": "1h"}],
}


def told(good: int, bad: int) -> Budget:
    day = NOW.date()
    ledger = Ledger({day: Tally(good, bad)}, {day: {0: Tally(good, bad)}})
    return service_levels.budget(ledger, definition(), at=NOW, zone=ZONE)


def history(*days: Tally) -> list[DayOfBudget]:
    first = NOW.date() - timedelta(days=len(days) - 1)
    dates = [first + timedelta(days=place) for place in range(len(days))]
    ledger = Ledger(dict(zip(dates, days, strict=True)), {NOW.date(): {0: days[-1]}})
    return service_levels.history(
        ledger, definition(), days=dates, zone=ZONE, until=NOW
    )


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        (0, 0, "Unknown: nothing was observed"),
        (398, 2, "50 % of the budget is left"),
        (396, 4, "0 % of the budget is left"),
        (392, 8, "Overspent by 100 % of the budget"),
    ],
)
def test_a_budget_is_told_as_a_finding(good: int, bad: int, said: str) -> None:
    assert words.budget_left(told(good, bad)).replace("\xa0", " ") == said


def test_a_share_near_one_keeps_the_decimals_that_matter() -> None:
    assert words.promise(0.9995) == "99.95\xa0%"
    assert words.promise(0.99) == "99\xa0%"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (0.032, "+3.2 points"),
        (-0.5, "\N{MINUS SIGN}50 points"),
        (0.0001, "= unchanged"),
        (None, "—"),
    ],
)
def test_a_change_is_told_in_points(change: float | None, said: str) -> None:
    assert words.points(change) == said


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (definition(), "signals: availability"),
        (
            definition(
                metric="thresholdMetric",
                objectives=[{"target": 0.9, "op": "lte", "value": 0.25}],
                signal="drift",
            ),
            "signals: drift, good at a value ≤ 0.25",
        ),
        (
            definition(events="pipeline_run", pipeline="nightly"),
            "runs of pipelines: nightly",
        ),
        (
            definition(events="incident", **HOURLY),
            "time without an incident; of slices of 1 h, good if 90 % of it is",
        ),
    ],
)
def test_what_is_observed_is_told(one: service_levels.Definition, said: str) -> None:
    assert words.observed(one).replace("\xa0", " ") == said


def test_what_is_shipped_about_alerts_is_known_to_translators() -> None:
    for policy in policies().values():
        assert {policy.name, policy.meaning} <= set(words.POLICY_TEXTS)


def test_days_that_are_not_known_are_gaps() -> None:
    drawn = charts.spark(history(Tally(), Tally(9, 0), Tally(9, 1)))
    assert drawn.count("<path") == 1
    assert charts.went(history(Tally(), Tally())) == "nothing was observed"
    assert charts.spark(history(Tally(), Tally(9, 0))) == ""


def test_the_drawing_fits_the_schema_of_plotly() -> None:
    drawn = charts._drawn(history(Tally(9, 0), Tally(9, 1)))
    # Refuses names and values that its schema does not know.
    made = go.Figure(painted({"data": drawn["data"], "layout": drawn["layout"]}))
    assert len(made.data[0].y) == 2
