"""SonarQube: which analyses are read, and what becomes of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.connectors.base import (
    Garbled,
    Payload,
    Refused,
    Source,
    Unreachable,
    clean_rules,
)
from assessments.connectors.sonarqube import SonarQube
from assessments.connectors.sonarqube.address import project
from scoring.events import Signal, SignalKind
from tests.assessments.connectors.contract import HASTE, SECRET
from tests.assessments.connectors.platform import Platform, page_of_html, serving
from tests.assessments.connectors.subjects.sonarqube import SUBJECT
from tests.assessments.connectors.telling import (
    by_id,
    collected,
    recorded_rows,
    understood,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = SUBJECT.now
ANALYSES = "/sonar/api/project_analyses/search"
MEASURES = "/sonar/api/measures/search_history"
OVERVIEW = "/sonar/dashboard?id=acme%3Ashop"


def source(hub: Platform | None = None, path: str = OVERVIEW, **rules: Any) -> Source:
    """A source at the hub, or at nowhere for what needs no network."""
    return Source(
        kind="sonarqube",
        address=(hub.address if hub else "http://sonar.test") + path,
        service_key="shop",
        secret=SECRET,
        rules=clean_rules(SonarQube.rule_fields, rules).rules,
        allow_local=True,
    )


@pytest.fixture
def hub() -> Iterator[Platform]:
    """A SonarQube on loopback."""
    platform = SUBJECT.platform()
    with serving(platform):
        yield platform


@pytest.fixture
def sonarqube() -> SonarQube:
    """The connector, in haste."""
    return SonarQube(HASTE)


# ── the whole story ────────────────────────────────────────────────────────────────


def test_each_analysis_tells_how_the_gate_stood(
    sonarqube: SonarQube, hub: Platform
) -> None:
    _, found = collected(sonarqube, source(hub), now=NOW)

    gates = [
        each
        for each in by_id(found, Signal).values()
        if each.attributes["metric"] == "quality_gate"
    ]
    told = {each.attributes["status"]: each.breached for each in gates}
    assert told == {"OK": False, "ERROR": True, "WARN": False}
    assert len(gates) == 4  # the first analysis had no gate
    assert {each.signal for each in gates} == {SignalKind.ALERT}
    assert {each.automated for each in gates} == {False}


def test_measures_are_signals_with_a_value(sonarqube: SonarQube, hub: Platform) -> None:
    _, found = collected(sonarqube, source(hub), now=NOW)

    signals = by_id(found, Signal)
    third = signals["AYa-000000000003/coverage"]
    assert (third.value, third.breached) == (60.0, None)
    assert third.subject == "shop"
    assert third.at == datetime(2026, 1, 6, 9, tzinfo=UTC)
    assert third.attributes["revision"] == "03" * 20
    assert third.attributes["version"] == "1.1"
    assert "AYa-000000000004/coverage" not in signals  # was not measured


def test_measures_go_by_the_rules(sonarqube: SonarQube, hub: Platform) -> None:
    _, found = collected(sonarqube, source(hub, metrics=[]), now=NOW)

    assert {each.attributes["metric"] for each in by_id(found, Signal).values()} == {
        "quality_gate"
    }


def test_a_branch_of_the_address_is_the_branch_that_is_read(
    sonarqube: SonarQube, hub: Platform
) -> None:
    where = source(hub, f"{OVERVIEW}&branch=release%2F1")

    _, found = collected(sonarqube, where, now=NOW)

    assert {each.query["branch"] for each in hub.asked} == {"release/1"}
    assert {each.attributes["branch"] for each in by_id(found, Signal).values()} == {
        "release/1"
    }


def test_after_the_first_time_only_what_is_new_is_measured(
    sonarqube: SonarQube, hub: Platform
) -> None:
    pages, _ = collected(sonarqube, source(hub), now=NOW)
    hub.asked.clear()

    collected(sonarqube, source(hub), cursor=pages[-1].cursor, now=NOW)

    # The last two days before the newest analysis, once more.
    assert [each.query["from"][:10] for each in hub.asked if each.path == MEASURES] == [
        "2026-01-08",
        "2026-01-07",
        "2026-01-06",
    ]


def test_measures_of_another_time_are_not_taken(
    sonarqube: SonarQube, hub: Platform
) -> None:
    honest = hub.things[MEASURES]
    other = "2026-01-04T10:00:00+0100"
    hub.things[MEASURES] = lambda asked: honest(
        type(asked)("GET", asked.path, asked.query | {"from": other}, {})
    )

    with pytest.raises(Unreachable, match="measures of another time"):
        collected(sonarqube, source(hub), now=NOW)


def test_a_preview_says_that_there_are_no_deployments(
    sonarqube: SonarQube, hub: Platform
) -> None:
    seen = sonarqube.preview(source(hub), now=NOW)

    assert seen.counted == ()
    assert {each.reason for each in seen.left_out} == {"an analysis is no deployment"}
    assert seen.looked_at == (
        "Looked at the 5 newest analyses of acme:shop. They bring signals on quality,"
        " and no deployments."
    )


# ── set-up and refusals ────────────────────────────────────────────────────────────


def test_a_test_says_when_it_was_analyzed(sonarqube: SonarQube, hub: Platform) -> None:
    assert sonarqube.test(source(hub), now=NOW) == (
        "Found acme:shop, last analyzed at 2026-01-08T10:00:00+0100. Measures are"
        " readable."
    )
    hub.lists[ANALYSES].rows.clear()
    assert sonarqube.test(source(hub), now=NOW) == (
        "Found acme:shop, which has not been analyzed yet."
    )


@pytest.mark.parametrize("path", [ANALYSES, MEASURES])
@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, "SonarQube did not accept the token"),
        (403, "The token may not browse acme:shop"),
        (404, "There is no project acme:shop, or it has no such branch"),
    ],
)
def test_refusals_say_what_to_do(
    path: str, status: int, sentence: str, sonarqube: SonarQube, hub: Platform
) -> None:
    hub.always(path, page_of_html(status))

    with pytest.raises(Refused, match=re.escape(sentence)):
        sonarqube.test(source(hub), now=NOW)
    with pytest.raises(Refused, match=re.escape(sentence)):
        collected(sonarqube, source(hub), now=NOW)


@pytest.mark.parametrize(
    ("path", "root", "key", "branch"),
    [
        ("/dashboard?id=shop", "http://sonar.test", "shop", None),
        ("/sonar/dashboard?id=a%3Ab", "http://sonar.test/sonar", "a:b", None),
        (
            "/project/overview?id=acme_shop&branch=r1",
            "http://sonar.test",
            "acme_shop",
            "r1",
        ),
    ],
)
def test_addresses_lead_to_a_project(
    path: str, root: str, key: str, branch: str | None
) -> None:
    found = project(source(path=path))

    assert (found.root, found.key, found.branch) == (root, key, branch)


@pytest.mark.parametrize("path", ["", "/projects", "/dashboard?id="])
def test_addresses_of_no_project_are_refused(path: str) -> None:
    with pytest.raises(Refused, match="dashboard\\?id=shop"):
        SonarQube().check(source(path=path))


# ── payloads ───────────────────────────────────────────────────────────────────────


def analysis(measures: Any, **fields: Any) -> Payload:
    """A payload of an analysis; measures by metric."""
    made: dict[str, Any] = {"key": "AYa-0001", "date": "2026-01-05T09:00:00+0000"}
    rows: Any = measures
    if isinstance(measures, dict):
        rows = [
            {"metric": metric, "history": [{"date": made["date"], "value": value}]}
            for metric, value in measures.items()
        ]
    return Payload(sort="analysis", body={"analysis": made | fields, "measures": rows})


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (
            analysis({"alert_status": "FINE"}),
            "measures.alert_status: 'FINE' is none that we know",
        ),
        (analysis({"coverage": "much"}), "measures.coverage: 'much' is no number"),
        (analysis({"coverage": "nan"}), "measures.coverage: 'nan' is no number"),
        (analysis({}, date="2026-01-05"), "analysis.date: '2026-01-05' has no offset"),
        (analysis(None), "measures: is missing, not a list"),
    ],
)
def test_what_is_garbled_names_its_field(payload: Payload, reason: str) -> None:
    with pytest.raises(Garbled) as garbled:
        list(SonarQube().parse(payload, source()))
    assert garbled.value.reason == reason


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_measure_keeps_its_value(value: float) -> None:
    (signal,) = SonarQube().parse(analysis({"coverage": repr(value)}), source())

    assert isinstance(signal, Signal)
    assert signal.value == value


# ── recorded ───────────────────────────────────────────────────────────────────────


def test_recorded_measures_are_understood() -> None:
    rows = recorded_rows("sonarqube", "measures_component_tree")
    payloads = [
        analysis({each["metric"]: each["value"] for each in row["measures"]})
        for row in rows
    ]
    where = source(metrics=["coverage", "bugs", "sqale_index", "security_rating"])

    found = understood(SonarQube(), where, payloads)

    wanted = {"coverage", "bugs", "sqale_index", "security_rating"}
    n = sum(each["metric"] in wanted for row in rows for each in row["measures"])
    assert found.kinds == {"signal": n}
    assert found.reasons == []
    values = {
        each.attributes["metric"]: each.value
        for each in found.events[:4]
        if isinstance(each, Signal)
    }
    assert values == {
        "coverage": 0.0,
        "bugs": 6.0,
        "sqale_index": 7.0,
        "security_rating": 1.0,
    }
