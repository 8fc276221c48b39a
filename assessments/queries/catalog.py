"""Lists that grow, a page at a time: for the API, which hands out cursors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from assessments.models import Cycle, Service
from assessments.queries.reach import under

if TYPE_CHECKING:
    from datetime import date, datetime

    from assessments.queries.reach import Reach

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Row]):
    """Some rows, and the id after which the next ones begin (None: no more)."""

    rows: tuple[Row, ...]
    after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleItem:
    """A cycle in a list."""

    id: int
    title: str
    state: str
    scope_id: int
    scope_name: str
    edition_key: str
    edition_version: str
    period_start: date
    period_end: date
    due_on: date | None
    locked_at: datetime | None
    content_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceItem:
    """A service or model in a list."""

    id: int
    key: str
    name: str
    kind: str  # service | model
    scope_id: int
    parent_id: int | None


def cycle_items(
    *, workspace_id: int, reach: Reach, after: int | None, size: int
) -> Page[CycleItem]:
    """Return cycles within reach, the newest made first."""
    cycles = Cycle.objects.select_related("scope", "edition").defer(
        "content", "edition__document"
    )
    cycles = cycles.filter(under("scope__path", reach), workspace_id=workspace_id)
    if after is not None:
        cycles = cycles.filter(pk__lt=after)
    found = [
        CycleItem(
            id=row.pk,
            title=row.title,
            state=row.state,
            scope_id=row.scope_id,
            scope_name=row.scope.name,
            edition_key=row.edition.key,
            edition_version=row.edition.version,
            period_start=row.period_start,
            period_end=row.period_end,
            due_on=row.due_on,
            locked_at=row.locked_at,
            content_sha256=row.content_sha256,
        )
        for row in cycles.order_by("-pk")[: size + 1]
    ]
    more = len(found) > size
    return Page(rows=tuple(found[:size]), after=found[size - 1].id if more else None)


def service_items(
    *, workspace_id: int, reach: Reach, after: int | None, size: int
) -> Page[ServiceItem]:
    """Return services and models within reach, in the order in which they came."""
    services = Service.objects.select_related("scope").filter(
        under("scope__path", reach), workspace_id=workspace_id
    )
    if after is not None:
        services = services.filter(pk__gt=after)
    found = [
        ServiceItem(
            id=row.pk,
            key=row.key,
            name=row.scope.name,
            kind=row.scope.kind,
            scope_id=row.scope_id,
            parent_id=row.scope.parent_id,
        )
        for row in services.order_by("pk")[: size + 1]
    ]
    more = len(found) > size
    return Page(rows=tuple(found[:size]), after=found[size - 1].id if more else None)


def service_id(*, workspace_id: int, reach: Reach, key: str) -> int | None:
    """Return the service or model with this key, or None if there is none in reach."""
    return (
        Service.objects.filter(under("scope__path", reach), workspace_id=workspace_id)
        .filter(key=key)
        .values_list("pk", flat=True)
        .first()
    )
