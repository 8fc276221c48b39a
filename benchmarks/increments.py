"""What one increment costs on top of much history, and what memory it takes.

    python -m benchmarks.increments [10000 100000 1000000]

Made up: a source with so many deployments of services with 5,000 each, as
`benchmarks.histories` has them. Then, in a process of its own that has seen none of it:
an increment of 100 new events is taken in and rolled up, in turns with a bare upsert of
100 rows into the same tables. The ratio and the memory must stay level from one history
to the next.
Medians of eleven; figures are printed and never asserted.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from statistics import median

from benchmarks import databases, rows
from benchmarks.histories import new_events, workspace

_SIZES = ("10000", "100000", "1000000")
_ROUNDS = 11
_KIB = 1024


def here(deployments: int) -> None:
    """Make a history in the database of this process, and measure it in another."""
    databases.set_up()
    workspace(deployments)
    measure = [sys.executable, "-m", "benchmarks.increments", "--on-top"]
    subprocess.run([*measure, str(deployments)], check=True)  # noqa: S603  # our own module


def on_top(deployments: int) -> None:
    """Measure increments on a history that is there."""
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from assessments.models import Service, Source
    from assessments.services import normalizing, rolling_up

    source = Source.objects.get()
    services = [service.key for service in Service.objects.order_by("pk")[:2]]
    taken, rolled, bare = [], [], []
    for turn in range(_ROUNDS):
        records = list(new_events(turn, services))
        begun = time.perf_counter()
        normalizing.take_in(source_id=source.pk, records=records, now=timezone.now())
        between = time.perf_counter()
        rolling_up.refresh_workspace(workspace_id=source.workspace_id)
        taken.append(between - begun)
        rolled.append(time.perf_counter() - between)
        written = rows.as_new(*rows.newest(source.pk, len(records)))
        begun = time.perf_counter()
        rows.write(*written)
        bare.append(time.perf_counter() - begun)
        rows.forget_new(source.pk)
    least = median(bare)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB
    print(
        f"{connection.vendor:>12} {deployments:>11,} {median(taken) * 1000:>9.1f}"
        f" {median(rolled) * 1000:>9.1f} {least * 1000:>9.1f}"
        f" {median(taken) / least:>7.1f} {median(rolled) / least:>7.1f} {peak:>9.0f}"
    )


def main() -> None:
    """Measure each size in an empty database of each kind, and print a line."""
    if sys.argv[1:2] == ["--here"]:
        here(int(sys.argv[2]))
        return
    if sys.argv[1:2] == ["--on-top"]:
        on_top(int(sys.argv[2]))
        return
    print(
        f"{'database':>12} {'history':>11} {'store ms':>9} {'roll ms':>9}"
        f" {'bare ms':>9} {'store ×':>7} {'roll ×':>7} {'peak MiB':>9}"
        "   × the bare upsert of the same 100; all must stay level"
    )
    for size in sys.argv[1:] or _SIZES:
        databases.run_on_each("benchmarks.increments", size)


if __name__ == "__main__":
    main()
