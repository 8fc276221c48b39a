"""Prometheus' text format: families of gauges, made of rows that are read already.

What is unknown has no value: its series is left out, and `…_known` says 0. The room
`prometheus.py` asks; this one only writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from assessments.queries.exposed import ExposedScore
    from assessments.queries.results import Measured
    from assessments.queries.service_levels import SloRow
    from assessments.queries.sources import SourceRow

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class _Gauge:
    """A family's name behind its prefix, what it tells, and how to read it of a row."""

    name: str
    says: str
    of: Callable[[Any], float | None]


class _Families(Collector):
    """Families that were filled, for the library to write."""

    def __init__(self) -> None:
        self._families: list[GaugeMetricFamily] = []

    def fill(
        self,
        prefix: str,
        gauges: Sequence[_Gauge],
        labels: Sequence[str],
        rows: Sequence[tuple[Sequence[str], object]],
    ) -> None:
        """Make a family of each gauge; a row whose value is not known has no series."""
        for gauge in gauges:
            family = GaugeMetricFamily(
                f"compel_{prefix}_{gauge.name}", gauge.says, labels=labels
            )
            for told, row in rows:
                value = gauge.of(row)
                if value is not None:
                    family.add_metric(told, value)
            self._families.append(family)

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Give them to the library."""
        return self._families


def written(
    *,
    delivery: Sequence[Measured],
    days: int,
    scores: Sequence[ExposedScore],
    sources: Sequence[SourceRow],
    slos: Sequence[SloRow],
) -> bytes:
    """Return the page that Prometheus reads."""
    families = _Families()
    families.fill(
        "delivery",
        _DELIVERY,
        ("lane", "metric", "unit", "days"),
        [((one.lane, one.metric, one.unit, str(days)), one) for one in delivery],
    )
    families.fill(
        "score",
        _SCORES,
        ("scope", "framework", "version", "kind", "code", "column"),
        [((*_cycle(one), one.kind, one.code, one.column), one) for one in scores],
    )
    families.fill(
        "scored",
        _SCORED,
        ("scope", "framework", "version"),
        list({_cycle(one): one for one in scores}.items()),
    )
    families.fill(
        "source",
        _SOURCES,
        ("source", "kind"),
        [((one.name, one.kind), one) for one in sources],
    )
    families.fill(
        "slo",
        _SLOS,
        ("objective", "service", "category"),
        [((one.name, one.service_name, one.category), one) for one in slos],
    )
    registry = CollectorRegistry(auto_describe=False)
    registry.register(families)
    return generate_latest(registry)


def _cycle(one: ExposedScore) -> tuple[str, str, str]:
    return one.unit, one.framework, one.version


def _float(value: object) -> float | None:
    return None if value is None else float(str(value))


def _moment(at: datetime | None) -> float | None:
    return at.timestamp() if at else None


_DELIVERY: tuple[_Gauge, ...] = (
    _Gauge(
        "value",
        "Delivery metric; left out where it is not known.",
        lambda one: one.value,
    ),
    _Gauge("low", "Lower end of its 95 % interval.", lambda one: one.low),
    _Gauge("high", "Upper end of its 95 % interval.", lambda one: one.high),
    _Gauge("observations", "How many observations it rests on (n).", lambda one: one.n),
    _Gauge(
        "coverage_ratio",
        "Share of what should have been observed, 0 to 1.",
        lambda one: one.coverage,
    ),
    _Gauge(
        "known",
        "1 if the metric is known, 0 if not.",
        lambda one: int(one.value is not None),
    ),
    _Gauge(
        "provisional",
        "1 if it rests on fewer than the minimum n.",
        lambda one: None if one.value is None else int(one.provisional),
    ),
)
_SCORES: tuple[_Gauge, ...] = (
    _Gauge(
        "level",
        "Level of a domain or the whole, 1 to 5.",
        lambda one: _float(one.level),
    ),
    _Gauge(
        "coverage_ratio",
        "Share of its inputs that is known.",
        lambda one: _float(one.coverage),
    ),
)
_SCORED: tuple[_Gauge, ...] = (
    _Gauge(
        "timestamp_seconds",
        "When its scores were made.",
        lambda one: _moment(one.scored_at),
    ),
)
_SOURCES: tuple[_Gauge, ...] = (
    _Gauge(
        "last_success_timestamp_seconds",
        "When it was last read without an error.",
        lambda one: _moment(one.last_success_at),
    ),
    _Gauge(
        "newest_event_timestamp_seconds",
        "When its newest event happened.",
        lambda one: _moment(one.newest_event_at),
    ),
    _Gauge("events", "Events that it brought.", lambda one: one.event_count),
    _Gauge(
        "rejected_records", "Records in its quarantine.", lambda one: one.rejections
    ),
    _Gauge("failing", "1 if the last attempt failed.", lambda one: int(one.failing)),
    _Gauge(
        "paused", "1 if nothing is taken at the moment.", lambda one: int(one.paused)
    ),
)
_SLOS: tuple[_Gauge, ...] = (
    _Gauge(
        "target_ratio",
        "What is promised, 0 to 1.",
        lambda one: float(one.budget.target),
    ),
    _Gauge(
        "sli_ratio",
        "What was good of what is known in the window.",
        lambda one: one.budget.ratio,
    ),
    _Gauge(
        "budget_left_ratio",
        "Error budget left; below 0 when overspent.",
        lambda one: one.budget.left,
    ),
    _Gauge(
        "observations",
        "How many observations or slices are known.",
        lambda one: one.budget.n,
    ),
    _Gauge(
        "coverage_ratio",
        "Share of the window so far that is known.",
        lambda one: one.budget.coverage,
    ),
    _Gauge("burning", "1 if an alert rule fires.", lambda one: int(bool(one.burning))),
)
