"""The versions of models that registries told of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.models import Event
from assessments.queries.reach import EVERYWHERE, under
from scoring.events import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from assessments.queries.reach import Reach

_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """A version of a model, to choose from."""

    id: int
    version: str
    at: datetime


def versions(*, workspace_id: int, service_id: int) -> list[VersionRow]:
    """Return the versions of a model, newest first."""
    rows = records(workspace_id).filter(service_id=service_id)
    return [
        VersionRow(id=row.pk, version=str(row.data.get("version") or ""), at=row.at)
        for row in rows.order_by("-at", "-pk")[:_MOST]
    ]


def version_id(
    *, workspace_id: int, key: str, version: str = "", reach: Reach = EVERYWHERE
) -> int | None:
    """Return the event of a model's version, of the newest if none is named."""
    rows = records(workspace_id).filter(
        under("service__scope__path", reach), service__key=key
    )
    if version:
        rows = rows.filter(refers_to=version)
    return rows.order_by("-at", "-pk").values_list("pk", flat=True).first()


def records(workspace_id: int) -> QuerySet[Event]:
    """Return the records of all versions in a workspace."""
    return Event.objects.filter(
        source__workspace_id=workspace_id, kind=Kind.MODEL_VERSION
    )
