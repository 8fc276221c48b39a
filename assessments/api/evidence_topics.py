"""Evidence of a cycle: what supports a topic, and how each domain is backed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from assessments.access import Verb
from assessments.api.evidence import PIECE, place_of
from assessments.api.rooms import Given, Room, operation
from assessments.api.serializers import evidence as serializers
from assessments.queries import evidence as rows
from assessments.services import supporting

if TYPE_CHECKING:
    from collections.abc import Sequence

_PANEL = {
    "cycle_id": 8,
    "state": "open",
    "domain": "D7",
    "topic": "D7.2",
    "topic_name": "Release",
    "asks": ["Release log of the last quarter"],
    "pieces": [
        {"evidence": PIECE, "support_id": 31, "attached_by": "Rui", "measured": None}
    ],
    "holding_back": False,
}
_STANDING = {
    "code": "D7",
    "name": "Machine learning operations",
    "sources": ["Platform team", "wiki.example.org"],
    "sources_asked": 3,
    "heard": ["Practitioner"],
    "unheard": ["Leadership", "Consumer", "Oversight"],
    "vantages_asked": 4,
    "meets": False,
    "stale": [],
    "topics": [{"code": "D7.2", "name": "Release", "current": 2, "stale": 0}],
}


class OfTopic(Room):
    """What supports a topic."""

    @operation(
        "evidence_of_topic",
        "List what supports a topic",
        needs=Verb.ANSWER,
        gives=serializers.Panel,
        told=_PANEL,
    )
    def get(self, cycle_id: int, topic: str) -> rows.Panel:
        """Return the pieces under a topic."""
        place_of(self, cycle_id, topic)
        panel = rows.panel(
            me=self.me, cycle_id=cycle_id, topic=topic, find="", today=self.today
        )
        if panel is None:
            raise Http404
        return panel

    @operation(
        "evidence_attach",
        "Let a piece of the register support a topic",
        needs=Verb.ANSWER,
        says="Attaching it again changes nothing.",
        takes=serializers.Attaching,
        gives=serializers.Attached,
        sent={"evidence_id": 14},
        told={"new": True},
    )
    def post(self, cycle_id: int, topic: str, given: Given) -> dict[str, bool]:
        """Attach it."""
        place = place_of(self, cycle_id, topic)
        pk = given["evidence_id"]
        if rows.detail(me=self.me, evidence_id=pk, today=self.today) is None:
            raise Http404
        new = supporting.support(
            evidence_id=pk, place=place, by=self.user, now=self.now
        )
        return {"new": new}


class Support(Room):
    """One piece under one topic."""

    @operation(
        "evidence_detach",
        "Take a piece away from a topic",
        needs=Verb.ANSWER,
        says="It stays in the register.",
    )
    def delete(self, cycle_id: int, topic: str, support_id: int) -> None:
        """Detach it."""
        supporting.unsupport(
            support_id=support_id,
            place=place_of(self, cycle_id, topic),
            by=self.user,
            now=self.now,
            any_hand=self.me.may(Verb.RUN_CYCLE),
        )


class OfCycle(Room):
    """How each domain is backed."""

    @operation(
        "evidence_of_cycle",
        "Read how each domain of a cycle is backed",
        needs=Verb.READ,
        gives=serializers.Standing,
        many=True,
        told=[_STANDING],
    )
    def get(self, cycle_id: int) -> Sequence[rows.DomainStanding]:
        """Return the domains."""
        return list(rows.domain_standing(cycle_id=cycle_id, today=self.today).values())
