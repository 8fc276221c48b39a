"""How long the engine takes, and how much memory, beside plain sums of the same arrays.

    python -m benchmarks.engine [10000 100000 1000000]

For each number of deployments, in a process of its own: as many changes (one each) and
a tenth as many incidents are made up, written as events and parsed. Then everything is
recomputed: attribution, rollups and the five metrics. The baseline sorts and sums the
finishing times of the same deployments once, in the same process. Figures are printed
and never asserted; times are processor time of one core, so a busy machine does not
change them much.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from scoring.attribution import Rules, gather, settle
from scoring.events import Lane, Window, parse
from scoring.metrics import DELIVERY
from scoring.rollups import roll_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.events import Event, Json
    from scoring.rollups import DayRollup

_SIZES = (10_000, 100_000, 1_000_000)
_SERVICES = 50
_START = datetime(2024, 1, 1, tzinfo=UTC)
_DAYS = 730
_AIMS = "Aim at 1,000,000: all three under 1 s after parsing, peak under 500 MB."


def records(deployments: int) -> Iterator[dict[str, Json]]:
    """Yield the records of a made-up history."""
    dice = random.Random(1)
    span = _DAYS * 86_400.0
    for number in range(deployments):
        service = f"service-{number % _SERVICES}"
        # About in order of time, as platforms tell them.
        at = _START + timedelta(seconds=(number + dice.random()) / deployments * span)
        merged = at - timedelta(hours=dice.expovariate(1 / 20))
        sha = f"{number:040x}"
        yield {
            "kind": "deployment",
            "id": f"deployment-{number}",
            "service": service,
            "environment": "production",
            "sha": sha,
            "status": "failure" if dice.random() < 0.03 else "success",
            "finished_at": at.isoformat(),
        }
        yield {
            "kind": "change",
            "id": f"change-{number}",
            "service": service,
            # Half are linked by sha, half by time.
            "merged_sha": sha if number % 2 else f"{number + 2**80:040x}",
            "first_commit_at": (merged - timedelta(hours=5)).isoformat(),
            "merged_at": merged.isoformat(),
        }
        if number % 10 == 0:
            opened = at + timedelta(hours=dice.random() * 40)
            incident: dict[str, Json] = {
                "kind": "incident",
                "id": f"incident-{number}",
                "service": service,
                "opened_at": opened.isoformat(),
                "resolved_at": (opened + timedelta(hours=2)).isoformat(),
            }
            if number % 30 == 0:
                incident["deployment_id"] = f"deployment-{number}"
            yield incident


def _events(deployments: int) -> Iterator[Event]:
    for record in records(deployments):
        yield parse(record)


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(deployments: int) -> dict[str, float]:
    """Measure one size in this process."""
    before = time.process_time()
    ledgers = gather(_events(deployments), rules=Rules())
    parsed = time.process_time()
    peak_parsed = _peak_megabytes()
    window = Window.of_days(
        date(2024, 1, 1), (_START + timedelta(days=_DAYS - 1)).date()
    )
    # One service after the other, as rollups are refreshed.
    attributing = rolling = 0.0
    rollups: list[DayRollup] = []
    finishes = []
    for ledger in ledgers.values():
        started = time.process_time()
        one = settle(ledger)
        between = time.process_time()
        rollups += roll_up(one)
        attributing += between - started
        rolling += time.process_time() - between
        finishes.append(one.lanes[Lane.CODE].deployed.finish)
    rolled = time.process_time()
    measured = [metric(rollups, lane=Lane.CODE, window=window) for metric in DELIVERY]
    measuring = time.process_time() - rolled
    recompute = attributing + rolling + measuring
    moments = np.concatenate(finishes)
    np.random.default_rng(1).shuffle(moments)
    base = time.process_time()
    float(np.sort(moments).sum())
    baseline = time.process_time() - base
    return {
        "deployments": deployments,
        "known": sum(one.value is not None for one in measured),
        "rollups": len(rollups),
        "parse_s": parsed - before,
        "attribute_s": attributing,
        "roll_up_s": rolling,
        "metrics_s": measuring,
        "recompute_s": recompute,
        "baseline_s": baseline,
        "ratio": recompute / baseline,
        "peak_parsed_mb": peak_parsed,
        "peak_mb": _peak_megabytes(),
    }


def main() -> None:
    """Measure each size in a fresh process and print a line for it."""
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(run(int(sys.argv[2]))))
        return
    sizes = [int(size) for size in sys.argv[1:]] or list(_SIZES)
    print(
        f"{'deployments':>12} {'parse':>9} {'attribute':>10} {'roll up':>9}"
        f" {'metrics':>9} {'all three':>10} {'sort+sum':>9} {'ratio':>7} {'peak':>8}"
    )
    for size in sizes:
        command = [sys.executable, "-m", "benchmarks.engine", "--one", str(size)]
        # Our own module, in a process of its own so that its peak is its own.
        done = subprocess.run(command, check=True, capture_output=True)  # noqa: S603
        one = json.loads(done.stdout)
        print(
            f"{size:>12,} {one['parse_s']:>7.2f} s {one['attribute_s']:>8.3f} s"
            f" {one['roll_up_s']:>7.3f} s {one['metrics_s']:>7.3f} s"
            f" {one['recompute_s']:>8.3f} s {one['baseline_s']:>7.3f} s"
            f" {one['ratio']:>6.1f}x {one['peak_mb']:>5.0f} MB"
        )
    print(_AIMS)


if __name__ == "__main__":
    main()
