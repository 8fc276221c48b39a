"""Opsgenie: which incidents are read, and what becomes of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from assessments.connectors.base import Garbled, Payload, Refused
from assessments.connectors.base.hooking import Delivery, Forged, Knock
from assessments.connectors.opsgenie import Opsgenie
from assessments.connectors.opsgenie.address import place
from scoring.events import Cause, Incident
from tests.assessments.connectors.contract import HASTE, SECRET
from tests.assessments.connectors.platform import Platform, as_json, serving
from tests.assessments.connectors.subjects.opsgenie import SUBJECT, source
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
    """An Opsgenie on loopback."""
    platform = SUBJECT.platform()
    with serving(platform):
        yield platform


@pytest.fixture
def opsgenie() -> Opsgenie:
    """The connector, in haste."""
    return Opsgenie(HASTE)


def identity(number: int) -> str:
    """Return the id of an incident of the story."""
    return f"0000000{number}-f492-4172-b3f5-6041c7cb404a"


def told(opsgenie: Opsgenie, hub: Platform, **rules: Any) -> dict[int, Any]:
    """The incidents of the story by these rules, by their numbers."""
    _, found = collected(opsgenie, source(hub.address, **rules), now=NOW)
    return {int(name[7]): each for name, each in by_id(found, Incident).items()}


def at(text: str) -> datetime:
    """Return a moment of the story."""
    return datetime.fromisoformat(f"2026-01-{text}+00:00")


def test_an_incident_lasts_as_long_as_its_impact(
    opsgenie: Opsgenie, hub: Platform
) -> None:
    found = told(opsgenie, hub)

    fourth = found[4]
    assert (fourth.opened_at, fourth.resolved_at) == (at("05T08:30"), at("05T12:00"))
    assert found[3].resolved_at == at("04T09:45")  # when it was last changed
    assert found[6].resolved_at is None
    assert found[1].severity == "p1"
    assert (
        found[1].url == f"https://acme.app.opsgenie.com/incident/detail/{identity(1)}"
    )
    assert found[5].attributes["title"] == "Down, ask (address removed)"


def test_tags_and_extra_properties_name_deployment_and_cause(
    opsgenie: Opsgenie, hub: Platform
) -> None:
    found = told(opsgenie, hub)

    assert (found[1].deployment_id, found[1].cause) == ("5001", Cause.MODEL)
    assert (found[2].deployment_id, found[2].cause) == ("5002", Cause.INFRASTRUCTURE)
    assert (found[3].deployment_id, found[3].cause) == (None, None)


def test_services_have_the_keys_that_the_rules_give(
    opsgenie: Opsgenie, hub: Platform
) -> None:
    found = told(opsgenie, hub, service_keys=["Payments = pay", "Checkout* = checkout"])

    keys = {number: each.service for number, each in found.items()}
    assert keys == {
        1: "checkout", 2: "pay", 3: "shop", 4: "checkout", 5: "checkout",
        6: "checkout", 7: "checkout",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "numbers"),
    [
        ({"services": ["pay*", "search"]}, {2, 5}),
        ({"teams": ["Payments team"]}, {3}),
        ({"severities": ["P1", "P2"]}, {1, 6}),
    ],
)
def test_the_rules_say_which_incidents_count(
    opsgenie: Opsgenie, hub: Platform, rules: dict[str, Any], numbers: set[int]
) -> None:
    assert set(told(opsgenie, hub, **rules)) == numbers


def test_names_are_read_once(opsgenie: Opsgenie, hub: Platform) -> None:
    hub.page_size = 2

    told(opsgenie, hub)

    asked = [each.target for each in hub.asked if each.path != "/v1/incidents"]
    assert asked == [
        "/v1/services?limit=100&offset=0",
        "/v1/services?limit=100&offset=2",
        "/v1/services?limit=100&offset=3",
        "/v2/teams",
    ]


def test_a_preview_says_why(opsgenie: Opsgenie, hub: Platform) -> None:
    preview = opsgenie.preview(
        source(hub.address, severities=["P1"], services=["Checkout*"]), now=NOW
    )

    assert [each.reason for each in preview.counted] == ["priority “P1”"]
    reasons = {each.reason for each in preview.left_out}
    assert reasons == {
        "service “Payments” is not read",
        "it has no service",
        "priority “P2” does not count",
        "priority “P3” does not count",
    }


def test_kept_incidents_are_judged_as_new_ones(
    opsgenie: Opsgenie, hub: Platform
) -> None:
    where = source(hub.address, services=["Payments"])
    pages, found = collected(opsgenie, where, now=NOW)

    kept = [payload for page in pages for payload in page.payloads]
    judged = [opsgenie.judge(payload, where) for payload in kept]
    assert sum(each.counts for each in judged) == len(found) == 1


@pytest.mark.parametrize(
    ("address", "api"),
    [
        ("https://acme.app.opsgenie.com", "https://api.opsgenie.com"),
        ("https://acme.app.eu.opsgenie.com/incidents", "https://api.eu.opsgenie.com"),
        ("api.eu.opsgenie.com", "https://api.eu.opsgenie.com"),
        ("https://notopsgenie.com", "https://notopsgenie.com"),
    ],
)
def test_an_account_is_asked_in_its_region(address: str, api: str) -> None:
    assert place(source(address)).api == api


@pytest.mark.parametrize("path", ["/v1/incidents", "/v1/services", "/v2/teams"])
def test_a_key_without_access_is_told_of(
    opsgenie: Opsgenie, hub: Platform, path: str
) -> None:
    hub.always(path, as_json({"message": "no"}, status=403))

    with pytest.raises(Refused, match="Read access and Configuration access"):
        list(opsgenie.fetch(source(hub.address), cursor={}, now=NOW))


# ── webhooks ───────────────────────────────────────────────────────────────────────


def delivery(body: Any, secret: str = SECRET) -> Delivery:
    """A delivery of Opsgenie with the header."""
    return Delivery(
        headers={"x-compel-secret": secret},
        body=json.dumps(body).encode(),
        received_at=NOW,
    )


def test_the_header_bears_the_secret() -> None:
    Opsgenie.hooks.verify(delivery({}), secret=SECRET)

    for wrong in ("", "x", SECRET + "0"):
        with pytest.raises(Forged):
            Opsgenie.hooks.verify(delivery({}, wrong), secret=SECRET)
    assert Opsgenie.hooks.identity(delivery({})) == ""  # nothing is signed


@pytest.mark.parametrize(
    ("body", "identities"),
    [
        ({"action": "Create", "incident": {"id": identity(7)}}, [identity(7)]),
        ({"action": "Close", "incident": {"incidentId": identity(7)}}, [identity(7)]),
        ({"action": "Close", "incident": {"tinyId": "7"}}, [""]),
        ({"action": "Create", "alert": {"alertId": "a-1"}}, []),
    ],
)
def test_a_delivery_knocks_at_its_incident(body: Any, identities: list[str]) -> None:
    push = Opsgenie.hooks.read(delivery(body), source("https://acme.opsgenie.com"))

    assert [knock.identity for knock in push.knocks] == identities


def test_a_knocked_at_incident_is_what_polling_reads(
    opsgenie: Opsgenie, hub: Platform
) -> None:
    where = source(hub.address)
    pages, _ = collected(opsgenie, where, now=NOW)
    polled = [payload for page in pages for payload in page.payloads]

    knocks = [
        Knock(listing="incidents", identity=identity(number))
        for number in range(7, 0, -1)
    ]
    reread = list(opsgenie.fetch_rows(where, knocks, now=NOW))

    assert [row.payloads for row in reread] == [(payload,) for payload in polled]


# ── recorded ───────────────────────────────────────────────────────────────────────


def test_recorded_incidents_are_understood(opsgenie: Opsgenie) -> None:
    rows = recorded_rows("opsgenie", "incidents")

    found = understood(
        opsgenie,
        source("https://acme.app.opsgenie.com"),
        [
            Payload(
                sort="incident", body={"incident": row, "services": [], "teams": []}
            )
            for row in rows
        ],
    )

    assert found.reasons == []
    incidents = by_id(found.events, Incident).values()
    ends = {each.severity: each.resolved_at for each in incidents}
    assert ends == {
        "p3": None,
        "p5": datetime(2023, 9, 5, 18, 21, 21, 490000, tzinfo=UTC),
    }


def test_a_state_that_nobody_knows_is_garbled(opsgenie: Opsgenie) -> None:
    row = recorded_rows("opsgenie", "incidents")[0] | {"status": "paused"}
    body = {"incident": row, "services": [], "teams": []}

    with pytest.raises(Garbled, match="paused"):
        list(
            opsgenie.parse(
                Payload(sort="incident", body=body),
                source("https://acme.app.opsgenie.com"),
            )
        )
