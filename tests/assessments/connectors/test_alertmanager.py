"""Alertmanager: what it pushes, what is found by looking, and what labels mean."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assessments.connectors.alertmanager import Alertmanager
from assessments.connectors.base import Garbled, Payload, Source, clean_rules
from assessments.connectors.base.hooking import Delivery, Forged
from scoring.events import Cause, Incident, Signal, SignalKind
from tests.assessments.connectors.contract import HASTE
from tests.assessments.connectors.platform import Platform, serving
from tests.assessments.connectors.subjects.alertmanager import (
    SUBJECT,
    alert,
    identity,
    platform,
    source,
)
from tests.assessments.connectors.telling import (
    by_id,
    collected,
    recorded_rows,
    understood,
)

NOW = SUBJECT.now
HOOKS = Alertmanager.hooks
SECRET = "a-secret-of-the-source"


def ruled(**answers: Any) -> Source:
    """Return a source with these rules."""
    rules = clean_rules(Alertmanager.rule_fields, answers).rules
    return replace(source("http://alerts.example.org"), rules=rules)


def told(row: Any, where: Source) -> list[Any]:
    """Return the events of an alert."""
    return list(Alertmanager().parse(Payload(sort="alert", body={"alert": row}), where))


# ── looking ────────────────────────────────────────────────────────────────────────


def looked(told: Platform, cursor: Any, *, hours: float = 0) -> tuple[Any, list[Any]]:
    """Look so many hours after the story: the cursor, and the events."""
    with serving(told) as address:
        pages, events = collected(
            Alertmanager(HASTE),
            source(address),
            now=NOW + timedelta(hours=hours),
            cursor=cursor,
        )
    return pages[-1].cursor, events


def test_an_alert_that_is_gone_ended_between_two_looks() -> None:
    there = platform()
    cursor, first = looked(there, {})
    del there.lists["/am/api/v2/alerts"].rows[0]

    cursor, second = looked(there, cursor, hours=1)
    _, third = looked(there, cursor, hours=2)

    assert by_id(first, Incident)[identity(1)].resolved_at is None
    gone = by_id(second, Incident)[identity(1)]
    assert gone.resolved_at == NOW + timedelta(hours=1)
    assert datetime.fromisoformat(gone.attributes["resolved_after"]) == NOW
    assert identity(1) not in by_id(third, Incident)


def test_a_silenced_alert_has_not_ended() -> None:
    there = platform()
    cursor, _ = looked(there, {})
    there.lists["/am/api/v2/alerts"].rows[0]["status"]["state"] = "suppressed"

    _, events = looked(there, cursor, hours=1)

    assert by_id(events, Incident)[identity(1)].resolved_at is None
    # The other one was silenced before anybody heard of it.
    assert identity(7) not in by_id(events, Signal)


def test_nothing_is_concluded_shortly_after_a_start() -> None:
    there = platform()
    cursor, _ = looked(there, {})
    rows = there.lists["/am/api/v2/alerts"].rows
    kept = list(rows)
    rows.clear()
    there.things["/am/api/v2/status"] = {
        **there.things["/am/api/v2/status"],
        "uptime": "2026-01-10T12:55:00.000Z",
    }

    cursor, during = looked(there, cursor, hours=1)
    rows += kept[1:]
    _, later = looked(there, cursor, hours=2)

    assert during == []
    resolved = [
        each for each in by_id(later, Incident).values() if each.resolved_at is not None
    ]
    assert [each.id for each in resolved] == [identity(1)]


# ── labels ─────────────────────────────────────────────────────────────────────────


def test_labels_say_what_an_alert_is() -> None:
    row = alert(2, "RankerDrift", severity="page", model="ranker", deployment_id="d-7")

    signal, incident = told(row, ruled())

    assert (signal.signal, signal.subject) == (SignalKind.DRIFT, "ranker")
    assert (signal.breached, signal.automated) == (True, True)
    assert (incident.service, incident.severity) == ("ranker", "page")
    assert (incident.cause, incident.deployment_id) == (Cause.MODEL, "d-7")
    assert incident.url == "http://prometheus.example.org/graph?g0.expr=up"


@pytest.mark.parametrize(
    ("answers", "kinds"),
    [
        ({}, ["signal", "incident"]),
        ({"incidents": ["severity=critical environment=live"]}, ["signal"]),
        ({"incidents": ["severity=crit* environment=prod*"]}, ["signal", "incident"]),
        ({"incidents": ["team=*"]}, ["signal"]),
        ({"incidents": []}, ["signal"]),
        ({"ignored": ["alertname=shop*"]}, []),
    ],
)
def test_all_labels_of_a_line_have_to_fit(
    answers: dict[str, Any], kinds: list[str]
) -> None:
    row = alert(1, "ShopDown", severity="critical", environment="production")

    assert [event.kind.value for event in told(row, ruled(**answers))] == kinds


def test_the_first_line_that_fits_says_what_is_observed() -> None:
    lines = ["cost alertname=Ranker*", "drift alertname=*Drift", "nonsense alertname=*"]
    row = alert(2, "RankerDrift")

    assert told(row, ruled(signals=lines))[0].signal is SignalKind.COST
    assert told(row, ruled(signals=lines[1:]))[0].signal is SignalKind.DRIFT
    assert told(row, ruled(signals=lines[2:]))[0].signal is SignalKind.ALERT
    assert told(row, ruled())[0].subject == "shop"


# ── pushing ────────────────────────────────────────────────────────────────────────


def delivered(body: Any, **headers: str) -> Delivery:
    """Return a notice."""
    said = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Delivery(headers=headers, body=said, received_at=NOW)


def notice(*alerts: Any, **more: Any) -> dict[str, Any]:
    """Return a notice of alerts."""
    return {
        "version": "4",
        "groupKey": "{}:{}",
        "status": "firing",
        "alerts": [{**each, "status": _status(each)} for each in alerts],
        **more,
    }


def _status(row: Any) -> str:
    """Return the status of a notice; a list has another sort of it."""
    return row["status"] if isinstance(row["status"], str) else "firing"


def test_what_is_pushed_is_what_is_found_by_looking() -> None:
    there = platform()
    with serving(there) as address:
        pages, _ = collected(Alertmanager(HASTE), source(address), now=NOW)
    rows = there.lists["/am/api/v2/alerts"].rows

    pushed = HOOKS.read(delivered(notice(*rows[:6])), ruled()).payloads

    assert list(pushed) == [each for page in pages for each in page.payloads]


def test_an_alert_that_ended_says_when() -> None:
    row = alert(1, "ShopDown", severity="critical")
    row |= {"status": "resolved", "endsAt": "2026-01-10T12:00:00.123456789+01:00"}

    (payload,) = HOOKS.read(delivered(notice(row, status="resolved")), ruled()).payloads
    _, incident = Alertmanager().parse(payload, ruled())

    assert isinstance(incident, Incident)
    assert incident.id == identity(1)
    assert incident.resolved_at == datetime(2026, 1, 10, 11, 0, 0, 123000, tzinfo=UTC)
    assert "resolved_after" not in incident.attributes


def test_a_notice_that_comes_again_is_the_same_one() -> None:
    row = alert(1, "ShopDown")
    first = HOOKS.identity(delivered(notice(row)))

    assert HOOKS.identity(delivered(notice(row, receiver="another"))) == first
    ended = notice(row | {"status": "resolved"}, status="resolved")
    assert HOOKS.identity(delivered(ended)) != first
    assert HOOKS.identity(delivered(notice(alert(2, "ShopDown")))) != first
    assert HOOKS.identity(delivered(b"nonsense")) == ""


@pytest.mark.parametrize(
    ("header", "fits"),
    [
        (f"Bearer {SECRET}", True),
        ("Basic " + base64.b64encode(f"compel:{SECRET}".encode()).decode(), True),
        ("Bearer another", False),
        ("Basic " + base64.b64encode(b"compel:another").decode(), False),
        ("Basic nonsense", False),
        (SECRET, False),
    ],
)
def test_a_notice_bears_the_secret(header: str, fits: bool) -> None:
    delivery = delivered(notice(), authorization=header)
    if fits:
        HOOKS.verify(delivery, secret=SECRET)
        return
    with pytest.raises(Forged):
        HOOKS.verify(delivery, secret=SECRET)


def test_a_notice_without_a_secret_is_forged() -> None:
    with pytest.raises(Forged):
        HOOKS.verify(delivered(notice()), secret=SECRET)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        [],
        {"version": "3", "alerts": []},
        {"version": "4"},
        notice({"status": "paused"}),
        notice() | {"alerts": [7]},
    ],
)
def test_a_notice_that_makes_no_sense_is_garbled(body: Any) -> None:
    with pytest.raises(Garbled):
        HOOKS.read(delivered(body), ruled())


def test_an_alert_without_a_start_is_garbled_alone() -> None:
    odd = alert(1, "ShopDown") | {"startsAt": None}

    payloads = HOOKS.read(
        delivered(notice(odd, alert(2, "ShopDown"))), ruled()
    ).payloads

    found = understood(Alertmanager(), ruled(), payloads)
    assert found.reasons == ["alert.startsAt: is missing"]
    assert len(found.events) == 1


# ── recorded ───────────────────────────────────────────────────────────────────────


def test_recorded_notices_and_alerts_are_understood() -> None:
    where = ruled()
    notices = recorded_rows("alertmanager", "webhook")
    pushed = [
        payload
        for each in notices
        for payload in HOOKS.read(delivered(each), where).payloads
    ]
    found = understood(Alertmanager(), where, pushed)

    assert found.reasons == []
    incidents = by_id(found.events, Incident)
    # In staging, and without the severity, nothing is an incident.
    wanted = {
        each["fingerprint"]
        for one in notices
        for each in one["alerts"]
        if each["labels"]["severity"] == "critical"
        and each["labels"]["environment"] == "production"
    }
    assert {name.partition("@")[0] for name in incidents} == wanted
    names = {HOOKS.identity(delivered(each)) for each in notices}
    assert len(names) == len(notices)
    rows = recorded_rows("alertmanager", "alerts")
    polled = understood(
        Alertmanager(),
        where,
        [Payload(sort="alert", body={"alert": each}) for each in rows],
    )
    assert set(by_id(polled.events, Incident)) <= set(incidents)
    assert polled.reasons == []
