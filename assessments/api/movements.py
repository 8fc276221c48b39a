"""Levels that moved, over all cycles, with their causes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from assessments.access import Verb
from assessments.api.rooms import SIZE, Room, operation
from assessments.api.serializers import movements as serializers
from assessments.api.serializers.base import page_of
from assessments.api.telling import CURSOR
from assessments.queries import movements as rows

if TYPE_CHECKING:
    from django.http import QueryDict

_SENTENCE = "Change lead time went from 3.1 days to 22.0 hours (in 90 days, n = 41)."
_MOVEMENT = {
    "scoring_id": 41,
    "at": "2026-11-20T06:00:00Z",
    "trigger": "On schedule",
    "cycle_id": 8,
    "cycle_title": "Q4 2026",
    "scope_id": 1,
    "scope_name": "Northwind",
    "kind": "domain",
    "code": "D7",
    "name": "D7 Machine learning operations",
    "column": "measured",
    "before": 2.5,
    "after": 3.0,
    "change": 0.5,
    "uncertainty": 0.4,
    "significant": True,
    "sentence": "D7 Machine learning operations: measured rose from 2.5 to 3.0.",
    "because": _SENTENCE,
    "causes": [
        {
            "kind": "measurement",
            "code": "D7.C1",
            "sentence": _SENTENCE,
        }
    ],
}
_FILTERS = [
    OpenApiParameter("scope", OpenApiTypes.INT, description="A node, with all below."),
    OpenApiParameter("cycle", OpenApiTypes.INT, description="Id of a cycle."),
    OpenApiParameter("code", OpenApiTypes.STR, description="A domain, pillar, topic."),
    OpenApiParameter("column", OpenApiTypes.STR, enum=list(rows.COLUMNS)),
    OpenApiParameter("way", OpenApiTypes.STR, enum=[rows.UP, rows.DOWN]),
    OpenApiParameter(
        "sure", OpenApiTypes.BOOL, description="Only beyond the uncertainty."
    ),
    OpenApiParameter("topics", OpenApiTypes.BOOL, description="Topics, too."),
]


class Movements(Room):
    """What moved."""

    @operation(
        "movements_list",
        "List the levels that moved",
        needs=Verb.READ,
        somewhere=True,
        says="Newest first, each with what moved it; a page holds whole scorings.",
        gives=page_of(serializers.ScoreMovement),
        told={"next": None, "results": [_MOVEMENT]},
        filters=[CURSOR, *_FILTERS],
    )
    def get(self) -> dict[str, Any]:
        """Return a page of movements."""
        asked = self.request.query_params
        wanted = rows.Wanted(
            workspace_id=self.me.workspace_id,
            reach=self.me.reach(Verb.READ),
            scope_id=self.number("scope"),
            cycle_id=self.number("cycle"),
            code=asked.get("code", ""),
            column=asked.get("column", ""),
            way=asked.get("way", ""),
            sure=_yes(asked, "sure"),
            topics=_yes(asked, "topics"),
        )
        page = rows.movements(wanted=wanted, before=self.after(), size=SIZE)
        return self.page(page.rows, page.older)


def _yes(asked: QueryDict, name: str) -> bool:
    return asked.get(name, "").lower() in ("1", "true")
