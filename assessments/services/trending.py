"""Trends: daily rollups become weeks, and rates that roll over thirty days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from assessments.charts.trends import Rate, Trend, Week
from scoring import columns, metrics
from scoring.events import Lane, Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.rollups import DayRollup

ROLLING_DAYS = 30
_LABELS = {Lane.CODE: "Code", Lane.MODEL: "Models"}
_ONE_WEEK = timedelta(days=7)


def trend(days: Sequence[DayRollup], *, lane: Lane, window: Window) -> Trend:
    """Return how a lane went; `days` reach back so far that rates can roll."""
    first = window.start.date()
    last = (window.end - timedelta(microseconds=1)).date()
    mine = [day for day in days if day.lane is lane]
    inside = [day for day in mine if first <= day.day <= last]
    return Trend(
        lane=lane.value,
        label=_LABELS[lane],
        weeks=tuple(
            _week(max(monday, first), [d for d in inside if _monday(d.day) == monday])
            for monday in _mondays(first, last)
        ),
        rates=tuple(_rate(mine, lane, on) for on in _each_week_end(first, last)),
    )


def _week(start: date, days: Sequence[DayRollup]) -> Week:
    leads = columns.join([day.lead_seconds for day in days])
    recoveries = columns.join([day.recovery_seconds for day in days])
    return Week(
        start=start,
        deployments=sum(day.successful for day in days),
        changes=len(leads),
        lead_median=columns.percentile(leads, 0.5) if len(leads) else None,
        lead_p95=columns.percentile(leads, 0.95) if len(leads) else None,
        recovered=len(recoveries),
        recovery_median=columns.percentile(recoveries, 0.5)
        if len(recoveries)
        else None,
    )


def _rate(days: Sequence[DayRollup], lane: Lane, on: date) -> Rate:
    window = Window.of_days(on - timedelta(days=ROLLING_DAYS - 1), on)
    measured = metrics.change_fail_rate(days, lane=lane, window=window)
    return Rate(
        on=on,
        value=measured.value,
        low=measured.low,
        high=measured.high,
        failed=int(measured.detail.get("failed") or 0),
        total=measured.n,
    )


def _mondays(first: date, last: date) -> list[date]:
    monday = _monday(first)
    count = (last - monday).days // 7 + 1
    return [monday + number * _ONE_WEEK for number in range(count)]


def _each_week_end(first: date, last: date) -> list[date]:
    """Return a day for each week back from the last, so that the newest is whole."""
    count = (last - first).days // 7 + 1
    return [last - number * _ONE_WEEK for number in reversed(range(count))]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
