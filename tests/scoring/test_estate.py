"""The health of models: shares worked out by hand, and unknowns that stay unknown."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.events import Kind, Lane, SignalKind, Window, parse, recorded
from scoring.events.recorded import Trigger
from scoring.metrics import (
    ESTATE,
    METRICS,
    Estate,
    Known,
    LiveModel,
    Measurement,
    Reading,
    ReleaseRecord,
    TrainingRun,
    Unit,
    VersionRecord,
    estate_metric,
)

T = TypeVar("T")
_WINDOW = Window.of_days(date(2026, 1, 1), date(2026, 1, 28))
_TRAINED = datetime(2026, 1, 19, tzinfo=UTC)


def _measured(metric: str, estate: Estate) -> Measurement:
    return estate_metric(estate, metric=metric, window=_WINDOW, minimum_n=1)


def _drift(
    value: float, *, over: bool | None = None, feature: str = "", measure: str = "psi"
) -> Reading:
    return Reading(
        kind=SignalKind.DRIFT, measure=measure, feature=feature, value=value, over=over
    )


_MODELS = (
    LiveModel(
        service="a",
        version="3",
        trained_at=_TRAINED,
        owned=True,
        review_on=date(2026, 1, 27),
        carded=True,
        shared_on_call=True,
        readings=(
            _drift(0.31, over=True, feature="age"),
            _drift(0.1, over=False),
            Reading(kind=SignalKind.COST, value=12.5),
        ),
    ),
    LiveModel(
        service="b",
        version="7",
        trained_at=_TRAINED - timedelta(days=20),
        owned=True,
        review_on=date(2026, 1, 28),
        shared_on_call=False,
        readings=(_drift(0.2, over=False),),
    ),
    LiveModel(service="c", version="1", readings=(_drift(0.4),)),
    LiveModel(service="d", version="1"),
)
_HALF = Estate(models=_MODELS)


@pytest.mark.parametrize(
    ("metric", "value", "n", "coverage"),
    [
        # Two of four are owned and dated, one has a card; one names its cost.
        ("owned_models_share", 0.5, 4, 1.0),
        ("review_dated_share", 0.5, 4, 1.0),
        ("model_card_share", 0.25, 4, 1.0),
        ("cost_known_share", 0.25, 4, 1.0),
        # The window ends with the 28th, on which a review is still in time.
        ("models_past_review", 1.0, 2, 0.5),
        ("shared_on_call_share", 0.5, 2, 0.5),
        # 10 and 30 days before the end of the 28th: the median is 20 days.
        ("model_age", 20 * 86_400.0, 2, 0.5),
        # a broke a line, b did not, c has none to break, d has no signal.
        ("drift_exceedance_share", 0.5, 2, 0.5),
        ("population_stability_index", 0.4, 3, 0.75),
    ],
)
def test_a_metric_of_live_models(
    metric: str, value: float, n: int, coverage: float
) -> None:
    found = _measured(metric, _HALF)
    assert found.known is Known.VALUE
    assert found.value == pytest.approx(value)
    assert (found.n, found.coverage) == (n, coverage)
    assert found.unit is METRICS[metric].unit
    assert found.lane is Lane.MODEL


@pytest.mark.parametrize(
    ("metric", "because"),
    [
        ("fairness_gap", "No signal of any live model names this quantity"),
        ("latency_exceedance_share", "No signal of this kind with a threshold"),
    ],
)
def test_what_no_monitor_reads_is_unknown(metric: str, because: str) -> None:
    found = _measured(metric, _HALF)
    assert found.known is Known.UNKNOWN
    assert found.value is None
    assert found.because.startswith(because)
    assert found.coverage == 0.0


@pytest.mark.parametrize(
    "metric",
    [
        "owned_models_share",
        "review_dated_share",
        "model_card_share",
        "cost_known_share",
    ],
)
def test_what_no_record_of_any_model_tells_is_unknown_not_zero(metric: str) -> None:
    bare = Estate(models=(LiveModel(service="a", version="1"),))
    assert _measured(metric, bare).known is Known.UNKNOWN


_WHOLE = VersionRecord(
    model="a",
    trained_at=_TRAINED,
    code=True,
    data=True,
    parameters=True,
    environment=True,
)


def test_a_version_is_reproducible_if_its_record_names_all_four() -> None:
    versions = (_WHOLE, _WHOLE, replace(_WHOLE, environment=False))
    found = _measured("reproducible_versions_share", Estate(versions=versions))
    assert found.value == pytest.approx(2 / 3)
    assert found.low is not None
    assert found.detail["with_environment"] == 2


def test_a_part_that_no_version_names_is_told_by_no_system() -> None:
    versions = (replace(_WHOLE, parameters=False),) * 3
    found = _measured("reproducible_versions_share", Estate(versions=versions))
    assert found.known is Known.UNKNOWN
    assert found.because == "No model version names its parameters."
    assert found.detail["with_code"] == 3


def test_how_often_live_models_are_trained_is_the_median_of_them() -> None:
    # a: 8 trainings in 4 weeks, 2 a week; b: none in the window, 0; c and d: unknown.
    # Median of 0 and 2 is 1 a week.
    trained = replace(_WHOLE, trained_at=_WINDOW.start + timedelta(days=1))
    before = replace(_WHOLE, model="b", trained_at=_WINDOW.start - timedelta(days=1))
    estate = replace(_HALF, versions=((trained,) * 8 + (before,)))
    found = _measured("retraining_frequency", estate)
    assert found.value == pytest.approx(1.0)
    assert (found.n, found.coverage) == (2, 0.5)


_TRAININGS = (
    TrainingRun(trigger=Trigger.MANUAL, automated=True, tracked=True),
    TrainingRun(trigger=Trigger.DRIFT, tracked=False),
    TrainingRun(trigger=Trigger.SCHEDULE),
    TrainingRun(automated=True),
)


@pytest.mark.parametrize(
    ("metric", "value", "n", "coverage"),
    [
        ("tracked_runs_share", 0.5, 2, 0.5),
        # What a record says started it counts before whether it was automated.
        ("automatic_training_share", 0.75, 4, 1.0),
        ("triggered_training_share", 1 / 3, 3, 0.75),
    ],
)
def test_a_metric_of_training_runs(
    metric: str, value: float, n: int, coverage: float
) -> None:
    found = _measured(metric, Estate(trainings=_TRAININGS))
    assert found.value == pytest.approx(value)
    assert (found.n, found.coverage) == (n, coverage)


def test_trainings_are_told_apart_by_what_started_them() -> None:
    found = _measured("automatic_training_share", Estate(trainings=_TRAININGS))
    assert dict(found.detail) == {
        "by_manual": 1,
        "by_schedule": 1,
        "by_drift": 1,
        "by_unknown": 1,
    }


def test_a_release_record_is_complete_with_who_what_why_and_approval() -> None:
    whole = ReleaseRecord(who=True, what=True, why=True, approved=True)
    releases = (whole, replace(whole, why=False), whole, replace(whole, approved=False))
    estate = Estate(releases=releases)
    assert _measured("audit_complete_share", estate).value == 0.5
    assert _measured("approved_releases_share", estate).value == 0.75
    silent = Estate(releases=(replace(whole, why=False),))
    assert _measured("audit_complete_share", silent).because == (
        "No release records why it was made."
    )


def test_releases_without_a_ticket_count_where_that_is_recorded() -> None:
    releases = (
        ReleaseRecord(self_service=True),
        ReleaseRecord(self_service=False),
        ReleaseRecord(),
    )
    found = _measured("self_service_share", Estate(releases=releases))
    assert found.value == 0.5
    assert found.coverage == pytest.approx(2 / 3)


def test_no_drill_in_the_window_is_zero_only_if_drills_are_recorded_at_all() -> None:
    assert _measured("drills_with_findings", Estate()).known is Known.UNKNOWN
    none_lately = _measured("drills_with_findings", Estate(drilled_before=True))
    assert (none_lately.value, none_lately.n) == (0.0, 0)
    two = Estate(drills=(True, False), drilled_before=True)
    assert _measured("drills_with_findings", two).value == 1.0


def test_a_rollback_that_a_machine_began_is_automatic() -> None:
    found = _measured("automatic_rollback_share", Estate(rollbacks=(True, False)))
    assert found.value == 0.5
    assert _measured("automatic_rollback_share", Estate()).known is Known.UNKNOWN


# ── properties ─────────────────────────────────────────────────────────────────────

_maybe = st.none() | st.booleans()
_moments = st.datetimes(timezones=st.just(UTC))
_readings = st.builds(
    Reading,
    kind=st.sampled_from(SignalKind),
    measure=st.sampled_from(["", "psi", "auc_drop", "fairness_gap", "skew"]),
    value=st.none() | st.floats(-5, 5),
    over=_maybe,
)
_models = st.builds(
    LiveModel,
    service=st.sampled_from("abc"),
    version=st.sampled_from("123"),
    readings=st.lists(_readings, max_size=4).map(tuple),
    trained_at=st.none() | _moments,
    owned=st.booleans(),
    review_on=st.none() | st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    carded=st.booleans(),
    shared_on_call=_maybe,
)
_versions = st.builds(
    VersionRecord,
    model=st.sampled_from("abc"),
    trained_at=_moments,
    code=st.booleans(),
    data=st.booleans(),
    parameters=st.booleans(),
    environment=st.booleans(),
)
_releases = st.builds(
    ReleaseRecord,
    who=st.booleans(),
    what=st.booleans(),
    why=st.booleans(),
    approved=st.booleans(),
    self_service=_maybe,
)
_trainings = st.builds(
    TrainingRun,
    trigger=st.none() | st.sampled_from(Trigger),
    automated=st.booleans(),
    tracked=_maybe,
)
_estates = st.builds(
    Estate,
    models=st.lists(_models, max_size=5).map(tuple),
    versions=st.lists(_versions, max_size=5).map(tuple),
    releases=st.lists(_releases, max_size=5).map(tuple),
    trainings=st.lists(_trainings, max_size=5).map(tuple),
    rollbacks=st.lists(st.booleans(), max_size=4).map(tuple),
    drills=st.lists(st.booleans(), max_size=4).map(tuple),
    drilled_before=st.booleans(),
)


def _shuffled(estate: Estate, seed: int) -> Estate:
    dice = random.Random(seed)

    def mixed(items: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(dice.sample(items, len(items)))

    return replace(
        estate,
        models=mixed(estate.models),
        versions=mixed(estate.versions),
        releases=mixed(estate.releases),
        trainings=mixed(estate.trainings),
        rollbacks=mixed(estate.rollbacks),
        drills=mixed(estate.drills),
    )


@given(estate=_estates, seed=st.integers(0, 9))
def test_the_order_of_what_is_known_does_not_matter(estate: Estate, seed: int) -> None:
    other = _shuffled(estate, seed)
    assert [_measured(metric, other) for metric in ESTATE] == [
        _measured(metric, estate) for metric in ESTATE
    ]


@given(estate=_estates)
def test_a_measurement_is_a_number_within_bounds_or_a_reason(estate: Estate) -> None:
    for metric in ESTATE:
        found = _measured(metric, estate)
        if found.known is not Known.VALUE:
            assert found.value is None
            assert found.because.endswith(".")
            continue
        assert found.value is not None
        assert found.coverage is not None
        assert 0 <= found.coverage <= 1
        if found.unit is Unit.RATIO and found.low is not None:
            assert found.high is not None
            assert 0 <= found.low <= found.value <= found.high <= 1


@pytest.mark.parametrize("metric", ESTATE)
def test_nothing_known_is_never_a_number(metric: str) -> None:
    assert _measured(metric, Estate()).known is Known.UNKNOWN


# ── attributes ─────────────────────────────────────────────────────────────────────


def test_of_several_names_the_first_that_says_something_counts() -> None:
    assert recorded.owner({"owner": "", "team": "Risk"}) == "Risk"
    assert recorded.owner({"owner": "Fraud team", "team": "Risk"}) == "Fraud team"
    assert recorded.owner({"owner": {"id": 3}}) == ""


def test_an_approval_is_one_unless_it_says_otherwise() -> None:
    given = recorded.approval(
        {"approved_by": "p-1", "approved_at": "2026-01-02T03:00:00+00:00"}
    )
    assert given is not None
    assert (given.by, given.at) == ("p-1", datetime(2026, 1, 2, 3, tzinfo=UTC))
    assert recorded.approval({"approval": "Approved"}) is not None
    assert recorded.approval({"approval": "Rejected", "approved_by": "p-1"}) is None
    assert recorded.approval({}) is None


@pytest.mark.parametrize("day", ["soon", 20260101, None, "2026-13-01"])
def test_a_day_that_cannot_be_read_is_not_known(day: str | int | None) -> None:
    assert recorded.review_on({"review_on": day}) is None


@pytest.mark.parametrize(
    ("signal", "over"),
    [
        ({"kind": "drift", "value": 0.3, "threshold": 0.25}, True),
        ({"kind": "drift", "value": 0.25, "threshold": 0.25}, False),
        ({"kind": "drift", "value": 0.3, "threshold": 0.25, "breached": False}, False),
        ({"kind": "performance", "value": 0.7, "threshold": 0.8}, None),
        (
            {"kind": "performance", "value": 0.7, "threshold": 0.8, "direction": "<"},
            True,
        ),
        ({"kind": "drift", "value": 0.3}, None),
    ],
)
def test_a_signal_breaks_its_line_by_its_word_or_by_its_numbers(
    signal: dict[str, str | float | bool], over: bool | None
) -> None:
    record = {"id": "s", "subject": "a", "at": "2026-01-02T03:00:00Z"} | signal
    event = parse(record, Kind.SIGNAL)
    assert recorded.over(event) is over  # type: ignore[arg-type]  # a signal


@pytest.mark.parametrize(
    ("attributes", "trigger"),
    [
        ({"trigger": "workflow_dispatch"}, Trigger.MANUAL),
        ({"run_type": "asset_triggered"}, Trigger.NEW_DATA),
        ({"trigger": "moon phase"}, None),
        ({}, None),
    ],
)
def test_platforms_words_for_what_started_a_run(
    attributes: dict[str, str], trigger: Trigger | None
) -> None:
    record = {
        "id": "r",
        "service": "a",
        "pipeline": "train",
        "status": "success",
        "started_at": "2026-01-02T03:00:00Z",
    } | attributes
    run = parse(record, Kind.PIPELINE_RUN)
    assert recorded.trigger(run) is trigger  # type: ignore[arg-type]  # a run
