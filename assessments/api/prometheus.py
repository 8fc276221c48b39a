"""Metrics for Prometheus: delivery, scores, sources and service levels."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.renderers import JSONRenderer

from assessments.access import Verb
from assessments.api import exposition
from assessments.api.delivery import measured_row
from assessments.api.rooms import Room, operation
from assessments.queries import delivery, exposed, service_levels, sources
from assessments.services import measuring
from assessments.services.facts import Facts
from scoring.events import Window

_DAYS = 90
_TOLD = """\
# HELP compel_delivery_value Delivery metric; left out where it is not known.
# TYPE compel_delivery_value gauge
compel_delivery_value{days="90",lane="code",metric="change_lead_time",unit="seconds"} 93600.0
# HELP compel_delivery_known 1 if the metric is known, 0 if not.
# TYPE compel_delivery_known gauge
compel_delivery_known{days="90",lane="model",metric="change_lead_time",unit="seconds"} 0.0
"""  # noqa: E501  # a line of the format is a line


class _Refusals(JSONRenderer):
    """What is refused to who accepts nothing but text; what is not is written here."""

    media_type = "text/plain"
    format = "text"


class Metrics(Room):
    """What Prometheus scrapes."""

    renderer_classes = (_Refusals, JSONRenderer)

    @operation(
        "metrics_expose",
        "Metrics for Prometheus",
        needs=Verb.READ,
        somewhere=True,
        says=(
            "Prometheus' text format. Delivery metrics of both lanes over the last"
            f" {_DAYS} days with n, interval and coverage; levels of each unit's newest"
            " cycle of each framework; how sources stand; service levels. What is not"
            " known has no series, never 0."
        ),
        gives={(200, "text/plain"): OpenApiTypes.STR},
        told=_TOLD,
    )
    def get(self) -> HttpResponse:
        """Measure, read and write."""
        reach = self.me.reach(Verb.READ)
        workspace_id = self.me.workspace_id
        today = self.now.date()
        facts = Facts(
            workspace_id=workspace_id,
            service_ids=delivery.service_ids(
                workspace_id=workspace_id, scope_id=None, reach=reach
            ),
            first=today - timedelta(days=_DAYS - 1),
            last=today,
        )
        measured = measuring.delivery(facts, Window.of_days(facts.first, facts.last))
        page = exposition.written(
            delivery=[
                measured_row(one)
                for metrics in measured.values()
                for one in metrics.values()
            ],
            days=_DAYS,
            scores=exposed.scores(workspace_id=workspace_id, reach=reach),
            # How sources stand is for those who see all of the workspace.
            sources=(
                sources.source_rows(workspace_id=workspace_id)
                if self.me.may(Verb.READ)
                else []
            ),
            slos=service_levels.slos(
                workspace_id=workspace_id, now=self.now, reach=reach
            ),
        )
        return HttpResponse(page, content_type=exposition.CONTENT_TYPE)
