"""Counting good and bad: from the day on that events changed, or time went on.

Doing it twice, or from the beginning, gives the same rows. Everything is read and
counted before anything is locked; if events changed meanwhile it starts over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef, Q
from django.db.models.functions import Coalesce, Least

from assessments.connectors.registry import CONNECTORS
from assessments.models import Event, Slo, SloDay, SloVersion, Source, SourceState
from assessments.queries import service_levels as queries
from scoring import events, service_levels
from scoring.events import Kind
from scoring.service_levels import Observed, floor, midnight

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from scoring.events import Event as Fact
    from scoring.service_levels import Days, Definition

_DAY = timedelta(days=1)
_ATTEMPTS = 2
_READ = 2000


def workspaces() -> list[int]:
    """Return the workspaces with objectives in force: time alone changes them."""
    rows = Slo.objects.filter(Q(retired_at=None) | Q(dirty_from__isnull=False))
    return sorted(set(rows.order_by().values_list("workspace_id", flat=True)))


def catch_up(*, workspace_id: int, now: datetime) -> None:
    """Count what changed, and for incidents the time that went by."""
    slos = Slo.objects.filter(workspace_id=workspace_id).filter(
        Q(dirty_from__isnull=False) | Q(counted_to__isnull=False, retired_at=None)
    )
    for slo_id in list(slos.order_by("pk").values_list("pk", flat=True)):
        count(slo_id=slo_id, now=now)


def forget(*, slo_id: int, start: datetime) -> None:
    """Have everything from a moment on counted again."""
    Slo.objects.filter(pk=slo_id).update(
        dirty_from=Least(Coalesce("dirty_from", start), start),
        revision=F("revision") + 1,
    )


def count(*, slo_id: int, now: datetime) -> None:
    """Bring the counts of an objective up to date."""
    for _attempt in range(_ATTEMPTS):
        slo = Slo.objects.get(pk=slo_id)
        found = _counted(slo, now)
        with transaction.atomic():
            if _settled(slo, found):
                return
    with transaction.atomic():
        slo = Slo.objects.select_for_update().get(pk=slo_id)
        _settled(slo, _counted(slo, now))


@dataclass
class _Counted:
    """What an objective's counts should be from a day on, by version."""

    start: date | None = None
    days: dict[int, Days] = field(default_factory=dict)
    known_from: datetime | None = None
    counted_to: datetime | None = None


def _counted(slo: Slo, now: datetime) -> _Counted:
    found = _Counted()
    starts = [] if slo.dirty_from is None else [slo.dirty_from]
    versions = [
        (version, queries.read(version.document))
        for version in SloVersion.objects.filter(slo=slo).order_by("number")
    ]
    known = None
    if any(_of_incidents(definition) for _version, definition in versions):
        known = _known(slo, now)
        found.known_from, found.counted_to = known or (None, now)
        starts += _moved(slo, found)
    if not starts:
        return found
    start = min(starts).date()
    found.start = start
    for version, definition in versions:
        begin = max(start, version.counts_from)
        end = midnight(now.date()) + 2 * _DAY
        if version.ended_at is not None:
            end = min(end, midnight(version.ended_at.date()) + _DAY)
        found.days[version.pk] = _days(slo, definition, begin, end, known)
    return found


def _moved(slo: Slo, found: _Counted) -> list[datetime]:
    """Return from where on time went by, or came to be known or unknown."""
    moved = []
    if slo.counted_to != found.counted_to:
        ends = (slo.counted_to, found.counted_to)
        moved += [min(one for one in ends if one is not None)]
    if slo.known_from != found.known_from:
        begins = (slo.known_from, found.known_from)
        moved += [min(one for one in begins if one is not None)]
    return moved


def _days(
    slo: Slo,
    definition: Definition,
    begin: date,
    end: datetime,
    known: tuple[datetime, datetime] | None,
) -> Days:
    start = midnight(begin)
    if _of_incidents(definition):
        if known is None or definition.slices is None:
            return {}
        length = definition.slices.length
        start = max(start, floor(known[0], length))
        end = floor(min(end, known[1]), length)
    if start >= end:
        return {}
    return service_levels.count(
        _facts(slo, definition, start, end), definition, start=start, end=end
    )


def _facts(
    slo: Slo, definition: Definition, start: datetime, end: datetime
) -> Iterator[Fact]:
    rows = queries.observations(slo.service_id, definition, start=start, end=end)
    kind = Kind(definition.indicator.observed.value)
    for data in (
        rows.order_by("at", "pk").values_list("data", flat=True).iterator(_READ)
    ):
        yield events.parse(data, kind)


def _of_incidents(definition: Definition) -> bool:
    return definition.indicator.observed is Observed.INCIDENT


def _known(slo: Slo, now: datetime) -> tuple[datetime, datetime] | None:
    """Return between which moments it is known that there was no other incident.

    From the first event of the service, while somebody tells of incidents at all:
    a platform until it was last read, who sends them until now.
    """
    first = Event.objects.filter(service_id=slo.service_id).aggregate(at=Min("at"))
    tells = Event.objects.filter(source=OuterRef("pk"), kind=Kind.INCIDENT)
    sources = Source.objects.filter(Exists(tells), workspace_id=slo.workspace_id)
    heard = [moment for source in sources if (moment := _heard(source, now))]
    if first["at"] is None or not heard:
        return None
    return first["at"], min(max(heard), now)


def _heard(source: Source, now: datetime) -> datetime | None:
    sends = source.kind not in CONNECTORS and source.state != SourceState.PAUSED
    return now if sends else source.last_success_at


def _settled(slo: Slo, found: _Counted) -> bool:
    """Write what was counted, unless the events changed since they were read."""
    same = Slo.objects.filter(pk=slo.pk, revision=slo.revision)
    if not same.update(
        dirty_from=None, known_from=found.known_from, counted_to=found.counted_to
    ):
        return False
    if found.start is not None:
        for version_id, days in found.days.items():
            _write(version_id, found.start, days)
    return True


def _write(version_id: int, start: date, days: Days) -> None:
    """Make the stored days from one on the counted ones; write what differs."""
    stored = {
        row.day: row
        for row in SloDay.objects.filter(version_id=version_id, day__gte=start)
    }
    wanted = {day: queries.packed(slots) for day, slots in days.items()}
    gone = [row.pk for day, row in stored.items() if day not in wanted]
    SloDay.objects.filter(pk__in=gone).delete()
    rows = []
    for day, slots in wanted.items():
        if day in stored and stored[day].slots == slots:
            continue
        tally = service_levels.total(days[day])
        rows.append(
            SloDay(
                version_id=version_id,
                day=day,
                good=tally.good,
                bad=tally.bad,
                unknown=tally.unknown,
                slots=slots,
            )
        )
    SloDay.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["version", "day"],
        update_fields=["good", "bad", "unknown", "slots"],
        batch_size=500,
    )
