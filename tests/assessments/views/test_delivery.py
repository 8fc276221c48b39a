"""How delivery goes: cards, figures, filters, and the five ways to be empty."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Event, Source, Verdict
from assessments.services import rolling_up
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from assessments.models import Service

    SignIn = Callable[[str], Client]

pytestmark = pytest.mark.django_db


def source(house: factories.House, **more: Any) -> Source:
    return Source.objects.create(
        workspace=house.workspace,
        scope=factories.root(house.workspace),
        kind="push",
        name="Build server",
        created_at=factories.NOW,
        **more,
    )


def deployed(
    found: Source,
    service: Service,
    number: int,
    at: datetime,
    **more: Any,
) -> Event:
    """Store a deployment of today's history, as taking it in does."""
    data = {
        "kind": "deployment",
        "id": f"{service.key}-{number}",
        "service": service.key,
        "environment": "production",
        "sha": f"{number:040x}",
        "status": "success",
        "finished_at": at.isoformat(),
        "lane": "code",
    } | more
    return Event.objects.create(
        source=found,
        service=service,
        kind="deployment",
        external_id=data["id"],
        lane=data["lane"],
        at=at,
        data=data,
    )


@pytest.fixture
def delivering(house: factories.House) -> dict[str, Any]:
    """A service that deployed each of the last forty days; one day failed."""
    found = source(house)
    service = factories.service(house.workspace, "checkout")
    noon = timezone.now().replace(hour=0, minute=30)
    events = [
        deployed(found, service, n, noon - timedelta(days=40 - n)) for n in range(40)
    ]
    failed = deployed(found, service, 99, noon - timedelta(hours=20), status="failure")
    service.dirty_from = datetime(2000, 1, 1, tzinfo=UTC)
    service.save()
    rolling_up.refresh(service_id=service.pk)
    return {"source": found, "service": service, "events": events, "failed": failed}


