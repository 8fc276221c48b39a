"""The five delivery metrics, from the day rollups of any number of services.

Each takes rollups of any days and lanes and picks those of its lane whose day lies in
its window. Names and meanings are those of DORA (dora.dev, 2025).
"""

from __future__ import annotations

from datetime import UTC, timedelta
from statistics import median
from typing import TYPE_CHECKING, Protocol, TypeVar

from scoring import columns
from scoring.metrics.measurement import MINIMUM_N, Question, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from scoring.events import Lane, Window
    from scoring.metrics.measurement import Measurement
    from scoring.rollups import DayRollup

_WEEK = 7
_NO_SUCCESS = "No successful production deployment is known in the window."
_NONE_COMPLETED = "No completed production deployment is known in the window."


class _OfADay(Protocol):
    @property
    def lane(self) -> Lane: ...
    @property
    def day(self) -> date: ...


Day = TypeVar("Day", bound=_OfADay)


def inside(rollups: Iterable[Day], lane: Lane, window: Window) -> list[Day]:
    """Return the rollups of a lane whose UTC day lies in the window, even in part."""
    first = window.start.astimezone(UTC).date()
    end = window.end.astimezone(UTC)
    last = (end - timedelta(microseconds=1)).date()
    if window.start == window.end:
        return []
    return [
        rollup
        for rollup in rollups
        if rollup.lane is lane and first <= rollup.day <= last
    ]


def counted(rollups: Iterable[DayRollup], key: str) -> int:
    """Return the sum of a count that is kept in detail."""
    counts = (rollup.detail.get(key, 0) for rollup in rollups)
    return sum(count for count in counts if isinstance(count, int))


def share(part: int, whole: int) -> float | None:
    """Return part of whole, None of nothing."""
    return part / whole if whole else None


def change_lead_time(
    rollups: Iterable[DayRollup],
    *,
    lane: Lane,
    window: Window,
    minimum_n: int = MINIMUM_N,
) -> Measurement:
    """Return the median time from first commit to production, P95 beside it.

    Coverage is the share of the deployments that brought something new whose changes
    are known. Changes that were deployed before they were begun, as clocks have it, are
    counted as `contradictory`.
    """
    ask = Question(
        metric="change_lead_time",
        lane=lane,
        window=window,
        unit=Unit.SECONDS,
        minimum_n=minimum_n,
    )
    rows = inside(rollups, lane, window)
    carriers = counted(rows, "carriers")
    coverage = share(counted(rows, "carriers_known"), carriers)
    samples = columns.join([row.lead_seconds for row in rows])
    backwards = counted(rows, "contradictory") - sum(map(_unhealed, rows))
    detail = _contradictory(backwards)
    if len(samples):
        return ask.median(samples, coverage=coverage, detail=detail)
    if not any(row.successful for row in rows):
        return ask.unknown(_NO_SUCCESS)
    if not carriers:
        return ask.unknown(
            "No deployment in the window brought anything new to a predecessor."
        )
    if backwards:
        return ask.unknown(
            "By their clocks, all changes in the window were deployed before they were"
            " begun.",
            coverage=coverage,
            detail=detail,
        )
    return ask.unknown(
        "It is not known which changes the deployments in the window carried.",
        coverage=coverage,
    )


def _unhealed(row: DayRollup) -> int:
    """Count failures that clocks say were restored before they failed."""
    return row.failed - row.open_failures - len(row.recovery_seconds)


def _contradictory(count: int) -> dict[str, float]:
    return {"contradictory": float(count)} if count else {}


def deployment_frequency(
    rollups: Iterable[DayRollup],
    *,
    lane: Lane,
    window: Window,
    minimum_n: int = MINIMUM_N,
    seen_before: bool = False,
) -> Measurement:
    """Return successful deployments per week, days without any included.

    No deployment in the window is a rate of zero only if some deployment was seen at
    all: one of the rollups, of the window or of a day before it, tells of one, or the
    caller vouches for it with `seen_before`. Otherwise the rate is unknown. Coverage is
    the share of the window since the first deployment that is known.
    """
    ask = Question(
        metric="deployment_frequency",
        lane=lane,
        window=window,
        unit=Unit.PER_WEEK,
        minimum_n=minimum_n,
    )
    everything = list(rollups)
    last = (window.end.astimezone(UTC) - timedelta(microseconds=1)).date()
    known = [
        row.day
        for row in everything
        if row.lane is lane and row.completed and row.day <= last
    ]
    if not known and not seen_before:
        return ask.unknown("No production deployment was ever seen.")
    if window.start == window.end:
        return ask.unknown("The window is empty.")
    rows = inside(everything, lane, window)
    n = sum(row.successful for row in rows)
    per_day = n / window.days
    return ask.value(
        per_day * _WEEK,
        n=n,
        coverage=1.0 if seen_before else _since(min(known), window),
        detail={
            "per_day": per_day,
            "per_week": per_day * _WEEK,
            "median_on_deploying_weeks": _on_deploying_weeks(rows),
            "days": window.days,
            "deploying_days": float(len({row.day for row in rows if row.successful})),
        },
    )


