"""The platform's catalogue, and who gets what how."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assessments.models import Capability, CapabilityAccess, JournalEntry
from assessments.services import platform
from assessments.services.refusals import Unfit
from tests import factories, factories_plan
from tests.factories import NOW

if TYPE_CHECKING:
    from tests.factories import House


def test_a_name_is_in_the_catalogue_once(house: House) -> None:
    factories_plan.capability(house.workspace)
    with pytest.raises(Unfit) as refused:
        factories_plan.capability(house.workspace)
    assert refused.value.field_name == "name"
    factories_plan.capability(house.other)


def test_a_starting_list_adds_what_is_not_there_yet(house: House) -> None:
    factories_plan.capability(house.workspace, "Registry")
    offers = [platform.Offer(name=name) for name in ("Registry", "Notebooks")]
    added = [
        platform.begin(
            workspace_id=house.workspace.pk, offers=offers, by=house["ada"], now=NOW
        )
        for _click in range(2)
    ]
    assert added == [1, 0]
    assert Capability.objects.filter(workspace=house.workspace).count() == 2


def test_what_is_not_said_follows_the_part_above(house: House) -> None:
    root = factories.root(house.workspace)
    made = factories_plan.capability(house.workspace, access={root.pk: ("ticket", 40)})
    for access in (platform.Access(provision="self_service"), platform.Access()):
        platform.provide(
            workspace_id=house.workspace.pk,
            capability_id=made.pk,
            access={root.pk: access},
            by=house["ada"],
            now=NOW,
        )
    assert not CapabilityAccess.objects.exists()
    entries = JournalEntry.objects.filter(verb="capability.provided").order_by("pk")
    assert [one.after for one in entries] == [
        {str(root.pk): "ticket"},
        {str(root.pk): "self_service"},
        {str(root.pk): ""},
    ]


@pytest.mark.parametrize(
    "access",
    [
        platform.Access(provision="sometimes"),
        platform.Access(provision="none", wait_hours=3),
        platform.Access(wait_hours=3),
        platform.Access(provision="ticket", wait_hours=-1),
        platform.Access(provision="ticket", wait_hours=10**6),
    ],
)
def test_an_access_that_cannot_be_is_refused(
    house: House, access: platform.Access
) -> None:
    root = factories.root(house.workspace)
    with pytest.raises(Unfit):
        factories_plan.capability(
            house.workspace, access={root.pk: (access.provision, access.wait_hours)}
        )


def test_parts_and_teams_of_another_workspace_are_refused(house: House) -> None:
    foreign = factories.root(house.other)
    with pytest.raises(Unfit):
        factories_plan.capability(house.workspace, team=foreign)
    with pytest.raises(Unfit):
        factories_plan.capability(
            house.workspace, "Other", access={foreign.pk: ("ticket", None)}
        )


def test_an_address_that_would_run_is_refused(house: House) -> None:
    with pytest.raises(Unfit) as refused:
        platform.add(
            workspace_id=house.workspace.pk,
            offer=platform.Offer(name="X", url="javascript:alert(1)"),
            by=house["ada"],
            now=NOW,
        )
    assert refused.value.field_name == "url"


def test_removing_is_harmless_twice_and_next_door(house: House) -> None:
    made = factories_plan.capability(house.workspace)
    for workspace in (house.other, house.workspace, house.workspace):
        platform.remove(
            workspace_id=workspace.pk,
            capability_id=made.pk,
            by=house["ada"],
            now=NOW,
        )
    assert JournalEntry.objects.filter(verb="capability.removed").count() == 1
    with pytest.raises(platform.NoSuchCapability):
        platform.revise(
            workspace_id=house.workspace.pk,
            capability_id=made.pk,
            offer=platform.Offer(name="X"),
            by=house["ada"],
            now=NOW,
        )