def page(client: Client, house: factories.House, query: str = "") -> str:
    response = client.get(reverse("delivery", args=[house.slug]) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_each_metric_shows_its_value_n_and_coverage(
    house: factories.House, sign_in: SignIn, delivering: dict[str, Any]
) -> None:
    text = page(sign_in("vera"), house, "?days=30")
    assert "Deployment frequency" in text
    assert "1 of 30 deployments" in text or "1 of 31 deployments" in text
    assert "95 % interval" in text
    assert "Nothing to measure in this lane here" in text  # models


def test_every_figure_has_its_numbers_as_a_table_and_as_data(
    house: factories.House, sign_in: SignIn, delivering: dict[str, Any]
) -> None:
    text = page(sign_in("vera"), house)
    drawn = re.findall(
        r'data-figure="(\w+)".*?</div><script type="application/json">(.*?)</script>',
        text,
    )
    assert {name for name, _data in drawn} >= {"frequency", "fail"}
    assert all(json.loads(data)["data"] for _name, data in drawn)
    assert "Weeks by their number of deployments" in text
    assert "<script>" not in text


def test_the_filters_are_kept_on_the_way_to_the_deployments(
    house: factories.House, sign_in: SignIn, delivering: dict[str, Any]
) -> None:
    scope = delivering["service"].scope_id
    text = page(sign_in("vera"), house, f"?scope={scope}&days=30")
    assert f"deployments/?scope={scope}&amp;days=30" in text


def test_bad_filters_are_named_and_good_ones_hold(
    house: factories.House, sign_in: SignIn, delivering: dict[str, Any]
) -> None:
    scope = delivering["service"].scope_id
    text = page(sign_in("vera"), house, f"?scope={scope}&from=2026-13-01")
    assert "year-month-day" in text
    assert f'<option value="{scope}" selected>' in text


def test_another_workspace_s_unit_is_no_choice(
    house: factories.House, sign_in: SignIn, delivering: dict[str, Any]
) -> None:
    foreign = factories.root(house.other).pk
    text = page(sign_in("vera"), house, f"?scope={foreign}")
    assert "no such unit or service" in text


def test_nothing_connected_offers_to_connect_to_who_may(
    house: factories.House, sign_in: SignIn
) -> None:
    assert "Connect a source" in page(sign_in("ada"), house)
    assert "Leads connect sources. Ask Ada" in page(sign_in("vera"), house)


def test_connected_without_services_or_without_deployments_look_different(
    house: factories.House, sign_in: SignIn
) -> None:
    source(house)
    assert "no service is known yet" in page(sign_in("vera"), house)
    factories.service(house.workspace, "checkout")
    assert "no deployment has been seen" in page(sign_in("vera"), house)


def test_a_period_without_data_offers_a_longer_one(
    house: factories.House, sign_in: SignIn, delivering: dict[str, Any]
) -> None:
    text = page(sign_in("vera"), house, "?from=2020-01-01&to=2020-02-01")
    assert "No delivery is known for this choice" in text


def test_a_failing_source_is_named_above_its_last_good_data(
    house: factories.House, sign_in: SignIn, delivering: dict[str, Any]
) -> None:
    Source.objects.update(state="failing")
    text = page(sign_in("vera"), house)
    assert "A source is failing: Build server." in text
    assert "Deployment frequency" in text


def test_the_page_asks_no_more_queries_for_twice_the_history(
    house: factories.House, sign_in: SignIn, delivering: dict[str, Any]
) -> None:
    browser = sign_in("vera")
    page(browser, house)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(browser, house)
        return len(queries)

    before = asked()
    other = factories.service(house.workspace, "basket")
    now = timezone.now()
    for number in range(40):
        at = now - timedelta(days=number, hours=1)
        deployed(delivering["source"], other, number, at)
    other.dirty_from = datetime(2000, 1, 1, tzinfo=UTC)
    other.save()
    rolling_up.refresh(service_id=other.pk)
    assert asked() == before


def test_deployments_are_listed_newest_first_and_paged(
    house: factories.House, sign_in: SignIn, delivering: dict[str, Any]
) -> None:
    now = timezone.now()
    for number in range(100, 160):
        at = now - timedelta(minutes=number)
        deployed(delivering["source"], delivering["service"], number, at)
    browser = sign_in("vera")
    address = reverse("deployments", args=[house.slug])
    first = browser.get(address)
    assert len(first.context["deployments"]) == 50
    second = browser.get(f"{address}?{first.context['older']}")
    moments = [
        row.at for page in (first, second) for row in page.context["deployments"]
    ]
    assert moments == sorted(moments, reverse=True)
    assert len(set(moments)) == len(moments) == 100


@pytest.mark.parametrize(
    "place",
    ["0001-01-01T00:00:00+14:00,5", "2026-01-01T00:00:00,5", "soon,5", ",", "5"],
)
def test_a_place_that_is_none_is_the_begin_of_the_list(
    place: str, house: factories.House, sign_in: SignIn, delivering: dict[str, Any]
) -> None:
    shown = sign_in("vera").get(
        reverse("deployments", args=[house.slug]), {"before": place}
    )
    assert shown.status_code == 200
    assert len(shown.context["deployments"]) > 0


def test_a_failure_that_is_open_is_shown_where_no_recovery_is_known(
    house: factories.House, sign_in: SignIn
) -> None:
    service = factories.service(house.workspace, "checkout")
    at = timezone.now() - timedelta(days=2)
    deployed(source(house), service, 1, at, status="failure")
    service.dirty_from = datetime(2000, 1, 1, tzinfo=UTC)
    service.save()
    rolling_up.refresh(service_id=service.pk)
    shown = page(sign_in("vera"), house)
    assert "when service was restored" in shown
    assert "1 still open" in shown


def test_only_failed_deployments_can_be_shown(
    house: factories.House, sign_in: SignIn, delivering: dict[str, Any]
) -> None:
    address = reverse("deployments", args=[house.slug])
    shown = sign_in("vera").get(f"{address}?only=failed").context["deployments"]
    assert [row.id for row in shown] == [delivering["failed"].pk]


def test_why_a_deployment_failed_is_said_with_its_evidence(
    house: factories.House, sign_in: SignIn, delivering: dict[str, Any]
) -> None:
    event = delivering["events"][-2]
    incident = Event.objects.create(
        source=delivering["source"],
        service=delivering["service"],
        kind="incident",
        external_id="INC-7",
        at=event.at,
        data={"kind": "incident", "id": "INC-7"},
    )
    Verdict.objects.create(
        deployment=event,
        failed=True,
        rework=False,
        tier="incident_link",
        evidence=incident,
        restored_at=event.at + timedelta(hours=2),
        because="Incident INC-7 names this deployment.",
    )
    address = reverse("deployment", args=[house.slug, event.pk])
    text = sign_in("vera").get(address).content.decode()
    assert "Why does this deployment count as failed?" in text
    assert "Incident INC-7 names this deployment." in text
    assert "an incident names this deployment" in text
    assert "after 2\N{NO-BREAK SPACE}h" in text
    assert reverse("event", args=[house.slug, incident.pk]) in text


def test_a_deployment_that_went_well_says_so(
    house: factories.House, sign_in: SignIn, delivering: dict[str, Any]
) -> None:
    event = delivering["events"][3]
    address = reverse("deployment", args=[house.slug, event.pk])
    text = sign_in("vera").get(address).content.decode()
    assert "does not count as failed" in text


def test_another_workspace_s_deployment_does_not_exist(
    house: factories.House, sign_in: SignIn, delivering: dict[str, Any]
) -> None:
    event = delivering["failed"].pk
    address = reverse("deployment", args=[house.other.slug, event])
    assert sign_in("otto").get(address).status_code == 404
    assert sign_in("vera").get(address).status_code == 404
