"""Weeks and rolling rates: unknown before the first deployment, zero after it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from assessments.services import trending
from scoring.events import Lane, Window
from scoring.rollups import DayRollup

if TYPE_CHECKING:
    from assessments.charts.trends import Trend

MONDAY = date(2026, 1, 5)
HOUR = 3600.0


def day(on: date, *, failed: int = 0, leads: tuple[float, ...] = ()) -> DayRollup:
    return DayRollup(
        service="checkout",
        lane=Lane.CODE,
        day=on,
        completed=2,
        successful=2 - failed,
        failed=failed,
        lead_seconds=np.array(leads, dtype=np.float64),
    )


def went(*days: DayRollup, weeks: int = 4, seen_before: bool = False) -> Trend:
    window = Window.of_days(MONDAY, MONDAY + timedelta(days=7 * weeks - 1))
    return trending.trend(days, lane=Lane.CODE, window=window, seen_before=seen_before)


def test_weeks_before_the_first_deployment_are_unknown_and_those_after_are_silent() -> (
    None
):
    trend = went(day(MONDAY + timedelta(days=7)))
    assert [week.start for week in trend.weeks] == [
        MONDAY + timedelta(days=7 * n) for n in (1, 2, 3)
    ]
    assert [week.deployments for week in trend.weeks] == [2, 0, 0]


def test_an_older_deployment_makes_every_week_a_known_one() -> None:
    trend = went(day(MONDAY + timedelta(days=7)), seen_before=True)
    assert [week.deployments for week in trend.weeks] == [0, 2, 0, 0]


def test_a_lane_that_was_never_seen_has_no_weeks() -> None:
    trend = went()
    assert (trend.weeks, trend.rates) == ((), ())


def test_a_week_has_the_median_and_p95_of_its_changes() -> None:
    leads = tuple(HOUR * n for n in range(1, 22))
    trend = went(day(MONDAY, leads=leads))
    assert trend.weeks[0].changes == 21
    assert trend.weeks[0].lead_median == 11 * HOUR
    assert trend.weeks[0].lead_low == 6 * HOUR
    assert trend.weeks[0].lead_high == 16 * HOUR
    assert trend.weeks[0].lead_p95 == 20 * HOUR
    assert trend.weeks[1].lead_median is None


def test_a_week_that_the_window_cuts_is_marked() -> None:
    window = Window.of_days(MONDAY + timedelta(days=2), MONDAY + timedelta(days=15))
    days = [day(MONDAY + timedelta(days=n)) for n in range(2, 16)]
    trend = trending.trend(days, lane=Lane.CODE, window=window, seen_before=True)
    assert [week.whole for week in trend.weeks] == [False, True, False]


def test_rates_look_back_thirty_days_and_end_with_the_last() -> None:
    trend = went(day(MONDAY, failed=1), day(MONDAY + timedelta(days=20)), weeks=6)
    last = trend.rates[-1]
    assert last.on == MONDAY + timedelta(days=41)
    assert (last.failed, last.total) == (0, 2)
    assert trend.rates[2].value == 0.25 or trend.rates[3].value == 0.25
