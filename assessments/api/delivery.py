"""Delivery metrics out: both lanes, measured from the rollups as they are now."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.reverse import reverse

from assessments.access import Verb
from assessments.api.rooms import Room, operation
from assessments.api.serializers import measures as serializers
from assessments.queries import catalog, metric_words
from assessments.queries import delivery as queries
from assessments.queries.results import Measured
from assessments.services import flow, measuring
from assessments.services.facts import Facts
from scoring.events import Window

if TYPE_CHECKING:
    from rest_framework.request import Request

    from scoring.metrics import Measurement

_DAYS = 90
_MOST_DAYS = 1100
_YEARS = range(1970, 2200)
_SAMPLE = {
    "metric": "change_fail_rate",
    "name": "Change fail rate",
    "lane": "code",
    "status": "value",
    "unit": "ratio",
    "value": 0.08,
    "low": 0.05,
    "high": 0.12,
    "n": 214,
    "coverage": 0.93,
    "provisional": False,
    "window_start": "2026-07-03T00:00:00Z",
    "window_end": "2026-10-01T00:00:00Z",
    "detail": {},
    "because": "",
    "words": {
        "value": "8 %",
        "interval": "5 % to 12 %",
        "window": "3 Jul 2026 to 30 Sep 2026",
    },
}
_TOLD = {
    "first": "2026-07-03",
    "last": "2026-09-30",
    "service": None,
    "lanes": [
        {
            "lane": "code",
            "metrics": [_SAMPLE],
            "flow": [
                _SAMPLE
                | {"metric": "rolling_change_fail_rate"}
                | {"name": "Change fail rate of 30 days"}
            ],
        }
    ],
    "page": "https://compel.example.org/w/northwind/delivery/?from=2026-07-03&to=2026-09-30",
}


class Delivery(Room):
    """The five delivery metrics of both lanes."""

    @operation(
        "delivery_measure",
        "Measure delivery",
        needs=Verb.READ,
        somewhere=True,
        says=(
            "The five metrics of software and of models, and how changes flow, over a"
            f" window of whole UTC days, {_DAYS} days up to today unless told"
            " otherwise. Unknown is null with its reason, never zero."
        ),
        filters=[
            OpenApiParameter("from", OpenApiTypes.DATE, description="First day."),
            OpenApiParameter("to", OpenApiTypes.DATE, description="Last day."),
            OpenApiParameter(
                "service", OpenApiTypes.STR, description="Key of one service or model."
            ),
        ],
        gives=serializers.Delivery,
        told=_TOLD,
    )
    def get(self) -> dict[str, Any]:
        """Measure and answer."""
        first, last = _days(self.request)
        service = self.request.query_params.get("service") or None
        facts = Facts(
            workspace_id=self.me.workspace_id,
            service_ids=self._service_ids(service),
            first=first,
            last=last,
        )
        measured = measuring.delivery(facts, Window.of_days(first, last))
        flows = {each.lane: each.rows for each in flow.flow(facts).lanes}
        return {
            "first": first,
            "last": last,
            "service": service,
            "lanes": [
                {
                    "lane": lane.value,
                    "metrics": [measured_row(one) for one in metrics.values()],
                    "flow": [measured_row(one.now) for one in flows[lane.value]],
                }
                for lane, metrics in measured.items()
            ],
            "page": self._page(first, last, service),
        }

    def _service_ids(self, key: str | None) -> list[int] | None:
        """Return the service that was asked for, or all in reach; None: every one."""
        reach = self.me.reach(Verb.READ)
        if key is None:
            return queries.service_ids(
                workspace_id=self.me.workspace_id, scope_id=None, reach=reach
            )
        found = catalog.service_id(
            workspace_id=self.me.workspace_id, reach=reach, key=key
        )
        if found is None:
            raise ValidationError(
                {"service": _("No service or model of this workspace has this key.")}
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
        raise ValidationError(
            {"from": _("The window starts after it ends: swap them.")}
        )
    if (last - first).days >= _MOST_DAYS:
        raise ValidationError(
            {"from": _("At most %(days)s days: start later.") % {"days": _MOST_DAYS}}
        )
    return first, last


def _day(request: Request, name: str) -> date | None:
    text = request.query_params.get(name)
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValidationError(
            {name: _("Write the day as year-month-day, for example 2026-09-30.")}
        ) from None
    if day.year not in _YEARS:
        raise ValidationError({name: _("Choose a day between 1970 and 2199.")})
    return day


def measured_row(one: Measurement) -> Measured:
    """Return a fresh measurement as the stored ones are shown."""
    return Measured(
        criterion="",
        metric=one.metric,
        name=metric_words.name(one.metric),
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
