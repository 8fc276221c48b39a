"""What a platform no longer has: set aside, shown, and back as soon as it is seen.

Whenever the last days of a source are read again, what they hold is noted with the
place that its list gives it. What was noted before and is missing twice in a row where
everything was read is gone: once may be a page that moved while it was turned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from django.db.models import F, Q

from assessments.models import Event, Sighting, Vanished
from assessments.services import bulk, filing
from scoring.events import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from assessments.models import Source

Identity: TypeAlias = tuple[str, str]

_MISSED_OFTEN_ENOUGH = 2
_AT_ONCE = 500
# A commit that was deployed was deployed, whatever became of its branch.
_HAPPENED = (Kind.COMMIT, Kind.CHANGE)


def see(source: Source, moments: Mapping[Identity, datetime], *, walk: int) -> None:
    """Note what a walk through the last days meets, and where."""
    if not moments:
        return
    bulk.upsert(
        Sighting,
        {
            "source_id": [source.pk] * len(moments),
            "kind": [kind for kind, _ in moments],
            "external_id": [name for _, name in moments],
            "at": list(moments.values()),
            "walk": [walk] * len(moments),
            "missed": [0] * len(moments),
        },
        identity=("source_id", "kind", "external_id"),
    )


def miss(source: Source, *, walk: int, since: datetime, now: datetime) -> int:
    """Count what a walk that is over did not meet; return how much of it is gone."""
    noted = Sighting.objects.filter(source=source)
    noted.filter(at__lt=since).delete()
    noted.exclude(walk=walk).update(missed=F("missed") + 1)
    gone = noted.filter(missed__gte=_MISSED_OFTEN_ENOUGH)
    names = list(gone.order_by("pk").values_list("kind", "external_id"))
    for start in range(0, len(names), _AT_ONCE):
        set_aside(source, names[start : start + _AT_ONCE], now=now)
    gone.delete()
    return len(names)


def set_aside(source: Source, names: Iterable[Identity], *, now: datetime) -> None:
    """Keep what is gone as such; what did happen goes on counting."""
    events = list(_events(source, names))
    if not events:
        return
    Vanished.objects.bulk_create(
        (
            Vanished(
                source=source,
                service_id=event.service_id,
                kind=event.kind,
                external_id=event.external_id,
                at=event.at,
                data=event.data,
                gone_since=now,
                counted=event.kind in _HAPPENED,
            )
            for event in events
        ),
        ignore_conflicts=True,
    )
    _stop_counting(source, [event for event in events if event.kind not in _HAPPENED])


def seen_again(source: Source, names: Iterable[Identity]) -> None:
    """Forget that these were gone: the platform tells of them."""
    gone = Vanished.objects.filter(source=source)
    if gone.exists():
        gone.filter(_any_of(names)).delete()


def keep_aside(source: Source) -> None:
    """Set aside once more what old answers told of again: the platform did not."""
    gone = Vanished.objects.filter(source=source, counted=False)
    names = list(gone.values_list("kind", "external_id"))
    for start in range(0, len(names), _AT_ONCE):
        part = names[start : start + _AT_ONCE]
        _stop_counting(source, list(_events(source, part)))


def forget(source: Source) -> None:
    """Forget what was noted: other rules tell of other things."""
    Sighting.objects.filter(source=source).delete()


def _events(source: Source, names: Iterable[Identity]) -> Iterable[Event]:
    return Event.objects.filter(_any_of(names), source=source).order_by("pk")


def _any_of(names: Iterable[Identity]) -> Q:
    ids: dict[str, list[str]] = {}
    for kind, external_id in names:
        ids.setdefault(kind, []).append(external_id)
    wanted = Q(pk__in=[])
    for kind, external_ids in ids.items():
        wanted |= Q(kind=kind, external_id__in=external_ids)
    return wanted


def _stop_counting(source: Source, events: list[Event]) -> None:
    if not events:
        return
    earliest: dict[int, datetime] = {}
    for service_id, at in [*_places(events), *_blamed(source, events)]:
        earliest[service_id] = min(at, earliest.get(service_id, at))
    Event.objects.filter(pk__in=[event.pk for event in events]).delete()
    filing.count_out(source, len(events))
    filing.soil(earliest)


def _places(events: list[Event]) -> list[tuple[int, datetime]]:
    return [
        (event.service_id, filing.touches(event.kind, event.at, event.data))
        for event in events
    ]


def _blamed(source: Source, events: list[Event]) -> list[tuple[int, datetime]]:
    """Return where the deployments are that incidents among these were put down to."""
    named = {event.refers_to for event in events if event.kind == Kind.INCIDENT}
    found = Event.objects.named(
        workspace_id=source.workspace_id, kind=Kind.DEPLOYMENT, names=named - {""}
    )
    return list(found.order_by("pk").values_list("service_id", "at"))
