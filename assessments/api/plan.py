"""The plan: gaps of a cycle, and initiatives that close them."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from assessments.access import Verb
from assessments.api.rooms import Given, Room, operation
from assessments.api.serializers import plan as serializers
from assessments.api.serializers.base import Made, page_of
from assessments.api.telling import CURSOR
from assessments.queries import gaps
from assessments.queries import plan as rows
from assessments.services import planning

_GAPS = {
    "cycle_id": 8,
    "scored": True,
    "level": 2.5,
    "gaps": [
        {
            "rank": 1,
            "code": "D7",
            "name": "Machine learning operations",
            "level": 2.0,
            "target": 3.0,
            "size": 1.0,
            "coverage": 0.9,
            "confidence": 0.8,
            "impact": 0.06,
            "effort": 3,
            "next_target": 3.0,
            "evidence": ["Release log"],
            "activities": ["Release models by pipeline"],
            "weaker": [],
        }
    ],
    "silences": [],
    "reached": ["D1"],
    "untargeted": [],
}
_INITIATIVE = {
    "id": 5,
    "title": "Release models by pipeline",
    "text": "",
    "scope_id": 1,
    "scope_name": "Northwind",
    "cycle_id": 8,
    "owner_id": 5,
    "owner": "Rui",
    "start_on": "2027-01-04",
    "due_on": "2027-03-31",
    "effort": 3,
    "status": "under_way",
    "overdue": False,
    "closed_on": None,
    "created_by": "Ada",
    "followed": [
        {
            "domain": "D7",
            "name": "Machine learning operations",
            "before": 2.0,
            "expected": 3.0,
            "cycle_id": None,
            "now": None,
            "coverage": None,
            "change": None,
            "uncertainty": None,
            "reached": False,
        }
    ],
    "marker": "a41c",
}
_DRAFT = {
    "title": "Release models by pipeline",
    "scope_id": 1,
    "owner_id": 5,
    "start_on": "2027-01-04",
    "due_on": "2027-03-31",
    "effort": 3,
    "expected": {"D7": "3.0"},
}
_FILTERS = [
    OpenApiParameter("status", OpenApiTypes.STR, description="One status, or `open`."),
    OpenApiParameter("owner", OpenApiTypes.INT, description="Id of a user."),
    OpenApiParameter("domain", OpenApiTypes.STR, description="Code of a domain."),
    OpenApiParameter("late", OpenApiTypes.BOOL, description="Overdue ones only."),
]


class Gaps(Room):
    """Gaps."""

    @operation(
        "gaps_list",
        "List the gaps of a cycle",
        needs=Verb.READ,
        says="Ranked by impact and effort; foundations that are weaker are named.",
        gives=serializers.Gaps,
        told=_GAPS,
    )
    def get(self, cycle_id: int) -> gaps.Gaps:
        """Return what is missing to the targets."""
        found = gaps.gaps(workspace_id=self.me.workspace_id, cycle_id=cycle_id)
        if found is None:
            raise Http404
        return found


class Initiatives(Room):
    """The initiatives of a workspace."""

    @operation(
        "initiatives_list",
        "List initiatives",
        needs=Verb.READ,
        somewhere=True,
        gives=page_of(serializers.Initiative),
        told={"next": None, "results": [_INITIATIVE]},
        filters=[CURSOR, *_FILTERS],
    )
    def get(self) -> dict[str, Any]:
        """Return a page of initiatives."""
        asked = self.request.query_params
        return self.paged(
            rows.initiatives(
                workspace_id=self.me.workspace_id,
                reach=self.me.reach(Verb.READ),
                today=self.today,
                status=asked.get("status", ""),
                owner=self.number("owner"),
                domain=asked.get("domain", ""),
                late=asked.get("late", "").lower() in ("1", "true"),
            )
        )

    @operation(
        "initiatives_create",
        "Start an initiative",
        needs=Verb.PLAN,
        somewhere=True,
        says="Sent twice, it is one initiative.",
        takes=serializers.Starting,
        gives=Made,
        status=201,
        sent=_DRAFT | {"cycle_id": 8},
        told={"id": 5},
    )
    def post(self, given: Given) -> dict[str, int]:
        """Start it, where one may plan."""
        cycle_id = given.pop("cycle_id")
        self._admit_to(given["scope_id"])
        if cycle_id is not None and not self.at(cycle_id).may(Verb.READ):
            raise self.denied()
        made = planning.start(
            workspace_id=self.me.workspace_id,
            draft=planning.Draft(**given),
            cycle_id=cycle_id,
            by=self.user,
            now=self.now,
        )
        return {"id": made}

    def _admit_to(self, scope_id: int) -> None:
        self.admit_at(
            Verb.PLAN,
            rows.path_of(workspace_id=self.me.workspace_id, scope_id=scope_id),
        )


class Initiative(Room):
    """One initiative."""

    @operation(
        "initiatives_read",
        "Read an initiative",
        needs=Verb.READ,
        somewhere=True,
        says="With what became of what was expected of it.",
        gives=serializers.Initiative,
        told=_INITIATIVE,
    )
    def get(self, initiative_id: int) -> rows.InitiativeRow:
        """Return it."""
        return _one(self, initiative_id, Verb.READ)

    @operation(
        "initiatives_change",
        "Change an initiative",
        needs=Verb.PLAN,
        somewhere=True,
        says="With the `marker` that was read: a change in between is a 409.",
        takes=serializers.Changing,
        gives=serializers.Initiative,
        sent=_DRAFT | {"marker": "a41c"},
        told=_INITIATIVE,
    )
    def put(self, initiative_id: int, given: Given) -> rows.InitiativeRow:
        """Change it; it may move to where one may plan, too."""
        _one(self, initiative_id, Verb.PLAN)
        marker = given.pop("marker")
        self.admit_at(
            Verb.PLAN,
            rows.path_of(workspace_id=self.me.workspace_id, scope_id=given["scope_id"]),
        )
        planning.revise(
            workspace_id=self.me.workspace_id,
            initiative_id=initiative_id,
            draft=planning.Draft(**given),
            marker=marker,
            by=self.user,
            now=self.now,
        )
        return _one(self, initiative_id, Verb.PLAN)


class InitiativeStatus(Room):
    """How an initiative stands."""

    @operation(
        "initiatives_move",
        "Say how an initiative stands",
        needs=Verb.PLAN,
        somewhere=True,
        takes=serializers.Moving,
        gives=serializers.Initiative,
        sent={"status": "dropped", "why": "The team was given other work."},
        told=_INITIATIVE | {"status": "dropped", "closed_on": "2027-02-01"},
    )
    def put(self, initiative_id: int, given: Given) -> rows.InitiativeRow:
        """Give it another status; a plan is dropped, not deleted."""
        _one(self, initiative_id, Verb.PLAN)
        planning.move(
            workspace_id=self.me.workspace_id,
            initiative_id=initiative_id,
            by=self.user,
            now=self.now,
            **given,
        )
        return _one(self, initiative_id, Verb.PLAN)


def _one(room: Room, initiative_id: int, verb: Verb) -> rows.InitiativeRow:
    """Return an initiative that the person may see; refuse what they may not do."""
    found = rows.initiative(
        workspace_id=room.me.workspace_id,
        initiative_id=initiative_id,
        reach=room.me.reach(Verb.READ),
        today=room.today,
    )
    if found is None:
        raise Http404
    room.admit_at(verb, found.scope_path)
    return found
