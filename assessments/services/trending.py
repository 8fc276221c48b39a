"""Trends: daily rollups become weeks, and rates that roll over thirty days."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from assessments.charts.trends import Rate, Trend, Week
from scoring import columns, metrics
from scoring.events import Lane, Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.rollups import DayRollup

ROLLING_DAYS = metrics.ROLLING_DAYS
LABELS = {Lane.CODE: _("Software"), Lane.MODEL: _("Models")}
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


def trend(
    days: Sequence[DayRollup], *, lane: Lane, window: Window, seen_before: bool
) -> Trend:
    """Return how a lane went; `days` reach back so far that rates can roll.

    Days before the first deployment are unknown, not days without one, unless the
    caller vouches with `seen_before` that deployments were seen before the window.
    """
    first = window.start.date()
    last = (window.end - timedelta(microseconds=1)).date()
    mine = [day for day in days if day.lane is lane]
    start = first if seen_before else _first_seen(mine, first)
    if start is None:
        return Trend(lane=lane.value, label=str(LABELS[lane]), weeks=(), rates=())
    return Trend(
        lane=lane.value,
        label=str(LABELS[lane]),
        weeks=tuple(_weeks(mine, lane, start, last)),
        rates=tuple(_rate(mine, lane, on) for on in _week_ends(start, last)),
    )


def _first_seen(days: Sequence[DayRollup], first: date) -> date | None:
    seen = [day.day for day in days if day.completed]
    return max(first, min(seen)) if seen else None


def _weeks(
    days: Sequence[DayRollup], lane: Lane, start: date, last: date
) -> list[Week]:
    by_week: dict[date, list[DayRollup]] = defaultdict(list)
    for day in days:
        if start <= day.day <= last:
            by_week[_monday(day.day)].append(day)
    first = _monday(start)
    mondays = [first + number * _WEEK for number in range((last - first).days // 7 + 1)]
    return [
        _week(
            by_week[monday],
            lane,
            monday,
            whole=monday >= start and monday + _WEEK - _DAY <= last,
        )
        for monday in mondays
    ]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(days: Sequence[DayRollup], lane: Lane, monday: date, *, whole: bool) -> Week:
    if not days:
        return Week(start=monday, deployments=0, whole=whole)
    window = Window.of_days(monday, monday + _WEEK - _DAY)
    lead = metrics.change_lead_time(days, lane=lane, window=window)
    recoveries = columns.join([day.recovery_seconds for day in days])
    return Week(
        start=monday,
        deployments=sum(day.successful for day in days),
        whole=whole,
        changes=lead.n,
        lead_median=lead.value,
        lead_low=lead.low,
        lead_high=lead.high,
        lead_p95=lead.detail.get("p95_s"),
        recovered=len(recoveries),
        recovery_median=columns.percentile(recoveries, 0.5)
        if len(recoveries)
        else None,
    )


def _week_ends(start: date, last: date) -> list[date]:
    """Return a day for each week back from the last, so that the newest is whole."""
    count = (last - start).days // 7 + 1
    return [last - number * _WEEK for number in reversed(range(count))]


def _rate(days: Sequence[DayRollup], lane: Lane, on: date) -> Rate:
    begin = on - timedelta(days=ROLLING_DAYS - 1)
    rate = metrics.change_fail_rate(
        [day for day in days if begin <= day.day <= on],
        lane=lane,
        window=Window.of_days(begin, on),
    )
    return Rate(
        on=on,
        value=rate.value,
        low=rate.low,
        high=rate.high,
        failed=int(rate.detail.get("failed") or 0),
        total=rate.n,
    )
