"""Argo CD: which syncs are read, and what becomes of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from assessments.connectors.argocd import ArgoCD
from assessments.connectors.argocd.address import place
from assessments.connectors.base import (
    Garbled,
    Payload,
    Refused,
    Source,
    clean_rules,
)
from scoring.events import Deployment, Status
from tests.assessments.connectors.contract import HASTE, SECRET
from tests.assessments.connectors.platform import Platform, page_of_html, serving
from tests.assessments.connectors.subjects.argocd import SUBJECT
from tests.assessments.connectors.telling import by_id, collected

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = SUBJECT.now
LIST = "/api/v1/applications"


def source(hub: Platform | None = None, path: str = "", **rules: Any) -> Source:
    """A source at the hub, or at nowhere for what needs no network."""
    return Source(
        kind="argocd",
        address=(hub.address if hub else "http://argocd.test") + path,
        service_key="shop",
        secret=SECRET,
        rules=clean_rules(ArgoCD.rule_fields, rules).rules,
        allow_local=True,
    )


@pytest.fixture
def hub() -> Iterator[Platform]:
    """An Argo CD on loopback."""
    platform = SUBJECT.platform()
    with serving(platform):
        yield platform


@pytest.fixture
def argocd() -> ArgoCD:
    """The connector, in haste."""
    return ArgoCD(HASTE)


# ── the whole story ────────────────────────────────────────────────────────────────


def deployed(argocd: ArgoCD, where: Source) -> dict[str, Any]:
    """What was deployed, by application and moment: "shop-production 06T09:00"."""
    _, found = collected(argocd, where, now=NOW)
    return {
        f"{each.attributes['application']} {each.started_at:%dT%H:%M}": each
        for each in by_id(found, Deployment).values()
    }


def test_syncs_of_production_are_deployments(argocd: ArgoCD, hub: Platform) -> None:
    found = deployed(argocd, source(hub))

    assert {key: each.status for key, each in found.items()} == {
        "shop-production 05T09:00": Status.SUCCESS,
        "shop-production 06T09:00": Status.SUCCESS,
        "shop-production 06T11:00": Status.SUCCESS,  # the same, with other values
        "shop-production 07T09:00": Status.FAILURE,
        "pay 07T12:00": Status.SUCCESS,
        "pay 08T12:00": Status.SUCCESS,
        "pay 09T08:59": Status.IN_PROGRESS,
        "web 08T13:00": Status.SUCCESS,  # its last sync was a trial
    }
    second = found["shop-production 06T09:00"]
    assert second.sha == "02" * 20
    assert second.finished_at == datetime(2026, 1, 6, 9, 1, tzinfo=UTC)
    assert second.attributes["automated"] is False
    assert found["shop-production 05T09:00"].attributes["automated"] is True
    assert second.url == f"{hub.address}/applications/argocd/shop-production"


def test_a_chart_has_a_version_and_no_revision(argocd: ArgoCD, hub: Platform) -> None:
    found = deployed(argocd, source(hub))

    assert found["pay 07T12:00"].sha is None
    assert found["pay 07T12:00"].attributes["revision"] == "1.4.0"
    assert found["pay 08T12:00"].sha == "05" * 20  # the first of several sources


def test_syncs_of_what_was_there_count_where_the_rules_say_so(
    argocd: ArgoCD, hub: Platform
) -> None:
    assert "shop-production 06T10:00" not in deployed(argocd, source(hub))
    assert "shop-production 06T10:00" in deployed(argocd, source(hub, repeated="count"))


def test_each_application_may_be_a_service(argocd: ArgoCD, hub: Platform) -> None:
    where = source(hub, services="application", applications=["pay", "web"])

    found = deployed(argocd, where)

    assert {each.service for each in found.values()} == {"pay", "web"}


def test_an_address_may_lead_to_one_application(argocd: ArgoCD, hub: Platform) -> None:
    found = deployed(argocd, source(hub, "/applications/argocd/web"))

    assert set(found) == {"web 08T13:00"}
    assert hub.asked[-1].query == {"name": "web"}


def test_what_is_under_way_becomes_what_it_ended_as(
    argocd: ArgoCD, hub: Platform
) -> None:
    pages, before = collected(argocd, source(hub), now=NOW)
    (pay,) = [row for row in hub.lists[LIST].rows if row["metadata"]["name"] == "pay"]
    pay["status"]["operationState"] |= {"phase": "Succeeded"}
    pay["status"]["history"].append(
        {
            "id": 9,
            "revision": "06" * 20,
            "deployStartedAt": "2026-01-09T08:59:00Z",
            "deployedAt": "2026-01-09T09:03:00Z",
        }
    )

    _, found = collected(argocd, source(hub), cursor=pages[-1].cursor, now=NOW)

    identity = "argocd/pay@2026-01-09T08:59:00+00:00"
    assert by_id(before, Deployment)[identity].status is Status.IN_PROGRESS
    assert by_id(found, Deployment)[identity].status is Status.SUCCESS


def test_a_preview_says_why(argocd: ArgoCD, hub: Platform) -> None:
    seen = argocd.preview(source(hub), now=NOW)

    assert {each.reason for each in seen.counted} == {
        "“shop-production” matches “*-production”",
        "“production” matches “production”",
        "“prod-web” matches “prod-*”",
    }
    assert {each.reason for each in seen.left_out} == {
        "application “shop-staging” is not production",
        "the revision was there already",
        "the history tells of it, or it changed nothing",
    }


# ── set-up and refusals ────────────────────────────────────────────────────────────


def test_a_test_names_applications(argocd: ArgoCD, hub: Platform) -> None:
    assert argocd.test(source(hub), now=NOW) == (
        "Found 4 applications, among them pay, shop-production, shop-staging and web."
    )
    hub.lists[LIST].rows.clear()
    assert "no application that was synced" in argocd.test(source(hub), now=NOW)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, "Argo CD did not accept the token"),
        (403, "The token may not read applications"),
        (404, "The token may not read applications"),
    ],
)
def test_refusals_say_what_to_do(
    status: int, sentence: str, argocd: ArgoCD, hub: Platform
) -> None:
    hub.always(LIST, page_of_html(status))

    for attempt in (argocd.test, argocd.preview):
        with pytest.raises(Refused, match=re.escape(sentence)):
            attempt(source(hub), now=NOW)
    with pytest.raises(Refused, match=re.escape(sentence)):
        collected(argocd, source(hub), now=NOW)


def test_an_argo_cd_may_be_below_a_path() -> None:
    found = place(source(path="/argo/applications/argocd/shop?view=tree"))

    assert found.api == "http://argocd.test/argo/api/v1"
    assert found.application == "shop"


# ── payloads ───────────────────────────────────────────────────────────────────────


def sync(**fields: Any) -> Payload:
    """A payload of a sync."""
    head: dict[str, Any] = {"name": "shop-prod", "destination": {"namespace": "shop"}}
    return Payload(sort="sync", body={"application": head} | fields)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (sync(entry={}), "entry.deployedAt: is missing"),
        (
            sync(entry={"deployedAt": "2026-01-05T09:00:00"}),
            "entry.deployedAt: '2026-01-05T09:00:00' has no offset",
        ),
        (
            sync(operation={"phase": "Odd"}),
            "operation.phase: 'Odd' is none that we know",
        ),
        (sync(), "entry: is missing, not an object"),
    ],
)
def test_what_is_garbled_names_its_field(payload: Payload, reason: str) -> None:
    with pytest.raises(Garbled) as garbled:
        list(ArgoCD().parse(payload, source()))
    assert garbled.value.reason == reason


def test_an_operation_that_synced_nothing_is_no_deployment() -> None:
    operation: dict[str, Any] = {"phase": "Failed", "operation": {}}

    assert list(ArgoCD().parse(sync(operation=operation), source())) == []
