"""Timings in pairs: what is measured and its baseline take turns.

A machine that is busy with something else slows both, so their ratio says more than
either. The processor time is this process's own, without what a database server does.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Medians in milliseconds, and how many times as long as the baseline it took."""

    wall: float
    least: float
    processor: float
    ratio: float

    def __str__(self) -> str:
        return (
            f"{self.wall:>8.1f} {self.least:>8.1f} {self.processor:>8.1f}"
            f" {self.ratio:>6.1f} ×"
        )


# The columns of a printed pair.
HEAD = f"{'median':>8} {'least':>8} {'of CPU':>8} {'ratio':>8}"


def measured(
    work: Callable[[], object], baseline: Callable[[], object], *, rounds: int = 31
) -> Pair:
    """Time both in turns, after once each to warm up."""
    baseline()
    work()
    walls, processors, ratios = [], [], []
    for _ in range(rounds):
        bare, _unused = _timed(baseline)
        wall, processor = _timed(work)
        walls.append(wall)
        processors.append(processor)
        ratios.append(wall / bare)
    return Pair(
        wall=median(walls),
        least=min(walls),
        processor=median(processors),
        ratio=median(ratios),
    )


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return (
        (time.perf_counter() - wall) * 1000,
        (time.process_time() - processor) * 1000,
    )
