"""The records of model versions, found by what deployments call them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db.models import Max

from assessments.models import Event
from scoring import events
from scoring.events import Kind, ModelVersion, PipelineRun, recorded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from django.db.models import QuerySet

    from scoring.events import Window

T = TypeVar("T")
# A version with the id of its event.
Found = tuple[int, ModelVersion]


class Versions:
    """Records of versions, by service and by every name that a deployment may use."""

    def __init__(self, *, workspace_id: int, service_ids: Collection[int]) -> None:
        self._workspace_id = workspace_id
        self._rows = Event.objects.filter(
            service_id__in=service_ids, kind=Kind.MODEL_VERSION
        )
        self._called: dict[int, dict[str, Found]] = {}

    def look_up(self, wanted: Mapping[int, Iterable[str]]) -> None:
        """Read the records of what deployments call so, for each service."""
        names = {
            name
            for versions in wanted.values()
            for version in versions
            for name in recorded.called(version)
        }
        rows = self._rows.filter(service_id__in=list(wanted)).called(
            workspace_id=self._workspace_id, kind=Kind.MODEL_VERSION, names=names
        )
        for service_id, pk, external_id, refers_to, version in _parsed(rows):
            of_service = self._called.setdefault(service_id, {})
            of_service[external_id] = of_service[refers_to] = pk, version

    def called(self, service_id: int, version: str) -> Found | None:
        """Return the record of what a deployment calls so."""
        of_service = self._called.get(service_id, {})
        found = [of_service.get(name) for name in recorded.called(version)]
        return max(
            (one for one in found if one),
            key=lambda one: (one[1].at, one[0]),
            default=None,
        )

    def registered(self, window: Window) -> list[tuple[int, ModelVersion]]:
        """Return the versions that were registered in a window, by service."""
        rows = self._rows.filter(at__gte=window.start, at__lt=window.end)
        return [(service_id, version) for service_id, *_, version in _parsed(rows)]

    def newest(self, service_ids: Collection[int]) -> dict[int, Found]:
        """Return the version that was registered last, of each service."""
        rows = self._rows.filter(service_id__in=service_ids)
        last = dict(rows.order_by().values_list("service_id").annotate(at=Max("at")))
        newest = rows.filter(at__in=set(last.values()))
        return {
            service_id: (pk, version)
            for service_id, pk, _, _, version in _parsed(newest)
            if version.at == last[service_id]
        }


def _parsed(
    rows: QuerySet[Event],
) -> list[tuple[int, int, str, str, ModelVersion]]:
    return [
        (service_id, pk, external_id, refers_to, version)
        for service_id, pk, external_id, refers_to, data in rows.order_by(
            "at", "pk"
        ).values_list("service_id", "pk", "external_id", "refers_to", "data")
        if isinstance(version := events.parse(data, Kind.MODEL_VERSION), ModelVersion)
    ]


def runs(*, workspace_id: int, names: Collection[str]) -> dict[str, PipelineRun]:
    """Return pipeline runs of a workspace by their id."""
    rows = Event.objects.named(
        workspace_id=workspace_id, kind=Kind.PIPELINE_RUN, names=names
    )
    return {
        name: run
        for name, data in rows.order_by("at", "pk").values_list("external_id", "data")
        if isinstance(run := events.parse(data, Kind.PIPELINE_RUN), PipelineRun)
    }
