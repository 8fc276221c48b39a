"""Results out: cycles with levels, criteria and measurements; the organization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404

from assessments.access import Verb
from assessments.api.rooms import SIZE, Room, operation
from assessments.api.serializers import catalog as nouns
from assessments.api.serializers import measures
from assessments.api.serializers import results as serializers
from assessments.api.serializers.base import page_of
from assessments.api.telling import CURSOR
from assessments.queries import catalog, organization
from assessments.queries import results as queries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessments.queries.results import CriterionRow, Measured, Results

_MEASUREMENT = {
    "criterion": "D8.M1",
    "metric": "change_lead_time",
    "name": "Change lead time",
    "lane": "code",
    "status": "value",
    "unit": "seconds",
    "value": 93600.0,
    "low": 72000.0,
    "high": 118800.0,
    "n": 214,
    "coverage": 0.93,
    "provisional": False,
    "window_start": "2026-07-03T00:00:00Z",
    "window_end": "2026-10-01T00:00:00Z",
    "detail": {"p95_s": 432000.0},
    "because": "",
    "words": {
        "value": "26 h",
        "interval": "20 h to 33 h",
        "window": "3 Jul 2026 to 30 Sep 2026",
    },
    "links": {
        "page": "https://compel.example.org/w/northwind/cycles/7/results/criteria/D8.M1/",
        "events": (
            "https://compel.example.org/w/northwind/cycles/7/results/criteria/D8.M1/"
            "events/?metric=change_lead_time"
        ),
    },
}
_UNKNOWN = _MEASUREMENT | {
    "status": "unknown",
    "value": None,
    "low": None,
    "high": None,
    "n": 0,
    "coverage": 0.0,
    "detail": {},
    "because": "No deployment in the window.",
    "words": {
        "value": "—",
        "interval": "—",
        "window": "3 Jul 2026 to 30 Sep 2026",
    },
}
_COLUMN = {"level": 3.0, "coverage": 0.9, "confidence": 0.8, "span": None}
_SCORED = {
    "code": "scope",
    "name": "Northwind",
    "declared": _COLUMN,
    "measured": _COLUMN
    | {
        "level": 2.0,
        "confidence": None,
        "span": {"worst": 2.0, "best": 3.0, "open": True},
    },
    "agreed": _COLUMN,
    "lowest": 2.0,
    "highest": 4.0,
    "raters": 12,
    "because": [],
}
_RESULTS = {
    "header": {
        "cycle_id": 7,
        "title": "Q3 2026",
        "state": "locked",
        "scope_id": 1,
        "scope_name": "Northwind",
        "edition_key": "compel-18",
        "edition_version": "2025.1",
        "edition_sha256": "0b77…",
        "period_start": "2026-07-01",
        "period_end": "2026-09-30",
        "scored_at": "2026-10-05T08:59:00Z",
        "stale": False,
        "card_sha256": "77aa…",
        "locked_at": "2026-10-05T09:00:00Z",
        "locked_by": "Ada",
        "content_sha256": "9f2c…",
    },
    "answer": ["Northwind stands at level 3.0."],
    "story": {
        "moved": "The agreed level is 0.5 above that of Q2 2026.",
        "movers": "Risen: D8 AI Project Delivery (+1.0).",
        "reached": "6 of 18 targets are reached.",
        "sure": ["12 people answered; 90 % of the inputs are known."],
        "asked": [],
    },
    "overall": _SCORED | {"kind": "scope", "movement": None},
    "pillars": [],
    "domains": [],
    "delivery": [],
    "changes": [],
    "previous": None,
}
_CRITERION = {
    "code": "D8.M1",
    "name": "Change lead time",
    "domain": "D8",
    "topic": "D8.2",
    "lane": "code",
    "declared": 3.0,
    "measured": 2.0,
    "agreed": 3.0,
    "span": {"worst": 2.0, "best": 2.0, "open": False},
    "standing": "undecided",
    "applicable": True,
    "because": ["26 h is at most 7 days."],
    "window_days": 90,
    "minimum_n": 5,
    "minimum_coverage": 0.5,
    "ladder": [{"level": 2, "asks": "change lead time at most 30 days"}],
    "measurements": [_MEASUREMENT],
    "decision": None,
    "links": _MEASUREMENT["links"],
}
_SERVICE = {
    "id": 3,
    "key": "checkout",
    "name": "Checkout",
    "kind": "service",
    "scope_id": 4,
    "parent_id": 1,
}
_SCOPE = {
    "id": 1,
    "parent_id": None,
    "name": "Northwind",
    "kind": "organization",
    "key": None,
}
ServicePage = page_of(nouns.Service)


class CycleResults(Room):
    """The results of a cycle."""

    @operation(
        "results_read",
        "Read the results of a cycle",
        needs=Verb.READ,
        says=(
            "The very numbers of the results page, the workbook and the board report."
            " `level` is null where too little is known; `because` says why."
        ),
        gives=serializers.CycleResults,
        told=_RESULTS,
    )
    def get(self, cycle_id: int) -> Results:
        """Return everything the results page shows."""
        return found_results(self, cycle_id)


class CycleCriteria(Room):
    """The measured criteria of a cycle."""

    @operation(
        "results_criteria",
        "List the criteria of a cycle",
        needs=Verb.READ,
        says="Declared, measured and agreed level side by side, with reasons.",
        gives=serializers.Criterion,
        many=True,
        told=[_CRITERION],
    )
    def get(self, cycle_id: int) -> Sequence[CriterionRow]:
        """Return every criterion of the edition, in its order."""
        return list(found_results(self, cycle_id).criteria)


class CycleMeasurements(Room):
    """The measurements of a cycle."""

    @operation(
        "results_measurements",
        "List the measurements of a cycle",
        needs=Verb.READ,
        says="Each with its interval, window and coverage, and its explanation.",
        gives=measures.Measurement,
        many=True,
        told=[_MEASUREMENT, _UNKNOWN],
    )
    def get(self, cycle_id: int) -> Sequence[Measured]:
        """Return the measurements of every criterion."""
        return [
            measured
            for criterion in found_results(self, cycle_id).criteria
            for measured in criterion.measurements
        ]


class Services(Room):
    """The services and models of a workspace."""

    @operation(
        "organization_services",
        "List services and models",
        needs=Verb.READ,
        somewhere=True,
        gives=ServicePage,
        told={"next": None, "results": [_SERVICE]},
        filters=[CURSOR],
    )
    def get(self) -> dict[str, Any]:
        """Return a page of services."""
        page = catalog.service_items(
            workspace_id=self.me.workspace_id,
            reach=self.me.reach(Verb.READ),
            after=self.after(),
            size=SIZE,
        )
        return self.page(page.rows, page.after)


class Organization(Room):
    """The organization tree of a workspace."""

    @operation(
        "organization_read",
        "Read the organization",
        needs=Verb.READ,
        somewhere=True,
        says="The whole tree; each node comes after its parent.",
        gives=nouns.Scope,
        many=True,
        told=[_SCOPE],
    )
    def get(self) -> Sequence[organization.ScopeRow]:
        """Return every node."""
        return organization.scope_rows(
            workspace_id=self.me.workspace_id, reach=self.me.reach(Verb.READ)
        )


def found_results(room: Room, cycle_id: int) -> Results:
    """Return a cycle's results, or 404."""
    found = queries.results_of(workspace_id=room.me.workspace_id, cycle_id=cycle_id)
    if found is None:
        raise Http404
    return found
