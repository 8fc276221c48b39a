"""Reading day rollups: summed by day in the database, so that no page counts events."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.db.models import Aggregate, BinaryField, F, IntegerField, Q, Sum
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast

from assessments import models
from assessments.services import bulk
from scoring import columns
from scoring.attribution import RANKED
from scoring.columns import flows as packed
from scoring.events import Lane
from scoring.rollups import DayFlow, DayRollup

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
    from datetime import date

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import QuerySet
    from django.db.models.sql.compiler import SQLCompiler

    from scoring.events import Json

    # A lane and a day.
    Place = tuple[str, date]

# What is kept for a service's day, and what it is read as.
M = TypeVar("M", models.DayRollup, models.DayFlow)
D = TypeVar("D", DayRollup, DayFlow)

_COUNTS = (
    "completed",
    "successful",
    "failed",
    "rework",
    "cancelled",
    "open_failures",
)
# Counts that the arithmetic finds in `detail`.
DETAILED = ("versioned", "carriers", "carriers_known")
_CONTRADICTORY = "contradictory"


class _Joined(Aggregate):
    """Samples of many rows, one after the other."""

    function = "string_agg"
    output_field = BinaryField()

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, Any]:
        """Join bytes as they are."""
        template = "string_agg(%(expressions)s, ''::bytea)"
        return super().as_sql(compiler, connection, template=template, **extra)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, Any]:
        """Join them as hexadecimal text: the database joins texts only."""
        template = "group_concat(hex(%(expressions)s), '')"
        return super().as_sql(compiler, connection, template=template, **extra)


def summed(
    *,
    workspace_id: int,
    service_ids: Collection[int] | None,
    first: date,
    last: date,
) -> list[DayRollup]:
    """Return one rollup for each lane and day, of all these services together.

    `service_ids` None means every service of the workspace: their sums are kept. The
    rollups hold what the delivery metrics read; what only models have is read by
    `of_lane`.
    """
    if service_ids is not None:
        rows = _of(models.DayRollup, workspace_id, service_ids).filter(
            day__range=(first, last)
        )
        return _added_up(rows)
    kept = list(_kept_days(workspace_id, first, last).defer("told"))
    found = [_kept(day) for day in kept if not day.stale]
    late = {(day.lane, day.day) for day in kept if day.stale}
    found += _on(late, _of(models.DayRollup, workspace_id, None), _added_up)
    return sorted(found, key=lambda rollup: (rollup.lane, rollup.day))


@transaction.atomic
def mark_stale(workspace_id: int, days: Set[Place]) -> None:
    """Say that the sums of these lanes and days no longer hold."""
    if days:
        _lock(workspace_id)
        _keep(workspace_id, sorted(days), {}, {}, stale=True)


@transaction.atomic
def sum_up(*, workspace_id: int) -> None:
    """Bring the sums of a workspace up to date with what its services' days tell."""
    stale = models.WorkspaceDay.objects.filter(workspace_id=workspace_id, stale=True)
    if not stale.exists():
        return
    _lock(workspace_id)
    days = _places(stale)
    rollups = _on(days, _of(models.DayRollup, workspace_id, None), _added_up)
    flows = _on(days, _of(models.DayFlow, workspace_id, None), _put_together)
    _keep(
        workspace_id,
        sorted(days),
        {_place(one): one for one in rollups},
        {_place(one): one for one in flows},
        stale=False,
    )


def _lock(workspace_id: int) -> None:
    """Let nobody add up a day while another writes what is added up."""
    rows = models.Workspace.objects.select_for_update(no_key=True)
    rows.get(pk=workspace_id)


def _kept_days(
    workspace_id: int, first: date, last: date
) -> QuerySet[models.WorkspaceDay]:
    days = models.WorkspaceDay.objects.filter(
        workspace_id=workspace_id, day__range=(first, last)
    )
    return days.order_by()


def _places(days: QuerySet[models.WorkspaceDay]) -> set[Place]:
    return set(days.order_by().values_list("lane", "day"))


def _place(one: DayRollup | DayFlow) -> Place:
    return one.lane.value, one.day


