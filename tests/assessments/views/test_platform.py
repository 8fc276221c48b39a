"""The platform's pages: who gets which capability, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Capability, Grant
from assessments.queries import platform
from assessments.services import platform as services
from tests import factories, factories_plan, frameworks

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.factories import House

pytestmark = pytest.mark.django_db


def test_what_is_said_above_holds_below_until_somebody_says_otherwise(
    house: House,
) -> None:
    root = factories.root(house.workspace)
    east = factories.unit(house.workspace, "East")
    team = factories.unit(house.workspace, "Team", parent=east)
    factories.unit(house.workspace, "West")
    factories_plan.capability(
        house.workspace,
        access={root.pk: ("ticket", 40), east.pk: ("self_service", None)},
    )
    grid = platform.grid(workspace_id=house.workspace.pk, reach=("/",))
    cells = {cell.unit.name: cell for cell in grid.rows[0].cells}
    assert cells["Team"].provision == "self_service"
    assert cells["Team"].source == "East"
    assert (cells["West"].provision, cells["West"].wait_seconds) == ("ticket", 144000)
    assert cells["East"].own
    assert (grid.self_service, grid.known, grid.of) == (2, 3, 3)
    assert team.pk in {unit.id for unit in grid.units}


def test_what_nobody_said_is_unknown_and_counts_for_nothing(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    east = factories.unit(house.workspace, "East")
    factories.unit(house.workspace, "West")
    made = factories_plan.capability(house.workspace)
    grid = platform.grid(workspace_id=house.workspace.pk, reach=("/",))
    assert (grid.share, grid.known, grid.of) == (None, 0, 2)
    page = reverse("platform", args=[house.slug])
    assert b"which is not zero" in sign_in("vera").get(page).content
    services.provide(
        workspace_id=house.workspace.pk,
        capability_id=made.pk,
        access={east.pk: services.Access(provision="self_service")},
        by=house["ada"],
        now=factories.NOW,
    )
    content = sign_in("vera").get(page).content.decode()
    assert "1 of 1 known, out of 2 pairs" in content
    assert "? Not known" in content


def test_an_empty_catalogue_says_why_and_offers_the_next_step(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    page = reverse("platform", args=[house.slug])
    assert b"Begin with the starting list" in sign_in("ada").get(page).content
    assert b"Leads and assessors fill it" in sign_in("vera").get(page).content


def test_the_starting_list_comes_from_the_technology_domains(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    document = frameworks.plain(
        {
            "code": "technology",
            "name": "Technology",
            "domains": [
                frameworks.domain(code, frameworks.topic(f"{code}.1"))
                for code in ("D10", "D11", "D12", "D13")
            ],
        }
    )
    factories.edition(document)
    address = reverse("capability_start", args=[house.slug])
    ada = sign_in("ada")
    assert ada.post(address, {}).status_code == 422
    assert ada.post(address, {"chosen": ["D99.1"]}).status_code == 422
    ada.post(address, {"chosen": ["D10.1", "D12.1"]})
    ada.post(address, {"chosen": ["D10.1", "D12.1"]})  # no longer offered
    names = Capability.objects.values_list("name", flat=True)
    assert sorted(names) == ["Topic D10.1", "Topic D12.1"]
    assert len(ada.get(address).context["offered"]) == 2


def test_a_capability_is_added_provided_changed_and_removed(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    east = factories.unit(house.workspace, "East")
    noa = sign_in("noa")
    typed = {"name": "Registry", "url": "https://example.org/registry"}
    noa.post(reverse("capability_new", args=[house.slug]), typed)
    twice = noa.post(reverse("capability_new", args=[house.slug]), typed)
    assert twice.status_code == 422
    assert b"The catalogue has this name already." in twice.content
    made = Capability.objects.get()
    address = reverse("capability_access", args=[house.slug, made.pk])
    kept = noa.post(
        address, {f"provision_{east.pk}": "ticket", f"wait_{east.pk}": "16"}
    )
    assert kept.status_code == 302
    refused = noa.post(address, {f"wait_{east.pk}": "16"})
    assert refused.status_code == 422
    assert b"A waiting time belongs to" in refused.content
    page = noa.get(reverse("capability", args=[house.slug, made.pk]))
    assert "waits 16" in page.content.decode()
    noa.post(
        reverse("capability_edit", args=[house.slug, made.pk]), {"name": "Model shelf"}
    )
    made.refresh_from_db()
    assert made.name == "Model shelf"
    for _click in range(2):
        noa.post(reverse("capability_remove", args=[house.slug, made.pk]))
    assert not Capability.objects.exists()


def test_a_role_over_a_subtree_speaks_for_it_alone(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    east = factories.unit(house.workspace, "East")
    west = factories.unit(house.workspace, "West")
    rui = house.workspace.members.get(user=house["rui"])
    Grant.objects.create(member=rui, scope=east, role="assessor")
    made = factories_plan.capability(
        house.workspace, access={west.pk: ("ticket", None)}
    )
    client = sign_in("rui")
    page = client.get(reverse("capability", args=[house.slug, made.pk]))
    assert "West" not in page.content.decode()
    client.post(
        reverse("capability_access", args=[house.slug, made.pk]),
        {f"provision_{east.pk}": "none", f"provision_{west.pk}": "self_service"},
    )
    said = {row.scope_id: row.provision for row in made.access.all()}
    assert said == {east.pk: "none", west.pk: "ticket"}
    new = reverse("capability_new", args=[house.slug])
    assert client.get(new).status_code == 403


def test_another_workspaces_capability_is_not_found(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    made = factories_plan.capability(house.workspace)
    otto = sign_in("otto")
    for name in ("capability", "capability_edit"):
        address = reverse(name, args=[house.other.slug, made.pk])
        assert otto.get(address).status_code == 404
    otto.post(reverse("capability_remove", args=[house.other.slug, made.pk]))
    assert Capability.objects.filter(pk=made.pk).exists()


def test_twice_the_capabilities_and_units_cost_no_more_queries(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    vera = sign_in("vera")

    def cost(rows: int, start: int) -> int:
        for number in range(start, start + rows):
            unit = factories.unit(house.workspace, f"Unit {number}")
            factories_plan.capability(
                house.workspace,
                f"Capability {number}",
                team=unit,
                access={unit.pk: ("self_service", 2)},
            )
        with CaptureQueriesContext(connection) as queries:
            vera.get(reverse("platform", args=[house.slug]))
        return len(queries)

    assert cost(3, 0) == cost(3, 3)
