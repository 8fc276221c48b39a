"""Objectives as they stand: all of a workspace, one, and what burns."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from assessments.models import Service, Slo, SloBurn, SloVersion
from assessments.queries.reach import EVERYWHERE, under
from assessments.queries.service_levels.definitions import read, window_of, zone_of
from assessments.queries.service_levels.ledgers import Wanted, ledgers
from assessments.queries.service_levels.policies import policies
from assessments.queries.service_levels.rows import (
    BurnRow,
    DayOfVersion,
    SloRow,
    VersionRow,
)
from scoring import service_levels
from scoring.service_levels import SLOT, floor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from assessments.queries.reach import Reach
    from scoring.events import Json
    from scoring.service_levels import Definition, Ledger, Watch

TREND_DAYS = 28
_DAY = timedelta(days=1)


def slos(
    *,
    workspace_id: int,
    now: datetime,
    reach: Reach = EVERYWHERE,
    retired: bool = False,
    days: Sequence[date] | None = None,
) -> list[SloRow]:
    """Return the objectives in force, or the retired ones, by name.

    `days` are those whose ends their history tells; the last four weeks by default.
    """
    found = _in_reach(workspace_id, reach).exclude(retired_at__isnull=retired)
    return _rows(found, now=now, days=_last(now) if days is None else days)


def slo(
    *,
    workspace_id: int,
    slo_id: int,
    now: datetime,
    reach: Reach = EVERYWHERE,
    days: Sequence[date] | None = None,
) -> SloRow | None:
    """Return one objective of the workspace, or None."""
    found = _in_reach(workspace_id, reach).filter(pk=slo_id)
    rows = _rows(found, now=now, days=_last(now) if days is None else days)
    return rows[0] if rows else None


def of_services(*, service_ids: Iterable[int], at: datetime) -> list[SloRow]:
    """Return the objectives of services as they were in force at a moment."""
    found = _joined().filter(service_id__in=list(service_ids))
    return _rows(found, now=at, days=(), as_of_then=True)


def service_choices(*, workspace_id: int, reach: Reach) -> list[tuple[str, str]]:
    """Return the services and models that an objective may be about, by key."""
    rows = Service.objects.filter(
        under("scope__path", reach), workspace_id=workspace_id
    ).select_related("scope")
    return [
        (row.key, f"{row.scope.name} ({row.key})")
        for row in rows.order_by("scope__name", "pk")
    ]


def documents(*, slos: Sequence[SloRow]) -> list[dict[str, Json]]:
    """Return objectives as OpenSLO has them."""
    return [service_levels.dump(row.definition) for row in slos]


def _last(now: datetime) -> list[date]:
    today = floor(now).date()
    return [today - back * _DAY for back in range(TREND_DAYS - 1, -1, -1)]


def _in_reach(workspace_id: int, reach: Reach) -> QuerySet[Slo]:
    return _joined().filter(
        under("service__scope__path", reach), workspace_id=workspace_id
    )


def _joined() -> QuerySet[Slo]:
    return Slo.objects.select_related("service__scope").order_by("name", "pk")


def _rows(
    found: QuerySet[Slo],
    *,
    now: datetime,
    days: Sequence[date],
    as_of_then: bool = False,
) -> list[SloRow]:
    slos = list(found)
    versions = _in_force(slos, at=now if as_of_then else None)
    slos = [slo for slo in slos if slo.pk in versions]
    definitions = {pk: read(version.document) for pk, version in versions.items()}
    wanted = [
        Wanted(version_id=versions[slo.pk].pk, definition=definitions[slo.pk])
        for slo in slos
    ]
    kept = ledgers(wanted, at=floor(now), days=days)
    burns = burn_rows(slo_ids=[slo.pk for slo in slos], open_only=True)
    return [
        _row(
            slo,
            versions[slo.pk],
            definitions[slo.pk],
            kept[versions[slo.pk].pk],
            burns.get(slo.pk, ()),
            now=now,
            days=days,
        )
        for slo in slos
    ]


def _in_force(slos: Sequence[Slo], *, at: datetime | None) -> dict[int, SloVersion]:
    """Return the newest version of each; with a moment, the one in force then."""
    rows = SloVersion.objects.filter(slo__in=slos)
    if at is not None:
        in_force = Q(ended_at=None) | Q(ended_at__gte=at)
        rows = rows.filter(in_force, made_at__lt=at)
    return {version.slo_id: version for version in rows.order_by("slo", "number")}


def _row(
    slo: Slo,
    version: SloVersion,
    definition: Definition,
    ledger: Ledger,
    burns: Sequence[BurnRow],
    *,
    now: datetime,
    days: Sequence[date],
) -> SloRow:
    zone = zone_of(definition)
    newest = ledger.newest(floor(now))
    return SloRow(
        id=slo.pk,
        name=slo.name,
        category=slo.category,
        category_label=slo.get_category_display(),
        service_id=slo.service_id,
        service_name=slo.service.scope.name,
        scope_path=slo.service.scope.path,
        number=version.number,
        definition=definition,
        retired_at=slo.retired_at,
        behind=slo.dirty_from is not None,
        budget=service_levels.budget(ledger, definition, at=now, zone=zone),
        newest=newest,
        watches=watches(ledger, definition, newest=newest or floor(now)),
        burning=tuple(sorted(burns, key=lambda burn: -burn.factor)),
        history=tuple(
            service_levels.history(ledger, definition, days=days, zone=zone, until=now)
        ),
    )


def watches(
    ledger: Ledger, definition: Definition, *, newest: datetime
) -> tuple[Watch, ...]:
    """Return what each rule of an objective sees, back from the newest observation."""
    start, end = window_of(definition, newest - SLOT)
    return tuple(
        service_levels.watches(
            ledger,
            policies()[definition.alerts],
            target=definition.target,
            window=end - start,
            as_of=newest,
        )
    )


def burn_rows(
    *,
    slo_ids: Sequence[int],
    open_only: bool = False,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Mapping[int, list[BurnRow]]:
    """Return when rules fired, newest first, by objective."""
    rows = SloBurn.objects.filter(slo__in=slo_ids)
    if open_only:
        rows = rows.filter(cleared_at=None)
    if end is not None:
        rows = rows.filter(since__lt=end)
    if start is not None:
        rows = rows.exclude(cleared_at__lt=start)
    found: defaultdict[int, list[BurnRow]] = defaultdict(list)
    for row in rows.order_by("-since", "-pk"):
        found[row.slo_id].append(_burn(row))
    return found


def _burn(row: SloBurn) -> BurnRow:
    return BurnRow(
        id=row.pk,
        slo_id=row.slo_id,
        rule=row.rule,
        severity=row.severity,
        since=row.since,
        cleared_at=row.cleared_at,
        because=row.get_cleared_because_display() if row.cleared_because else "",
        long=row.detail["long"],
        short=row.detail["short"],
        factor=row.detail["factor"],
    )


def versions(*, slo_id: int) -> list[VersionRow]:
    """Return what an objective said, newest first."""
    rows = SloVersion.objects.filter(slo_id=slo_id).select_related("made_by")
    return [
        VersionRow(
            number=row.number,
            definition=read(row.document),
            made_by=row.made_by.get_full_name() or row.made_by.username,
            made_at=row.made_at,
            ended_at=row.ended_at,
            why=row.why,
        )
        for row in rows.order_by("-number")
    ]


def history(*, slo_id: int, days: Sequence[date], now: datetime) -> list[DayOfVersion]:
    """Return the budget at the ends of days, each by the version then in force.

    Days before the first version are told as that one would have judged them.
    """
    rows = list(SloVersion.objects.filter(slo_id=slo_id).order_by("number"))
    wanted = [Wanted(version_id=row.pk, definition=read(row.document)) for row in rows]
    kept = ledgers(wanted, at=floor(now), days=days)
    found: list[DayOfVersion] = []
    for row, one in zip(rows, wanted, strict=True):
        mine = [day for day in days if _version_on(rows, day) is row]
        told = service_levels.history(
            kept[row.pk],
            one.definition,
            days=mine,
            zone=zone_of(one.definition),
            until=now,
        )
        found += [DayOfVersion(number=row.number, told=each) for each in told]
    return sorted(found, key=lambda each: each.told.day)


def _version_on(rows: Sequence[SloVersion], day: date) -> SloVersion:
    made = [row for row in rows if row.made_at.date() <= day]
    return made[-1] if made else rows[0]
