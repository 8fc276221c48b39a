"""Jira: which issues are incidents, and what becomes of them."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.connectors.base import Garbled, Payload, Refused
from assessments.connectors.base.hooking import Delivery, Forged, Knock
from assessments.connectors.jira import Jira
from assessments.connectors.jira.address import place
from assessments.connectors.lists import field
from scoring.events import Cause, Incident
from tests.assessments.connectors.contract import HASTE, SECRET
from tests.assessments.connectors.platform import Listed, Platform, as_json, serving
from tests.assessments.connectors.subjects.jira import (
    CLOUD,
    SERVER,
    SUBJECT,
    platform,
    source,
)
from tests.assessments.connectors.telling import (
    by_id,
    collected,
    recorded_rows,
    understood,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = SUBJECT.now
LINKS = ["https://github.com/*/deployments/*"]


@pytest.fixture(params=["Cloud", "Server"])
def hub(request: pytest.FixtureRequest) -> Iterator[Platform]:
    """A Jira on loopback, in the cloud and on a server."""
    served = platform(request.param)
    served.page_size = 3
    with serving(served):
        yield served


@pytest.fixture
def cloud() -> Iterator[Platform]:
    """A Jira Cloud on loopback."""
    served = platform()
    with serving(served):
        yield served


@pytest.fixture
def jira() -> Jira:
    """The connector, in haste."""
    return Jira(HASTE)


def told(jira: Jira, hub: Platform, path: str = "", **rules: Any) -> dict[int, Any]:
    """The incidents of the story by these rules, by their numbers."""
    _, found = collected(jira, source(hub.address + path, **rules), now=NOW)
    return {int(name) - 10_000: each for name, each in by_id(found, Incident).items()}


def at(text: str) -> datetime:
    """Return a moment of the story."""
    return datetime.fromisoformat(f"2026-01-{text}+01:00")


# ── what becomes of an issue ───────────────────────────────────────────────────────


def test_an_issue_is_an_incident_by_its_type_or_a_label(
    jira: Jira, hub: Platform
) -> None:
    found = told(jira, hub)

    assert set(found) == {1, 2, 3, 4, 5, 6, 8}
    first = found[1]
    assert (first.opened_at, first.service) == (at("02T10:00"), "shop")
    assert first.severity == "highest"
    assert first.url == f"{hub.address}/browse/OPS-1"
    assert first.attributes["title"] == "Checkout down, tell (address removed)"
    assert found[2].severity == "1"  # a label tells it better
    assert found[3].attributes["closed_as"] == "Duplicate"


def test_an_incident_is_over_with_its_last_resolution(
    jira: Jira, hub: Platform
) -> None:
    ends = {number: each.resolved_at for number, each in told(jira, hub).items()}

    assert ends == {
        1: at("02T12:00"),  # resolved; that it was closed later is no matter
        2: at("03T15:00"),  # opened again, with the first date of resolution left
        3: at("04T10:20"),  # no change of status, but a date of resolution
        4: None,  # opened again, and still open
        5: at("06T10:40"),  # nothing but when it came into its category
        6: None,
        8: None,
    }


def test_the_rules_may_say_which_statuses_are_the_end(
    jira: Jira, hub: Platform
) -> None:
    found = told(jira, hub, resolved_statuses=["closed"])

    assert found[1].resolved_at == at("02T17:00")
    assert found[2].resolved_at is None


def test_fields_labels_and_links_name_deployment_and_cause(
    jira: Jira, hub: Platform
) -> None:
    found = told(jira, hub, deployment_links=LINKS)

    assert (found[1].deployment_id, found[1].cause) == ("5001", Cause.DATA)
    assert (found[2].deployment_id, found[2].cause) == ("5002", Cause.CODE)
    assert (found[3].deployment_id, found[3].cause) == ("5003", None)
    assert found[6].deployment_id is None


def test_links_are_read_only_where_the_rules_want_them(
    jira: Jira, hub: Platform
) -> None:
    assert told(jira, hub)[3].deployment_id is None
    assert not any("remotelink" in path for path in hub.paths())


def test_components_and_projects_have_the_keys_that_the_rules_give(
    jira: Jira, hub: Platform
) -> None:
    keys = ["Checkout = checkout", "SHOP = store"]

    services = {
        n: each.service for n, each in told(jira, hub, service_keys=keys).items()
    }

    assert services == {
        1: "checkout", 2: "shop", 3: "store", 4: "shop", 5: "shop", 6: "shop",
        8: "shop",
    }  # fmt: skip


# ── rules ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "rules", "numbers"),
    [
        ("", {"incident_labels": []}, {1, 3, 4, 5, 6}),
        ("", {"issue_types": []}, {2, 8}),
        ("", {"issue_types": ["task"], "incident_labels": []}, {7}),
        ("", {"severities": ["high*"]}, {1, 2, 3, 5, 8}),
        ("", {"projects": ["SHOP"]}, {3}),
        ("/browse/SHOP-3", {}, {3}),
        ("/projects/OPS/issues", {"incident_labels": []}, {1, 4, 5, 6}),
    ],
)
def test_the_rules_say_which_issues_count(
    jira: Jira, hub: Platform, path: str, rules: dict[str, Any], numbers: set[int]
) -> None:
    assert set(told(jira, hub, path, **rules)) == numbers


def test_a_type_that_is_not_there_is_told_of(jira: Jira, hub: Platform) -> None:
    where = source(hub.address, issue_types=["Outage"], incident_labels=[])

    with pytest.raises(Refused, match=r"has the types Bug, .System. Incident, Störung"):
        jira.test(where, now=NOW)


def test_a_preview_judges_issues_of_every_type(jira: Jira, hub: Platform) -> None:
    hub.page_size = None

    preview = jira.preview(source(hub.address, severities=["High*"]), now=NOW)

    left_out = {each.what: each.reason for each in preview.left_out}
    assert left_out["OPS-7 Trouble"] == "type “Task”, with planning is no incident"
    assert left_out["OPS-6 Trouble"] == "priority “Low” does not count"
    counted = {each.what: each.reason for each in preview.counted}
    assert counted["OPS-8 Trouble"] == "its labels are Incident"
    assert counted["OPS-5 Trouble"] == "it is of the type “[System] Incident”"


def test_kept_issues_are_judged_as_new_ones(jira: Jira, hub: Platform) -> None:
    where = source(hub.address, severities=["highest"])
    pages, found = collected(jira, where, now=NOW)

    kept = [payload for page in pages for payload in page.payloads]
    judged = [jira.judge(payload, where) for payload in kept]
    assert sum(each.counts for each in judged) == len(found) == 1


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(label=st.text(min_size=1, max_size=20).filter(str.strip))
def test_a_label_cannot_break_out_of_a_search(label: str) -> None:
    served = platform()
    with serving(served):
        list(
            Jira(HASTE).fetch(
                source(served.address, issue_types=[], incident_labels=[label]),
                cursor={},
                now=NOW,
            )
        )
    jql = served.asked[-1].query["jql"]
    quoted = jql.replace("\\\\", "").replace('\\"', "")
    assert quoted.count('"') % 2 == 0
    assert jql.endswith("ORDER BY updated DESC")


# ── asking ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("address", "root", "project"),
    [
        ("https://acme.atlassian.net", "https://acme.atlassian.net", None),
        ("acme.atlassian.net/browse/OPS-17", "https://acme.atlassian.net", "OPS"),
        (
            "https://acme.atlassian.net/jira/software/c/projects/OPS/boards/1",
            "https://acme.atlassian.net",
            "OPS",
        ),
        (
            "https://example.org/jira/projects/OPS/summary",
            "https://example.org/jira",
            "OPS",
        ),
        ("https://example.org/jira", "https://example.org/jira", None),
        (
            "https://api.atlassian.com/ex/jira/11111111-aaaa",
            "https://api.atlassian.com/ex/jira/11111111-aaaa",
            None,
        ),
    ],
)
def test_an_address_leads_to_a_site_and_perhaps_a_project(
    address: str, root: str, project: str | None
) -> None:
    where = place(source(address))

    assert (where.root, where.project) == (root, project)


@pytest.mark.parametrize(
    ("secret", "scheme"), [(f"bot@acme.example:{SECRET}", "Basic"), (SECRET, "Bearer")]
)
def test_a_token_is_sent_as_its_edition_wants_it(
    jira: Jira, cloud: Platform, secret: str, scheme: str
) -> None:
    jira.test(source(cloud.address, secret=secret), now=NOW)

    assert {each.headers["authorization"].split()[0] for each in cloud.asked} == {
        scheme
    }


@pytest.mark.parametrize(("edition", "path"), [("Cloud", CLOUD), ("Server", SERVER)])
def test_each_edition_has_its_search(jira: Jira, edition: str, path: str) -> None:
    served = platform(edition)
    with serving(served):
        told(jira, served)

    assert path in served.paths()


def test_a_search_allows_for_the_zone_of_the_server(
    jira: Jira, cloud: Platform
) -> None:
    where = source(cloud.address)
    pages, _ = collected(jira, where, now=NOW)

    cloud.asked.clear()
    _, again = collected(jira, where, now=NOW, cursor=pages[-1].cursor)

    # The newest change was at 17:00 UTC on the 8th; ten minutes are read again.
    (search,) = [asked.query["jql"] for asked in cloud.asked if asked.path == CLOUD]
    assert 'updated >= "2026-01-07 16:50"' in search
    assert set(by_id(again, Incident)) == {"10008"}


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "does not know one of these projects"),
        (401, "did not accept the token"),
        (403, "Browse projects"),
        (404, "no Jira at this address"),
    ],
)
def test_a_refusal_says_what_to_do(
    jira: Jira, cloud: Platform, status: int, said: str
) -> None:
    cloud.always(CLOUD, as_json({"errorMessages": ["no"]}, status=status))

    with pytest.raises(Refused, match=said):
        list(jira.fetch(source(cloud.address), cursor={}, now=NOW))


def test_something_else_than_a_jira_is_told_of(jira: Jira, cloud: Platform) -> None:
    cloud.always("/rest/api/2/serverInfo", as_json({"hello": "world"}))

    with pytest.raises(Refused, match="does not tell what it is as Jira does"):
        jira.test(source(cloud.address), now=NOW)


# ── webhooks ───────────────────────────────────────────────────────────────────────


def delivery(body: Any, signature: str = "sha256={right}") -> Delivery:
    """A delivery of Jira, signed."""
    raw = json.dumps(body).encode()
    right = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    return Delivery(
        headers={"x-hub-signature": signature.format(right=right)},
        body=raw,
        received_at=NOW,
    )


CHANGED = {
    "webhookEvent": "jira:issue_updated",
    "issue": {"id": "10004", "key": "OPS-4"},
}


def test_a_delivery_is_signed() -> None:
    Jira.hooks.verify(delivery(CHANGED), secret=SECRET)

    for wrong in ("", "sha256=", "sha1={right}", f"sha256={'0' * 64}"):
        with pytest.raises(Forged):
            Jira.hooks.verify(delivery(CHANGED, wrong), secret=SECRET)


def test_a_delivery_knocks_at_its_issue() -> None:
    where = source("https://acme.atlassian.net")

    (knock,) = Jira.hooks.read(delivery(CHANGED), where).knocks
    assert knock == Knock(listing="issues", identity="10004")
    assert (
        Jira.hooks.read(delivery({"webhookEvent": "sprint_closed"}), where).knocks == ()
    )
    with pytest.raises(Garbled):
        Jira.hooks.read(delivery({"issue": {"key": "OPS-4"}}), where)


def test_a_knocked_at_issue_is_what_polling_reads(jira: Jira, hub: Platform) -> None:
    where = source(hub.address, deployment_links=LINKS)
    pages, _ = collected(jira, where, now=NOW)
    polled = [payload for page in pages for payload in page.payloads]
    names = [str(field(payload.body, "issue", "id")) for payload in polled]

    knocks = [Knock(listing="issues", identity=name) for name in [*names, "10007"]]
    reread = list(jira.fetch_rows(where, knocks, now=NOW))

    # The last one is no incident: polling would not bring it either.
    assert [row.payloads for row in reread] == [*((each,) for each in polled), ()]


# ── recorded ───────────────────────────────────────────────────────────────────────


def test_recorded_issues_are_understood(jira: Jira, cloud: Platform) -> None:
    rows = [row for row in recorded_rows("jira", "issues") if "changelog" in row]
    rows.sort(key=lambda row: str(row["fields"]["updated"]), reverse=True)
    statuses = recorded_rows("jira", "statuses")
    cloud.lists[CLOUD].rows[:] = rows
    cloud.lists[CLOUD].wanted = Listed([]).wanted
    cloud.things["/rest/api/2/status"] = statuses
    cloud.things["/rest/api/2/issuetype"] = recorded_rows("jira", "issue_types")
    where = source(
        cloud.address, issue_types=["*"], incident_labels=[], history_days=3650
    )

    pages, _ = collected(jira, where, now=NOW)
    found = understood(jira, where, [each for page in pages for each in page.payloads])

    assert found.reasons == []
    incidents = by_id(found.events, Incident)
    assert set(incidents) == {row["id"] for row in rows}
    done = {row["id"] for row in statuses if row["statusCategory"]["key"] == "done"}
    for row in rows:
        over = (
            row["fields"]["status"]["id"] in done
            or row["fields"]["status"]["statusCategory"]["key"] == "done"
        )
        resolved = incidents[row["id"]].resolved_at
        assert resolved is None or over
        if over and row["fields"].get("resolutiondate"):
            assert resolved is not None
    kept = json.dumps([payload.body for page in pages for payload in page.payloads])
    assert "user-0258" not in kept  # who wrote, and was asked to do, most of them
    assert "accountId" not in kept


def test_an_issue_without_a_status_is_garbled(jira: Jira, cloud: Platform) -> None:
    pages, _ = collected(jira, source(cloud.address), now=NOW)
    body: Any = pages[0].payloads[0].body
    body["issue"]["fields"]["status"] = None

    with pytest.raises(Garbled, match="status"):
        list(jira.parse(Payload(sort="issue", body=body), source(cloud.address)))
