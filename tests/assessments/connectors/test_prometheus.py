"""Prometheus: lines of rules, values with and without sense, alerts of the past."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.connectors.base import Garbled, Payload, Refused, Source, clean_rules
from assessments.connectors.prometheus import Prometheus
from assessments.connectors.prometheus.asking import Span
from assessments.connectors.prometheus.rules import series_of
from scoring.events import Incident, Signal, SignalKind
from tests.assessments.connectors.contract import HASTE
from tests.assessments.connectors.platform import as_json, serving
from tests.assessments.connectors.subjects.prometheus import (
    ACCURACY,
    DRIFT,
    NOW,
    platform,
    source,
)
from tests.assessments.connectors.telling import by_id, collected, understood

if TYPE_CHECKING:
    from assessments.connectors.base import Page
    from scoring.events import Json

_HOUR = 3600
_FIRST = 1_767_225_600


# ── rules ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("drift: psi", ("drift", "", "psi", None, None)),
        (
            'drift ranker: max(psi{model="ranker", x="a:b"}) > 0.2',
            ("drift", "ranker", 'max(psi{model="ranker", x="a:b"})', ">", 0.2),
        ),
        (
            "Performance {model}: accuracy<= -1e-3",
            ("performance", "{model}", "accuracy", "<=", -0.001),
        ),
        (
            "latency shop: (rate(x[5m]) > 0) >= 1",
            ("latency", "shop", "(rate(x[5m]) > 0)", ">=", 1.0),
        ),
        ("cost shop: (x > 5)", ("cost", "shop", "(x > 5)", None, None)),
        ("fairness m: gap < bool 5", ("fairness", "m", "gap < bool 5", None, None)),
    ],
)
def test_a_line_is_a_kind_a_subject_an_expression_and_a_limit(
    line: str, read: tuple[Any, ...]
) -> None:
    found = series_of(line)

    assert (found.kind, found.subject, found.query, found.than, found.limit) == read


@pytest.mark.parametrize(
    "line", ["psi > 2", "alert shop: up", "drift", "drift ranker:", "worry x: up"]
)
def test_a_line_that_is_no_signal_is_refused(line: str) -> None:
    with pytest.raises(Refused, match="is no signal: write a kind"):
        Prometheus().check(source("http://prometheus.example.org", series=[line]))


def test_an_expression_keeps_its_commas() -> None:
    lines = f"{DRIFT}\n{ACCURACY}\ncost: quantile(0.9, {'x' * 300})"

    cleaned = clean_rules(Prometheus.rule_fields, {"series": lines})

    assert cleaned.defects == {}
    assert cleaned.rules["series"] == lines.split("\n")


@pytest.mark.parametrize(
    ("than", "below", "at", "above"),
    [
        (">", False, False, True),
        (">=", False, True, True),
        ("<", True, False, False),
        ("<=", True, True, False),
    ],
)
def test_a_limit_has_a_direction(than: str, below: bool, at: bool, above: bool) -> None:
    line = series_of(f"drift: psi {than} 0.5")

    assert [line.breached(value) for value in (0.4, 0.5, 0.6)] == [below, at, above]


# ── values ─────────────────────────────────────────────────────────────────────────


def kept(*samples: Any, query: str = "psi", **labels: str) -> Payload:
    """Return values as they are kept."""
    values: list[Json] = [
        [_FIRST + place * _HOUR, each] for place, each in enumerate(samples)
    ]
    return Payload(
        sort="values",
        body={
            "query": query,
            "first": _FIRST,
            "last": _FIRST + 10 * _HOUR,
            "series": {"metric": dict(labels), "values": values},
        },
    )


def signals(payload: Payload, *lines: str) -> list[Signal]:
    """Return what values become by these rules."""
    where: Source = source("http://prometheus.example.org", series=list(lines))
    found = list(Prometheus().parse(payload, where))
    assert all(isinstance(each, Signal) for each in found)
    return [each for each in found if isinstance(each, Signal)]


def test_what_is_not_a_number_is_no_value() -> None:
    found = signals(kept("0.1", "NaN", "+Inf", "-Inf"), "drift ranker: psi > 0.2")

    assert [each.value for each in found] == [0.1, None, None]
    assert [each.breached for each in found] == [False, True, False]
    assert [each.attributes.get("infinite") for each in found] == [None, "+Inf", "-Inf"]
    assert all(each.automated for each in found)


def test_without_a_limit_nothing_is_breached() -> None:
    (found,) = signals(kept("0.9"), "drift ranker: psi")

    assert (found.value, found.threshold, found.breached) == (0.9, None, None)


def test_a_label_names_what_a_value_is_of() -> None:
    line = "drift {model}: psi"

    assert signals(kept("1", model="ranker"), line)[0].subject == "ranker"
    assert signals(kept("1"), line)[0].subject == "shop"
    assert signals(kept("1", model="ranker"), "drift: psi")[0].subject == "shop"


def test_today_s_rules_judge_what_is_kept() -> None:
    payload = kept("0.3")
    (before,) = signals(payload, "drift: psi > 0.5")
    (after,) = signals(payload, "drift: psi > 0.2")

    assert (before.id, before.breached) == (after.id, False)
    assert after.breached is True
    assert signals(payload, "drift: another") == []
    both = signals(payload, "drift: psi", "performance: psi < 1")
    assert [each.signal for each in both] == [SignalKind.DRIFT, SignalKind.PERFORMANCE]
    assert both[0].id != both[1].id


def test_series_that_differ_by_a_label_are_different_signals() -> None:
    one, other = (signals(kept("1", zone=zone), "drift: psi")[0] for zone in "ab")

    assert one.id != other.id


@pytest.mark.parametrize("odd", ["x", None, 7, True])
def test_a_value_that_is_none_is_garbled(odd: Any) -> None:
    with pytest.raises(Garbled, match=r"series.values\[0\]"):
        signals(kept(odd), "drift: psi")


# ── asking ─────────────────────────────────────────────────────────────────────────


@given(
    start=st.integers(0, 10**9),
    length=st.integers(0, 10**7),
    step=st.sampled_from([60, 300, 3600, 86400]),
    most=st.integers(1, 1000),
)
def test_parts_have_every_step_once(
    start: int, length: int, step: int, most: int
) -> None:
    whole = Span.between(start, start + length, step)
    parts = whole.parts(most) if length // step < 5000 else []

    steps = [at for part in parts for at in range(part.first, part.last + 1, step)]

    if parts:
        assert steps == list(range(whole.first, whole.last + 1, step))
    assert all(at % step == 0 and start <= at <= start + length for at in steps)
    assert all((part.last - part.first) // step < most for part in parts)


def test_a_bad_expression_does_not_stop_the_others() -> None:
    there = platform()
    there.fault = lambda asked, honest: (
        as_json({"status": "error", "errorType": "bad_data"}, status=400)
        if "psi" in asked.query["query"]
        else honest
    )
    with serving(there) as address:
        where = source(address, alerts="no")
        pages: list[Page] = []
        with pytest.raises(Refused, match=r"cannot evaluate “max by .* was read"):
            pages.extend(Prometheus(HASTE).fetch(where, cursor={}, now=NOW))

    found = understood(
        Prometheus(), where, [each for page in pages for each in page.payloads]
    )
    events = found.events
    assert {each.signal for each in events if isinstance(each, Signal)} == {
        SignalKind.PERFORMANCE
    }


def test_a_line_that_is_new_reads_its_own_past() -> None:
    there = platform()
    with serving(there) as address:
        before = source(address, alerts="no", series=[DRIFT])
        pages, _ = collected(Prometheus(HASTE), before, now=NOW)
        after = source(address, alerts="no")
        _, more = collected(Prometheus(HASTE), after, now=NOW, cursor=pages[-1].cursor)

    found = [each for each in more if isinstance(each, Signal)]
    assert sum(each.signal is SignalKind.PERFORMANCE for each in found) == 12
    # Of the other only the last steps, once more.
    assert sum(each.signal is SignalKind.DRIFT for each in found) < 12


# ── alerts of the past ─────────────────────────────────────────────────────────────


def test_an_alert_is_a_run_of_values() -> None:
    with serving(platform()) as address:
        _, events = collected(Prometheus(HASTE, most=7), source(address), now=NOW)

    ended, firing = sorted(
        by_id(events, Incident).values(), key=lambda incident: incident.opened_at
    )
    assert ended.opened_at == NOW - timedelta(hours=40)
    assert ended.resolved_at == NOW - timedelta(hours=34)
    after = datetime.fromisoformat(ended.attributes["resolved_after"])
    assert after == NOW - timedelta(hours=35)
    assert (firing.opened_at, firing.resolved_at) == (NOW - timedelta(hours=2), None)
    assert (ended.service, ended.severity) == ("ranker", "page")


def test_an_alert_that_ends_later_is_the_same_one() -> None:
    there = platform()
    later = NOW + timedelta(hours=3)
    with serving(there) as address:
        pages, first = collected(Prometheus(HASTE), source(address), now=NOW)
        end = int(later.timestamp())
        there.things["/api/v1/query"]["data"]["result"] = [end, str(end)]
        cursor = pages[-1].cursor
        _, second = collected(
            Prometheus(HASTE), source(address), now=NOW, cursor=cursor
        )

    (ended,) = by_id(second, Incident).values()
    assert ended.id in by_id(first, Incident)
    assert ended.resolved_at == NOW + timedelta(hours=1)
    assert ended.opened_at == NOW - timedelta(hours=2)


def test_alerts_are_read_only_where_the_rules_say_so() -> None:
    there = platform()
    with serving(there) as address:
        _, events = collected(Prometheus(HASTE), source(address, alerts="no"), now=NOW)

    assert by_id(events, Incident) == {}
    assert not [each for each in there.asked if "ALERTS" in each.target]


def test_the_clock_that_counts_is_that_of_prometheus() -> None:
    with serving(platform()) as address:
        where = replace(source(address))
        _, now = collected(Prometheus(HASTE), where, now=NOW)
        _, wrong = collected(
            Prometheus(HASTE), where, now=datetime(2001, 1, 1, tzinfo=UTC)
        )

    assert {each.id for each in now} == {each.id for each in wrong}
