"""Flow metrics: values with their n and coverage, or unknown with a reason."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from scoring.attribution import attribute
from scoring.events import Cause, Lane, SignalKind, Status, Window
from scoring.metrics import METRICS, Known, Unit, measure_flow, rhythm
from scoring.rollups import follow, roll_up
from tests.scoring.histories import histories
from tests.scoring.made import (
    change,
    commit,
    deployment,
    incident,
    model_version,
    run,
    signal,
)

if TYPE_CHECKING:
    from scoring.events import Event, Json
    from scoring.metrics import Measurement

HOUR, DAY = 3600.0, 86_400.0
WINDOW = Window.of_days(date(2026, 1, 2), date(2026, 1, 20))
FIRST = deployment("d0", "01T00:00", sha="0")


def _measured(
    *events: Event, lane: Lane = Lane.CODE, window: Window = WINDOW
) -> dict[str, Measurement]:
    found = attribute(events, service="shop")
    flow = measure_flow(roll_up(found), follow(found), lane=lane, window=window)
    return {one.metric: one for one in flow}


def test_nothing_known_is_unknown_and_says_why() -> None:
    for lane in Lane:
        for one in _measured(lane=lane).values():
            assert one.known is Known.UNKNOWN
            assert one.value is None
            assert one.because.endswith(".")


def test_a_stage_is_covered_by_the_changes_it_is_known_of() -> None:
    found = _measured(
        FIRST,
        commit("0", "01T00:00"),
        change("a", "02T13:00", first="02T08:00", opened="02T10:00", sha="A"),
        change("b", "02T13:00", first="02T08:00", sha="B"),
        commit("A", "02T12:00", "0"),
        commit("B", "02T12:30", "A"),
        commit("C", "02T15:00", "B"),
        deployment("d1", "02T17:00", started="02T16:00", sha="C"),
    )
    coding, waiting = found["coding_time"], found["waiting_time"]
    assert (coding.value, coding.n, coding.coverage) == (2 * HOUR, 1, 0.5)
    # The lone commit was never opened, but it waited: for one hour.
    assert (waiting.value, waiting.n, waiting.coverage) == (3 * HOUR, 3, 1.0)
    assert found["pipeline_time"].known is Known.UNKNOWN
    assert found["pipeline_time"].coverage == 0
    assert found["batch_size"].value == 3
    assert found["batch_size"].detail["p95"] == 3


def test_the_bottleneck_is_said_if_nothing_untold_could_change_it() -> None:
    # 2 h of coding, 6 h of review, 1 h of waiting, 1 h of deployment.
    events: list[Event] = [
        FIRST,
        change("a", "02T16:00", first="02T08:00", opened="02T10:00", sha="A"),
        deployment("d1", "02T18:00", started="02T17:00", sha="A"),
    ]
    found = _measured(*events)["lead_time_bottleneck"]
    assert found.value == pytest.approx(0.6)
    assert found.n == 1
    assert found.detail["share_review"] == pytest.approx(0.6)
    assert found.detail["share_untold"] == 0
    # 5 h more of which nothing is known: review could still be the second longest.
    events += [
        change("b", "03T05:00", first="03T00:00", sha="B"),
        deployment("d2", "03T05:00", started="03T05:00", sha="B"),
    ]
    doubtful = _measured(*events)["lead_time_bottleneck"]
    assert doubtful.known is Known.UNKNOWN
    assert doubtful.coverage == pytest.approx(10 / 15)
    assert doubtful.because.startswith("Too much of the lead time")


def test_the_model_lane_has_its_own_stages() -> None:
    found = _measured(
        deployment("m0", "01T00:00", lane=Lane.MODEL, model_version="0"),
        model_version("1", "02T06:00", data="02T00:00", evaluated="02T08:00"),
        deployment("m1", "02T12:00", lane=Lane.MODEL, model_version="1"),
        lane=Lane.MODEL,
    )
    assert found["training_time"].value == 6 * HOUR
    assert found["release_time"].known is Known.UNKNOWN
    assert "coding_time" not in found
    # 4 h from evaluation to production are not told apart: less than training.
    assert found["lead_time_bottleneck"].known is Known.UNKNOWN


def test_days_without_a_deployment_are_counted_up_to_the_end() -> None:
    events = [
        deployment("d1", "03T10:00", sha="A"),
        deployment("d2", "03T11:00", sha="B"),
        deployment("d3", "08T10:00", sha="C"),
        deployment("d4", "09T10:00", sha="D", status=Status.FAILURE),
    ]
    found = _measured(*events)["longest_deployment_gap"]
    # 4 to 7 January are 4 days, 9 to 20 January 12, which go on.
    assert found.value == 12 * DAY
    assert found.detail["since_last_s"] == 12 * DAY
    assert (found.n, found.coverage) == (2, 18 / 19)
    assert (found.detail["days_from_0"], found.detail["days_from_2"]) == (16, 1)
    # A deployment before the window makes its first day one without.
    earlier = _measured(FIRST, *events)["longest_deployment_gap"]
    assert earlier.coverage == 1
    assert earlier.detail["days_from_0"] == 17


def test_failures_alone_are_days_without_a_success() -> None:
    found = _measured(deployment("d1", "05T10:00", sha="A", status=Status.FAILURE))[
        "longest_deployment_gap"
    ]
    # From the first attempt on 5 January until the 20th nothing succeeded.
    assert found.value == found.detail["since_last_s"] == 16 * DAY
    assert (found.n, found.coverage) == (0, 16 / 19)


def test_gaps_say_from_when_to_when() -> None:
    found = attribute(
        [deployment("d1", "03T10:00", sha="A"), deployment("d2", "06T10:00", sha="B")],
        service="shop",
    )
    seen = rhythm(roll_up(found), lane=Lane.CODE, window=WINDOW)
    assert seen is not None
    assert [(str(gap.first), str(gap.last), gap.is_open) for gap in seen.gaps] == [
        ("2026-01-04", "2026-01-05", False),
        ("2026-01-07", "2026-01-20", True),
    ]
    assert rhythm(roll_up(found), lane=Lane.MODEL, window=WINDOW) is None


def test_the_rolling_rate_looks_back_thirty_days_within_the_window() -> None:
    events = [
        deployment("d1", "02T10:00", sha="A", status=Status.FAILURE),
        deployment("d2", "02T11:00", sha="A"),
        deployment("d3", "20T11:00", sha="B"),
    ]
    long = Window.of_days(date(2026, 1, 1), date(2026, 2, 15))
    assert _measured(*events, window=long)["rolling_change_fail_rate"].value == 0
    short = _measured(*events)["rolling_change_fail_rate"]
    assert short.value == pytest.approx(1 / 3)
    assert short.window == WINDOW


def test_recovery_is_split_by_cause() -> None:
    found = _measured(
        deployment("d1", "02T10:00", sha="A"),
        incident("i1", "02T10:10", "02T12:00", deployment_id="d1", cause=Cause.CODE),
        deployment("d2", "05T10:00", sha="B"),
        incident("i2", "05T10:10", deployment_id="d2", cause=Cause.CODE),
        deployment("d3", "09T10:00", sha="C"),
        incident("i3", "09T10:10", deployment_id="d3"),
    )
    code = found["code_recovery_time"]
    assert (code.value, code.n, code.coverage) == (2 * HOUR, 1, 0.5)
    assert (code.detail["open"], code.detail["failed"]) == (1, 2)
    assert found["data_recovery_time"].known is Known.UNKNOWN
    assert found["unexplained_recovery_time"].coverage == 0


def test_pipelines_are_measured_over_the_runs_that_tell() -> None:
    data: dict[str, Json] = {"purpose": "data", "rows_read": 200, "rows_quarantined": 3}
    fresh = SignalKind.FRESHNESS
    found = _measured(
        run("r1", "02T08:00", "02T09:00", sha="A", status=Status.FAILURE),
        run("r2", "02T09:00", "02T10:00", sha="A", attributes={"queued_seconds": 60}),
        run("r3", "02T09:00", "02T10:00", attributes=data),
        run("r4", "02T09:00", "02T10:00", attributes={"gate": "data_validation"}),
        signal("s1", "02T08:00", fresh, breached=True),
        signal("s2", "02T09:00", fresh, breached=None),
    )
    assert (found["pipeline_success_rate"].value, found["pipeline_success_rate"].n) == (
        0.75,
        4,
    )
    queue = found["pipeline_queue_time"]
    assert (queue.value, queue.coverage) == (60, 0.25)
    flaky = found["flaky_pipeline_rate"]
    assert (flaky.value, flaky.n, flaky.detail["lost_s"]) == (1.0, 1, HOUR)
    assert flaky.coverage == pytest.approx(1 / 3)
    pipelines = found["data_pipeline_success_rate"]
    assert (pipelines.value, pipelines.n, pipelines.coverage) == (1.0, 1, 0.25)
    assert found["data_validation_pass_rate"].value == 1
    assert found["gate_pass_rate"].n == 1
    quarantine = found["quarantine_rate"]
    assert (quarantine.value, quarantine.low, quarantine.n) == (0.015, None, 1)
    freshness = found["data_freshness_rate"]
    assert (freshness.value, freshness.n, freshness.coverage) == (0.0, 1, 0.5)


@settings(deadline=None)
@given(events=histories())
def test_no_history_breaks_a_bound(events: list[Event]) -> None:
    for lane in Lane:
        for one in _measured(*events, lane=lane).values():
            assert one.unit is METRICS[one.metric].unit
            assert (one.value is None) is (one.known is not Known.VALUE)
            assert bool(one.because) is (one.value is None)
            assert one.coverage is None or 0 <= one.coverage <= 1
            if one.value is not None:
                assert one.n > 0 or one.metric == "longest_deployment_gap"
                assert one.value >= 0
            if one.value is not None and one.unit is Unit.RATIO:
                assert one.value <= 1
