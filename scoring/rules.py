"""Rules: a criterion of the edition and its measurements in, a proposal out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from scoring.metrics import Known, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.metrics import Measurement
    from scoring.rubric import Condition, Criterion, Rung


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The level that telemetry proposes for a criterion.

    `level` is None when it is unknown; `because` says why in sentences either way.
    `applicable` is False when there is nothing of the sort to measure, such as a model
    metric where no model is delivered: the criterion then counts for nothing.
    """

    criterion: str
    topic: str
    level: Decimal | None
    because: tuple[str, ...] = ()
    applicable: bool = True


def propose(criterion: Criterion, measurements: Mapping[str, Measurement]) -> Proposal:
    """Climb the ladder with what was measured; `measurements` are keyed by metric.

    A level is proposed if every condition of it and of all levels below holds. What is
    unknown stops the climb and never counts as a failure: on the first rung nothing is
    proposed at all. Under the minimum n a level is proposed and called provisional.
    """
    level: int | None = None
    because: list[str] = []
    for position, rung in enumerate(criterion.ladder):
        doubts = _doubts(criterion, rung, measurements)
        if doubts:
            because += _stopped(rung, doubts, first=position == 0)
            break
        if position == 0:
            level = rung.level - 1  # measured: at least the lowest level
        missed = [
            condition
            for condition in rung.when
            if not condition.holds(_value(measurements[condition.metric]))
        ]
        if missed:
            because += [
                f"Level {rung.level} asks for {condition.words};"
                f" it is {_said(measurements[condition.metric])}."
                for condition in missed
            ]
            break
        level = rung.level
        because += _met(rung, measurements)
    return Proposal(
        criterion=criterion.code,
        topic=criterion.topic,
        level=None if level is None else Decimal(level),
        because=(*because, *_provisional(criterion, measurements, level)),
        applicable=level is not None or _applicable(criterion, measurements),
    )


def _doubts(
    criterion: Criterion, rung: Rung, measurements: Mapping[str, Measurement]
) -> list[str]:
    """Return why the conditions of a rung cannot be judged, one sentence a metric."""
    doubts = []
    for condition in rung.when:
        doubt = _doubt(criterion, condition, measurements.get(condition.metric))
        if doubt and doubt not in doubts:
            doubts.append(doubt)
    return doubts


def _doubt(
    criterion: Criterion, condition: Condition, measurement: Measurement | None
) -> str:
    name = condition.metric.replace("_", " ")
    if measurement is None:
        return f"{name.capitalize()} was not measured."
    if measurement.known is Known.NOT_APPLICABLE:
        return f"{name.capitalize()} does not apply: {_reason(measurement)}."
    if measurement.known is Known.UNKNOWN or measurement.value is None:
        return f"{name.capitalize()} is unknown: {_reason(measurement)}."
    coverage = measurement.coverage
    if coverage is not None and coverage < float(criterion.minimum_coverage):
        return (
            f"{name.capitalize()} covers {_percent(coverage)} of what should be seen;"
            f" this criterion asks for {_percent(float(criterion.minimum_coverage))}."
        )
    return ""


def _stopped(rung: Rung, doubts: list[str], *, first: bool) -> list[str]:
    if first:
        return [*doubts, "Therefore no level is proposed."]
    return [*doubts, f"Therefore the climb stops below level {rung.level}."]


def _met(rung: Rung, measurements: Mapping[str, Measurement]) -> list[str]:
    return [
        f"Level {rung.level} holds: {condition.words}, and it is"
        f" {_said(measurements[condition.metric])}."
        for condition in rung.when
    ]


def _provisional(
    criterion: Criterion,
    measurements: Mapping[str, Measurement],
    level: int | None,
) -> list[str]:
    if level is None:
        return []
    thin = [
        measurement
        for metric in criterion.metrics
        if (measurement := measurements.get(metric)) is not None
        and measurement.known is Known.VALUE
        and (measurement.provisional or measurement.n < criterion.minimum_n)
    ]
    return [_thin(one, criterion.minimum_n) for one in thin]


def _thin(measurement: Measurement, minimum: int) -> str:
    name = measurement.metric.replace("_", " ")
    if measurement.n < minimum:
        return (
            f"Provisional: {name} rests on {measurement.n} observations, fewer than"
            f" {minimum}."
        )
    return f"Provisional: {name} rests on a thin sample (n = {measurement.n})."


def _applicable(criterion: Criterion, measurements: Mapping[str, Measurement]) -> bool:
    return not any(
        (measurement := measurements.get(condition.metric)) is not None
        and measurement.known is Known.NOT_APPLICABLE
        for condition in criterion.ladder[0].when
    )


# ── numbers in words ───────────────────────────────────────────────────────────────

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0


def _value(measurement: Measurement) -> float:
    if measurement.value is None:  # `_doubt` has let it pass: it is known
        raise ValueError(f"{measurement.metric} has no value")
    return measurement.value


def _reason(measurement: Measurement) -> str:
    return (measurement.because or "no reason was given").rstrip(".")


def _percent(ratio: float) -> str:
    return f"{ratio * 100:.4g} percent"


def _said(measurement: Measurement) -> str:
    said = _amount(_value(measurement), measurement.unit)
    return f"{said} (n = {measurement.n})"


def _amount(value: float, unit: Unit) -> str:
    match unit:
        case Unit.SECONDS:
            return _span(value)
        case Unit.RATIO:
            return _percent(value)
        case Unit.POINTS:
            return f"{value * 100:.4g} points"
        case Unit.PER_WEEK:
            return f"{value:.4g} per week"
        case Unit.COUNT | Unit.INDEX | Unit.AMOUNT:
            return f"{value:.6g}"


def _span(seconds: float) -> str:
    for size, name in ((_DAY, "days"), (_HOUR, "hours"), (_MINUTE, "minutes")):
        # Up to two days are said in hours, up to two hours in minutes.
        if seconds >= 2 * size or (seconds >= size and name == "minutes"):
            return f"{seconds / size:.4g} {name}"
    if 0 < abs(seconds) < 1:
        return f"{seconds * 1000:.4g} milliseconds"
    return f"{seconds:.4g} seconds"
