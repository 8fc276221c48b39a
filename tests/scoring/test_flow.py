"""Flow: stages add up to lead times, pipelines are counted where they ended."""

from __future__ import annotations

from datetime import timedelta
from math import isnan, nan
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import columns
from scoring.attribution import attribute
from scoring.columns import flows
from scoring.events import Cause, Lane, SignalKind, Status, Window
from scoring.rollups import STAGES, DayFlow, Told, follow, roll_up
from tests.scoring.histories import histories
from tests.scoring.made import (
    at,
    change,
    commit,
    deployment,
    incident,
    model_version,
    run,
    signal,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.events import Event

HOUR = 3600.0


def _followed(*events: Event, window: Window | None = None) -> list[DayFlow]:
    return follow(attribute(events, service="shop"), window=window)


def _told(*events: Event, lane: Lane = Lane.CODE) -> dict[str, list[float]]:
    """Return what all days tell, in hours where it is seconds."""
    days = [day for day in _followed(*events) if day.lane is lane]
    told = {}
    for kind in Told:
        found = flows.gathered([day.told for day in days], kind).tolist()
        hours = kind.name.endswith("SECONDS")
        if found:
            told[kind.name] = [value / HOUR if hours else value for value in found]
    return told


def _stages(*events: Event, lane: Lane = Lane.CODE) -> dict[str, list[float]]:
    told = _told(*events, lane=lane)
    wanted = [stage.name for stage in (*STAGES[lane], Told.UNTOLD_SECONDS)]
    return {name: told[name] for name in wanted if name in told}


FIRST = deployment("d0", "01T00:00", sha="0")


def test_a_change_goes_through_five_stages() -> None:
    # First commit 08, opened 10, merged 13, its pipeline 14, deployment 16 to 17.
    assert _stages(
        FIRST,
        change("c", "02T13:00", first="02T08:00", opened="02T10:00", sha="A"),
        run("r", "02T14:00", "02T17:30", sha="A"),
        deployment("d1", "02T17:00", started="02T16:00", sha="A"),
    ) == {
        "CODING_SECONDS": [2],
        "REVIEW_SECONDS": [3],
        "WAITING_SECONDS": [1],
        "PIPELINE_SECONDS": [2],
        "DEPLOY_SECONDS": [1],
    }


def test_without_a_pipeline_a_change_waits_for_its_deployment() -> None:
    assert _stages(
        FIRST,
        change("c", "02T13:00", opened="02T10:00", sha="A"),
        deployment("d1", "02T17:00", started="02T16:00", sha="A"),
    ) == {"REVIEW_SECONDS": [3], "WAITING_SECONDS": [3], "DEPLOY_SECONDS": [1]}


@pytest.mark.parametrize(
    ("opened", "started", "ran", "left"),
    [
        (None, "02T16:00", None, 5),  # first to merged is one stretch
        ("02T14:00", "02T16:00", None, 5),  # opened after the merge: a clock is wrong
        ("02T10:00", None, None, 4),  # merged to finished is one stretch
        ("02T10:00", "02T18:00", None, 4),  # started after it finished
        ("02T10:00", None, "02T14:00", 3),  # the pipeline and what came of it
    ],
)
def test_what_cannot_be_told_apart_is_said_to_be_untold(
    opened: str | None, started: str | None, ran: str | None, left: float
) -> None:
    stages = _stages(
        FIRST,
        change("c", "02T13:00", first="02T08:00", opened=opened, sha="A"),
        deployment("d1", "02T17:00", started=started, sha="A"),
        *([run("r", ran, sha="A")] if ran else []),
    )
    assert stages["UNTOLD_SECONDS"] == [left]
    assert sum(sum(hours) for hours in stages.values()) == 9


def test_a_build_that_ended_before_is_not_the_pipeline_that_deploys() -> None:
    stages = _stages(
        FIRST,
        change("c", "02T13:00", sha="A"),
        run("build", "02T13:00", "02T14:00", sha="A"),
        run("deploy", "02T15:30", "02T17:10", sha="A"),
        deployment("d1", "02T17:00", started="02T16:00", sha="A"),
    )
    assert (stages["WAITING_SECONDS"], stages["PIPELINE_SECONDS"]) == ([2.5], [0.5])


def test_a_lone_commit_is_neither_coded_nor_reviewed() -> None:
    told = _told(
        deployment("d0", "01T00:00", sha="0"),
        commit("0", "01T00:00"),
        commit("A", "02T10:00", "0"),
        deployment("d1", "02T17:00", started="02T16:00", sha="A"),
    )
    assert told["WAITING_SECONDS"] == [6]
    assert told["DEPLOY_SECONDS"] == [1]
    assert "CODING_SECONDS" not in told
    assert "REVIEW_SECONDS" not in told
    assert told["LED"] == [1]
    assert "LED_MERGED" not in told


def test_a_run_of_the_commit_long_ago_is_another_matter() -> None:
    assert "PIPELINE_SECONDS" not in _stages(
        FIRST,
        change("c", "02T13:00", sha="A"),
        run("r", "02T14:00", "12T18:00", sha="A"),
        deployment("d1", "12T17:00", started="12T16:00", sha="A"),
    )
    assert _stages(
        FIRST,
        change("c", "02T13:00", sha="A"),
        run("r1", "02T14:00", "02T15:00", sha="A"),
        run("r2", "12T14:00", "12T17:00", sha="A"),
        deployment("d1", "12T17:00", started="12T16:00", sha="A"),
    )["PIPELINE_SECONDS"] == [2]


def test_a_model_version_goes_through_four_stages() -> None:
    assert _stages(
        deployment("m0", "01T00:00", lane=Lane.MODEL, model_version="0"),
        model_version(
            "1",
            "02T06:00",
            data="02T00:00",
            evaluated="02T08:00",
            registered="02T09:00",
        ),
        deployment("m1", "02T12:00", lane=Lane.MODEL, model_version="1"),
        lane=Lane.MODEL,
    ) == {
        "TRAINING_SECONDS": [6],
        "EVALUATION_SECONDS": [2],
        "REGISTRATION_SECONDS": [1],
        "RELEASE_SECONDS": [3],
    }


def test_a_deployment_brings_a_batch() -> None:
    told = _told(
        FIRST,
        change("a", "02T08:00", sha="A"),
        change("b", "02T09:00", sha="B"),
        deployment("d1", "02T10:00", sha="B"),
        change("c", "03T08:00", sha="C"),
        deployment("d2", "03T10:00", sha="C"),
        deployment("d3", "04T10:00", sha="D"),  # nothing is known of what it brought
    )
    assert told["BATCH_SIZES"] == [2, 1]
    assert sum(told["BROUGHT"]) == 3


def test_recoveries_are_told_by_the_cause_of_their_incident() -> None:
    told = _told(
        deployment("d1", "02T10:00", sha="A"),
        incident("i1", "02T10:10", "02T12:00", deployment_id="d1", cause=Cause.CODE),
        deployment("d2", "03T10:00", sha="B"),
        incident("i2", "03T10:10", deployment_id="d2", cause=Cause.INFRASTRUCTURE),
        deployment("d3", "05T10:00", sha="C", status=Status.FAILURE),
        deployment("d4", "05T11:00", sha="C"),
    )
    assert told["RECOVERY_CODE_SECONDS"] == [2]
    assert told["OPEN_INFRASTRUCTURE"] == told["FAILED_INFRASTRUCTURE"] == [1]
    assert told["RECOVERY_UNEXPLAINED_SECONDS"] == [1]


def test_pipelines_are_counted_on_the_day_they_ended() -> None:
    days = _followed(
        run("r1", "02T23:00", "03T01:00", sha="A", attributes={"purpose": "data"}),
        run("r2", "03T02:00", "03T03:00", status=Status.FAILURE),
        run("r3", "03T02:00", "03T03:00", status=Status.CANCELLED),
        run("r4", "03T02:00", "03T03:00", stage="test", status=Status.FAILURE),
        run("r5", "03T02:00", status=Status.IN_PROGRESS),
    )
    (day,) = days
    assert str(day.day) == "2026-01-03"
    assert day.told[Told.RUNS_PASSED].tolist() == [1]
    assert day.told[Told.RUNS_FAILED].tolist() == [1]
    assert day.told[Told.DATA_RUNS_PASSED].tolist() == [1]
    assert day.told[Told.RUNS_OF_KNOWN_PURPOSE].tolist() == [1]


def test_waiting_for_a_pipeline_is_told_by_the_platform_or_unknown() -> None:
    told = _told(
        run("r1", "02T10:00", "02T11:00", attributes={"queued_seconds": 7200}),
        run(
            "r2",
            "02T10:00",
            "02T11:00",
            attributes={"queued_at": "2026-01-02T09:00:00Z"},
        ),
        run("r3", "02T10:00", "02T11:00"),
        run("r4", "02T10:00", "02T11:00", attributes={"queued_seconds": -1}),
        run("r5", "02T10:00", "02T11:00", attributes={"queued_at": "yesterday"}),
        run(
            "r6",
            "02T10:00",
            "02T11:00",
            attributes={"queued_at": "2026-01-02T10:30:00Z"},
        ),
    )
    assert told["QUEUE_SECONDS"] == [1, 2]


def test_a_run_that_passes_unchanged_shows_that_it_flickers() -> None:
    told = _told(
        run("r1", "02T08:00", "02T09:00", sha="A", status=Status.FAILURE),
        run("r2", "02T09:00", "02T10:00", sha="A", status=Status.FAILURE),
        run("r3", "02T10:00", "02T11:30", sha="A"),
        run("r4", "02T12:00", "02T13:00", sha="A"),  # nothing failed since
        run("r5", "03T08:00", "03T09:00", sha="B", status=Status.FAILURE),
        run("r6", "04T09:00", "04T10:00", sha="B"),  # more than a day later
        run("r7", "05T08:00", "05T09:00", status=Status.FAILURE),
        run("r8", "05T09:00", "05T10:00"),  # no commit is known
    )
    assert told["FLAKY_SECONDS"] == [2.5]
    assert told["RUNS_FLAKY"] == [1]
    assert sum(told["RUNS_PASSED_VERSIONED"]) == 3


def test_gates_are_told_by_name() -> None:
    (day,) = _followed(
        run("r1", "02T08:00", "02T09:00", stage="fairness", attributes={"gate": True}),
        run("r2", "02T08:00", "02T09:00", attributes={"gate": "data_validation"}),
        run(
            "r3",
            "02T08:00",
            "02T09:00",
            status=Status.FAILURE,
            attributes={"gate": "data_validation"},
        ),
        run("r4", "02T08:00", "02T09:00", attributes={"gate": 7}),
    )
    assert day.gates == {
        "fairness": {"passed": 1},
        "data_validation": {"passed": 1, "stopped": 1},
    }
    assert day.told[Told.GATES_PASSED].tolist() == [2]
    assert day.told[Told.VALIDATIONS_STOPPED].tolist() == [1]


def test_rows_set_aside_are_summed_where_a_run_tells_both_in_reason() -> None:
    rows = {"rows_read": 100, "rows_quarantined": 3}
    told = _told(
        run("r1", "02T08:00", "02T09:00", attributes={**rows}),
        run("r2", "02T08:00", "02T09:00", attributes={**rows}),
        run("r3", "02T08:00", "02T09:00", attributes={"rows_read": 100}),
        run("r4", "02T08:00", "02T09:00", attributes={**rows, "rows_read": 2}),
        run("r5", "02T08:00", "02T09:00", attributes={**rows, "rows_read": True}),
    )
    assert told["ROWS_READ"] == [200]
    assert told["ROWS_QUARANTINED"] == [6]
    assert told["RUNS_WITH_ROWS"] == [2]


def test_freshness_is_judged_by_the_monitor_or_its_threshold() -> None:
    fresh = SignalKind.FRESHNESS
    told = _told(
        signal("s1", "02T08:00", fresh, breached=False),
        signal("s2", "02T09:00", fresh, breached=True),
        signal("s3", "02T10:00", fresh, breached=None, value=50, threshold=60),
        signal("s4", "02T11:00", fresh, breached=None, value=70, threshold=60),
        signal("s5", "02T12:00", fresh, breached=None, value=70),
        signal("s6", "02T12:00", SignalKind.DRIFT, breached=True),
    )
    assert told["FRESHNESS_CHECKS"] == [5]
    assert told["FRESHNESS_JUDGED"] == [4]
    assert told["FRESHNESS_KEPT"] == [2]


# ── properties ─────────────────────────────────────────────────────────────────────

MOMENTS = st.one_of(st.just(nan), st.integers(0, 50).map(float))


@given(st.lists(MOMENTS, min_size=1, max_size=6), st.integers(0, 50), MOMENTS)
def test_stages_and_what_is_untold_add_up_to_the_whole_way(
    between: list[float], end: int, begun: float
) -> None:
    way = [0.0, *between, float(end)]
    spans, rest = flows.stages(
        [columns.floats((moment,)) for moment in way], begun=columns.floats((begun,))
    )
    known = [float(span[0]) for span in spans if not isnan(span[0])]
    assert all(span >= 0 for span in known)
    assert sum(known) + float(rest[0]) == end
    assert rest[0] >= 0


def _sums(days: Iterable[DayFlow]) -> dict[tuple[Lane, int], float]:
    sums: dict[tuple[Lane, int], float] = {}
    for day in days:
        for kind, samples in day.told.items():
            key = day.lane, kind
            sums[key] = sums.get(key, 0.0) + float(samples.sum())
    return {key: total for key, total in sums.items() if total}


@settings(deadline=None)
@given(events=histories())
def test_stages_of_each_day_add_up_to_its_lead_times(events: list[Event]) -> None:
    found = attribute(events, service="shop")
    leads = {
        (day.lane, day.day): float(day.lead_seconds.sum())
        for day in roll_up(found)
        if len(day.lead_seconds)
    }
    for day in follow(found):
        parts = [
            float(day.told[kind].sum())
            for kind in (*STAGES[day.lane], Told.UNTOLD_SECONDS)
            if kind in day.told
        ]
        assert sum(parts) == pytest.approx(leads.get((day.lane, day.day), 0.0))


@settings(deadline=None)
@given(events=histories(), hours=st.integers(0, 12 * 24))
def test_adjacent_windows_add_up(events: list[Event], hours: int) -> None:
    start, end = at("01T00:00"), at("30T00:00")
    cut = start + timedelta(hours=hours)
    parts = [
        *_followed(*events, window=Window(start, cut)),
        *_followed(*events, window=Window(cut, end)),
    ]
    whole = _sums(_followed(*events, window=Window(start, end)))
    assert _sums(parts) == pytest.approx(whole)
    assert whole == _sums(_followed(*events))


@settings(deadline=None)
@given(events=histories(), data=st.data())
def test_neither_order_nor_repetition_matters(
    events: list[Event], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(events + events[:5]))
    assert _followed(*shuffled) == _followed(*events)


@given(
    st.dictionaries(
        st.sampled_from(Told), st.lists(st.floats(0, 1e9), min_size=1), max_size=4
    )
)
def test_a_flow_is_read_as_it_was_written(told: dict[int, list[float]]) -> None:
    flow = {kind: columns.floats(sorted(samples)) for kind, samples in told.items()}
    read = flows.unpack(flows.pack(flow))
    assert flows.same(read, flow)
    twice = flows.unpack(flows.pack(flow) + flows.pack(flow))
    assert {kind: len(samples) for kind, samples in twice.items()} == {
        kind: 2 * len(samples) for kind, samples in told.items()
    }
