"""Delivery metrics out: both lanes, measured from the rollups as they are now."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.reverse import reverse

from assessments.api import serializers
from assessments.api.events import Problem
from assessments.api.results import REFUSALS
from assessments.api.tokens import Room
from assessments.queries import catalog
from assessments.queries.results import Measured
from assessments.services import measuring
from scoring.events import Window

if TYPE_CHECKING:
    from rest_framework.request import Request

    from scoring.metrics import Measurement

_DAYS = 90
_MOST_DAYS = 1100
_YEARS = range(1970, 2200)


class Delivery(Room):
    """The five delivery metrics of both lanes."""

    @extend_schema(
        operation_id="delivery",
        summary="Measure delivery",
        description=(
            "The five metrics of software and of models over a window of whole UTC"
            f" days, {_DAYS} days up to today unless told otherwise. Unknown is null"
            " with its reason, never zero."
        ),
        parameters=[
            OpenApiParameter("from", OpenApiTypes.DATE, description="First day."),
            OpenApiParameter("to", OpenApiTypes.DATE, description="Last day."),
            OpenApiParameter(
                "service", OpenApiTypes.STR, description="Key of one service or model."
            ),
        ],
        responses={
            200: serializers.Delivery,
            400: OpenApiResponse(Problem, description="A filter cannot be read."),
            **REFUSALS,
        },
    )
    def get(self, request: Request, workspace_slug: str) -> Response:  # noqa: ARG002  # the room read it
        """Measure and answer."""
        first, last = _days(request)
        service = request.query_params.get("service") or None
        measured = measuring.delivery(
            workspace_id=self.me.workspace_id,
            service_ids=self._service_ids(service),
            window=Window.of_days(first, last),
        )
        return Response(
            serializers.Delivery(
                {
                    "first": first,
                    "last": last,
                    "service": service,
                    "lanes": [
                        {
                            "lane": lane.value,
                            "metrics": [_row(one) for one in metrics.values()],
                        }
                        for lane, metrics in measured.items()
                    ],
                    "page": self._page(first, last, service),
                }
            ).data
        )

    def _service_ids(self, key: str | None) -> list[int] | None:
        """Return the one service that was asked for; None means all."""
        if key is None:
            return None
        found = catalog.service_id(workspace_id=self.me.workspace_id, key=key)
        if found is None:
            raise ValidationError(
                {"service": "No service or model of this workspace has this key."}
            )
        return [found]

    def _page(self, first: date, last: date, service: str | None) -> str:
        address = reverse(
            "delivery", args=[self.me.workspace_slug], request=self.request
        )
        chosen = {"from": first.isoformat(), "to": last.isoformat()}
        if service:
            chosen["service"] = service
        return f"{address}?{urlencode(chosen)}"


def _days(request: Request) -> tuple[date, date]:
    """Read the window, or take the last days up to today."""
    last = _day(request, "to") or timezone.now().date()
    first = _day(request, "from") or last - timedelta(days=_DAYS - 1)
    if first > last:
        raise ValidationError({"from": "The window starts after it ends: swap them."})
    if (last - first).days >= _MOST_DAYS:
        raise ValidationError({"from": f"At most {_MOST_DAYS} days: start later."})
    return first, last


def _day(request: Request, name: str) -> date | None:
    text = request.query_params.get(name)
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValidationError(
            {name: "Write the day as year-month-day, for example 2026-09-30."}
        ) from None
    if day.year not in _YEARS:
        raise ValidationError({name: "Choose a day between 1970 and 2199."})
    return day


def _row(one: Measurement) -> Measured:
    """Return a fresh measurement as the stored ones are shown."""
    return Measured(
        criterion="",
        metric=one.metric,
        name=one.metric.replace("_", " ").capitalize(),
        lane=one.lane.value,
        status=one.known.value,
        unit=one.unit.value,
        value=one.value,
        low=one.low,
        high=one.high,
        n=one.n,
        coverage=one.coverage,
        provisional=one.provisional,
        window_start=one.window.start,
        window_end=one.window.end,
        detail=one.detail,
        because=one.because,
    )