def _on(
    days: Set[Place],
    rows: QuerySet[M],
    read: Callable[[QuerySet[M]], list[D]],
) -> list[D]:
    """Return what services tell together on these days, read from their own rows."""
    if not days:
        return []
    found = read(rows.filter(day__in={day for _, day in days}))
    return [one for one in found if _place(one) in days]


def _added_up(rows: QuerySet[models.DayRollup]) -> list[DayRollup]:
    tiers = {f"tier_{tier}": _tier(tier) for tier in RANKED}
    totals = {f"sum_{name}": Sum(name) for name in (*_COUNTS, *DETAILED)}
    days = (
        _in_lanes(rows)
        .values("lane", "day")
        .annotate(
            **totals,
            **tiers,
            **{_CONTRADICTORY: _contradictory()},
            leads=_Joined(F("lead_seconds")),
            recoveries=_Joined(F("recovery_seconds")),
        )
    )
    found = [_summed(day) for day in days]
    return sorted(found, key=lambda rollup: (rollup.lane, rollup.day))


def _keep(
    workspace_id: int,
    days: Sequence[Place],
    rollups: Mapping[Place, DayRollup],
    flows: Mapping[Place, DayFlow],
    *,
    stale: bool,
) -> None:
    """Write the sums of these days; one of which nothing is known is kept empty."""
    sums = [
        rollups.get((lane, day)) or DayRollup(service="", lane=Lane(lane), day=day)
        for lane, day in days
    ]
    told = [flows[place].told if place in flows else {} for place in days]
    bulk.upsert(
        models.WorkspaceDay,
        {
            "workspace_id": [workspace_id] * len(days),
            "lane": [lane for lane, _ in days],
            "day": [day for _, day in days],
            "stale": [stale] * len(days),
            **{name: [getattr(one, name) for one in sums] for name in _COUNTS},
            "lead_seconds": [columns.pack(one.lead_seconds) for one in sums],
            "recovery_seconds": [columns.pack(one.recovery_seconds) for one in sums],
            "detail": [json.dumps(dict(one.detail)) for one in sums],
            "told": [packed.pack(flow) for flow in told],
        },
        identity=("workspace_id", "lane", "day"),
    )


def _kept(day: models.WorkspaceDay) -> DayRollup:
    return DayRollup(
        service="",
        lane=Lane(day.lane),
        day=day.day,
        lead_seconds=columns.unpack(day.lead_seconds),
        recovery_seconds=columns.unpack(day.recovery_seconds),
        detail=day.detail,
        **{name: getattr(day, name) for name in _COUNTS},
    )


def of_lane(
    *,
    workspace_id: int,
    service_ids: Collection[int] | None,
    lane: Lane,
    first: date,
    last: date,
) -> list[DayRollup]:
    """Return the rollups of one lane as they are stored, details included."""
    rows = _of(models.DayRollup, workspace_id, service_ids).filter(
        lane=lane, day__range=(first, last)
    )
    return [plain(row) for row in rows.select_related("service").order_by("day", "pk")]


def flows(
    *,
    workspace_id: int,
    service_ids: Collection[int] | None,
    first: date,
    last: date,
) -> list[DayFlow]:
    """Return what each lane's days tell beside their rollups, of all these services.

    `service_ids` None means every service of the workspace: what their days tell
    together is kept. Which gates let pass is not read.
    """
    if service_ids is not None:
        rows = _of(models.DayFlow, workspace_id, service_ids).filter(
            day__range=(first, last)
        )
        return _put_together(rows)
    kept = list(
        _kept_days(workspace_id, first, last).only("lane", "day", "stale", "told")
    )
    found = [
        _flow(one.lane, one.day, bytes(one.told))
        for one in kept
        if one.told and not one.stale
    ]
    late = {(one.lane, one.day) for one in kept if one.stale}
    found += _on(late, _of(models.DayFlow, workspace_id, None), _put_together)
    return sorted(found, key=lambda one: (one.day, one.lane))


