"""Analyses of SonarQube become signals; no network."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from assessments.connectors.base import Fields, Garbled, told
from assessments.connectors.sonarqube.rules import Rules
from scoring.events import Signal, SignalKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from assessments.connectors.base import Payload, Source
    from scoring.events import Event, Json

GATE = "alert_status"
_NO_GATE = "NONE"
# Old servers say WARN of what is near a limit, and not beyond it.
_BREACHED = {"OK": False, "WARN": False, "ERROR": True}


def events(payload: Payload, source: Source) -> list[Event]:
    """Return a signal of the quality gate, and one of each measure."""
    body = Fields(payload.body, "")
    analysis = body.fields("analysis")
    at = analysis.moment("date")
    key = analysis.text("key")
    attributes = told(
        branch=body.text_or_none("branch"),
        revision=analysis.text_or_none("revision"),
        version=analysis.text_or_none("projectVersion"),
    )
    wanted = Rules.of(source.rules).metrics
    found = list(_values(body))
    return [
        _signal(metric, value, at=at, key=key, source=source, attributes=attributes)
        for metric, value in found
        if (metric in wanted or metric == GATE) and value != _NO_GATE
    ]


def _values(body: Fields) -> Iterator[tuple[str, str]]:
    """Yield the metrics that were measured, and what they were."""
    for measure in body.list_of("measures"):
        metric = measure.text("metric")
        for entry in measure.list_of("history"):
            value = entry.text_or_none("value")
            if value is not None:
                yield metric, value


def _signal(
    metric: str,
    value: str,
    *,
    at: datetime,
    key: str,
    source: Source,
    attributes: dict[str, Json],
) -> Signal:
    """Return what one analysis says of one metric.

    It is not marked as automated: it answers nothing that happens in production.
    """
    is_gate = metric == GATE
    if is_gate and value not in _BREACHED:
        raise Garbled(f"measures.{GATE}: {value[:40]!r} is none that we know")
    return Signal(
        id=f"{key}/{'quality_gate' if is_gate else metric}",
        subject=source.service_key,
        signal=SignalKind.ALERT,
        value=None if is_gate else _number(metric, value),
        breached=_BREACHED[value] if is_gate else None,
        at=at,
        attributes=attributes
        | told(metric="quality_gate" if is_gate else metric)
        | told(status=value if is_gate else None),
    )


def _number(metric: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise Garbled(f"measures.{metric}: {value[:40]!r} is no number")
    return number
