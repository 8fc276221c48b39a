"""Reading day rollups: summed by day in the database, so that no page counts events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Aggregate, BinaryField, F, IntegerField, Q, Sum
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast

from assessments import models
from scoring import columns
from scoring.attribution import RANKED
from scoring.events import Lane
from scoring.rollups import DayRollup

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import QuerySet
    from django.db.models.sql.compiler import SQLCompiler

    from scoring.events import Json

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

    `service_ids` None means every service of the workspace. The rollups hold what the
    delivery metrics read; what only models have is read by `of_lane`.
    """
    rows = _of(workspace_id, service_ids).filter(
        lane__in=[lane.value for lane in Lane], day__range=(first, last)
    )
    tiers = {f"tier_{tier}": _tier(tier) for tier in RANKED}
    totals = {f"sum_{name}": Sum(name) for name in (*_COUNTS, *DETAILED)}
    days = (
        rows.order_by()
        .values("lane", "day")
        .annotate(
            **totals,
            **tiers,
            leads=_Joined(F("lead_seconds")),
            recoveries=_Joined(F("recovery_seconds")),
        )
    )
    found = [_summed(day) for day in days]
    return sorted(found, key=lambda rollup: (rollup.lane, rollup.day))


def of_lane(
    *,
    workspace_id: int,
    service_ids: Collection[int] | None,
    lane: Lane,
    first: date,
    last: date,
) -> list[DayRollup]:
    """Return the rollups of one lane as they are stored, details included."""
    rows = _of(workspace_id, service_ids).filter(lane=lane, day__range=(first, last))
    return [plain(row) for row in rows.select_related("service").order_by("day", "pk")]


def lanes_before(
    *, workspace_id: int, service_ids: Collection[int] | None, first: date
) -> frozenset[Lane]:
    """Return the lanes in which something was deployed before that day."""
    rows = _of(workspace_id, service_ids)
    return frozenset(
        lane
        for lane in Lane
        if rows.filter(lane=lane, day__lt=first, completed__gt=0).exists()
    )


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
    workspace_id: int, service_ids: Collection[int] | None
) -> QuerySet[models.DayRollup]:
    rows = models.DayRollup.objects.filter(service__workspace_id=workspace_id)
    return rows if service_ids is None else rows.filter(service_id__in=service_ids)


def _tier(tier: str) -> Sum:
    count = KeyTransform(tier, KeyTransform("tiers", "detail"))
    return Sum(Cast(count, IntegerField()), filter=Q(failed__gt=0), default=0)


def _summed(day: Mapping[str, Any]) -> DayRollup:
    detail: dict[str, Json] = {
        name: day[f"sum_{name}"] for name in DETAILED if day[f"sum_{name}"]
    }
    if tiers := dict(_tiers(day)):
        detail["tiers"] = tiers
    return DayRollup(
        service="",
        lane=Lane(day["lane"]),
        day=day["day"],
        lead_seconds=columns.unpack(_bytes(day["leads"])),
        recovery_seconds=columns.unpack(_bytes(day["recoveries"])),
        detail=detail,
        **{name: day[f"sum_{name}"] for name in _COUNTS},
    )


def _tiers(day: Mapping[str, Any]) -> Iterator[tuple[str, Json]]:
    for tier in RANKED:
        if count := day[f"tier_{tier}"]:
            yield tier.value, count


def _bytes(joined: bytes | memoryview | str | None) -> bytes:
    if isinstance(joined, str):
        return bytes.fromhex(joined)
    return bytes(joined or b"")
