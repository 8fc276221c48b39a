"""Rollups: every count on the day it belongs to, and adjacent windows add up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.attribution import attribute
from scoring.events import Lane, SignalKind, Status, Window
from scoring.rollups import DayRollup, roll_up
from tests.scoring.histories import histories
from tests.scoring.made import (
    at,
    change,
    deployment,
    incident,
    model_version,
    signal,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.events import Event


def _rolled(*events: Event, window: Window | None = None) -> list[DayRollup]:
    return roll_up(attribute(events, service="shop"), window=window)


def test_a_day_counts_what_finished_on_it() -> None:
    # 1st: d1 is the first deployment and brings nothing measurable. 2nd: d2 carries c
    # after 2 h and is rolled back by d3 after 1 h; one is cancelled; d4 brings D of
    # which no change is known, and fails. The incident is opened on the 3rd.
    rollups = _rolled(
        deployment("d1", "01T10:00", sha="A"),
        change("c", "02T08:00", sha="B"),
        deployment("d2", "02T10:00", sha="B"),
        deployment("d3", "02T11:00", sha="A"),
        deployment("x", "02T12:00", sha="C", status=Status.CANCELLED),
        deployment("d4", "02T23:59", sha="D"),
        incident("i", "03T00:30"),
    )
    assert rollups == [
        DayRollup(
            service="shop",
            lane=Lane.CODE,
            day=date(2026, 1, 1),
            completed=1,
            successful=1,
            detail={"versioned": 1},
        ),
        DayRollup(
            service="shop",
            lane=Lane.CODE,
            day=date(2026, 1, 2),
            completed=3,
            successful=3,
            failed=2,
            rework=1,
            cancelled=1,
            open_failures=1,
            lead_seconds=rollups[1].lead_seconds,
            recovery_seconds=rollups[1].recovery_seconds,
            detail={
                "versioned": 3,
                "carriers": 2,
                "carriers_known": 1,
                "tiers": {"rollback": 1, "incident_window": 1},
            },
        ),
        DayRollup(
            service="shop",
            lane=Lane.CODE,
            day=date(2026, 1, 3),
            detail={"incidents": 1, "incidents_linked": 1},
        ),
    ]
    assert rollups[1].lead_seconds.tolist() == [7200.0]
    assert rollups[1].recovery_seconds.tolist() == [3600.0]


def test_a_recovery_belongs_to_the_day_of_the_failure() -> None:
    rollups = _rolled(
        deployment("d1", "02T23:00", sha="A", status=Status.FAILURE),
        deployment("d2", "03T02:00", sha="A"),
    )
    assert [row.recovery_seconds.tolist() for row in rollups] == [[10_800.0], []]


def test_leads_and_recoveries_that_would_be_negative_are_counted_apart() -> None:
    rollups = _rolled(
        deployment("d1", "01T10:00", sha="A"),
        change("c", "02T12:00", sha="B"),
        deployment("d2", "02T10:00", sha="B"),
        incident("i", "02T08:00", "02T09:00", deployment_id="d2"),
    )
    assert rollups[1].detail["contradictory"] == 2
    assert rollups[1].open_failures == 0
    assert len(rollups[1].lead_seconds) == len(rollups[1].recovery_seconds) == 0


def test_the_model_lane_keeps_stages_and_the_way_from_validation() -> None:
    # Evaluated 08:00, registered 09:00, out 12:00: 4 h from validation; version 2 has
    # no evaluation: from training at 06:00 straight to production.
    rollups = _rolled(
        model_version("1", "01T06:00", evaluated="01T08:00", registered="01T09:00"),
        deployment("m1", "01T12:00", lane=Lane.MODEL, model_version="1"),
        model_version("2", "01T06:00"),
        deployment("m2", "01T13:00", lane=Lane.MODEL, model_version="2"),
    )
    assert rollups[0].detail["stages"] == {
        "trained_to_evaluated": [7200.0],
        "evaluated_to_registered": [3600.0],
        "registered_to_deployed": [10_800.0],
        "trained_to_deployed": [25_200.0],
    }
    assert rollups[0].detail["validated_seconds"] == [14_400.0]
    assert rollups[0].detail["released"] == 2


def test_signals_are_tallied_and_breaches_answered_in_time_counted() -> None:
    # Two degradations: drift at 10:00 (10:30 continues it) answered by an automatic
    # alert at 10:20; latency at 15:00 answered by hand only, so not at all.
    rollups = _rolled(
        deployment("m1", "01T09:00", lane=Lane.MODEL, model_version="1"),
        signal("s1", "01T10:00", SignalKind.DRIFT, breached=True),
        signal("s2", "01T10:20", SignalKind.ALERT),
        signal("s3", "01T10:30", SignalKind.DRIFT, breached=True),
        signal("s4", "01T15:00", SignalKind.LATENCY, breached=True),
        signal("s5", "01T15:10", SignalKind.ALERT, automated=False),
        signal("s6", "01T16:00", SignalKind.FAIRNESS),
    )
    detail = rollups[0].detail
    assert rollups[0].lane is Lane.MODEL
    assert detail["signals"] == {
        "drift": {"seen": 2, "breached": 2},
        "alert": {"seen": 2, "breached": 0},
        "latency": {"seen": 1, "breached": 1},
        "fairness": {"seen": 1, "breached": 0},
    }
    assert (detail["degradations"], detail["reactions"]) == (2, 1)


def test_rollups_of_the_same_day_are_equal_only_with_the_same_samples() -> None:
    one, other = (
        _rolled(
            deployment("d1", "01T10:00", sha="A"),
            change("c", merged, sha="B"),
            deployment("d2", "02T10:00", sha="B"),
        )
        for merged in ("02T08:00", "02T09:00")
    )
    assert one[0] == other[0]
    assert hash(one[0]) == hash(other[0])
    assert one[1] != other[1]
    assert one[1] != "a day"


def _total(rollups: Iterable[DayRollup]) -> dict[tuple[Lane, str], float]:
    totals: dict[tuple[Lane, str], float] = {}
    for row in rollups:
        for name in ("completed", "successful", "failed", "rework", "cancelled"):
            key = row.lane, name
            totals[key] = totals.get(key, 0) + getattr(row, name)
        for name, samples in (
            ("lead", row.lead_seconds),
            ("recovery", row.recovery_seconds),
        ):
            totals[row.lane, name] = totals.get((row.lane, name), 0) + len(samples)
        for name in ("incidents", "degradations", "carriers", "contradictory"):
            count = row.detail.get(name, 0)
            assert isinstance(count, int)
            totals[row.lane, name] = totals.get((row.lane, name), 0) + count
    return {key: total for key, total in totals.items() if total}


@settings(deadline=None)
@given(events=histories(), hours=st.integers(0, 12 * 24))
def test_adjacent_windows_add_up(events: list[Event], hours: int) -> None:
    start, end = at("01T00:00"), at("30T00:00")
    cut = start + timedelta(hours=hours)
    whole = _rolled(*events, window=Window(start, end))
    parts = [
        *_rolled(*events, window=Window(start, cut)),
        *_rolled(*events, window=Window(cut, end)),
    ]
    assert _total(parts) == _total(whole) == _total(_rolled(*events))


@settings(deadline=None)
@given(events=histories())
def test_counts_of_a_day_keep_within_each_other(events: list[Event]) -> None:
    for row in _rolled(*events):
        assert 0 <= row.failed <= row.completed
        assert 0 <= row.rework <= row.completed
        assert row.successful <= row.completed
        assert row.open_failures + len(row.recovery_seconds) <= row.failed
        tiers = row.detail.get("tiers", {})
        assert isinstance(tiers, dict)
        assert sum(int(str(count)) for count in tiers.values()) == row.failed
        assert datetime.combine(row.day, datetime.min.time(), UTC).year == 2026
