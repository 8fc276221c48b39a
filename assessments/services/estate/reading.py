"""The inputs of the metrics of models, read once for a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from assessments.models import Event
from assessments.services.estate import live
from assessments.services.estate.knowing import known_models
from assessments.services.estate.versions import Versions
from scoring import events
from scoring.attribution.tables import version_of
from scoring.events import Kind, PipelineRun, SignalKind, Status, recorded
from scoring.metrics import Estate, ReleaseRecord, TrainingRun, VersionRecord

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from scoring.events import Deployment, ModelVersion, Window

_DRILL = "drill"


def estate(
    *, workspace_id: int, service_ids: Collection[int], window: Window
) -> Estate:
    """Return the models of some services, and what was recorded of them."""
    models = known_models(
        workspace_id=workspace_id,
        service_ids=service_ids,
        window=window,
        only_live=True,
    )
    versions = Versions(workspace_id=workspace_id, service_ids=service_ids)
    registered = versions.registered(window)
    runs = _runs(service_ids, window)
    drills = _drills(service_ids, window)
    return Estate(
        models=tuple(model.live() for model in models),
        versions=tuple(_version(version) for _, version in registered),
        releases=tuple(_releases(workspace_id, service_ids, versions, window)),
        trainings=tuple(_training(run) for run in runs if recorded.trains(run)),
        rollbacks=_rollbacks(service_ids, window),
        drills=tuple(findings for inside, findings in drills if inside),
        drilled_before=bool(drills),
    )


def _version(version: ModelVersion) -> VersionRecord:
    told = version.attributes
    return VersionRecord(
        model=version.model,
        trained_at=version.trained_at,
        code=bool(version.code_sha),
        data=bool(version.dataset_ref),
        parameters=bool(recorded.parameters(told)),
        environment=bool(recorded.environment(told)),
    )


def _releases(
    workspace_id: int,
    service_ids: Collection[int],
    versions: Versions,
    window: Window,
) -> Iterator[ReleaseRecord]:
    rules = live.rules_of(workspace_id)
    found = live.releases(rules=rules, service_ids=service_ids, window=window)
    named: dict[int, list[str]] = {}
    for service_id, deployment in found:
        named.setdefault(service_id, []).append(version_of(deployment) or "")
    versions.look_up(named)
    for service_id, deployment in found:
        name = version_of(deployment)
        record = versions.called(service_id, name) if name else None
        yield _release(deployment, record[1] if record else None)


def _release(deployment: Deployment, version: ModelVersion | None) -> ReleaseRecord:
    told = deployment.attributes
    of_version = version.attributes if version else {}
    return ReleaseRecord(
        who=bool(recorded.actor(told)),
        what=bool(version_of(deployment)),
        why=bool(recorded.reason(told)),
        approved=any(recorded.approval(each) for each in (told, of_version)),
        self_service=recorded.truth(told, "self_service"),
    )


def _runs(service_ids: Collection[int], window: Window) -> list[PipelineRun]:
    """Return the runs that may be trainings: the others are not read."""
    rows = Event.objects.filter(
        Q(data__attributes__purpose="training") | Q(data__stage="training"),
        service_id__in=service_ids,
        kind=Kind.PIPELINE_RUN,
        at__gte=window.start,
        at__lt=window.end,
    )
    return [
        run
        for data in rows.order_by("at", "pk").values_list("data", flat=True)
        if isinstance(run := events.parse(data, Kind.PIPELINE_RUN), PipelineRun)
    ]


def _training(run: PipelineRun) -> TrainingRun:
    return TrainingRun(
        trigger=recorded.trigger(run),
        automated=run.automated,
        tracked=recorded.truth(run.attributes, "tracked"),
    )


def _rollbacks(service_ids: Collection[int], window: Window) -> tuple[bool, ...]:
    rows = Event.objects.filter(
        service_id__in=service_ids,
        kind=Kind.SIGNAL,
        data__kind=SignalKind.ROLLBACK,
        at__gte=window.start,
        at__lt=window.end,
    )
    told = rows.order_by("at", "pk").values_list("data__automated", flat=True)
    return tuple(bool(automated) for automated in told)


def _drills(service_ids: Collection[int], window: Window) -> list[tuple[bool, bool]]:
    """Return of each drill whether it lies in the window and has findings."""
    rows = Event.objects.filter(
        service_id__in=service_ids,
        kind=Kind.PIPELINE_RUN,
        at__lt=window.end,
        data__status=Status.SUCCESS,
        data__attributes__purpose=_DRILL,
    )
    return [
        (at >= window.start, bool(findings))
        for at, findings in rows.order_by("at", "pk").values_list(
            "at", "data__attributes__findings"
        )
    ]
