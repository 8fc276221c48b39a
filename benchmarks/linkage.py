"""What linking a commit to its deployment costs as histories grow.

    python -m benchmarks.linkage [10000 100000 1000000]

For each number of commits, in a process of its own: a main branch with a merge in
every fifth commit, a cherry-pick in every twentieth of them, a deployment of every
twentieth commit, some of them rollbacks, and a change for each merge. What is timed is
adding the events to a ledger and judging them, processor time of one core. Beside it,
in the same process, each commit's parents are looked up once and no more: large tables
are slower to look into than small ones, whoever does it. Figures are printed and never
asserted: how many times as long as looking up linking takes must stay level.
"""

from __future__ import annotations

import gc
import json
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from scoring.attribution import Rules, gather, settle
from scoring.events import Change, Commit, Deployment, Lane, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.events import Event

_SIZES = (10_000, 100_000, 1_000_000)
_START = datetime(2020, 1, 1, tzinfo=UTC)
_MERGED, _PICKED, _DEPLOYED, _ROLLED_BACK = 5, 100, 20, 400


def _sha(number: int) -> str:
    return f"{number:040x}"


def history(commits: int) -> Iterator[Event]:
    """Yield a made-up history, in order of time."""
    for number in range(commits):
        at = _START + timedelta(minutes=number)
        merges = number % _MERGED == 0 and number >= _MERGED
        # Each four commits are a side branch that starts at the merge before.
        first = (number - 1) // _MERGED * _MERGED
        parents = [first, number - 1] if merges else [number - 1] if number else []
        picked = number % _PICKED == _PICKED - 1
        yield Commit(
            sha=_sha(number),
            service="shop",
            committed_at=at,
            parents=tuple(map(_sha, parents)),
            attributes={"cherry_picked_from": _sha(number - 7)} if picked else {},
        )
        if merges:
            yield Change(
                id=f"change-{number}",
                service="shop",
                merged_sha=_sha(number),
                merged_at=at,
                commits=tuple(map(_sha, range(number - _MERGED + 1, number))),
            )
        if number % _DEPLOYED == 0:
            back = number % _ROLLED_BACK == 0 and number >= _DEPLOYED
            yield Deployment(
                id=f"deployment-{number}",
                service="shop",
                environment="production",
                sha=_sha(number - _DEPLOYED if back else number),
                status=Status.SUCCESS,
                finished_at=at + timedelta(seconds=30),
            )


def run(commits: int) -> dict[str, float]:
    """Measure one size in this process."""
    events = list(history(commits))
    gc.collect()
    gc.freeze()
    started = time.process_time()
    ledger = gather(events, rules=Rules())["shop"]
    gathered = time.process_time()
    facts = settle(ledger).lanes[Lane.CODE]
    carried = len(facts.carried)
    done = time.process_time()
    seen: set[str] = set()
    for node in ledger.commits.values():
        for parent in node.parents:
            if parent in ledger.commits:
                seen.add(parent)
    looked_up = time.process_time()
    return {
        "commits": commits,
        "carried": carried,
        "gather_us": (gathered - started) / commits * 1e6,
        "link_us": (done - gathered) / commits * 1e6,
        "look_up_us": (looked_up - done) / commits * 1e6,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    """Measure each size in a fresh process and print a line for it."""
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(run(int(sys.argv[2]))))
        return
    sizes = [int(size) for size in sys.argv[1:]] or list(_SIZES)
    print(
        f"{'commits':>10} {'carried':>10} {'gather':>13} {'link':>13} {'look up':>13}"
        f" {'ratio':>7} {'to the smallest':>16} {'peak':>8}"
    )
    smallest = 0.0
    for size in sizes:
        command = [sys.executable, "-m", "benchmarks.linkage", "--one", str(size)]
        # Our own module, in a process of its own so that its peak is its own.
        done = subprocess.run(command, check=True, capture_output=True)  # noqa: S603
        one = json.loads(done.stdout)
        ratio = one["link_us"] / one["look_up_us"]
        smallest = smallest or ratio
        print(
            f"{size:>10,} {one['carried']:>10,} {one['gather_us']:>7.2f} µs/c."
            f" {one['link_us']:>7.2f} µs/c. {one['look_up_us']:>7.2f} µs/c."
            f" {ratio:>6.1f}x {ratio / smallest:>15.2f}x {one['peak_mb']:>5.0f} MB"
        )


if __name__ == "__main__":
    main()
