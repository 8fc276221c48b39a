"""Which model versions are in production, how they were made, and who watches them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db.models import Max, Q

from assessments.models import DayRollup, Event, Workspace
from scoring import events
from scoring.attribution import Rules
from scoring.attribution.tables import version_of
from scoring.events import Deployment, Kind, Lane, SignalKind, Status, Window
from scoring.metrics import LiveModel

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

_MARKS = re.compile(r"[/:@]")


def live_models(
    *, workspace_id: int, service_ids: Collection[int], window: Window
) -> list[LiveModel]:
    """Return what was live at the end of the window: one version for each service."""
    live = _live(workspace_id, service_ids, window)
    versions = {pk: version_of(deployment) or "" for pk, deployment in live.items()}
    made = _made(workspace_id, versions)
    watched = _watched(live, window)
    return [
        LiveModel(
            service=deployment.service,
            version=versions[pk],
            by_pipeline=made.get(pk),
            monitored=watched.get(pk, frozenset()),
        )
        for pk, deployment in sorted(live.items())
    ]


def _live(
    workspace_id: int, service_ids: Collection[int], window: Window
) -> dict[int, Deployment]:
    """Return the newest successful production deployment of each model."""
    days = DayRollup.objects.filter(
        service_id__in=service_ids,
        lane=Lane.MODEL,
        day__lt=window.end.date(),
        successful__gt=0,
    )
    newest = days.order_by().values("service").annotate(day=Max("day"))
    there = Q(pk__in=[])
    for row in newest:
        day = Window.of_days(row["day"], row["day"])
        there |= Q(service_id=row["service"], at__gte=day.start, at__lt=day.end)
    rows = Event.objects.filter(there, kind=Kind.DEPLOYMENT, lane=Lane.MODEL)
    plain = Workspace.objects.values_list("attribution_rules", flat=True)
    rules = Rules.of(plain.get(pk=workspace_id))
    live: dict[int, Deployment] = {}
    for service_id, data in rows.order_by("at", "external_id").values_list(
        "service_id", "data"
    ):
        event = events.parse(data, Kind.DEPLOYMENT)
        if isinstance(event, Deployment) and _serves(event, rules):
            live[service_id] = event
    return live


def _serves(event: Deployment, rules: Rules) -> bool:
    return event.status is Status.SUCCESS and rules.counts(event.environment)


def _made(workspace_id: int, versions: Mapping[int, str]) -> dict[int, bool | None]:
    """Say whether an automated pipeline run made each version; None if unknown."""
    names = {name for version in versions.values() for name in _names(version)}
    records = Event.objects.filter(
        Q(external_id__in=names) | Q(refers_to__in=names),
        service_id__in=versions,
        kind=Kind.MODEL_VERSION,
    )
    found: dict[int, str | None] = {}
    for service_id, external_id, refers_to, data in records.order_by(
        "at", "pk"
    ).values_list("service_id", "external_id", "refers_to", "data"):
        if {external_id, refers_to} & _names(versions[service_id]):
            run = data.get("pipeline_run_id")
            found[service_id] = None if run is None else str(run)
    automated = _automated(workspace_id, {run for run in found.values() if run})
    return {pk: automated.get(run) if run else False for pk, run in found.items()}


def _automated(workspace_id: int, runs: Iterable[str]) -> dict[str, bool | None]:
    rows = Event.objects.filter(
        source__workspace_id=workspace_id,
        kind=Kind.PIPELINE_RUN,
        external_id__in=set(runs),
    )
    pairs = rows.order_by("at", "pk").values_list("external_id", "data")
    return {name: bool(data.get("automated")) for name, data in pairs}


def _names(version: str) -> set[str]:
    """Return what a model version may be called: 7, ranker/7, ranker:7 or ranker@7."""
    return {version, _MARKS.split(version)[-1]} - {""}


def _watched(
    services: Iterable[int], window: Window
) -> dict[int, frozenset[SignalKind]]:
    """Return the kinds of signals that monitors sent by themselves, by service."""
    rows = Event.objects.filter(
        service_id__in=list(services),
        kind=Kind.SIGNAL,
        at__gte=window.start,
        at__lt=window.end,
        data__automated=True,
    )
    kinds: dict[int, set[SignalKind]] = {}
    for service_id, kind in (
        rows.order_by().values_list("service_id", "data__kind").distinct()
    ):
        kinds.setdefault(service_id, set()).add(SignalKind(kind))
    return {service_id: frozenset(found) for service_id, found in kinds.items()}
