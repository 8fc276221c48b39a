"""Models that tests are about: told as systems tell of them, noted as people do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from assessments.models import Service, Source
from assessments.services import estate, normalizing, rolling_up, sources
from tests import factories

if TYPE_CHECKING:
    from assessments.models import Workspace
    from scoring.events import Json


def ago(days: float) -> str:
    """Return a moment so many days before now."""
    return (timezone.now() - timedelta(days=days)).isoformat()


def tell(workspace: Workspace, *records: dict[str, Json]) -> None:
    """Take records in and bring the days up to date."""
    source_id = (
        Source.objects.filter(workspace=workspace, kind="push")
        .values_list("pk", flat=True)
        .first()
    ) or sources.connect(
        workspace_id=workspace.pk,
        scope_id=factories.root(workspace).pk,
        kind="push",
        name="Registry",
        by=None,
        now=factories.NOW,
    )
    intake = normalizing.take_in(
        source_id=source_id,
        records=enumerate(records, start=1),
        now=timezone.now(),
    )
    assert not intake.rejected
    rolling_up.refresh_workspace(workspace_id=workspace.pk)


def trained(
    model: str, number: int = 1, *, days: float = 9, **more: Json
) -> dict[str, Json]:
    """A version of a model that was trained so many days ago."""
    return {
        "kind": "model_version",
        "id": f"{model}/{number}",
        "model": model,
        "version": str(number),
        "trained_at": ago(days),
        **more,
    }


def released(
    model: str, number: int = 1, *, days: float = 8, **more: Json
) -> dict[str, Json]:
    """Its way into production."""
    return {
        "kind": "deployment",
        "id": f"{model}-out-{number}",
        "service": model,
        "environment": "production",
        "status": "success",
        "finished_at": ago(days),
        "lane": "model",
        "model_version": f"{model}/{number}",
        **more,
    }


def drift(model: str, value: float) -> dict[str, Json]:
    """What a monitor read of it yesterday."""
    return {
        "event": "signal",
        "id": f"{model}-drift",
        "subject": model,
        "kind": "drift",
        "measure": "psi",
        "value": value,
        "threshold": 0.25,
        "at": ago(1),
        "automated": True,
    }


def model(workspace: Workspace, key: str = "ranker") -> str:
    """Return the key of a model in production that somebody described."""
    tell(workspace, trained(key), released(key))
    estate.note(
        workspace_id=workspace.pk,
        service_id=Service.objects.get(workspace=workspace, key=key).pk,
        new=estate.Noted(owner="Search team"),
        by=factories.person("ada"),
        now=timezone.now(),
    )
    return key
