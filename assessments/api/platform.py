"""The platform's catalogue: capabilities, and who gets them how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404

from assessments.access import Verb
from assessments.api.rooms import Given, Room, operation
from assessments.api.serializers import plan as serializers
from assessments.api.serializers.base import Made, page_of
from assessments.api.telling import CURSOR
from assessments.queries import platform as rows
from assessments.services import platform as services

if TYPE_CHECKING:
    from assessments.queries.platform import CapabilityRow

_CAPABILITY = {
    "id": 2,
    "name": "Model registry",
    "text": "",
    "area": "Models",
    "team_id": 4,
    "team": "Platform",
    "url": "https://registry.example.org",
    "units": [
        {
            "scope_id": 6,
            "name": "Retail",
            "provision": "self_service",
            "wait_seconds": 0,
            "own": True,
        }
    ],
}
_OFFER = {
    "name": "Model registry",
    "area": "Models",
    "team_id": 4,
    "url": "https://registry.example.org",
}


class Capabilities(Room):
    """The catalogue."""

    @operation(
        "platform_list",
        "List the platform's capabilities",
        needs=Verb.READ,
        somewhere=True,
        says="Each with how every part of the organization in sight gets it.",
        gives=page_of(serializers.Capability),
        told={"next": None, "results": [_CAPABILITY]},
        filters=[CURSOR],
    )
    def get(self) -> dict[str, Any]:
        """Return a page of the catalogue."""
        grid = rows.grid(
            workspace_id=self.me.workspace_id, reach=self.me.reach(Verb.READ)
        )
        return self.paged(grid.rows)

    @operation(
        "platform_add",
        "Put a capability into the catalogue",
        needs=Verb.PLAN,
        takes=serializers.Offering,
        gives=Made,
        status=201,
        sent=_OFFER,
        told={"id": 2},
    )
    def post(self, given: Given) -> dict[str, int]:
        """Add it."""
        made = services.add(
            workspace_id=self.me.workspace_id,
            offer=services.Offer(**given),
            by=self.user,
            now=self.now,
        )
        return {"id": made}


class Capability(Room):
    """One capability."""

    @operation(
        "platform_read",
        "Read a capability",
        needs=Verb.READ,
        somewhere=True,
        gives=serializers.Capability,
        told=_CAPABILITY,
    )
    def get(self, capability_id: int) -> CapabilityRow:
        """Return it."""
        return _capability(self, capability_id)

    @operation(
        "platform_change",
        "Describe a capability anew",
        needs=Verb.PLAN,
        takes=serializers.Offering,
        gives=serializers.Capability,
        sent=_OFFER,
        told=_CAPABILITY,
    )
    def put(self, capability_id: int, given: Given) -> CapabilityRow:
        """Change it."""
        _capability(self, capability_id)
        services.revise(
            workspace_id=self.me.workspace_id,
            capability_id=capability_id,
            offer=services.Offer(**given),
            by=self.user,
            now=self.now,
        )
        return _capability(self, capability_id)

    @operation(
        "platform_remove",
        "Take a capability out of the catalogue",
        needs=Verb.PLAN,
    )
    def delete(self, capability_id: int) -> None:
        """Remove it."""
        _capability(self, capability_id)
        services.remove(
            workspace_id=self.me.workspace_id,
            capability_id=capability_id,
            by=self.user,
            now=self.now,
        )


class CapabilityAccess(Room):
    """Who gets a capability how."""

    @operation(
        "platform_provide",
        "Say how parts of the organization get a capability",
        needs=Verb.PLAN,
        somewhere=True,
        says="For the parts that one plans for; parts that are not sent stay.",
        takes=serializers.Providing,
        gives=serializers.Capability,
        sent={"units": [{"scope_id": 6, "provision": "ticket", "wait_hours": 48}]},
        told=_CAPABILITY,
    )
    def put(self, capability_id: int, given: Given) -> CapabilityRow:
        """Keep what is said."""
        found = _capability(self, capability_id)
        paths = {cell.unit.id: cell.unit.path for cell in found.cells}
        for one in given["units"]:
            self.admit_at(Verb.PLAN, paths.get(one["scope_id"]))
        services.provide(
            workspace_id=self.me.workspace_id,
            capability_id=capability_id,
            access={
                one["scope_id"]: services.Access(
                    provision=one["provision"], wait_hours=one["wait_hours"]
                )
                for one in given["units"]
            },
            by=self.user,
            now=self.now,
        )
        return _capability(self, capability_id)


def _capability(room: Room, capability_id: int) -> CapabilityRow:
    found = rows.capability(
        workspace_id=room.me.workspace_id,
        capability_id=capability_id,
        reach=room.me.reach(Verb.READ),
    )
    if found is None:
        raise Http404
    return found
