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
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

from benchmarks import databases, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessments.models import Event, RawRecord, Source

_ROUNDS = 3
_BATCH = 2000


def here(count: int) -> None:
    """Measure on the database of this process."""
    databases.set_up()
    from django.db import connection

    [source] = rows.sources()
    body = b"\n".join(rows.lines(count))
    taken = again = bare = least = float("inf")
    written = 0
    for _ in range(_ROUNDS):
        rows.empty(source.pk)
        taken = min(taken, _timed(lambda: _take_in(source, body)))
        again = min(again, _timed(lambda: _take_in(source, body)))
        kept = rows.stored(source.pk)
        written = len(kept[0]) + len(kept[1])
        rows.empty(source.pk)
        bare = min(bare, _timed(partial(_upsert, *kept)))
        columns = rows.columns(*kept)
        rows.empty(source.pk)
        least = min(least, _timed(partial(rows.write, *columns)))
    print(
        f"{connection.vendor:>12} {count:>8} {written:>8} {count / bare:>10,.0f}"
        f" {count / least:>10,.0f} {count / taken:>10,.0f}"
        f" {bare / taken:>7.2f} {least / taken:>7.2f} {count / again:>10,.0f}"
    )


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
