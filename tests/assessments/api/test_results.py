"""Results by API: the same numbers, for who may read them."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from assessments.models import ApiToken
from assessments.queries import results as queries
from assessments.services import api_tokens
from tests import factories
from tests.assessments.queries.test_foundations import resting
from tests.assessments.queries.test_results import HOUR, answered

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessments.models import Cycle
    from tests.assessments.conftest import Telemetry

    SignIn = Callable[[str], Client]

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(house: factories.House, telemetry: Telemetry) -> Cycle:
    """A scored cycle in which B is measured and the rest is not."""
    telemetry.values = {"B.M1": 2 * HOUR}
    return factories.scored(answered(house, targets={"B": "4.5"}))


@pytest.fixture
def token(house: factories.House) -> str:
    """Vera's token."""
    member = house.workspace.members.get(user=house["vera"])
    return api_tokens.make(member_id=member.pk, name="slides", now=factories.NOW)


def read(address: str, token: str, status: int = 200) -> Any:
    answer = Client().get(address, headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == status
    return answer.json()


def at(house: factories.House, name: str, *args: object) -> str:
    return reverse(name, args=[house.slug, *args])


def test_the_results_are_the_numbers_of_the_query(
    house: factories.House, cycle: Cycle, token: str
) -> None:
    told = read(at(house, "api_results", cycle.pk), token)

    found = queries.results(cycle_id=cycle.pk)
    assert told["header"]["card_sha256"] == found.header.card_sha256
    assert told["overall"]["agreed"]["level"] == 3.0
    assert [one["code"] for one in told["domains"]] == ["A", "B", "C"]
    measured = told["domains"][1]
    assert measured["measured"]["level"] == 4.0
    assert measured["gap"] == 1.5
    unmeasured = told["domains"][2]
    assert unmeasured["measured"]["level"] is None
    assert unmeasured["because"]
    assert told["answer"][0].startswith("Northwind stands at")
    assert "Rui" not in str(told)


@pytest.mark.usefixtures("telemetry")
def test_a_domain_says_what_its_level_rests_on(
    house: factories.House, token: str
) -> None:
    told = read(at(house, "api_results", resting(house, 4, 2).pk), token)
    (found,) = [one for one in told["domains"] if one["foundations"]]
    (weak,) = found["foundations"]
    assert weak["standing"] == "weak"
    assert weak["level"] < weak["needed"]


def test_criteria_and_measurements_link_to_their_explanation(
    house: factories.House, cycle: Cycle, token: str
) -> None:
    criteria = read(at(house, "api_criteria", cycle.pk), token)
    measurements = read(at(house, "api_measurements", cycle.pk), token)

    by_code = {one["code"]: one for one in criteria}
    assert by_code["B.M1"]["standing"] == "undecided"
    assert by_code["A.M1"]["measured"] is None
    known = next(one for one in measurements if one["criterion"] == "B.M1")
    assert known["value"] == 2 * HOUR
    assert known["words"]["value"] == "2\N{NO-BREAK SPACE}h"
    assert known["links"]["events"].endswith(
        at(house, "criterion_events", cycle.pk, "B.M1") + "?metric=change_lead_time"
    )
    unknown = next(one for one in measurements if one["criterion"] == "A.M1")
    assert (unknown["value"], unknown["words"]["value"]) == (None, "—")
    assert unknown["because"]


def test_lists_are_read_page_by_page(
    house: factories.House, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assessments.api.results.SIZE", 2)
    for number in range(5):
        factories.service(house.workspace, f"service-{number}")
    keys: list[str] = []
    address = at(house, "api_services")
    while address:
        page = read(address, token)
        keys += [one["key"] for one in page["results"]]
        address = page["next"]

    assert keys == [f"service-{number}" for number in range(5)]


def test_cycles_come_newest_first_and_a_strange_cursor_is_refused(
    house: factories.House, cycle: Cycle, token: str
) -> None:
    newer = factories.cycle(house.workspace, title="Q2", of=cycle.edition)

    page = read(at(house, "api_cycles"), token)
    refused = read(at(house, "api_cycles") + "?cursor=nonsense", token, status=400)

    assert [one["id"] for one in page["results"]] == [newer.pk, cycle.pk]
    assert "take it from `next`" in str(refused)


def test_the_organization_is_a_tree(house: factories.House, token: str) -> None:
    factories.service(house.workspace, "checkout")

    nodes = read(at(house, "api_organization"), token)

    assert [node["kind"] for node in nodes] == ["organization", "service"]
    assert nodes[1]["parent_id"] == nodes[0]["id"]


def test_delivery_measures_both_lanes_and_says_unknown(
    house: factories.House, token: str
) -> None:
    factories.service(house.workspace, "checkout")
    address = at(house, "api_delivery")

    told = read(f"{address}?from=2026-01-01&to=2026-01-31&service=checkout", token)

    assert [lane["lane"] for lane in told["lanes"]] == ["code", "model"]
    lead = told["lanes"][0]["metrics"][0]
    assert (lead["metric"], lead["value"]) == ("change_lead_time", None)
    assert lead["because"]
    assert told["page"].endswith("?from=2026-01-01&to=2026-01-31&service=checkout")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("from=soon", "year-month-day"),
        ("from=2026-02-01&to=2026-01-01", "swap them"),
        ("from=1999-01-01&to=2026-01-01", "start later"),
        ("from=9999-12-31&to=9999-12-31", "between 1970 and 2199"),
        ("to=0001-01-01", "between 1970 and 2199"),
        ("service=nothing", "No service or model"),
    ],
)
def test_a_filter_that_cannot_be_read_is_named(
    house: factories.House, token: str, asked: str, sentence: str
) -> None:
    told = read(f"{at(house, 'api_delivery')}?{asked}", token, status=400)

    assert sentence in str(told)


