"""The rows that ingest leaves behind, and the bare upsert of the very same rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

from benchmarks.engine import records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.db.models import Model

    from assessments.models import Event, RawRecord, Source
    from scoring.events import Json

Columns: TypeAlias = "dict[str, list[object]]"

_NEW = "as-new-"
_OF_RAW = ("id", "source_id", "digest", "sort", "body", "seen_at")
_OF_EVENTS = (
    "source_id",
    "service_id",
    "kind",
    "external_id",
    "lane",
    "refers_to",
    "at",
    "data",
    "raw_record_id",
)


def lines(count: int, *, team: str = "") -> list[bytes]:
    """Return so many lines of events; a team's services are its own."""
    made = (_of_team(record, team) for record in records(count))
    return [
        json.dumps(record).encode()
        for _, record in zip(range(count), made, strict=False)
    ]


def _of_team(record: dict[str, Json], team: str) -> dict[str, Json]:
    return record | {"service": f"{team}{record['service']}"}


def sources(count: int = 1) -> list[Source]:
    """Make a workspace with so many sources to send events to."""
    from django.contrib.auth.models import User
    from django.utils import timezone

    from assessments.models import Scope, Source
    from assessments.services import organization
    from assessments.services import sources as services

    now = timezone.now()
    ada = User.objects.create_user("ada")
    workspace = organization.create_workspace(name="Benchmark", by=ada, now=now)
    root = Scope.objects.get(parent=None).pk
    made = [
        services.connect(
            workspace_id=workspace,
            scope_id=root,
            kind=services.PUSH,
            name=f"Benchmark {number}",
            by=ada,
            now=now,
        )
        for number in range(count)
    ]
    return list(Source.objects.filter(pk__in=made).order_by("pk"))


def stored(source_id: int) -> tuple[list[RawRecord], list[Event]]:
    """Return what a source left behind."""
    from assessments.models import Event, RawRecord

    return (
        list(RawRecord.objects.filter(source_id=source_id).order_by("pk")),
        list(Event.objects.filter(source_id=source_id).order_by("pk")),
    )


def newest(source_id: int, count: int) -> tuple[Columns, Columns]:
    """Return the rows that came last, as the hand-written statement takes them."""
    from assessments.models import Event, RawRecord

    return columns(
        RawRecord.objects.filter(source_id=source_id).order_by("-pk")[:count],
        Event.objects.filter(source_id=source_id).order_by("-pk")[:count],
    )


def as_new(raw_records: Columns, events: Columns) -> tuple[Columns, Columns]:
    """Return the same rows under names that were never seen."""
    named: Columns = {
        "digest": [f"{_NEW}{digest}"[:64] for digest in raw_records["digest"]]
    }
    fresh = {name: each for name, each in raw_records.items() if name != "id"} | named
    ids: list[object] = [f"{_NEW}{name}" for name in events["external_id"]]
    return fresh, events | {"external_id": ids}


def forget_new(source_id: int) -> None:
    """Delete what was written as new."""
    from assessments.models import Event, RawRecord

    Event.objects.filter(source_id=source_id, external_id__startswith=_NEW).delete()
    RawRecord.objects.filter(source_id=source_id, digest__startswith=_NEW).delete()


def columns(
    raw_records: Iterable[RawRecord], events: Iterable[Event]
) -> tuple[Columns, Columns]:
    """Return rows as the hand-written statement takes them."""
    return _as_columns(raw_records, _OF_RAW), _as_columns(events, _OF_EVENTS)


def in_batches(
    raw_records: Sequence[RawRecord], events: Sequence[Event], size: int
) -> Iterator[tuple[Columns, Columns]]:
    """Yield them in batches: the events, each with the raw record it came from."""
    by_id = {record.pk: record for record in raw_records}
    for start in range(0, len(events), size):
        part = events[start : start + size]
        named = (event.raw_record_id for event in part)
        kept = [by_id.pop(pk) for pk in named if pk in by_id]
        yield columns(kept, part)


def _as_columns(found: Iterable[Model], names: tuple[str, ...]) -> Columns:
    kept = list(found)
    taken: Columns = {}
    for name in names:
        values = [getattr(row, name) for row in kept]
        plain = name in {"body", "data"}
        taken[name] = [json.dumps(value) for value in values] if plain else values
    return taken


def write(raw_records: Columns, events: Columns) -> None:
    """Upsert them with the hand-written statement that taking in uses."""
    from django.db import transaction

    from assessments import models
    from assessments.services import bulk

    with transaction.atomic():
        bulk.upsert(models.RawRecord, raw_records, identity=("source_id", "digest"))
        identity = ("source_id", "kind", "external_id")
        bulk.upsert(models.Event, events, identity=identity)


def empty(source_id: int) -> None:
    """Forget what a source brought."""
    from assessments.models import Event, RawRecord

    Event.objects.filter(source_id=source_id).delete()
    RawRecord.objects.filter(source_id=source_id).delete()
