"""Published distributions as dated data: what others answered, and where it is from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import yaml
from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER = "fixtures/benchmarks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A share (0–1) of the answers, between two values in the metric's unit."""

    low: float | None  # None: open towards nothing
    high: float | None  # None: open towards the largest
    share: float

    def holds(self, value: float) -> bool:
        """Whether a value lies in it; the upper end belongs to the next band."""
        return (self.low is None or value >= self.low) and (
            self.high is None or value < self.high
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """The distributions that one publication gives, by metric."""

    key: str
    title: str
    publisher: str
    published: str
    asked: str
    respondents: str
    url: str
    lane: str
    metrics: Mapping[str, tuple[Band, ...]]


@cache
def newest() -> Benchmark:
    """Return the newest publication that is shipped."""
    folder = settings.BASE_DIR / _FOLDER
    shipped = [
        yaml.safe_load(file.read_text(encoding="utf-8"))
        for file in sorted(folder.glob("*.yaml"))
    ]
    plain = max(shipped, key=lambda one: str(one["published"]))
    asked = plain["asked"]
    return Benchmark(
        key=plain["key"],
        title=plain["title"],
        publisher=plain["publisher"],
        published=str(plain["published"]),
        asked=f"{asked['from']} – {asked['to']}",
        respondents=asked["respondents"],
        url=plain["url"],
        lane=plain["lane"],
        metrics={one["metric"]: _bands(one["bands"]) for one in plain["metrics"]},
    )


def _bands(plain: list[dict[str, float]]) -> tuple[Band, ...]:
    lows = [None, *(one["to"] for one in plain[:-1])]
    return tuple(
        Band(low=low, high=one.get("to"), share=one["share"] / 100)
        for low, one in zip(lows, plain, strict=True)
    )