def test_a_session_reads_too(
    house: factories.House, sign_in: SignIn, cycle: Cycle
) -> None:
    answer = sign_in("sam").get(at(house, "api_results", cycle.pk))

    assert answer.status_code == 200


def test_nobody_and_a_wrong_token_are_told_so(house: factories.House) -> None:
    nobody = Client().get(at(house, "api_cycles"))

    assert nobody.status_code == 401
    assert "API token" in nobody.json()["detail"]
    wrong = read(at(house, "api_cycles"), "cmpl_api_wrong", status=401)
    assert "make a new one" in wrong["detail"]


def test_another_workspace_is_not_found(
    house: factories.House, cycle: Cycle, token: str, sign_in: SignIn
) -> None:
    elsewhere = reverse("api_cycles", args=[house.other.slug])
    read(elsewhere, token, status=404)
    otto = sign_in("otto")
    assert otto.get(at(house, "api_results", cycle.pk)).status_code == 404
    theirs = reverse("api_results", args=[house.other.slug, cycle.pk])
    assert otto.get(theirs).status_code == 404


def test_a_token_opens_only_its_own_workspace_even_for_a_member_of_both(
    house: factories.House, token: str
) -> None:
    factories.member(house.other, user=house["vera"])

    read(reverse("api_cycles", args=[house.other.slug]), token, status=404)


def test_a_token_ends_with_the_account_and_notes_its_use(
    house: factories.House, token: str
) -> None:
    read(at(house, "api_cycles"), token)
    assert ApiToken.objects.get().last_used_at is not None

    vera = house["vera"]
    vera.is_active = False
    vera.save()

    read(at(house, "api_cycles"), token, status=401)


def test_a_token_that_reads_does_not_write(house: factories.House) -> None:
    member = house.workspace.members.get(user=house["ada"])
    token = api_tokens.make(member_id=member.pk, name="slides", now=factories.NOW)

    answer = Client().post(
        at(house, "api_cycles"), headers={"authorization": f"Bearer {token}"}
    )

    assert answer.status_code == 403
    assert "only reads" in answer.json()["detail"]


def test_the_schema_is_valid() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=StringIO())


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-27", "2026-01-06", "soon"])
def test_only_the_begin_of_a_week_that_was_or_is_leads_to_one(
    day: str, house: factories.House, token: str
) -> None:
    read(at(house, "api_service_level_week", day), token, status=404)
