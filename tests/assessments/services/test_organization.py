"""Workspaces and their trees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assessments.models import JournalEntry, Member, Scope, Workspace
from assessments.services import organization
from tests import factories

if TYPE_CHECKING:
    from tests.factories import House

pytestmark = pytest.mark.django_db
NOW = factories.NOW


def test_a_new_workspace_has_a_root_and_its_creator_leads_it() -> None:
    ada = factories.person("ada")
    pk = organization.create_workspace(name=" Northwind ", by=ada, now=NOW)
    root = Scope.objects.get(workspace_id=pk)
    assert (root.name, root.path, root.kind) == (
        "Northwind",
        f"/{root.pk}/",
        "organization",
    )
    assert Member.objects.get(workspace_id=pk).role == "lead"
    assert JournalEntry.objects.get(workspace_id=pk).verb == "workspace.created"


def test_two_workspaces_of_one_name_have_two_addresses() -> None:
    slugs = [factories.workspace("North wind").slug for _ in range(3)]
    assert slugs == ["north-wind", "north-wind-2", "north-wind-3"]


def test_a_name_of_blanks_is_refused_and_nothing_is_made() -> None:
    with pytest.raises(organization.NameMissing, match="Give a name"):
        organization.create_workspace(name="  ", by=factories.person(), now=NOW)
    assert not Workspace.objects.exists()


def test_a_key_answers_for_one_service_only(house: House) -> None:
    factories.service(house.workspace, "checkout")
    with pytest.raises(organization.KeyTaken, match="checkout"):
        factories.service(house.workspace, "checkout")
    factories.service(house.other, "checkout")


def test_nothing_grows_below_a_service(house: House) -> None:
    leaf = factories.service(house.workspace).scope
    with pytest.raises(organization.NotMovable, match="choose a unit"):
        factories.unit(house.workspace, parent=leaf)


def test_a_parent_of_another_workspace_does_not_exist(house: House) -> None:
    with pytest.raises(organization.NoSuchScope):
        factories.unit(house.workspace, parent=factories.root(house.other))


def test_a_moved_unit_takes_everything_below_along(house: House) -> None:
    east = factories.unit(house.workspace, "East")
    west = factories.unit(house.workspace, "West")
    team = factories.unit(house.workspace, "Team", parent=east)
    leaf = factories.service(house.workspace, parent=team).scope
    organization.move(
        workspace_id=house.workspace.pk,
        scope_id=team.pk,
        parent_id=west.pk,
        by=house["ada"],
        now=NOW,
    )
    leaf.refresh_from_db()
    assert leaf.path == f"{west.path}{team.pk}/{leaf.pk}/"


@pytest.mark.parametrize("place", ["itself", "its child"])
def test_a_unit_never_stands_below_itself(house: House, place: str) -> None:
    east = factories.unit(house.workspace, "East")
    child = factories.unit(house.workspace, "Child", parent=east)
    with pytest.raises(organization.NotMovable, match="below itself"):
        organization.move(
            workspace_id=house.workspace.pk,
            scope_id=east.pk,
            parent_id=east.pk if place == "itself" else child.pk,
            by=house["ada"],
            now=NOW,
        )


def test_the_organization_itself_stays_on_top(house: House) -> None:
    east = factories.unit(house.workspace, "East")
    with pytest.raises(organization.NotMovable, match="top of the tree"):
        organization.move(
            workspace_id=house.workspace.pk,
            scope_id=factories.root(house.workspace).pk,
            parent_id=east.pk,
            by=house["ada"],
            now=NOW,
        )


def test_renaming_keeps_the_old_name_in_the_journal(house: House) -> None:
    east = factories.unit(house.workspace, "East")
    organization.rename(
        workspace_id=house.workspace.pk,
        scope_id=east.pk,
        name="Orient",
        by=house["ada"],
        now=NOW,
    )
    entry = JournalEntry.objects.get(verb="scope.renamed")
    assert entry.detail == {"from": "East", "to": "Orient"}
