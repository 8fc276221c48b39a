"""How fast events come in, beside a bare bulk upsert of the same rows.

    python -m benchmarks.ingest [20000]

The bare upsert writes the very rows that taking in leaves behind (events and their raw
records), already made, with Django's bulk upsert, and once more with the hand-written
statement that taking in uses. Taking in starts from bytes: it reads lines, validates,
finds secrets and duplicates, and writes. The last figure sends the same lines again.
Best of three, on a fresh SQLite file and on PostgreSQL where one answers.
Figures are printed and never asserted.
"""

from __future__ import annotations

import io
import json
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

from benchmarks import databases
from benchmarks.engine import records

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import Model

    from assessments.models import Event, RawRecord, Source

_ROUNDS = 3
_BATCH = 2000
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


def here(count: int) -> None:
    """Measure on the database of this process."""
    databases.set_up()
    from django.db import connection

    source = _source()
    body = b"\n".join(_lines(count))
    taken = again = bare = least = float("inf")
    written = 0
    for _ in range(_ROUNDS):
        _empty()
        taken = min(taken, _timed(lambda: _take_in(source, body)))
        again = min(again, _timed(lambda: _take_in(source, body)))
        rows = _rows()
        written = len(rows[0]) + len(rows[1])
        _empty()
        bare = min(bare, _timed(partial(_upsert, *rows)))
        columns = _columns(*rows)
        _empty()
        least = min(least, _timed(partial(_bulk, *columns)))
    print(
        f"{connection.vendor:>12} {count:>8} {written:>8} {count / bare:>10,.0f}"
        f" {count / least:>10,.0f} {count / taken:>10,.0f}"
        f" {bare / taken:>7.2f} {least / taken:>7.2f} {count / again:>10,.0f}"
    )


def _lines(count: int) -> list[bytes]:
    made = (json.dumps(record).encode() for record in records(count))
    return [line for _, line in zip(range(count), made, strict=False)]


def _source() -> Source:
    from django.contrib.auth.models import User
    from django.utils import timezone

    from assessments.models import Scope, Source
    from assessments.services import organization, sources

    now = timezone.now()
    ada = User.objects.create_user("ada")
    workspace = organization.create_workspace(name="Benchmark", by=ada, now=now)
    pk = sources.connect(
        workspace_id=workspace,
        scope_id=Scope.objects.get(parent=None).pk,
        kind=sources.PUSH,
        name="Benchmark",
        by=ada,
        now=now,
    )
    return Source.objects.get(pk=pk)


def _take_in(source: Source, body: bytes) -> None:
    from django.utils import timezone

    from assessments.services import receiving
    from assessments.services.lines import Layout

    receiving.read_in(
        source_id=source.pk,
        stream=io.BytesIO(body),
        layout=Layout.JSON,
        now=timezone.now(),
        bounded=False,
    )


def _rows() -> tuple[list[RawRecord], list[Event]]:
    from assessments.models import Event, RawRecord

    return list(RawRecord.objects.order_by("pk")), list(Event.objects.order_by("pk"))


def _upsert(raw_records: list[RawRecord], events: list[Event]) -> None:
    from django.db import transaction

    from assessments.models import Event, RawRecord

    with transaction.atomic():
        RawRecord.objects.bulk_create(
            raw_records,
            update_conflicts=True,
            unique_fields=["source", "digest"],
            update_fields=["sort", "body", "seen_at"],
            batch_size=_BATCH,
        )
        Event.objects.bulk_create(
            events,
            update_conflicts=True,
            unique_fields=["source", "kind", "external_id"],
            update_fields=["service", "lane", "refers_to", "at", "data", "raw_record"],
            batch_size=_BATCH,
        )


def _columns(
    raw_records: list[RawRecord], events: list[Event]
) -> tuple[dict[str, list[object]], dict[str, list[object]]]:
    return _as_columns(raw_records, _OF_RAW), _as_columns(events, _OF_EVENTS)


def _as_columns(
    rows: Sequence[Model], names: tuple[str, ...]
) -> dict[str, list[object]]:
    columns: dict[str, list[object]] = {}
    for name in names:
        values = [getattr(row, name) for row in rows]
        plain = name in {"body", "data"}
        columns[name] = [json.dumps(value) for value in values] if plain else values
    return columns


def _bulk(
    raw_records: dict[str, list[object]], events: dict[str, list[object]]
) -> None:
    from django.db import transaction

    from assessments import models
    from assessments.services import bulk

    with transaction.atomic():
        bulk.upsert(models.RawRecord, raw_records, identity=("source_id", "digest"))
        identity = ("source_id", "kind", "external_id")
        bulk.upsert(models.Event, events, identity=identity)


def _empty() -> None:
    from assessments.models import Event, RawRecord

    Event.objects.all().delete()
    RawRecord.objects.all().delete()


def _timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> None:
    """Measure on each database and print a line for it."""
    if sys.argv[1:2] == ["--here"]:
        here(int(sys.argv[2]))
        return
    count = sys.argv[1] if len(sys.argv) > 1 else "20000"
    print(
        f"{'database':>12} {'events':>8} {'rows':>8} {'ORM /s':>10} {'SQL /s':>10}"
        f" {'taken /s':>10} {'to ORM':>7} {'to SQL':>7} {'again /s':>10}"
        "   aim at a ratio of 0.50"
    )
    databases.run_on("", "benchmarks.ingest", count)
    with databases.postgresql() as address:
        if address is None:
            print("  postgresql: no server answers; set BENCHMARK_POSTGRES")
        else:
            databases.run_on(address, "benchmarks.ingest", count)


if __name__ == "__main__":
    main()
