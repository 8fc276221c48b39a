"""Calibration: spread and agreement, settlements, disputes, decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404

from assessments.access import Verb
from assessments.api.results import found_results
from assessments.api.rooms import Given, Room, operation
from assessments.api.serializers import calibration as serializers
from assessments.api.serializers.base import Made
from assessments.api.serializers.results import Decision
from assessments.queries import calibration as queries
from assessments.queries.results import origins
from assessments.services import agreeing, disputing, settling
from assessments.tasks.cycles import ask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessments.queries.calibration import Calibration as Found
    from assessments.queries.calibration import Disputes as FoundDisputes
    from assessments.queries.calibration import TopicCalibration
    from assessments.queries.results.rows import Decided

_AGREEMENT = {
    "alpha": 0.71,
    "topics": 92,
    "ratings": 410,
    "raters": 5,
    "absence": None,
    "standing": "tentative",
}
_SETTLED = {
    "level": 3.0,
    "reason": "Two of three teams do it.",
    "by": "Noa",
    "at": "2026-12-12T10:00:00Z",
}
_DISPUTE = {
    "id": 4,
    "topic": "D7.2",
    "topic_name": "Release",
    "domain": "D7",
    "text": "The pilot is not the rule.",
    "owner_id": 1,
    "owner": "Ada",
    "due_on": "2026-12-19",
    "opened_by": "Noa",
    "opened_at": "2026-12-12T10:05:00Z",
    "resolution": "",
    "resolved_by": "",
    "resolved_at": None,
}
_SPREAD = {
    "code": "D7.2",
    "name": "Release",
    "question": "How does a model reach production?",
    "domain": "D7",
    "seats": [
        {
            "vantage": "leadership",
            "label": "Leadership",
            "counts": {"4": 2},
            "unknown": 0,
            "not_applicable": 0,
        }
    ],
    "unheard": ["Consumer"],
    "lowest": 2,
    "middle": 3,
    "highest": 4,
    "declared": 3.0,
    "measured": 2.0,
    "agreed": 3.0,
    "confidence": 0.8,
    "to_discuss": True,
    "blind": True,
    "sentence": "Leaders say 4, practitioners say 2, telemetry says 2.",
    "settled": _SETTLED,
    "dispute": None,
    "comments": 1,
}
_CALIBRATION = {
    "cycle_id": 8,
    "title": "Q4 2026",
    "state": "in_review",
    "stale": False,
    "agreement": _AGREEMENT,
    "domains": [
        {
            "code": "D7",
            "name": "Machine learning operations",
            "agreement": _AGREEMENT,
            "topics": 12,
            "to_discuss": 2,
            "settled": 1,
            "disputed": 1,
            "levels": 50,
            "unknown": 3,
        }
    ],
    "spreads": [_SPREAD],
    "disputes": [_DISPUTE],
}
_TOPIC = {
    "cycle_id": 8,
    "title": "Q4 2026",
    "state": "in_review",
    "spread": _SPREAD,
    "because": [],
    "outliers": [
        {
            "who": "Rui",
            "vantage": "Practitioner",
            "level": 1,
            "away": 2,
            "rationale": "By hand, in my team.",
        }
    ],
    "history": [_SETTLED],
    "disputes": [_DISPUTE],
}
_DECIDED = {
    "verb": "override",
    "proposed": 2.0,
    "level": 3.0,
    "reason": "The new pipeline is measured from next month on.",
    "expires_on": "2027-03-31",
    "by": "Noa",
    "at": "2026-12-12T10:10:00Z",
    "expired": False,
}


class Calibration(Room):
    """How far people agree."""

    @operation(
        "calibration_read",
        "Read how far people agree",
        needs=Verb.READ,
        says=(
            "Alpha with its n, each topic's spread by vantage point, blind spots and"
            " open disputes. Nobody is named beside an answer."
        ),
        gives=serializers.Calibration,
        told=_CALIBRATION,
    )
    def get(self, cycle_id: int) -> Found:
        """Return the whole cycle."""
        found = queries.calibration(
            workspace_id=self.me.workspace_id, cycle_id=cycle_id
        )
        if found is None:
            raise Http404
        return found


class BlindSpots(Room):
    """Blind spots."""

    @operation(
        "calibration_blind_spots",
        "List the blind spots of a cycle",
        needs=Verb.READ,
        gives=serializers.BlindSpot,
        many=True,
        told=[
            {
                "topic": "D7.2",
                "name": "Release",
                "domain": "D7",
                "sentence": "Leaders say 4, practitioners say 2, telemetry says 2.",
            }
        ],
    )
    def get(self, cycle_id: int) -> Sequence[queries.BlindSpot]:
        """Return them."""
        return queries.blind_spots(cycle_id=cycle_id)


class Topic(Room):
    """One topic."""

    @operation(
        "calibration_topic",
        "Read one topic with all that is needed to settle it",
        needs=Verb.READ,
        says="Outliers are named to who may audit or decide, and to nobody else.",
        gives=serializers.CalibratedTopic,
        told=_TOPIC,
    )
    def get(self, cycle_id: int, topic: str) -> TopicCalibration:
        """Return the topic."""
        return _topic(self, cycle_id, topic)


class Settlement(Room):
    """What was agreed on."""

    @operation(
        "settlements_settle",
        "Settle a topic",
        needs=Verb.DECIDE,
        says="In the caller's name; the scores follow in a moment.",
        takes=serializers.Settling,
        gives=serializers.CalibratedTopic,
        sent={"level": "3.0", "reason": "Two of three teams do it."},
        told=_TOPIC,
    )
    def put(self, cycle_id: int, topic: str, given: Given) -> TopicCalibration:
        """Keep the agreed level."""
        _topic(self, cycle_id, topic)
        settling.settle(
            cycle_id=cycle_id, topic=topic, by=self.user, now=self.now, **given
        )
        ask(cycle_id, "answer")
        return _topic(self, cycle_id, topic)

    @operation(
        "settlements_take_back",
        "Take a settlement back",
        needs=Verb.DECIDE,
        says="What people said and decided counts again.",
        takes=serializers.TakingBack,
        gives=serializers.CalibratedTopic,
        sent={"reason": "One team was missing."},
        told=_TOPIC,
    )
    def post(self, cycle_id: int, topic: str, given: Given) -> TopicCalibration:
        """Take it back."""
        _topic(self, cycle_id, topic)
        settling.take_back(
            cycle_id=cycle_id, topic=topic, by=self.user, now=self.now, **given
        )
        ask(cycle_id, "answer")
        return _topic(self, cycle_id, topic)


class Disputes(Room):
    """The disputes of a cycle."""

    @operation(
        "disputes_list",
        "List the disputes of a cycle",
        needs=Verb.READ,
        gives=serializers.Disputes,
        told={"open": [_DISPUTE], "over": []},
    )
    def get(self, cycle_id: int) -> FoundDisputes:
        """Return them, the open ones apart."""
        found = queries.disputes(workspace_id=self.me.workspace_id, cycle_id=cycle_id)
        if found is None:
            raise Http404
        return found


class TopicDisputes(Room):
    """Disputing a topic."""

    @operation(
        "disputes_open",
        "Open a dispute about a topic",
        needs=Verb.DECIDE,
        takes=serializers.Disputing,
        gives=Made,
        status=201,
        sent={
            "text": "The pilot is not the rule.",
            "owner_id": 1,
            "due_on": "2026-12-19",
        },
        told={"id": 4},
    )
    def post(self, cycle_id: int, topic: str, given: Given) -> dict[str, int]:
        """Open it; its owner is told."""
        _topic(self, cycle_id, topic)
        made = disputing.open_(
            cycle_id=cycle_id, topic=topic, by=self.user, now=self.now, **given
        )
        ask(cycle_id, "answer")
        return {"id": made}


class Resolution(Room):
    """The end of a dispute."""

    @operation(
        "disputes_resolve",
        "Resolve a dispute",
        needs=Verb.READ,
        says="By its owner, or by who may decide.",
        takes=serializers.Resolving,
        sent={"resolution": "Counted without the pilot.", "level": "2.5"},
    )
    def put(self, cycle_id: int, dispute_id: int, given: Given) -> None:
        """Resolve it."""
        if queries.disputed_topic(cycle_id=cycle_id, dispute_id=dispute_id) is None:
            raise Http404
        if not self.me.may(Verb.DECIDE):
            given = given | {"level": None}
        try:
            disputing.resolve(
                cycle_id=cycle_id,
                dispute_id=dispute_id,
                by=self.user,
                now=self.now,
                **given,
            )
        except disputing.NotYours as refusal:
            raise self.denied() from refusal
        ask(cycle_id, "answer")


class Decisions(Room):
    """Decisions about a measured level."""

    @operation(
        "decisions_list",
        "List the decisions about a criterion",
        needs=Verb.READ,
        says="The newest first.",
        gives=Decision,
        many=True,
        told=[_DECIDED],
    )
    def get(self, cycle_id: int, criterion: str) -> Sequence[Decided]:
        """Return them."""
        self._known(cycle_id, criterion)
        return origins.decision_rows(cycle_id=cycle_id, criterion=criterion)

    @operation(
        "decisions_decide",
        "Accept, dispute or override a measured level",
        needs=Verb.DECIDE,
        takes=serializers.Deciding,
        gives=Made,
        status=201,
        sent={
            "verb": "override",
            "level": "3.0",
            "reason": "The new pipeline is measured from next month on.",
            "expires_on": "2027-03-31",
        },
        told={"id": 77},
    )
    def post(self, cycle_id: int, criterion: str, given: Given) -> dict[str, int]:
        """Decide; the scores follow."""
        self._known(cycle_id, criterion)
        made = agreeing.decide(
            cycle_id=cycle_id,
            criterion=criterion,
            by=self.user,
            now=self.now,
            **given,
        )
        ask(cycle_id, "answer")
        return {"id": made}

    def _known(self, cycle_id: int, criterion: str) -> None:
        if found_results(self, cycle_id).criterion(criterion) is None:
            raise Http404


def _topic(room: Room, cycle_id: int, topic: str) -> TopicCalibration:
    found = queries.topic_calibration(
        workspace_id=room.me.workspace_id,
        cycle_id=cycle_id,
        topic=topic,
        names=room.me.may(Verb.AUDIT) or room.me.may(Verb.DECIDE),
    )
    if found is None:
        raise Http404
    return found
