"""Service levels as plain data, of which the serializers write JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assessments.queries.service_levels import SloRow
    from scoring.service_levels import Budget, Watch


def plain(row: SloRow) -> dict[str, Any]:
    """Return an objective with its budget and how fast it goes."""
    return {
        "id": row.id,
        "name": row.name,
        "title": row.title,
        "category": row.category,
        "service": row.definition.service,
        "version": row.number,
        "target": float(row.definition.target),
        "state": row.state,
        "retired_at": row.retired_at,
        "budget": _budget(row.budget),
        "observed_until": row.newest,
        "watches": [_watch(one) for one in row.watches],
        "burning": row.burning,
    }


def _budget(found: Budget) -> dict[str, Any]:
    left_low, left_high = found.left_interval or (None, None)
    low, high = found.interval or (None, None)
    return {
        "left": found.left,
        "left_low": left_low,
        "left_high": left_high,
        "ratio": found.ratio,
        "ratio_low": low,
        "ratio_high": high,
        "n": found.n,
        "good": found.tally.good,
        "bad": found.tally.bad,
        "unknown": found.tally.unknown,
        "allowed_bad": found.allowed if found.n else None,
        "coverage": found.coverage,
        "window_start": found.start,
        "window_end": found.end,
        "as_of": found.as_of,
    }


def _watch(one: Watch) -> dict[str, Any]:
    return {
        "rule": one.rule.key,
        "severity": one.rule.severity,
        "fires_at": one.factor,
        "long_seconds": int(one.long.span.total_seconds()),
        "long_rate": one.long.rate,
        "long_n": one.long.n,
        "short_seconds": int(one.short.span.total_seconds()),
        "short_rate": one.short.rate,
        "short_n": one.short.n,
        "fires": one.fires,
    }
