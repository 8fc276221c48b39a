"""Run every benchmark, one after the other: `make bench`."""

from __future__ import annotations

import subprocess
import sys

# Each in a process of its own, so that one's memory is not the other's.
_ALL = (
    "engine",
    "linkage",
    "ingest",
    "workers",
    "increments",
    "answering",
    "hooks",
    "dashboard",
    "heatmap",
    "report",
)


def main() -> None:
    """Run them all; the first that fails ends it."""
    for name in _ALL:
        print(f"\n══ {name} " + "═" * (70 - len(name)))
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)  # noqa: S603  # our own modules


if __name__ == "__main__":
    main()
