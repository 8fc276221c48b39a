"""PagerDuty: which incidents are read, and what becomes of them."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from assessments.connectors.base import Garbled, Payload, Refused
from assessments.connectors.base.hooking import Delivery, Forged, Knock
from assessments.connectors.lists import field
from assessments.connectors.pagerduty import PagerDuty
from assessments.connectors.pagerduty.address import place
from scoring.events import Cause, Incident
from tests.assessments.connectors.contract import HASTE, SECRET
from tests.assessments.connectors.platform import Platform, as_json, serving
from tests.assessments.connectors.subjects.pagerduty import SUBJECT, source
from tests.assessments.connectors.telling import (
    by_id,
    collected,
    recorded_rows,
    understood,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = SUBJECT.now


@pytest.fixture
def hub() -> Iterator[Platform]:
    """A PagerDuty on loopback."""
    platform = SUBJECT.platform()
    with serving(platform):
        yield platform


@pytest.fixture
def pagerduty() -> PagerDuty:
    """The connector, in haste."""
    return PagerDuty(HASTE)


def told(pagerduty: PagerDuty, hub: Platform, **rules: Any) -> dict[str, Any]:
    """The incidents of the story by these rules."""
    _, found = collected(pagerduty, source(hub.address, **rules), now=NOW)
    return by_id(found, Incident)


def at(text: str) -> datetime:
    """Return a moment of the story."""
    return datetime.fromisoformat(f"2026-01-{text}:00+00:00")


# ── what becomes of an incident ────────────────────────────────────────────────────


def test_an_incident_lasts_from_its_creation_to_its_resolution(
    pagerduty: PagerDuty, hub: Platform
) -> None:
    found = told(pagerduty, hub)

    first = found["Q01INCIDENT"]
    assert (first.opened_at, first.resolved_at) == (at("02T09:00"), at("02T10:30"))
    assert first.severity == "p1"
    assert first.service == "shop"
    assert first.url == "https://acme.pagerduty.com/incidents/Q01INCIDENT"
    assert first.attributes["title"] == "Checkout fails, tell (address removed)"
    # Old answers have no moment of resolution: the last change of status is it.
    second = found["Q02INCIDENT"]
    assert (second.resolved_at, second.severity) == (at("03T09:20"), "low")
    assert found["Q06INCIDENT"].resolved_at is None
    assert found["Q07INCIDENT"].resolved_at is None


def test_one_that_was_merged_says_so(pagerduty: PagerDuty, hub: Platform) -> None:
    merged = told(pagerduty, hub)["Q05INCIDENT"]

    assert merged.attributes["ended_by"] == "merge_resolve_reason"
    assert merged.resolved_at == at("06T09:05")


def test_what_the_first_alert_tells_names_deployment_and_cause(
    pagerduty: PagerDuty, hub: Platform
) -> None:
    found = told(pagerduty, hub)

    assert found["Q01INCIDENT"].deployment_id == "5001"
    assert found["Q01INCIDENT"].cause is Cause.CODE
    assert found["Q04INCIDENT"].deployment_id == "5002"  # what the address ends with
    assert found["Q02INCIDENT"].deployment_id is None
    assert not any("custom_fields" in path for path in hub.paths())


def test_custom_fields_name_them_too_where_they_are_read(
    pagerduty: PagerDuty, hub: Platform
) -> None:
    second = told(pagerduty, hub, custom_fields="read")["Q02INCIDENT"]

    assert (second.deployment_id, second.cause) == ("5003", Cause.DATA)


def test_fields_are_those_of_the_rules(pagerduty: PagerDuty, hub: Platform) -> None:
    found = told(pagerduty, hub, deployment_fields=["count"], cause_fields=[])

    assert found["Q01INCIDENT"].deployment_id == "3"
    assert found["Q01INCIDENT"].cause is None


# ── rules ──────────────────────────────────────────────────────────────────────────


def test_services_have_the_keys_that_the_rules_give(
    pagerduty: PagerDuty, hub: Platform
) -> None:
    found = told(pagerduty, hub, service_keys=["Pay* = payments", "Other = x"])

    assert found["Q03INCIDENT"].service == "payments"
    assert found["Q04INCIDENT"].service == "shop"


@pytest.mark.parametrize(
    ("rules", "numbers"),
    [
        ({"services": ["payments"]}, "3"),
        ({"services": ["Checkout*"], "severities": ["p1", "p2"]}, "16"),
        ({"severities": ["low"]}, "2"),
        ({"teams": ["*team"]}, "3"),
    ],
)
def test_the_rules_say_which_incidents_count(
    pagerduty: PagerDuty, hub: Platform, rules: dict[str, Any], numbers: str
) -> None:
    wanted = {f"Q0{number}INCIDENT" for number in numbers}
    assert set(told(pagerduty, hub, **rules)) == wanted


def test_a_key_that_is_no_pair_is_told_of(pagerduty: PagerDuty, hub: Platform) -> None:
    where = source(hub.address, service_keys=["Payments"])

    with pytest.raises(Refused, match="“Payments” does not say which service is which"):
        pagerduty.test(where, now=NOW)
    assert hub.asked == []


def test_a_preview_says_why(pagerduty: PagerDuty, hub: Platform) -> None:
    where = source(hub.address, services=["Checkout*"], severities=["P*"])

    preview = pagerduty.preview(where, now=NOW)

    counted = [(each.environment, each.reason) for each in preview.counted]
    assert counted == [
        ("Checkout API", "service “Checkout API”, severity “P2”"),
        ("Checkout API", "service “Checkout API”, severity “P1”"),
    ]
    reasons = {each.reason for each in preview.left_out}
    assert "service “Payments” is not read" in reasons
    assert "severity “high” does not count" in reasons


def test_kept_incidents_are_judged_as_new_ones(
    pagerduty: PagerDuty, hub: Platform
) -> None:
    where = source(hub.address, severities=["P1"])
    pages, found = collected(pagerduty, where, now=NOW)

    kept = [payload for page in pages for payload in page.payloads]
    judged = [pagerduty.judge(payload, where) for payload in kept]
    assert sum(each.counts for each in judged) == len(found) == 1


# ── asking ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("address", "api", "service_id"),
    [
        ("https://acme.pagerduty.com", "https://api.pagerduty.com", None),
        ("acme.eu.pagerduty.com", "https://api.eu.pagerduty.com", None),
        ("https://api.eu.pagerduty.com", "https://api.eu.pagerduty.com", None),
        (
            "https://acme.pagerduty.com/service-directory/PIKL83L",
            "https://api.pagerduty.com",
            "PIKL83L",
        ),
        ("https://pd.example.org", "https://pd.example.org", None),
        ("https://evilpagerduty.com", "https://evilpagerduty.com", None),
    ],
)
def test_an_account_is_asked_in_its_region(
    address: str, api: str, service_id: str | None
) -> None:
    where = place(source(address))

    assert (where.api, where.service_id) == (api, service_id)


def test_one_service_is_read_alone(pagerduty: PagerDuty, hub: Platform) -> None:
    where = source(f"{hub.address}/service-directory/S2PAY")

    _, found = collected(pagerduty, where, now=NOW)
    knocks = [Knock(listing="incidents", identity=f"Q0{n}INCIDENT") for n in (3, 4)]
    rows = list(pagerduty.fetch_rows(where, knocks, now=NOW))

    assert set(by_id(found, Incident)) == {"Q03INCIDENT"}
    assert [len(row.payloads) for row in rows] == [1, 0]


def test_a_long_history_is_asked_for_in_spans_of_six_months(
    pagerduty: PagerDuty, hub: Platform
) -> None:
    collected(pagerduty, source(hub.address, history_days=400), now=NOW)

    spans = {(asked.query["since"], asked.query["until"]) for asked in hub.asked}
    assert spans == {
        ("2025-07-13T09:00:00Z", "2026-01-09T09:00:00Z"),
        ("2025-01-14T09:00:00Z", "2025-07-13T09:00:00Z"),
        ("2024-12-05T09:00:00Z", "2025-01-14T09:00:00Z"),
    }
    assert {asked.headers["accept"] for asked in hub.asked} == {
        "application/vnd.pagerduty+json;version=2"
    }


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "did not accept the API key"),
        (403, "may not read these incidents"),
        (404, "knows no such incidents"),
    ],
)
def test_a_refusal_says_what_to_do(
    pagerduty: PagerDuty, hub: Platform, status: int, said: str
) -> None:
    hub.always("/incidents", as_json({"error": {"code": 2006}}, status=status))

    with pytest.raises(Refused, match=said):
        list(pagerduty.fetch(source(hub.address), cursor={}, now=NOW))


# ── webhooks ───────────────────────────────────────────────────────────────────────


def delivery(event: Any, *, signature: str | None = None) -> Delivery:
    """A delivery of PagerDuty, signed."""
    body = json.dumps({"event": event}).encode()
    right = "v1=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    signed = right if signature is None else signature.format(right=right)
    return Delivery(
        headers={"x-pagerduty-signature": signed}, body=body, received_at=NOW
    )


RESOLVED = {
    "id": "01EVENT",
    "event_type": "incident.resolved",
    "resource_type": "incident",
    "occurred_at": "2026-01-08T10:00:00Z",
    "data": {"id": "Q07INCIDENT", "type": "incident", "status": "resolved"},
}


@pytest.mark.parametrize("signature", ["{right}", f"v1={'0' * 64},{{right}}"])
def test_one_right_signature_is_enough(signature: str) -> None:
    PagerDuty.hooks.verify(delivery(RESOLVED, signature=signature), secret=SECRET)


@pytest.mark.parametrize("signature", ["", f"v1={'0' * 64}", "v2={right}"])
def test_a_delivery_without_a_right_signature_is_forged(signature: str) -> None:
    with pytest.raises(Forged):
        PagerDuty.hooks.verify(delivery(RESOLVED, signature=signature), secret=SECRET)


def test_a_delivery_is_known_by_its_event() -> None:
    assert PagerDuty.hooks.identity(delivery(RESOLVED)) == "01EVENT"
    assert PagerDuty.hooks.identity(delivery(17)) == ""  # its body stands for it


@pytest.mark.parametrize(
    ("event", "identities"),
    [
        (RESOLVED, ["Q07INCIDENT"]),
        (
            {
                "event_type": "incident.annotated",
                "data": {"id": "PN1", "incident": {"id": "Q07INCIDENT"}},
            },
            ["Q07INCIDENT"],
        ),
        ({"event_type": "service.updated", "data": {"id": "S1"}}, []),
        ({"event_type": "pagey.ping", "data": {"message": "Hello"}}, []),
    ],
)
def test_a_delivery_knocks_at_its_incident(event: Any, identities: list[str]) -> None:
    push = PagerDuty.hooks.read(delivery(event), source("https://acme.pagerduty.com"))

    assert [knock.identity for knock in push.knocks] == identities
    assert push.payloads == ()


@pytest.mark.parametrize(
    "event",
    [
        None,
        {},
        {"event_type": "incident.resolved"},
        17,
        RESOLVED | {"data": {"id": "../users"}},
    ],
)
def test_a_delivery_that_makes_no_sense_is_garbled(event: Any) -> None:
    with pytest.raises(Garbled):
        PagerDuty.hooks.read(delivery(event), source("https://acme.pagerduty.com"))


def test_a_knocked_at_incident_is_what_polling_reads(
    pagerduty: PagerDuty, hub: Platform
) -> None:
    where = source(hub.address, custom_fields="read")
    pages, _ = collected(pagerduty, where, now=NOW)
    polled = [payload for page in pages for payload in page.payloads]
    names = [str(field(payload.body, "incident", "id")) for payload in polled]

    knocks = [Knock(listing="incidents", identity=name) for name in names]
    reread = list(pagerduty.fetch_rows(where, knocks, now=NOW))

    assert [row.payloads for row in reread] == [(payload,) for payload in polled]


# ── recorded ───────────────────────────────────────────────────────────────────────


def test_recorded_incidents_are_understood(pagerduty: PagerDuty) -> None:
    rows = recorded_rows("pagerduty", "incidents")

    found = understood(
        pagerduty,
        source("https://acme.pagerduty.com"),
        [Payload(sort="incident", body={"incident": row}) for row in rows],
    )

    assert found.reasons == []
    incidents = by_id(found.events, Incident)
    ends = {row["incident_number"]: incidents[row["id"]].resolved_at for row in rows}
    assert ends == {
        4: None,
        5: None,
        6: datetime(2022, 11, 3, 6, 51, 44, tzinfo=UTC),
    }


def test_a_state_that_nobody_knows_is_garbled(pagerduty: PagerDuty) -> None:
    row = recorded_rows("pagerduty", "incidents")[0] | {"status": "suppressed"}

    with pytest.raises(Garbled, match="suppressed"):
        list(
            pagerduty.parse(
                Payload(sort="incident", body={"incident": row}),
                source("https://acme.pagerduty.com"),
            )
        )
