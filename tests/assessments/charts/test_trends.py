"""From which week on the last changes went out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from assessments.charts import trends
from assessments.charts.trends import Trend, Week

FIRST = date(2026, 1, 7)  # in the middle of a week
MONDAY = date(2026, 1, 5)


def trend(lane: str, *changes: int) -> Trend:
    return Trend(
        lane=lane,
        label=lane,
        weeks=tuple(
            Week(start=MONDAY + timedelta(weeks=place), deployments=1, changes=count)
            for place, count in enumerate(changes)
        ),
        rates=(),
    )


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (5, date(2026, 1, 19)),  # the newest week alone has five, of both lanes
        (6, date(2026, 1, 12)),
        (9, FIRST),  # never before the period
        (99, FIRST),  # there are not so many
    ],
)
def test_weeks_are_counted_back_until_there_are_enough(
    wanted: int, expected: date
) -> None:
    drawn = (trend("code", 4, 1, 2), trend("model", 0, 1, 3))
    assert trends.since(drawn, wanted, first=FIRST) == expected


def test_a_lane_without_weeks_is_none() -> None:
    assert trends.since((trend("code"),), 1, first=FIRST) == FIRST
