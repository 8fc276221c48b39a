"""Gates: where a programme stands, and the reviews before its stages."""

from __future__ import annotations

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from assessments.access import Verb
from assessments.api.rooms import Given, Room, operation
from assessments.api.serializers import gates as serializers
from assessments.api.serializers.base import Made
from assessments.queries import gates as rows
from assessments.queries import plan
from assessments.services import gating

_REVIEW = {
    "id": 3,
    "scope_id": 1,
    "scope_name": "Northwind",
    "edition_id": 2,
    "stage": "S3",
    "stage_name": "Model",
    "gate_name": "Before Model",
    "cycle_id": 8,
    "findings": [
        {
            "code": "S3.1",
            "text": "The baseline is signed.",
            "met": True,
            "note": "Locked in December.",
            "link": "",
        }
    ],
    "decision": "",
    "reason": "",
    "opened_by": "Ada",
    "opened_at": "2027-01-05T09:00:00Z",
    "decided_at": None,
    "conditions": [],
    "signatures": [],
    "marker": "77c0",
}
_JOURNEY = {
    "scope_id": 1,
    "scope_name": "Northwind",
    "edition_id": 2,
    "edition_title": "COMPEL, 18 domains",
    "stages": [
        {
            "code": "S3",
            "name": "Model",
            "purpose": "Design what will be built.",
            "gate": {
                "name": "Before Model",
                "purpose": "Begin with a signed baseline.",
                "criteria": 4,
                "reviews": [
                    {
                        "id": 3,
                        "decision": "go",
                        "at": "2027-01-06T09:00:00Z",
                        "conditions_open": 0,
                    }
                ],
            },
            "reached": True,
        }
    ],
    "baseline": True,
}


class Journey(Room):
    """The journey of a programme."""

    @operation(
        "gates_journey",
        "Read where a part of the organization stands",
        needs=Verb.READ,
        somewhere=True,
        gives=serializers.Journey,
        told=_JOURNEY,
        filters=[
            OpenApiParameter(
                "scope", OpenApiTypes.INT, description="Part of the organization."
            ),
            OpenApiParameter(
                "edition", OpenApiTypes.INT, description="An edition with stages."
            ),
        ],
    )
    def get(self) -> rows.Journey:
        """Return the stages, their gates and their reviews."""
        found = rows.journey(
            workspace_id=self.me.workspace_id,
            scope_id=self.number("scope") or 0,
            edition_id=self.number("edition") or 0,
            reach=self.me.reach(Verb.READ),
        )
        if found is None:
            raise Http404
        return found


class Reviews(Room):
    """Opening a review."""

    @operation(
        "gates_open",
        "Open a review of a gate",
        needs=Verb.PLAN,
        somewhere=True,
        says="If one is open already, that one is answered.",
        takes=serializers.OpeningReview,
        gives=Made,
        status=201,
        sent={"scope_id": 1, "edition_id": 2, "stage": "S3"},
        told={"id": 3},
    )
    def post(self, given: Given) -> dict[str, int]:
        """Open it, where one may plan."""
        workspace_id = self.me.workspace_id
        path = plan.path_of(workspace_id=workspace_id, scope_id=given["scope_id"])
        self.admit_at(Verb.PLAN, path)
        made = gating.open_review(
            workspace_id=workspace_id, by=self.user, now=self.now, **given
        )
        return {"id": made}


class Review(Room):
    """One review."""

    @operation(
        "gates_read",
        "Read a review of a gate",
        needs=Verb.READ,
        somewhere=True,
        gives=serializers.Review,
        told=_REVIEW,
    )
    def get(self, review_id: int) -> rows.ReviewRow:
        """Return it."""
        return _review(self, review_id)


class Findings(Room):
    """What was found."""

    @operation(
        "gates_record",
        "Write down what was found",
        needs=Verb.PLAN,
        somewhere=True,
        says="With the `marker` that was read: a change in between is a 409.",
        takes=serializers.Findings,
        gives=serializers.Review,
        sent={
            "findings": {"S3.1": {"met": True, "note": "Locked in December."}},
            "marker": "77c0",
        },
        told=_REVIEW,
    )
    def put(self, review_id: int, given: Given) -> rows.ReviewRow:
        """Keep the findings."""
        self.admit_at(Verb.PLAN, _review(self, review_id).scope_path)
        gating.record_findings(
            workspace_id=self.me.workspace_id,
            review_id=review_id,
            findings={
                code: gating.Finding(**one) for code, one in given["findings"].items()
            },
            marker=given["marker"],
            by=self.user,
            now=self.now,
        )
        return _review(self, review_id)


class Decision(Room):
    """The decision about a gate."""

    @operation(
        "gates_decide",
        "Decide about a gate, signed by name",
        needs=Verb.SIGN,
        somewhere=True,
        says="A decided review never changes: the next time is a new review.",
        takes=serializers.DecidingGate,
        gives=serializers.Review,
        sent={
            "decision": "conditional_go",
            "reason": "Everything but the budget is there.",
            "conditions": [
                {
                    "text": "Name the budget owner",
                    "owner_id": 1,
                    "due_on": "2027-02-01",
                }
            ],
            "marker": "77c0",
        },
        told=_REVIEW | {"decision": "conditional_go"},
    )
    def post(self, review_id: int, given: Given) -> rows.ReviewRow:
        """Decide."""
        self.admit_at(Verb.SIGN, _review(self, review_id).scope_path)
        conditions = [gating.Condition(**one) for one in given.pop("conditions")]
        gating.decide(
            workspace_id=self.me.workspace_id,
            review_id=review_id,
            conditions=conditions,
            by=self.user,
            now=self.now,
            **given,
        )
        return _review(self, review_id)


class Signatures(Room):
    """Further names under a decision."""

    @operation(
        "gates_sign",
        "Sign a decided review",
        needs=Verb.SIGN,
        somewhere=True,
        gives=serializers.Review,
        told=_REVIEW | {"decision": "go"},
    )
    def post(self, review_id: int) -> rows.ReviewRow:
        """Put one's name under the decision."""
        self.admit_at(Verb.SIGN, _review(self, review_id).scope_path)
        gating.sign(
            workspace_id=self.me.workspace_id,
            review_id=review_id,
            by=self.user,
            now=self.now,
        )
        return _review(self, review_id)


class Condition(Room):
    """One condition."""

    @operation(
        "gates_meet",
        "Say that a condition is met",
        needs=Verb.READ,
        somewhere=True,
        says="By its owner, or by who plans there.",
        gives=serializers.Review,
        told=_REVIEW | {"decision": "conditional_go"},
    )
    def post(self, condition_id: int) -> rows.ReviewRow:
        """Meet it."""
        workspace_id = self.me.workspace_id
        found = rows.condition(workspace_id=workspace_id, condition_id=condition_id)
        if found is None:
            raise Http404
        review_id, owner_id, place = found
        _review(self, review_id)
        if owner_id != self.me.user_id:
            self.admit_at(Verb.PLAN, place)
        gating.meet(
            workspace_id=workspace_id,
            condition_id=condition_id,
            by=self.user,
            now=self.now,
        )
        return _review(self, review_id)


def _review(room: Room, review_id: int) -> rows.ReviewRow:
    found = rows.review(
        workspace_id=room.me.workspace_id,
        review_id=review_id,
        reach=room.me.reach(Verb.READ),
        today=room.today,
    )
    if found is None:
        raise Http404
    return found
