"""Models with their health, and where their versions came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from assessments.access import Verb
from assessments.api.rooms import Room, operation
from assessments.api.serializers import models as serializers
from assessments.api.serializers.base import page_of
from assessments.api.telling import CURSOR
from assessments.queries import lineage, model_versions
from assessments.services import estate

if TYPE_CHECKING:
    from assessments.queries.lineage import Lineage

_MODEL = {
    "id": 11,
    "key": "fraud-score",
    "name": "Fraud score",
    "unit": "Claims",
    "standing": "live",
    "version": "63",
    "deployed_at": "2026-11-17T19:55:00Z",
    "trained_at": "2026-11-17T09:06:00Z",
    "owner": "Claims data science",
    "review_on": "2027-04-10",
    "retired_on": None,
    "model_card": "https://registry.example.org/fraud-score/card",
    "shared_on_call": True,
    "monitored": ["drift", "performance"],
    "open_incidents": 0,
    "reproducible": False,
    "missing": ["environment"],
    "problems": ["over"],
    "readings": [
        {
            "kind": "drift",
            "measure": "psi",
            "feature": "age",
            "value": 0.31,
            "threshold": 0.25,
            "unit": "index",
            "over": True,
            "at": "2026-11-17T14:00:00Z",
            "event_id": 9012,
        }
    ],
}
_LINEAGE = {
    "model": "fraud-score",
    "version": "63",
    "known": 1,
    "steps": [
        {
            "kind": "data",
            "recorded": True,
            "what": "snapshots/fraud-score/2026-11-16",
            "more": "",
            "at": "2026-11-16T06:57:00Z",
            "url": "",
            "event_id": 9001,
        },
        {
            "kind": "approval",
            "recorded": False,
            "what": "",
            "more": "",
            "at": None,
            "url": "",
            "event_id": None,
        },
    ],
}


class Models(Room):
    """The inventory."""

    @operation(
        "models_list",
        "List models with their health",
        needs=Verb.READ,
        somewhere=True,
        says=(
            "Those with the worst problems first, as on the page. Readings are the"
            f" newest of the last {estate.DAYS} days."
        ),
        gives=page_of(serializers.Model),
        told={"next": None, "results": [_MODEL]},
        filters=[CURSOR],
    )
    def get(self) -> dict[str, Any]:
        """Return a page of the inventory."""
        rows = estate.inventory(
            workspace_id=self.me.workspace_id,
            reach=self.me.reach(Verb.READ),
            today=self.now.date(),
        )
        return self.paged(rows)


class ModelLineage(Room):
    """One version's way."""

    @operation(
        "models_lineage",
        "Say where a version of a model came from",
        needs=Verb.READ,
        somewhere=True,
        says="Of the newest version unless told otherwise.",
        filters=[
            OpenApiParameter("version", OpenApiTypes.STR, description="The version.")
        ],
        gives=serializers.Lineage,
        told=_LINEAGE,
    )
    def get(self, model: str) -> Lineage:
        """Return the steps."""
        workspace_id, reach = self.me.workspace_id, self.me.reach(Verb.READ)
        event_id = model_versions.version_id(
            workspace_id=workspace_id,
            key=model,
            version=self.request.query_params.get("version", ""),
            reach=reach,
        )
        found = event_id and lineage.lineage(
            workspace_id=workspace_id, event_id=event_id, reach=reach
        )
        if not found:
            raise Http404
        return found
