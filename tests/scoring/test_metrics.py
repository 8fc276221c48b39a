"""The metrics: values worked out by hand, intervals, coverage, and honest unknowns."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.attribution import attribute
from scoring.events import Lane, SignalKind, Status, Window
from scoring.metrics import (
    DELIVERY,
    METRICS,
    MONITORING,
    Known,
    LiveModel,
    Measurement,
    Unit,
    automatic_reaction_rate,
    change_fail_rate,
    change_lead_time,
    deployment_frequency,
    deployment_rework_rate,
    failed_deployment_recovery_time,
    monitoring_share,
    shape,
    standard_pipeline_share,
    validated_to_production_time,
)
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
    from scoring.events import Event

_JANUARY = Window.of_days(date(2026, 1, 1), date(2026, 1, 28))


def _rolled(*events: Event) -> list[DayRollup]:
    return roll_up(attribute(events, service="shop"))


# One month of a shop, worked out by hand. Deployments on seven days; d1 is the first.
# Lead times: c2 2 h, c3 4 h, c4 6 h, c5 20 h; d6 brings F of which nothing is known;
# d7 goes back to E. Median of 2, 4, 6, 20: 5 h; mean 8 h; P95, type 7: rank
# 1 + 0.95 · 3 = 3.85, so 6 + 0.85 · 14 = 17.9 h.
# Failures: d3 (incident i, 1 h to 3 h after: 3 h), d6 (rolled back by d7 after 2 h), d8
# (the platform's word, still open): 3 of 8 completed; recovery median 2.5 h of two.
# Rework: d7 is the rollback: 1 of 8.
_MONTH: list[Event] = [
    deployment("d1", "01T10:00", sha="A"),
    change("c2", "05T08:00", sha="B"),
    deployment("d2", "05T10:00", sha="B"),
    change("c3", "06T06:00", sha="C"),
    deployment("d3", "06T10:00", sha="C"),
    incident("i", "06T11:00", "06T13:00"),
    change("c4", "07T04:00", sha="D"),
    deployment("d4", "07T10:00", sha="D"),
    change("c5", "12T14:00", sha="E"),
    deployment("d5", "13T10:00", sha="E"),
    deployment("d6", "14T10:00", sha="F"),
    deployment("d7", "14T12:00", sha="E"),
    deployment("x", "20T12:00", sha="G", status=Status.CANCELLED),
    deployment("d8", "27T12:00", sha="G", status=Status.FAILURE),
]


def test_change_lead_time_of_a_month() -> None:
    found = change_lead_time(_rolled(*_MONTH), lane=Lane.CODE, window=_JANUARY)
    assert found.known is Known.VALUE
    assert found.value == 5 * 3600
    assert found.detail["mean_s"] == 8 * 3600
    assert found.detail["p95_s"] == pytest.approx(17.9 * 3600)
    assert (found.n, found.provisional) == (4, True)
    # Four samples are too few for an interval of the median.
    assert (found.low, found.high) == (None, None)
    # d2 to d6 brought something new; of four the changes are known.
    assert found.coverage == 0.8


def test_deployment_frequency_counts_days_without_any() -> None:
    # Seven successes in 28 days: a quarter a day, 1.75 a week. Weeks with any, from
    # Monday: 29 Dec (d1: 1), 5 Jan (d2 d3 d4: 3), 12 Jan (d5 d6 d7: 3): median 3.
    found = deployment_frequency(_rolled(*_MONTH), lane=Lane.CODE, window=_JANUARY)
    assert found.value == 1.75
    assert found.n == 7
    assert found.detail == {
        "per_day": 0.25,
        "per_week": 1.75,
        "median_on_deploying_weeks": 3.0,
        "days": 28.0,
        "deploying_days": 6.0,
    }
    assert found.coverage == 1.0


def test_recovery_time_shows_what_is_open() -> None:
    found = failed_deployment_recovery_time(
        _rolled(*_MONTH), lane=Lane.CODE, window=_JANUARY
    )
    assert found.value == 2.5 * 3600
    assert (found.n, found.detail["open"], found.detail["failed"]) == (2, 1.0, 3.0)
    assert found.coverage == pytest.approx(2 / 3)


def test_change_fail_rate_counts_deployments_and_says_by_what_evidence() -> None:
    found = change_fail_rate(_rolled(*_MONTH), lane=Lane.CODE, window=_JANUARY)
    assert found.value == 3 / 8
    # Wilson, 3 of 8, by hand: (0.375 + 0.24009) / 1.48018 ± 0.27881.
    assert found.low == pytest.approx(0.1368, abs=1e-4)
    assert found.high == pytest.approx(0.6943, abs=1e-4)
    assert found.detail == {
        "failed": 3.0,
        "total": 8.0,
        "cancelled": 1.0,
        "by_incident_window": 1.0,
        "by_rollback": 1.0,
        "by_status": 1.0,
    }


def test_deployment_rework_rate_counts_repairs() -> None:
    found = deployment_rework_rate(_rolled(*_MONTH), lane=Lane.CODE, window=_JANUARY)
    assert found.value == 1 / 8
    assert (found.detail["rework"], found.detail["total"]) == (1.0, 8.0)


def test_enough_observations_are_not_provisional_and_have_an_interval() -> None:
    events: list[Event] = [deployment("d0", "01T00:00", sha="0")]
    for hour in range(1, 12):
        events += (
            change(f"c{hour}", "02T00:00", sha=str(hour)),
            deployment(f"d{hour}", f"02T{hour:02d}:00", sha=str(hour)),
        )
    found = change_lead_time(_rolled(*events), lane=Lane.CODE, window=_JANUARY)
    # Leads of 1 to 11 hours; ranks 2 and 10 enclose the median of eleven.
    assert found.value == 6 * 3600
    assert (found.low, found.high) == (2 * 3600, 10 * 3600)
    assert not found.provisional
    thin = change_lead_time(
        _rolled(*events), lane=Lane.CODE, window=_JANUARY, minimum_n=12
    )
    assert thin.provisional


def test_a_window_without_deployments_is_zero_only_if_any_was_ever_seen() -> None:
    february = Window.of_days(date(2026, 2, 2), date(2026, 2, 8))
    december = Window.of_days(date(2025, 12, 1), date(2025, 12, 7))
    rollups = _rolled(*_MONTH)
    after = deployment_frequency(rollups, lane=Lane.CODE, window=february)
    before = deployment_frequency(rollups, lane=Lane.CODE, window=december)
    vouched = deployment_frequency(
        [], lane=Lane.CODE, window=february, seen_before=True
    )
    assert (after.known, after.value) == (Known.VALUE, 0.0)
    assert (vouched.known, vouched.value) == (Known.VALUE, 0.0)
    assert (before.known, before.value) == (Known.UNKNOWN, None)
    assert before.because == "No production deployment was ever seen."


def test_frequency_covers_the_window_since_the_first_deployment() -> None:
    window = Window.of_days(date(2025, 12, 18), date(2026, 1, 14))
    found = deployment_frequency(_rolled(*_MONTH), lane=Lane.CODE, window=window)
    assert found.coverage == 0.5


def test_without_any_event_every_metric_is_unknown_and_says_why() -> None:
    for metric in DELIVERY:
        found = metric([], lane=Lane.CODE, window=_JANUARY)
        assert (found.known, found.value, found.n) == (Known.UNKNOWN, None, 0)
        assert found.because.endswith(".")


def test_each_want_of_data_has_its_own_reason() -> None:
    first = _rolled(deployment("d1", "01T10:00", sha="A"))
    bare = _rolled(
        deployment("d1", "01T10:00", sha="A"), deployment("d2", "02T10:00", sha="B")
    )
    hanging = _rolled(deployment("d1", "01T10:00", sha="A", status=Status.FAILURE))
    lead = {
        change_lead_time(rollups, lane=Lane.CODE, window=_JANUARY).because
        for rollups in ([], first, bare)
    }
    recovery = {
        failed_deployment_recovery_time(
            rollups, lane=Lane.CODE, window=_JANUARY
        ).because
        for rollups in ([], first, hanging)
    }
    assert len(lead) == len(recovery) == 3


def test_what_clocks_contradict_is_counted_beside_the_others() -> None:
    # d2 went out before c2 was begun, and its incident ended before it; c3 took 4 h.
    events: list[Event] = [
        deployment("d1", "01T10:00", sha="A"),
        change("c2", "02T12:00", sha="B"),
        deployment("d2", "02T10:00", sha="B"),
        incident("i", "02T08:00", "02T09:00", deployment_id="d2"),
    ]
    alone = _rolled(*events)
    lead = change_lead_time(alone, lane=Lane.CODE, window=_JANUARY)
    assert lead.value is None
    assert lead.because.startswith("By their clocks, all changes")
    assert lead.detail == {"contradictory": 1}
    events += [
        change("c3", "03T12:00", first="03T08:00", sha="C"),
        deployment("d3", "03T12:00", sha="C"),
    ]
    rollups = _rolled(*events)
    lead = change_lead_time(rollups, lane=Lane.CODE, window=_JANUARY)
    assert (lead.n, lead.detail["contradictory"]) == (1, 1)
    recovery = failed_deployment_recovery_time(rollups, lane=Lane.CODE, window=_JANUARY)
    assert recovery.value is None
    assert recovery.detail == {"open": 0, "failed": 1, "contradictory": 1}


def test_lanes_are_never_mixed() -> None:
    rollups = _rolled(
        deployment("d1", "01T10:00", sha="A"),
        deployment("m1", "01T10:00", lane=Lane.MODEL, model_version="1"),
        deployment("m2", "02T10:00", lane=Lane.MODEL, model_version="2"),
    )
    code, model = (
        deployment_frequency(rollups, lane=lane, window=_JANUARY).n for lane in Lane
    )
    assert (code, model) == (1, 2)


# ── models ─────────────────────────────────────────────────────────────────────────

_ALL_KINDS = frozenset(
    {
        SignalKind.AVAILABILITY,
        SignalKind.DRIFT,
        SignalKind.PERFORMANCE,
        SignalKind.FAIRNESS,
    }
)
_MODELS = [
    LiveModel(service="a", version="1", by_pipeline=True, monitored=_ALL_KINDS),
    LiveModel(service="a", version="2", by_pipeline=False),
    LiveModel(
        service="b",
        version="1",
        by_pipeline=True,
        monitored=frozenset({SignalKind.DRIFT, SignalKind.PERFORMANCE}),
    ),
    LiveModel(service="c", version="1", monitored=frozenset({SignalKind.AVAILABILITY})),
    LiveModel(service="d", version="1", by_pipeline=True),
]


def test_the_standard_pipeline_is_judged_where_its_runs_are_known() -> None:
    found = standard_pipeline_share(_MODELS, window=_JANUARY)
    assert (found.value, found.n, found.coverage) == (0.75, 4, 0.8)


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("availability_monitoring_share", 0.5),
        ("drift_monitoring_share", 0.5),
        ("performance_monitoring_share", 0.5),
        ("fairness_monitoring_share", 0.25),
        ("performance_and_drift_monitoring_share", 0.5),
        ("full_monitoring_share", 0.25),
    ],
)
def test_monitoring_is_counted_by_model_and_kind(metric: str, value: float) -> None:
    found = monitoring_share(_MODELS, metric=metric, window=_JANUARY)
    assert (found.value, found.n) == (value, 4)


def test_models_of_which_nothing_is_known_are_unknown() -> None:
    blind = [LiveModel(service="a", version="1")]
    results = [
        standard_pipeline_share([], window=_JANUARY),
        standard_pipeline_share(blind, window=_JANUARY),
        monitoring_share([], metric="full_monitoring_share", window=_JANUARY),
        monitoring_share(blind, metric="full_monitoring_share", window=_JANUARY),
        automatic_reaction_rate([], window=_JANUARY),
        validated_to_production_time([], window=_JANUARY),
    ]
    assert all(one.known is Known.UNKNOWN and one.value is None for one in results)
    assert all(one.because for one in results)


def test_the_way_from_validation_to_production() -> None:
    # Versions 1 and 2 took 4 h and 8 h from their evaluation: median 6 h. Version 3
    # has none: two of three are covered.
    rollups = _rolled(
        model_version("1", "01T01:00", evaluated="01T08:00"),
        deployment("m1", "01T12:00", lane=Lane.MODEL, model_version="1"),
        model_version("2", "02T01:00", evaluated="02T04:00"),
        deployment("m2", "02T12:00", lane=Lane.MODEL, model_version="2"),
        model_version("3", "03T01:00"),
        deployment("m3", "03T12:00", lane=Lane.MODEL, model_version="3"),
    )
    found = validated_to_production_time(rollups, window=_JANUARY)
    assert (found.value, found.n) == (6 * 3600, 2)
    assert found.coverage == pytest.approx(2 / 3)
    third = Window.of_days(date(2026, 1, 3), date(2026, 1, 3))
    assert validated_to_production_time(rollups, window=third).coverage == 0.0


def test_the_automatic_reaction_rate() -> None:
    rollups = _rolled(
        deployment("m1", "01T09:00", lane=Lane.MODEL, model_version="1"),
        signal("s1", "01T10:00", SignalKind.DRIFT, breached=True),
        signal("s2", "01T10:20", SignalKind.ALERT),
        signal("s3", "01T15:00", SignalKind.LATENCY, breached=True),
    )
    found = automatic_reaction_rate(rollups, window=_JANUARY)
    assert (found.value, found.n) == (0.5, 2)


# ── the registry and the contract's shape ──────────────────────────────────────────


def test_the_registry_defines_every_metric_once() -> None:
    assert {metric.__name__ for metric in DELIVERY} <= METRICS.keys()
    assert MONITORING.keys() <= METRICS.keys()
    for key, metric in METRICS.items():
        assert metric.key == key
        assert metric.meaning.endswith(".")
        assert metric.lanes


def test_the_shape_has_the_keys_of_the_contract_and_null_for_unknown() -> None:
    window = _JANUARY
    shapes = {
        metric.__name__: (
            shape(metric(_rolled(*_MONTH), lane=Lane.CODE, window=window)),
            shape(metric([], lane=Lane.CODE, window=window)),
        )
        for metric in DELIVERY
    }
    keys = {
        "change_lead_time": {"median_s", "p95_s", "median_ci95"},
        "deployment_frequency": {"per_day", "per_week"},
        "failed_deployment_recovery_time": {"open", "median_s", "mean_s", "p95_s"},
        "change_fail_rate": {"failed", "total", "ratio", "ci95"},
        "deployment_rework_rate": {"rework", "total", "ratio", "ci95"},
    }
    for metric, (known, unknown) in shapes.items():
        assert {"status", "n"} | keys[metric] <= known.keys()
        assert (known["status"], unknown["status"]) == ("value", "unknown")
        assert {unknown[key] for key in keys[metric]} == {None}


# ── properties ─────────────────────────────────────────────────────────────────────


def _all(rollups: list[DayRollup], window: Window) -> list[Measurement]:
    return [
        metric(rollups, lane=lane, window=window)
        for metric in DELIVERY
        for lane in Lane
    ]


@settings(deadline=None)
@given(events=histories(), first=st.integers(0, 14), days=st.integers(1, 14))
def test_measurements_keep_within_bounds_and_unknown_never_equals_zero(
    events: list[Event], first: int, days: int
) -> None:
    start = at("01T00:00") + timedelta(days=first)
    window = Window(start, start + timedelta(days=days))
    for one in _all(_rolled(*events), window):
        if one.known is Known.UNKNOWN:
            assert one.value is one.low is one.high is None
            assert one.because
            continue
        assert one.value is not None
        assert one.value >= 0
        if one.low is not None and one.high is not None:
            assert one.low <= one.value <= one.high
        if one.unit is Unit.RATIO:
            assert one.value <= 1
        assert one.coverage is None or 0 <= one.coverage <= 1


@settings(deadline=None)
@given(events=histories(), data=st.data())
def test_the_order_of_rollups_changes_nothing(
    events: list[Event], data: st.DataObject
) -> None:
    rollups = _rolled(*events)
    mixed = data.draw(st.permutations(rollups))
    for one, other in zip(_all(rollups, _JANUARY), _all(mixed, _JANUARY), strict=True):
        assert one.value == pytest.approx(other.value)
        assert (one.known, one.n, one.low, one.high) == (
            other.known,
            other.n,
            other.low,
            other.high,
        )
