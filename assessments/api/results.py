"""Results out: cycles with levels, criteria and measurements; the organization."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
)
from rest_framework import serializers as fields
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from assessments.api import serializers
from assessments.api.events import Problem
from assessments.api.tokens import Room
from assessments.queries import catalog, organization
from assessments.queries import results as queries

if TYPE_CHECKING:
    from rest_framework.request import Request

    from assessments.queries.results import Results

_SIZE = 50
_CURSOR = OpenApiParameter(
    "cursor",
    OpenApiTypes.STR,
    description="From `next` of the page before; opaque.",
)
REFUSALS = {
    401: OpenApiResponse(Problem, description="Nobody is known: send a token."),
    404: OpenApiResponse(Problem, description="No such thing in a workspace of yours."),
}
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
_CYCLE = {
    "id": 7,
    "title": "Q3 2026",
    "state": "locked",
    "scope_id": 1,
    "scope_name": "Northwind",
    "edition_key": "compel-18",
    "edition_version": "2025.1",
    "period_start": "2026-07-01",
    "period_end": "2026-09-30",
    "due_on": None,
    "locked_at": "2026-10-05T09:00:00Z",
    "content_sha256": "9f2c…",
}


class CyclePage(fields.Serializer[dict[str, Any]]):
    """Cycles, and where to go on."""

    next = fields.URLField(allow_null=True)
    results = serializers.Cycle(many=True)


class ServicePage(fields.Serializer[dict[str, Any]]):
    """Services and models, and where to go on."""

    next = fields.URLField(allow_null=True)
    results = serializers.Service(many=True)


class Cycles(Room):
    """The cycles of a workspace."""

    @extend_schema(
        operation_id="cycles_list",
        summary="List cycles",
        description="The newest first.",
        parameters=[_CURSOR],
        responses={200: CyclePage, **REFUSALS},
        examples=[
            OpenApiExample(
                "One cycle",
                value={"next": None, "results": [_CYCLE]},
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request: Request, workspace_slug: str) -> Response:  # noqa: ARG002  # the room read it
        """Return a page of cycles."""
        page = catalog.cycle_items(
            workspace_id=self.me.workspace_id, after=_after(request), size=_SIZE
        )
        return _paged(request, serializers.Cycle(page.rows, many=True), page.after)


class CycleRoom(Room):
    """What belongs to one cycle."""

    def found(self, cycle_id: int) -> Results:
        """Return the cycle's results, or 404."""
        found = queries.results_of(workspace_id=self.me.workspace_id, cycle_id=cycle_id)
        if found is None:
            raise Http404
        return found

    def context(self, cycle_id: int) -> dict[str, Any]:
        """Return what serializers need to write links."""
        return {
            "request": self.request,
            "slug": self.me.workspace_slug,
            "cycle_id": cycle_id,
        }


class CycleResults(CycleRoom):
    """The results of a cycle."""

    @extend_schema(
        operation_id="cycle_results",
        summary="Read the results of a cycle",
        description=(
            "The very numbers of the results page, the workbook and the board report."
            " `level` is null where too little is known; `because` says why."
        ),
        responses={200: serializers.CycleResults, **REFUSALS},
    )
    def get(self, request: Request, workspace_slug: str, cycle_id: int) -> Response:  # noqa: ARG002  # the room read them
        """Return everything the results page shows."""
        found = self.found(cycle_id)
        return Response(
            serializers.CycleResults(found, context=self.context(cycle_id)).data
        )


class CycleCriteria(CycleRoom):
    """The measured criteria of a cycle."""

    @extend_schema(
        operation_id="cycle_criteria",
        summary="List the criteria of a cycle",
        description="Declared, measured and agreed level side by side, with reasons.",
        responses={200: serializers.Criterion(many=True), **REFUSALS},
    )
    def get(self, request: Request, workspace_slug: str, cycle_id: int) -> Response:  # noqa: ARG002  # the room read them
        """Return every criterion of the edition, in its order."""
        rows = list(self.found(cycle_id).criteria)
        return Response(
            serializers.Criterion(rows, many=True, context=self.context(cycle_id)).data
        )


class CycleMeasurements(CycleRoom):
    """The measurements of a cycle."""

    @extend_schema(
        operation_id="cycle_measurements",
        summary="List the measurements of a cycle",
        description="Each with its interval, window and coverage, and its explanation.",
        responses={200: serializers.Measurement(many=True), **REFUSALS},
        examples=[
            OpenApiExample(
                "A value",
                value=[_MEASUREMENT],
                response_only=True,
                status_codes=["200"],
            ),
            OpenApiExample(
                "Unknown", value=[_UNKNOWN], response_only=True, status_codes=["200"]
            ),
        ],
    )
    def get(self, request: Request, workspace_slug: str, cycle_id: int) -> Response:  # noqa: ARG002  # the room read them
        """Return the measurements of every criterion."""
        rows = [
            measured
            for criterion in self.found(cycle_id).criteria
            for measured in criterion.measurements
        ]
        return Response(
            serializers.Measurement(
                rows, many=True, context=self.context(cycle_id)
            ).data
        )


class Services(Room):
    """The services and models of a workspace."""

    @extend_schema(
        operation_id="services_list",
        summary="List services and models",
        parameters=[_CURSOR],
        responses={200: ServicePage, **REFUSALS},
    )
    def get(self, request: Request, workspace_slug: str) -> Response:  # noqa: ARG002  # the room read it
        """Return a page of services."""
        page = catalog.service_items(
            workspace_id=self.me.workspace_id, after=_after(request), size=_SIZE
        )
        return _paged(request, serializers.Service(page.rows, many=True), page.after)


class Organization(Room):
    """The organization tree of a workspace."""

    @extend_schema(
        operation_id="organization",
        summary="Read the organization",
        description="The whole tree; each node comes after its parent.",
        responses={200: serializers.Scope(many=True), **REFUSALS},
    )
    def get(self, request: Request, workspace_slug: str) -> Response:  # noqa: ARG002  # the room read them
        """Return every node."""
        rows = organization.scope_rows(workspace_id=self.me.workspace_id)
        return Response(serializers.Scope(rows, many=True).data)


def _after(request: Request) -> int | None:
    """Read the cursor."""
    cursor = request.query_params.get("cursor", "")
    if not cursor:
        return None
    try:
        return int(urlsafe_b64decode(cursor.encode()).decode().removeprefix("after:"))
    except (ValueError, binascii.Error):
        raise ValidationError(
            {"cursor": "Not a cursor of this list: take it from `next`."}
        ) from None


def _paged(
    request: Request, rows: fields.BaseSerializer[Any], after: int | None
) -> Response:
    address = None
    if after is not None:
        cursor = urlsafe_b64encode(f"after:{after}".encode()).decode()
        address = request.build_absolute_uri(f"{request.path}?cursor={cursor}")
    return Response({"next": address, "results": rows.data})
