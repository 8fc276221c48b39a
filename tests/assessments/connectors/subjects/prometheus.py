"""Prometheus, with eighteen days of values of two models, and alerts that fired."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assessments.connectors.alerts.meaning import digest
from assessments.connectors.base import Source, clean_rules
from assessments.connectors.prometheus import Prometheus
from assessments.connectors.prometheus.rules import series_of
from tests.assessments.connectors.contract import SECRET, Subject
from tests.assessments.connectors.platform import Listed, Part, Platform

if TYPE_CHECKING:
    from tests.assessments.connectors.platform import Asked

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)
USER = f"ada:{SECRET}"
DRIFT = "drift {model}: max by (model, team) (psi) > 0.2"
ACCURACY = "performance ranker: avg_over_time(accuracy[1h]) < 0.9"
_END = int(NOW.timestamp())
_HOUR = 3600
# Between two values.
_STEP = 6 * _HOUR


def _values(query: str, metric: dict[str, str], samples: dict[int, str]) -> Any:
    return {
        "of": query,
        "metric": metric,
        "values": [[at, value] for at, value in sorted(samples.items())],
    }


# Steps before the end: a value each. There is a gap at 20, and no number at 30.
_RANKER = {
    _END - steps * _STEP: "NaN" if steps == 30 else "0.25" if steps == 7 else "0.1"
    for steps in range(71)
    if steps != 20
}
_SEARCH = {_END - steps * _STEP: "+Inf" for steps in range(3)}
_ACCURACY = {_END - steps * _STEP: f"0.{80 + steps}" for steps in range(12)}
# From 40 to 35 hours ago, and from two hours ago until now.
_FIRED = {
    at: "1"
    for at in range(_END - 48 * _HOUR, _END + 1, _HOUR)
    if 35 * _HOUR <= _END - at <= 40 * _HOUR or _END - at <= 2 * _HOUR
}
LABELS = {"alertname": "RankerDrift", "severity": "page", "service": "ranker"}


def rows() -> list[Any]:
    """Return the series, each under its expression."""
    drift, accuracy = series_of(DRIFT).query, series_of(ACCURACY).query
    return [
        _values(drift, {"model": "ranker", "team": "ada@example.org"}, _RANKER),
        _values(drift, {"model": "search"}, _SEARCH),
        _values(accuracy, {}, _ACCURACY),
        _values(
            'ALERTS{alertstate="firing"}',
            {"__name__": "ALERTS", "alertstate": "firing", **LABELS},
            _FIRED,
        ),
    ]


class BySpan:
    """Of each series the values between `start` and `end`."""

    def part(self, rows: list[Any], asked: Asked, cap: int, address: str) -> Part:  # noqa: ARG002 -- of the protocol
        """Return the series of an expression that have values there."""
        first, last = (int(asked.query[name]) for name in ("start", "end"))
        found = []
        for row in rows:
            if not isinstance(row, dict) or row.get("of") != asked.query["query"]:
                found += [] if isinstance(row, dict) and "of" in row else [row]
                continue
            values = row.get("values")
            if isinstance(values, list):
                values = [each for each in values if _is_between(each, first, last)]
            if values != []:
                found.append({"metric": row.get("metric"), "values": values})
        return Part(found)


def _is_between(sample: Any, first: int, last: int) -> bool:
    try:
        return bool(first <= sample[0] <= last)
    except (TypeError, IndexError, KeyError):
        return True  # an odd sample: a test made it so


def platform() -> Platform:
    """Return the server with its series."""
    coded = b64encode(USER.encode()).decode()
    return Platform(
        lists={
            "/api/v1/query_range": Listed(
                rows(),
                BySpan(),
                wrap=lambda rows: {
                    "status": "success",
                    "data": {"resultType": "matrix", "result": rows},
                },
            )
        },
        things={
            "/api/v1/query": {
                "status": "success",
                "data": {"resultType": "scalar", "result": [_END, str(_END)]},
            }
        },
        admits=lambda asked: asked.headers.get("authorization") == f"Basic {coded}",
    )


def source(address: str, **answers: Any) -> Source:
    """Return a source of the server."""
    rules = {
        "series": [DRIFT, ACCURACY],
        "alerts": "yes",
        "alert_step_minutes": 60,
        "step_minutes": 360,
        "history_days": 18,
        "service_labels": ["service"],
        **answers,
    }
    return Source(
        kind="prometheus",
        address=address,
        service_key="shop",
        secret=USER,
        rules=clean_rules(Prometheus.rule_fields, rules).rules,
        allow_local=True,
    )


def signal(line: str, metric: dict[str, str], at: int) -> tuple[str, str]:
    """Return what a value becomes."""
    series = series_of(line)
    return "signal", f"{series.kind}/{series.key}/{digest(metric)}@{at}"


_FIRED_AT = [_END - 40 * _HOUR, _END - 2 * _HOUR]
ALERTS = frozenset(
    (kind, f"{digest(LABELS)}@{at}000")
    for kind in ("signal", "incident")
    for at in _FIRED_AT
)

SUBJECT = Subject(
    connector=lambda patience: Prometheus(patience, most=24),
    platform=platform,
    source=source,
    now=NOW,
    events=frozenset(
        {
            signal(DRIFT, {"model": "ranker", "team": "(address removed)"}, at)
            for at, value in _RANKER.items()
            if value != "NaN"
        }
        | {signal(DRIFT, {"model": "search"}, at) for at in _SEARCH}
        | {signal(ACCURACY, {}, at) for at in _ACCURACY}
        | ALERTS
    ),
    of_now=ALERTS,
    people=("ada@example.org",),
)
