"""How ingest grows with workers, each with a source of its own.

    python -m benchmarks.workers [4000]

Every worker is a process, and all begin at once: first they take in their events, as
one file (bulk) or a hundred at a time (increments); then they write the very rows that
this left behind, already made, by the hand-written statement in the same batches: the
bare upsert. Rows are events and raw records; a rate is that of all workers together,
and the ratio is to the bare upsert by as many workers in the same run. On PostgreSQL it
is told how often a look at the server found a worker that waited for another's lock.
Medians of three; figures are printed and never asserted.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import databases, rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from multiprocessing.queues import Queue
    from multiprocessing.synchronize import Barrier

_WORKERS = (1, 2, 4)
_ROUNDS = 3
_INCREMENT = 100
_TAKEN, _BARE = "taken", "bare"
# A worker that waits for a row or a lock that another holds.
_WAITING = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND wait_event_type = 'Lock' AND wait_event <> 'extend'
"""


@dataclass(frozen=True)
class Span:
    """What one worker did, from when to when by the machine's clock."""

    round: int
    way: str
    act: str
    begun: float
    ended: float
    rows: int


def here(count: int) -> None:
    """Measure on the database of this process."""
    databases.set_up()
    from django.db import connection

    sources = [source.pk for source in rows.sources(max(_WORKERS))]
    for workers in _WORKERS:
        spans, waiting = _together(sources[:workers], count)
        for way in ("bulk", "increments"):
            rate = {
                act: _rate(each for each in spans if (each.way, each.act) == (way, act))
                for act in (_TAKEN, _BARE)
            }
            print(
                f"{connection.vendor:>12} {way:>11} {workers:>8} {rate[_BARE]:>10,.0f}"
                f" {rate[_TAKEN]:>10,.0f} {rate[_TAKEN] / rate[_BARE]:>7.2f}"
                f" {waiting:>10}"
            )


def _together(sources: list[int], count: int) -> tuple[list[Span], str]:
    """Let a worker for each source run; return what they did, and who waited."""
    from django.db import connection

    context = multiprocessing.get_context("spawn")
    barrier, told = context.Barrier(len(sources)), context.Queue()
    workers = [
        context.Process(target=_work, args=(source, count, barrier, told))
        for source in sources
    ]
    for worker in workers:
        worker.start()
    looks = found = 0
    spans: list[Span] = []
    expected = len(sources) * _ROUNDS * 4
    while len(spans) < expected:
        if any(worker.exitcode for worker in workers):
            raise SystemExit("a worker failed")
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(_WAITING)
                found += bool(cursor.fetchone()[0])
                looks += 1
        time.sleep(0.02)
        while not told.empty():
            spans.append(told.get())
    for worker in workers:
        worker.join()
    return spans, f"{found} of {looks}" if looks else "by design"


def _work(source: int, count: int, barrier: Barrier, told: Queue[Span]) -> None:
    """Take in and write bare, again and again, beside the others."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "compel.settings")
    django.setup()
    lines = rows.lines(count, team=f"team-{source}-")
    _take_in(source, lines, count)  # its services are met once, before
    for number in range(_ROUNDS):
        for way, size in (("bulk", count), ("increments", _INCREMENT)):
            rows.empty(source)
            begun, ended = _beside(barrier, lambda: _take_in(source, lines, size))  # noqa: B023  # called at once
            kept = rows.stored(source)
            total = len(kept[0]) + len(kept[1])
            told.put(Span(number, way, _TAKEN, begun, ended, total))
            ready = list(rows.in_batches(*kept, size))
            rows.empty(source)
            begun, ended = _beside(barrier, lambda: _write(ready))  # noqa: B023  # the same
            told.put(Span(number, way, _BARE, begun, ended, total))
    rows.empty(source)


def _beside(barrier: Barrier, work: Callable[[], None]) -> tuple[float, float]:
    """Begin when all do."""
    barrier.wait()
    begun = time.perf_counter()
    work()
    ended = time.perf_counter()
    barrier.wait()
    return begun, ended


def _take_in(source: int, lines: list[bytes], size: int) -> None:
    from django.utils import timezone

    from assessments.services import receiving
    from assessments.services.lines import Layout

    for start in range(0, len(lines), size):
        receiving.read_in(
            source_id=source,
            stream=io.BytesIO(b"\n".join(lines[start : start + size])),
            layout=Layout.JSON,
            now=timezone.now(),
            bounded=False,
        )


def _write(batches: list[tuple[rows.Columns, rows.Columns]]) -> None:
    for batch in batches:
        rows.write(*batch)


def _rate(spans: Iterable[Span]) -> float:
    """Return the rows a second of all workers together, the median of the rounds."""
    rounds: dict[int, list[Span]] = defaultdict(list)
    for span in spans:
        rounds[span.round].append(span)
    return median(
        sum(span.rows for span in each)
        / (max(span.ended for span in each) - min(span.begun for span in each))
        for each in rounds.values()
    )


def main() -> None:
    """Measure on each database and print a line for each number of workers."""
    if sys.argv[1:2] == ["--here"]:
        here(int(sys.argv[2]))
        return
    count = sys.argv[1] if len(sys.argv) > 1 else "4000"
    print(
        f"{'database':>12} {'way':>11} {'workers':>8} {'bare /s':>10} {'taken /s':>10}"
        f" {'ratio':>7} {'waited':>10}   rows a second; waited: looks that found a lock"
    )
    databases.run_on_each("benchmarks.workers", count)


if __name__ == "__main__":
    main()
