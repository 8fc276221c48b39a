"""A report becomes signals: one for each metric that the rules name.

A report holds neither a moment nor the name of a model, so both come from its file's
name: `ranker/2026-01-09T06:00:00Z.json` is of the model `ranker` at that moment.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assessments.connectors.base import Fields, Garbled, told
from assessments.connectors.evidently.rules import is_automated, kind_of
from scoring.events import Signal, SignalKind

if TYPE_CHECKING:
    from assessments.connectors.base import Source
    from scoring.events import Json

_MOMENT = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[T_ -](\d\d)[:-]?(\d\d)(?:[:-]?(\d\d))?Z?)?"
)
_OF_METRIC = ("id", "metric_name", "config", "value")
_DATASET = "DriftedColumnsCount"
_STATUSES = {"SUCCESS": False, "WARNING": False, "FAIL": True, "ERROR": None}


def kept_of(content: Json) -> dict[str, Json] | None:
    """Return what is kept of a report; None: it is none."""
    if not isinstance(content, dict) or not isinstance(content.get("metrics"), list):
        return None
    metrics, tests = content["metrics"], content.get("tests")
    return {
        "metrics": [_metric(each) for each in metrics]
        if isinstance(metrics, list)
        else metrics,
        "tests": [_test(each) for each in tests] if isinstance(tests, list) else [],
    }


def _metric(row: Json) -> Json:
    if not isinstance(row, dict):
        return row
    return {name: row[name] for name in _OF_METRIC if name in row}


def _test(row: Json) -> Json:
    if not isinstance(row, dict):
        return row
    tested, config = row.get("metric_config"), row.get("test_config")
    return {
        "metric_id": tested.get("metric_id") if isinstance(tested, dict) else None,
        "threshold": config.get("threshold") if isinstance(config, dict) else None,
        "status": row.get("status"),
    }


def signals(report: Fields, file: str, source: Source) -> list[Signal]:
    """Return the signals of a report."""
    at = _moment_of(file)
    folder, slash, _ = file.partition("/")
    subject = folder if slash else source.service_key
    tests = _tests(report)
    metrics = report.list_of("metrics")
    found = []
    of_all = any(_name(each) == _DATASET for each in metrics)
    for metric in metrics:
        name = _name(metric)
        kind = kind_of(name, source.rules)
        # Where drift is told of all columns, that of each column is not told again.
        if kind is None or (kind is SignalKind.DRIFT and of_all and name != _DATASET):
            continue
        value = _value(metric)
        breached, threshold = tests.get(metric.text("id"), (None, None))
        if kind is SignalKind.DRIFT:
            threshold = _number(metric.fields("config"), "drift_share", "threshold")
            breached = (
                _drifted(metric, value, threshold) if breached is None else breached
            )
        found.append(
            Signal(
                id=f"{file}#{metric.text('id')}",
                subject=subject,
                signal=kind,
                value=value,
                threshold=threshold,
                breached=breached,
                at=at,
                automated=is_automated(source.rules),
                attributes=told(
                    metric=metric.text("metric_name"), **_quantity(metric, kind)
                ),
            )
        )
    return found


def _quantity(metric: Fields, kind: SignalKind) -> dict[str, str | None]:
    """Return what was measured of which column, where that is a stability index."""
    if kind is not SignalKind.DRIFT or "config" not in metric:
        return {}
    config = metric.fields("config")
    if (config.text_or_none("method") or "").lower() != "psi":
        return {}
    return {"measure": "psi", "feature": config.text_or_none("column")}


def _moment_of(file: str) -> datetime:
    """Return the moment in a file's name, in UTC; a day alone is its beginning."""
    found = _MOMENT.search(file.rpartition("/")[2])
    try:
        if found:
            return datetime(*(int(part or 0) for part in found.groups()), tzinfo=UTC)  # type: ignore[arg-type,misc]  # six numbers
    except ValueError:
        pass
    raise Garbled(
        "file: its name holds no moment; call it for example"
        " 2026-01-09T06:00:00Z.json, in UTC"
    )


def _name(metric: Fields) -> str:
    """Return the name of a metric without its parameters."""
    return metric.text("metric_name").partition("(")[0]


def _tests(report: Fields) -> dict[str, tuple[bool | None, float | None]]:
    """Return by metric whether a test of it failed, and its threshold."""
    found: dict[str, tuple[bool | None, float | None]] = {}
    for test in report.list_of("tests"):
        status = test.text("status").rpartition(".")[2].upper()
        if status not in _STATUSES:
            raise Garbled(f"tests.status: {status[:40]!r} is none that we know")
        metric = test.text_or_none("metric_id") or ""
        failed, threshold = found.get(metric, (None, None))
        verdict = _STATUSES[status]
        found[metric] = (
            failed or verdict if verdict is not None else failed,
            threshold if threshold is not None else _number(test, "threshold"),
        )
    return found


def _value(metric: Fields) -> float | None:
    """Return the value of a metric: a number, or the share or mean among several."""
    plain = _number(metric, "value")
    if plain is not None or "value" not in metric:
        return plain
    return _number(metric.fields("value"), "share", "mean", "current")


def _drifted(
    metric: Fields, value: float | None, threshold: float | None
) -> bool | None:
    """Say whether a value tells of drift: a p-value below, a distance from it on."""
    if value is None or threshold is None:
        return None
    method = metric.fields("config").text_or_none("method") or ""
    return value < threshold if method.endswith("p_value") else value >= threshold


def _number(row: Fields, *names: str) -> float | None:
    """Return the first of these fields that is a number."""
    found = (row.decimal_or_none(name) for name in names)
    return next((value for value in found if value is not None), None)
