"""Which deployments of models serve at the end of a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max, Q

from assessments.models import DayRollup, Event, Workspace
from scoring import events
from scoring.attribution import Rules
from scoring.events import Deployment, Kind, Lane, Status, Window

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from django.db.models import QuerySet


def live_deployments(
    *, rules: Rules, service_ids: Collection[int], window: Window
) -> dict[int, tuple[int, Deployment]]:
    """Return the newest successful production deployment of each model, with its id."""
    days = _model_days(service_ids, window.end)
    newest = days.order_by().values("service").annotate(day=Max("day"))
    there = Q(pk__in=[])
    for row in newest:
        day = Window.of_days(row["day"], row["day"])
        there |= Q(service_id=row["service"], at__gte=day.start, at__lt=day.end)
    return {
        service_id: (pk, deployment)
        for pk, service_id, deployment in _serving(there, rules)
    }


def releases(
    *, rules: Rules, service_ids: Collection[int], window: Window
) -> list[tuple[int, Deployment]]:
    """Return the successful production deployments of models, by service."""
    # Of most services no model ever went out: their deployments need not be read.
    days = _model_days(service_ids, window.end).filter(day__gte=window.start.date())
    models = set(days.order_by().values_list("service", flat=True).distinct())
    inside = Q(service_id__in=models, at__gte=window.start, at__lt=window.end)
    return [(service_id, found) for _, service_id, found in _serving(inside, rules)]


def rules_of(workspace_id: int) -> Rules:
    """Return what counts as production in a workspace."""
    plain = Workspace.objects.values_list("attribution_rules", flat=True)
    return Rules.of(plain.get(pk=workspace_id))


def _model_days(service_ids: Collection[int], end: datetime) -> QuerySet[DayRollup]:
    """Return the days before an end on which models went out."""
    return DayRollup.objects.filter(
        service_id__in=service_ids,
        lane=Lane.MODEL,
        day__lt=end.date(),
        successful__gt=0,
    )


def _serving(where: Q, rules: Rules) -> Iterator[tuple[int, int, Deployment]]:
    rows = Event.objects.filter(where, kind=Kind.DEPLOYMENT, lane=Lane.MODEL)
    for pk, service_id, data in rows.order_by("at", "external_id").values_list(
        "pk", "service_id", "data"
    ):
        event = events.parse(data, Kind.DEPLOYMENT)
        if (
            isinstance(event, Deployment)
            and event.status is Status.SUCCESS
            and rules.counts(event.environment)
        ):
            yield pk, service_id, event