def lanes_before(
    *, workspace_id: int, service_ids: Collection[int] | None, first: date
) -> frozenset[Lane]:
    """Return the lanes in which something was deployed before that day."""
    if service_ids is not None:
        rows = _of(models.DayRollup, workspace_id, service_ids).filter(
            day__lt=first, completed__gt=0
        )
        return frozenset(lane for lane in Lane if rows.filter(lane=lane).exists())
    sums = models.WorkspaceDay.objects.filter(workspace_id=workspace_id, day__lt=first)
    known = sums.filter(stale=False, completed__gt=0)
    found = {lane for lane in Lane if known.filter(lane=lane).exists()}
    stale = _places(sums.filter(stale=True))
    late = _on(stale, _of(models.DayRollup, workspace_id, None), _added_up)
    return frozenset(found | {day.lane for day in late if day.completed})


def plain(row: models.DayRollup) -> DayRollup:
    """Return a stored rollup as the arithmetic reads it."""
    return DayRollup(
        service=row.service.key,
        lane=Lane(row.lane),
        day=row.day,
        completed=row.completed,
        successful=row.successful,
        failed=row.failed,
        rework=row.rework,
        cancelled=row.cancelled,
        open_failures=row.open_failures,
        lead_seconds=columns.unpack(row.lead_seconds),
        recovery_seconds=columns.unpack(row.recovery_seconds),
        detail=row.detail,
    )


def _of(
    model: type[M], workspace_id: int, service_ids: Collection[int] | None
) -> QuerySet[M]:
    rows = model.objects.filter(service__workspace_id=workspace_id)
    return rows if service_ids is None else rows.filter(service_id__in=service_ids)


def _in_lanes(rows: QuerySet[M]) -> QuerySet[M]:
    """Name the lanes: so the database uses its index on service, lane and day."""
    return rows.filter(lane__in=[lane.value for lane in Lane]).order_by()


def _put_together(rows: QuerySet[models.DayFlow]) -> list[DayFlow]:
    """Let the database put the services of each day together."""
    days = _in_lanes(rows).values("lane", "day").annotate(joined=_Joined(F("told")))
    found = [_flow(day["lane"], day["day"], _stored(day["joined"])) for day in days]
    return sorted(found, key=lambda one: (one.day, one.lane))


def _flow(lane: str, day: date, told: bytes) -> DayFlow:
    return DayFlow(service="", lane=Lane(lane), day=day, told=_told(told))


def _tier(tier: str) -> Sum:
    count = KeyTransform(tier, KeyTransform("tiers", "detail"))
    return Sum(Cast(count, IntegerField()), filter=Q(failed__gt=0), default=0)


def _contradictory() -> Sum:
    """Sum what clocks contradict: of changes that went out, and of failures."""
    count = KeyTransform(_CONTRADICTORY, "detail")
    there = Q(carriers_known__gt=0) | Q(failed__gt=0)
    return Sum(Cast(count, IntegerField()), filter=there, default=0)


def _summed(day: Mapping[str, Any]) -> DayRollup:
    detail: dict[str, Json] = {
        name: day[f"sum_{name}"] for name in DETAILED if day[f"sum_{name}"]
    }
    if day[_CONTRADICTORY]:
        detail[_CONTRADICTORY] = day[_CONTRADICTORY]
    if tiers := dict(_tiers(day)):
        detail["tiers"] = tiers
    return DayRollup(
        service="",
        lane=Lane(day["lane"]),
        day=day["day"],
        lead_seconds=_sorted(day["leads"]),
        recovery_seconds=_sorted(day["recoveries"]),
        detail=detail,
        **{name: day[f"sum_{name}"] for name in _COUNTS},
    )


def _tiers(day: Mapping[str, Any]) -> Iterator[tuple[str, Json]]:
    for tier in RANKED:
        if count := day[f"tier_{tier}"]:
            yield tier.value, count


def _sorted(joined: bytes | memoryview | str | None) -> columns.Floats:
    """Return joined samples in order, as those of a single rollup are."""
    return columns.unpack(columns.pack(columns.unpack(_stored(joined))))


def _told(joined: bytes) -> dict[int, columns.Floats]:
    """Return joined flows in order, as those of a single day are."""
    return packed.unpack(packed.pack(packed.unpack(joined)))


def _stored(joined: bytes | memoryview | str | None) -> bytes:
    """Return joined bytes as they are stored; SQLite joins them as texts."""
    return bytes.fromhex(joined) if isinstance(joined, str) else bytes(joined or b"")