def _since(first: date, window: Window) -> float:
    start = window.start.astimezone(UTC).date()
    missing = max((first - start).days, 0)
    return max(1 - missing / window.days, 0.0)


def _on_deploying_weeks(rows: Sequence[DayRollup]) -> float | None:
    """Return the median of deployments on weeks (Monday to Sunday) with any."""
    days: dict[date, int] = {}
    for row in rows:
        if row.successful:
            days[row.day] = days.get(row.day, 0) + row.successful
    weeks: dict[int, int] = {}
    for day, count in days.items():
        monday = day.toordinal() - day.weekday()
        weeks[monday] = weeks.get(monday, 0) + count
    return float(median(weeks.values())) if weeks else None


def failed_deployment_recovery_time(
    rollups: Iterable[DayRollup],
    *,
    lane: Lane,
    window: Window,
    minimum_n: int = MINIMUM_N,
) -> Measurement:
    """Return the median time from a failed deployment to restored service.

    Failures that are still open are counted in `open` and lower the coverage; so do
    those that were restored before they failed, as clocks have it: `contradictory`.
    """
    ask = Question(
        metric="failed_deployment_recovery_time",
        lane=lane,
        window=window,
        unit=Unit.SECONDS,
        minimum_n=minimum_n,
    )
    rows = inside(rollups, lane, window)
    failed = sum(row.failed for row in rows)
    still_open = sum(row.open_failures for row in rows)
    samples = columns.join([row.recovery_seconds for row in rows])
    coverage = share(len(samples), failed)
    backwards = sum(map(_unhealed, rows))
    detail = {
        "open": float(still_open),
        "failed": float(failed),
        **_contradictory(backwards),
    }
    if len(samples):
        return ask.median(samples, coverage=coverage, detail=detail)
    if not any(row.completed for row in rows):
        return ask.unknown(_NONE_COMPLETED)
    if not failed:
        return ask.unknown("No deployment in the window failed.", detail=detail)
    return ask.unknown(
        "Of no failed deployment in the window is it known when service was restored.",
        coverage=coverage,
        detail=detail,
    )


def change_fail_rate(
    rollups: Iterable[DayRollup],
    *,
    lane: Lane,
    window: Window,
    minimum_n: int = MINIMUM_N,
) -> Measurement:
    """Return the share of completed deployments that failed, by tier in detail.

    Coverage is the share of them whose version is known: without it a rollback cannot
    be seen.
    """
    ask = Question(
        metric="change_fail_rate",
        lane=lane,
        window=window,
        unit=Unit.RATIO,
        minimum_n=minimum_n,
    )
    rows = inside(rollups, lane, window)
    total = sum(row.completed for row in rows)
    if not total:
        return ask.unknown(_NONE_COMPLETED)
    failed = sum(row.failed for row in rows)
    return ask.proportion(
        failed,
        total,
        coverage=share(counted(rows, "versioned"), total),
        detail={
            "failed": float(failed),
            "total": float(total),
            "cancelled": float(sum(row.cancelled for row in rows)),
        }
        | _tiers(rows),
    )


def _tiers(rows: Iterable[DayRollup]) -> dict[str, float]:
    tiers: dict[str, int] = {}
    for row in rows:
        won = row.detail.get("tiers")
        if isinstance(won, dict):
            for tier, count in won.items():
                if isinstance(count, int):
                    tiers[tier] = tiers.get(tier, 0) + count
    return {f"by_{tier}": float(count) for tier, count in sorted(tiers.items())}


def deployment_rework_rate(
    rollups: Iterable[DayRollup],
    *,
    lane: Lane,
    window: Window,
    minimum_n: int = MINIMUM_N,
) -> Measurement:
    """Return the share of completed deployments that repaired production."""
    ask = Question(
        metric="deployment_rework_rate",
        lane=lane,
        window=window,
        unit=Unit.RATIO,
        minimum_n=minimum_n,
    )
    rows = inside(rollups, lane, window)
    total = sum(row.completed for row in rows)
    if not total:
        return ask.unknown(_NONE_COMPLETED)
    rework = sum(row.rework for row in rows)
    return ask.proportion(
        rework,
        total,
        coverage=share(counted(rows, "versioned"), total),
        detail={"rework": float(rework), "total": float(total)},
    )


DELIVERY = (
    change_lead_time,
    deployment_frequency,
    failed_deployment_recovery_time,
    change_fail_rate,
    deployment_rework_rate,
)
