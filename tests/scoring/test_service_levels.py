"""Error budgets and burn rates, worked out by hand and by properties."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from scoring import service_levels as levels
from scoring.events import (
    Incident,
    Lane,
    PipelineRun,
    Signal,
    SignalKind,
    Status,
    Window,
)
from scoring.intervals import wilson
from scoring.metrics import BudgetLeft, Known, Measurement, error_budget_left
from scoring.rubric.reader import Defects
from scoring.service_levels import Category, Ledger, Method, Observed, Operator, Tally
from tests.made_service_levels import definition, document

if TYPE_CHECKING:
    from scoring.events import Json

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
UTC_ZONE = ZoneInfo("UTC")
# As clocks show it, whatever the zone.
ANCHOR = datetime(2026, 1, 31)  # noqa: DTZ001
OTHER_MOMENTS = st.integers(0, 52_000_000).map(
    lambda minutes: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
POLICIES = levels.policies(
    yaml.safe_load(Path("fixtures/service_levels/burn-alerts.yaml").read_text())
)


def signal(at: datetime, *, breached: bool | None = False, value: float | None = None):  # type: ignore[no-untyped-def]  # a Signal
    return Signal(
        id=f"{at.isoformat()}-{breached}-{value}",
        subject="checkout",
        signal=SignalKind.AVAILABILITY,
        at=at,
        breached=breached,
        value=value,
    )


def counted(*events, of=None, start=BEGIN, end=BEGIN + 40 * DAY) -> Ledger:  # type: ignore[no-untyped-def]  # events
    return Ledger.of(levels.count(events, of or definition(), start=start, end=end))


# ── the budget ─────────────────────────────────────────────────────────────────────


def test_a_budget_is_one_less_bad_over_allowed_bad() -> None:
    # 99 of 100 have to be good; of 400, 4 may be bad; 1 is: three quarters are left.
    events = [signal(BEGIN + n * timedelta(hours=1)) for n in range(399)]
    events.append(signal(BEGIN + 400 * timedelta(hours=1), breached=True))
    found = levels.budget(
        counted(*events), definition(), at=BEGIN + 20 * DAY, zone=UTC_ZONE
    )
    assert found.n == 400
    assert found.allowed == pytest.approx(4)
    assert found.left == pytest.approx(0.75)
    assert found.ratio == pytest.approx(399 / 400)
    assert found.interval == wilson(399, 400)


def test_an_overspent_budget_is_below_zero() -> None:
    events = [signal(BEGIN + n * DAY, breached=n < 5) for n in range(10)]
    found = levels.budget(
        counted(*events), definition(), at=BEGIN + 10 * DAY, zone=UTC_ZONE
    )
    assert found.left == pytest.approx(1 - 5 / 0.1)


def test_without_an_observation_nothing_is_known() -> None:
    found = levels.budget(
        Ledger.of({}), definition(), at=BEGIN + 10 * DAY, zone=UTC_ZONE
    )
    assert (found.left, found.ratio, found.interval, found.left_interval) == (
        None,
        None,
        None,
        None,
    )
    assert (found.n, found.coverage) == (0, 0.0)


def test_what_says_neither_is_counted_apart() -> None:
    found = counted(signal(BEGIN), signal(BEGIN, breached=None))
    assert found.between(BEGIN, BEGIN + DAY) == Tally(good=1, unknown=1)


def test_coverage_is_the_share_of_days_with_an_observation() -> None:
    # A window of 28 days, observed on 7 of them.
    events = [signal(BEGIN + n * DAY) for n in range(7)]
    found = levels.budget(
        counted(*events),
        definition(),
        at=BEGIN + 27 * DAY + timedelta(hours=3),
        zone=UTC_ZONE,
    )
    assert found.coverage == pytest.approx(7 / 28)


def test_a_rolling_window_is_today_and_the_days_before() -> None:
    period = definition().period
    assert period.around(datetime(2026, 3, 28, 13, 7, tzinfo=UTC), UTC_ZONE) == (
        datetime(2026, 3, 1, tzinfo=UTC),
        datetime(2026, 3, 29, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("duration", "moment", "first", "after"),
    [
        # The 28th stands in for the 31st.
        ("1M", "2026-02-28T12:00+00:00", "2026-02-27T23:00", "2026-03-30T22:00"),
        ("1M", "2026-02-20T12:00+00:00", "2026-01-30T23:00", "2026-02-27T23:00"),
        ("1Q", "2026-05-01T00:00+00:00", "2026-04-29T22:00", "2026-07-30T22:00"),
        ("1w", "2026-03-29T12:00+00:00", "2026-03-27T23:00", "2026-04-03T22:00"),
    ],
)
def test_a_calendar_window_follows_the_clocks_of_its_zone(
    duration: str, moment: str, first: str, after: str
) -> None:
    # From the 31st of January 2026 on, in Berlin; the last case is an hour shorter.
    period = definition(
        timeWindow=[
            {
                "duration": duration,
                "calendar": {
                    "startTime": "2026-01-31 00:00:00",
                    "timeZone": "Europe/Berlin",
                },
            }
        ]
    ).period
    at = datetime.fromisoformat(moment)
    start, end = period.around(at, ZoneInfo("Europe/Berlin"))
    assert start == datetime.fromisoformat(f"{first}+00:00")
    assert end == datetime.fromisoformat(f"{after}+00:00")


@given(
    st.integers(1, 24),
    st.sampled_from(["M", "Q", "Y", "d", "w"]),
    OTHER_MOMENTS,
    OTHER_MOMENTS,
)
def test_every_moment_lies_in_its_calendar_window(
    count: int, unit: str, anchor: datetime, at: datetime
) -> None:
    period = levels.Period(count=count, unit=unit, anchor=anchor.replace(tzinfo=None))
    start, end = period.around(at, UTC_ZONE)
    assert start <= at < end
    # Windows follow each other without a gap.
    assert period.around(end, UTC_ZONE)[0] == end


# ── slices of time ─────────────────────────────────────────────────────────────────

HOURLY = {"timeSliceWindow": "1h", "timeSliceTarget": 0.5, "target": 0.9}


def sliced(**changed: object) -> levels.Definition:
    return definition(
        budgetingMethod="Timeslices", objectives=[HOURLY | changed], events="signal"
    )


def test_a_slice_is_good_by_the_share_of_what_was_good_in_it() -> None:
    quarter = timedelta(minutes=15)
    events = [
        signal(BEGIN),
        signal(BEGIN + quarter, breached=True),  # half: good
        signal(BEGIN + 4 * quarter, breached=True),  # none: bad
        signal(BEGIN + 8 * quarter, breached=None),  # neither
    ]
    found = counted(*events, of=sliced())
    assert found.between(BEGIN, BEGIN + DAY) == Tally(good=1, bad=1, unknown=1)


def incident(opened: datetime, resolved: datetime | None) -> Incident:
    return Incident(
        id=opened.isoformat(), service="s", opened_at=opened, resolved_at=resolved
    )


def calm(*incidents: Incident, hours: int = 24) -> Tally:
    of = definition(
        budgetingMethod="Timeslices",
        events="incident",
        objectives=[{"timeSliceWindow": "1h", "timeSliceTarget": 1, "target": 0.9}],
    )
    end = BEGIN + timedelta(hours=hours)
    return counted(*incidents, of=of, end=end).between(BEGIN, end)


def test_a_slice_with_a_minute_of_an_incident_is_bad() -> None:
    at = BEGIN + timedelta(minutes=90)
    assert calm(incident(at, at + timedelta(minutes=1))) == Tally(good=23, bad=1)


def test_an_incident_that_never_ends_is_bad_until_now() -> None:
    assert calm(incident(BEGIN + timedelta(hours=20), None)) == Tally(good=20, bad=4)


def test_incidents_at_the_same_time_are_bad_once() -> None:
    two = [incident(BEGIN, BEGIN + timedelta(hours=n)) for n in (1, 2)]
    assert calm(*two) == Tally(good=22, bad=2)


def test_an_incident_that_ended_before_it_began_took_no_time() -> None:
    assert calm(incident(BEGIN + DAY / 2, BEGIN + DAY / 4)) == Tally(good=24)


def test_a_calendar_window_counts_the_slices_that_are_still_to_come() -> None:
    # June has 720 hours; 10 % of them may be bad: 72. One bad hour on the first day
    # leaves 71 of 72, though only 24 hours are gone.
    of = definition(
        budgetingMethod="Timeslices",
        events="incident",
        objectives=[{"timeSliceWindow": "1h", "timeSliceTarget": 1, "target": 0.9}],
        timeWindow=[
            {
                "duration": "1M",
                "calendar": {"startTime": "2026-01-01 00:00:00", "timeZone": "UTC"},
            }
        ],
    )
    june = datetime(2026, 6, 1, tzinfo=UTC)
    ledger = counted(
        incident(june, june + timedelta(hours=1)), of=of, start=june, end=june + DAY
    )
    found = levels.budget(ledger, of, at=june + DAY, zone=UTC_ZONE)
    assert found.ahead == 29 * 24
    assert found.left == pytest.approx(71 / 72)
    assert found.coverage == 1


# ── what an observation says ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("op", "value", "good"),
    [
        ("lte", 0.25, True),
        ("lt", 0.25, False),
        ("gte", 0.25, True),
        ("gt", 0.25, False),
        ("lt", None, None),
    ],
)
def test_a_value_is_held_against_the_line_of_the_objective(
    op: str, value: float | None, good: bool | None
) -> None:
    of = definition(
        metric="thresholdMetric",
        objectives=[{"target": 0.99, "op": op, "value": 0.25}],
    )
    # Its own `breached` does not matter then.
    assert levels.verdict(signal(BEGIN, breached=True, value=value), of) is good


@pytest.mark.parametrize(
    ("status", "pipeline", "tally"),
    [
        (Status.SUCCESS, "nightly", Tally(good=1)),
        (Status.FAILURE, "nightly", Tally(bad=1)),
        (Status.CANCELLED, "nightly", Tally()),
        (Status.IN_PROGRESS, "nightly", Tally()),
        (Status.FAILURE, "other", Tally()),
    ],
)
def test_runs_of_the_pipeline_that_ended_count(
    status: Status, pipeline: str, tally: Tally
) -> None:
    of = definition(events="pipeline_run", pipeline="nightly")
    run = PipelineRun(
        id="1", service="s", pipeline=pipeline, status=status, started_at=BEGIN
    )
    assert counted(run, of=of).between(BEGIN, BEGIN + DAY) == tally


# ── properties ─────────────────────────────────────────────────────────────────────

MOMENTS = st.integers(0, 20 * 24 * 60).map(lambda m: BEGIN + timedelta(minutes=m))
SIGNALS = st.lists(
    st.tuples(MOMENTS, st.sampled_from([True, False, None])), max_size=40
)


@given(SIGNALS, st.randoms())
def test_the_order_of_events_does_not_matter(
    told: list[tuple[datetime, bool | None]], dice: object
) -> None:
    events = [signal(at, breached=breached) for at, breached in told]
    shuffled = list(events)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]  # random.Random
    for of in (definition(), sliced()):
        assert levels.count(
            events, of, start=BEGIN, end=BEGIN + 40 * DAY
        ) == levels.count(shuffled, of, start=BEGIN, end=BEGIN + 40 * DAY)


@given(SIGNALS, st.integers(0, 21 * 288), st.integers(0, 21 * 288))
def test_windows_that_meet_add_up(
    told: list[tuple[datetime, bool | None]], first: int, second: int
) -> None:
    ledger = counted(*(signal(at, breached=breached) for at, breached in told))
    middle, end = (BEGIN + n * levels.SLOT for n in sorted((first, second)))
    assert ledger.between(BEGIN, middle) + ledger.between(
        middle, end
    ) == ledger.between(BEGIN, end)


@given(SIGNALS, st.integers(0, 20))
def test_counting_from_a_day_on_gives_the_same_days(
    told: list[tuple[datetime, bool | None]], day: int
) -> None:
    events = [signal(at, breached=breached) for at, breached in told]
    start = BEGIN + day * DAY
    for of in (definition(), sliced()):
        whole = levels.count(events, of, start=BEGIN, end=BEGIN + 40 * DAY)
        tail = levels.count(events, of, start=start, end=BEGIN + 40 * DAY)
        assert tail == {d: slots for d, slots in whole.items() if d >= start.date()}


@given(SIGNALS)
def test_one_more_bad_never_leaves_more(
    told: list[tuple[datetime, bool | None]],
) -> None:
    events = [signal(at, breached=breached) for at, breached in told]
    at = BEGIN + 21 * DAY
    before = levels.budget(counted(*events), definition(), at=at, zone=UTC_ZONE)
    worse = [*events, signal(BEGIN + DAY, breached=True)]
    after = levels.budget(counted(*worse), definition(), at=at, zone=UTC_ZONE)
    assert after.left is not None
    assert before.left is None or after.left <= before.left
    low, high = after.left_interval or (0, 0)
    assert low <= after.left <= high


# ── burning ────────────────────────────────────────────────────────────────────────


def test_the_factors_are_those_of_the_workbook() -> None:
    rules = POLICIES["sre-workbook"].rules
    month = timedelta(days=30)
    assert [rule.factor(month) for rule in rules] == pytest.approx([14.4, 6, 1])


def watched(*events: Signal, as_of: datetime) -> dict[str, bool | None]:
    found = levels.watches(
        counted(*events),
        POLICIES["sre-workbook"],
        target=Decimal("0.99"),
        window=timedelta(days=30),
        as_of=as_of,
    )
    return {watch.rule.key: watch.fires for watch in found}


def probes(first: datetime, minutes: int, *, breached: bool) -> list[Signal]:
    return [
        signal(first + timedelta(minutes=n), breached=breached) for n in range(minutes)
    ]


def test_an_hour_of_failures_fires_both_pages() -> None:
    good = probes(BEGIN, 300, breached=False)
    bad = probes(BEGIN + timedelta(minutes=300), 60, breached=True)
    as_of = BEGIN + timedelta(minutes=360)
    # An hour: all bad, a rate of 100. Six hours: 60 of 360, a rate of 16.7.
    assert watched(*good, *bad, as_of=as_of) == {
        "fast": True,
        "steady": True,
        "slow": True,
    }


def test_an_alert_is_over_soon_after_the_failures_are() -> None:
    bad = probes(BEGIN, 60, breached=True)
    good = probes(BEGIN + timedelta(minutes=60), 5, breached=False)
    found = watched(*bad, *good, as_of=BEGIN + timedelta(minutes=65))
    assert found["fast"] is False


def test_a_rule_that_sees_nothing_says_neither() -> None:
    assert watched(as_of=BEGIN + DAY) == {"fast": None, "steady": None, "slow": None}


def test_the_newest_observation_is_where_looking_begins() -> None:
    ledger = counted(signal(BEGIN + timedelta(minutes=7)))
    assert ledger.newest(BEGIN + DAY) == BEGIN + timedelta(minutes=10)
    assert ledger.newest(BEGIN) is None


@pytest.mark.parametrize(
    "spoiled",
    [{"severity": "shout"}, {"short_minutes": 90}, {"budget_share": 0}],
)
def test_rules_that_make_no_sense_are_refused(spoiled: dict[str, Json]) -> None:
    rule: dict[str, Json] = {
        "key": "fast",
        "severity": "page",
        "budget_share": 0.02,
        "long_minutes": 60,
        "short_minutes": 5,
    }
    policy: dict[str, Json] = {
        "key": "k",
        "name": "n",
        "meaning": "m",
        "source": "s",
        "rules": [rule | spoiled],
    }
    with pytest.raises(Defects):
        levels.policies({"policies": [policy]})


# ── OpenSLO ────────────────────────────────────────────────────────────────────────


@st.composite
def definitions(draw: st.DrawFn) -> levels.Definition:
    observed = draw(st.sampled_from(Observed))
    by_time = observed is Observed.INCIDENT or draw(st.booleans())
    by_value = observed is Observed.SIGNAL and draw(st.booleans())
    share = st.decimals("0.01", "0.9999", places=4).map(lambda d: d.normalize())
    rolling = draw(st.booleans())
    return levels.Definition(
        name=draw(st.from_regex(r"\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z")),
        title=draw(st.text("abc äß", min_size=1).map(str.strip).filter(bool)),
        description=draw(st.text("abc\n", max_size=20).map(str.strip)),
        service="checkout",
        category=draw(st.sampled_from(Category)),
        indicator=levels.Indicator(
            observed=observed,
            signal=(
                draw(st.sampled_from(SignalKind))
                if observed is Observed.SIGNAL
                else None
            ),
            pipeline=(
                draw(st.sampled_from(["", "nightly"]))
                if observed is Observed.PIPELINE_RUN
                else ""
            ),
        ),
        method=Method.TIMESLICES if by_time else Method.OCCURRENCES,
        target=draw(share),
        line=(
            levels.Line(operator=draw(st.sampled_from(Operator)), value=draw(share))
            if by_value
            else None
        ),
        slices=(
            levels.Slices(
                minutes=draw(st.sampled_from([5, 10, 60, 1440])), target=draw(share)
            )
            if by_time
            else None
        ),
        period=levels.Period(
            count=draw(st.integers(1, 50)) if rolling else 1,
            unit=draw(st.sampled_from("dw" if rolling else "dwMQY")),
            anchor=None if rolling else ANCHOR,
            zone="UTC" if rolling else "Europe/Berlin",
        ),
        alerts="sre-workbook",
        labels={"team": ["a", "b"]} if draw(st.booleans()) else {},
        annotations={"example.org/key": "x"} if draw(st.booleans()) else {},
    )


@given(definitions())
def test_what_is_written_reads_as_the_same(one: levels.Definition) -> None:
    again = levels.parse(
        yaml.safe_load(yaml.safe_dump(levels.dump(one))),
        zones={"Europe/Berlin"},
        alerts=POLICIES,
    )
    assert again == one


def refused(**changed: object) -> list[str]:
    with pytest.raises(Defects) as caught:
        definition(**changed)
    return [defect.place for defect in caught.value.defects]


def test_every_defect_is_named_with_its_place() -> None:
    places = refused(
        service=None,
        objectives=[{"target": 1}],
        timeWindow=[{"duration": "1M", "isRolling": True}],
        budgetingMethod="RatioTimeslices",
        surplus=1,
    )
    assert places == [
        "spec.service",
        "spec.timeWindow[0].duration",
        "spec.budgetingMethod",
        "spec.objectives[0].target",
        "spec.surplus",
    ]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"events": "incident"}, "spec.budgetingMethod"),
        ({"objectives": [{"target": 0.9}, {"target": 0.99}]}, "spec.objectives"),
        ({"alertPolicies": [{"kind": "AlertPolicy"}]}, "spec.alertPolicies"),
        ({"indicatorRef": "elsewhere"}, "spec.indicatorRef"),
        ({"timeWindow": [{"duration": "500d"}]}, "spec.timeWindow[0].duration"),
        # Nothing is kept that could not be read again, or not be reckoned with.
        ({"objectives": [{"target": f"0.{'9' * 24}"}]}, "spec.objectives[0].target"),
        ({"objectives": [{"target": "1e-999999999"}]}, "spec.objectives[0].target"),
        (
            {"objectives": [{"target": 0.9, "op": "lt", "value": 1}]},
            "spec.objectives[0].op",
        ),
        (
            {
                "budgetingMethod": "Timeslices",
                "objectives": [
                    {"target": 0.9, "timeSliceTarget": 0.5, "timeSliceWindow": "7m"}
                ],
            },
            "spec.objectives[0].timeSliceWindow",
        ),
    ],
)
def test_what_cannot_be_held_is_a_defect(
    changed: dict[str, object], place: str
) -> None:
    assert place in refused(**changed)


def test_an_indicator_may_stand_beside_its_objective() -> None:
    plain = document()
    spec = plain["spec"]
    assert isinstance(spec, dict)
    indicator = spec.pop("indicator")
    assert isinstance(indicator, dict)
    spec["indicatorRef"] = "shared"
    found = levels.parse(
        plain,
        zones=(),
        alerts=POLICIES,
        indicators={"shared": indicator["spec"]},
    )
    assert found.indicator == definition().indicator


def test_a_quality_signal_makes_it_a_promise_of_model_quality() -> None:
    assert definition(signal="drift").category is Category.MODEL_QUALITY
    assert definition().category is Category.SOFTWARE


def test_a_day_of_the_history_tells_what_was_left_at_its_end() -> None:
    events = [signal(BEGIN + n * DAY, breached=n == 3) for n in range(10)]
    days = [date(2026, 3, 3), date(2026, 3, 4)]
    before, after = levels.history(
        counted(*events),
        definition(),
        days=days,
        zone=UTC_ZONE,
        until=BEGIN + 10 * DAY,
    )
    assert (before.budget.left, before.tally) == (1.0, Tally(good=1))
    assert after.tally == Tally(bad=1)
    assert after.budget.left == pytest.approx(1 - 1 / 0.04)


# ── the metric ─────────────────────────────────────────────────────────────────────

WINDOW = Window(BEGIN, BEGIN + 28 * DAY)


def left(*budgets: float | None) -> Measurement:
    return error_budget_left(
        [
            BudgetLeft(
                left=one,
                interval=None if one is None else (one - 0.1, one + 0.1),
                n=0 if one is None else 40,
                coverage=0.0 if one is None else 1.0,
            )
            for one in budgets
        ],
        lane=Lane.CODE,
        window=WINDOW,
    )


def test_the_budget_of_which_least_is_left_is_what_is_left() -> None:
    found = left(0.8, -0.5, 0.1)
    assert (found.value, found.low, found.high) == (-0.5, -0.6, -0.4)
    assert (found.n, found.coverage) == (40, 1)
    assert found.detail["spent"] == 1


def test_what_is_unknown_of_one_lowers_the_coverage_and_not_the_value() -> None:
    found = left(0.8, None)
    assert (found.value, found.coverage) == (0.8, 0.5)


@pytest.mark.parametrize("budgets", [(), (None,), (None, None)])
def test_without_a_known_budget_what_is_left_is_unknown(
    budgets: tuple[None, ...],
) -> None:
    found = left(*budgets)
    assert found.known is Known.UNKNOWN
    assert found.value is None
    assert found.because
