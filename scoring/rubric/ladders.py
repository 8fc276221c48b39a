"""Criteria and their ladders: what telemetry has to show for each level."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from scoring.events import Lane
from scoring.rubric.criteria import Comparison, Condition, Criterion, Rung
from scoring.rubric.reader import decimal_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.events import Json
    from scoring.rubric.edition import Scale
    from scoring.rubric.reader import Reader


class Gauge(Protocol):
    """What has to be known of a metric to check a ladder."""

    @property
    def unit(self) -> str:
        """The unit of its values: seconds, ratio, per_week, points, count …"""

    @property
    def better(self) -> str:
        """Which way is better: higher or lower."""

    @property
    def lanes(self) -> Sequence[str]:
        """The lanes in which it is measured."""


# Words people write after a number -> (unit of the metric, factor).
_UNITS: dict[str, tuple[str, Decimal]] = {
    "millisecond": ("seconds", Decimal("0.001")),
    "second": ("seconds", Decimal(1)),
    "minute": ("seconds", Decimal(60)),
    "hour": ("seconds", Decimal(3600)),
    "day": ("seconds", Decimal(86400)),
    "week": ("seconds", Decimal(604800)),
    "percent": ("ratio", Decimal("0.01")),
    "%": ("ratio", Decimal("0.01")),
    "per week": ("per_week", Decimal(1)),
    "per day": ("per_week", Decimal(7)),
    "point": ("points", Decimal("0.01")),
}
_QUANTITY = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>%|[a-z][a-z ]*)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A line as the edition writes it, in the metric's unit."""

    value: Decimal
    unit: str  # empty if only a number was written
    said: str


def quantity(plain: Json) -> Quantity | None:
    """Read a number, or a number with a unit such as "24 hours" or "80 percent"."""
    number = decimal_of(plain)
    if number is not None:
        return Quantity(number, "", f"{number:f}")
    if not isinstance(plain, str):
        return None
    match = _QUANTITY.fullmatch(plain.strip().lower())
    if match is None:
        return None
    word = match["unit"].strip()
    known = _UNITS.get(word) or _UNITS.get(word.removesuffix("s"))
    if known is None:
        return None
    unit, factor = known
    value = (Decimal(match["number"]) * factor).normalize()
    return Quantity(value, unit, plain.strip())


def criterion(
    row: Reader, *, scale: Scale, gauges: Mapping[str, Gauge] | None
) -> Criterion:
    """Read one criterion and its ladder."""
    read = Criterion(
        code=row.text("code"),
        name=row.text("name"),
        topic=row.text("topic"),
        lane=_lane(row),
        window_days=row.whole("window_days", least=1),
        minimum_n=row.whole("minimum_n", 1, least=1),
        minimum_coverage=row.number(
            "minimum_coverage", Decimal(0), least=Decimal(0), most=Decimal(1)
        ),
        ladder=_ladder(row, scale=scale, gauges=gauges),
        source=row.texts("source", required=True),
        note=row.text("note", ""),
    )
    row.done()
    for metric in read.metrics:
        gauge = (gauges or {}).get(metric)
        if gauge is not None and read.lane not in gauge.lanes:
            row.note("lane", f"{metric} is not measured in the {read.lane} lane")
    return read


def _lane(row: Reader) -> Lane:
    said = row.text("lane")
    if said in tuple(Lane):
        return Lane(said)
    row.note("lane", f"must be code or model, not `{said}`")
    return Lane.CODE


def _ladder(
    row: Reader, *, scale: Scale, gauges: Mapping[str, Gauge] | None
) -> tuple[Rung, ...]:
    rungs = []
    for rung in row.rows("ladder", required=True):
        level = rung.whole("level", least=0)
        when = tuple(
            condition
            for one in rung.rows("when", required=True)
            if (condition := _condition(one, gauges=gauges)) is not None
        )
        rung.done()
        rungs.append(Rung(level=level, when=when))
    _check_levels(row, [rung.level for rung in rungs], scale)
    _check_climb(row, rungs)
    return tuple(rungs)


def _condition(row: Reader, *, gauges: Mapping[str, Gauge] | None) -> Condition | None:
    metric = row.text("metric")
    asked = [one for one in Comparison if row.has(one.value)]
    lines = {one: row.raw(one.value) for one in Comparison}
    row.done()
    if len(asked) != 1:
        row.note("", "needs exactly one of at_least, above, at_most, below")
        return None
    comparison = asked[0]
    line = quantity(lines[comparison])
    if line is None:
        row.note(
            comparison.value,
            f"`{lines[comparison]}` is no quantity: write a number, or a number with"
            " seconds, minutes, hours, days, weeks, percent, points, per week or per"
            " day",
        )
        return None
    if gauges is not None:
        _check_gauge(row, metric, comparison, line, gauges)
    return Condition(
        metric=metric, comparison=comparison, value=line.value, said=line.said
    )


def _check_gauge(
    row: Reader,
    metric: str,
    comparison: Comparison,
    line: Quantity,
    gauges: Mapping[str, Gauge],
) -> None:
    gauge = gauges.get(metric)
    if gauge is None:
        known = ", ".join(sorted(gauges))
        row.note("metric", f"`{metric}` is not a metric; there are {known}")
        return
    if line.unit and line.unit != gauge.unit:
        row.note(
            comparison.value,
            f"`{line.said}` does not fit {metric}, which is measured in"
            f" {gauge.unit.replace('_', ' ')}",
        )
    if gauge.unit in ("ratio", "points") and line.value > 1:
        row.note(comparison.value, f"`{line.said}` is more than 100 percent")
    if comparison.upward is not (gauge.better == "higher"):
        row.note(
            comparison.value,
            f"{gauge.better} is better for {metric}: a level cannot ask for"
            f" {comparison.words}",
        )


def _check_levels(row: Reader, levels: Sequence[int], scale: Scale) -> None:
    wanted = list(scale.span)[1:]
    for level in wanted:
        if level not in levels:
            row.note("ladder", f"level {level} is missing")
    for level in sorted(set(levels)):
        if level not in wanted:
            row.note(
                "ladder", f"level {level} has no rung on this scale: {_span(scale)}"
            )
        elif levels.count(level) > 1:
            row.note("ladder", f"level {level} stands there twice")
    if list(levels) != sorted(levels):
        row.note("ladder", "levels must be in ascending order")


def _span(scale: Scale) -> str:
    return (
        f"level {scale.minimum} is what remains, rungs go from"
        f" {scale.minimum + 1} to {scale.maximum}"
    )


def _check_climb(row: Reader, rungs: Sequence[Rung]) -> None:
    """Refuse a rung that asks less than one below it, or nothing more."""
    reached: dict[str, Condition] = {}
    for index, rung in enumerate(rungs):
        place = f"ladder[{index}]"
        harder = False
        for condition in rung.when:
            before = reached.get(condition.metric)
            if before is None or _asks_more(condition, before):
                harder = True
            elif not _asks_same(condition, before):
                row.note(
                    place,
                    f"level {rung.level} asks for {condition.words}, which is less"
                    f" than a level below: {before.words}",
                )
            reached[condition.metric] = condition
        if rung.when and not harder:
            row.note(
                place, f"level {rung.level} asks nothing more than the levels below"
            )


def _asks_same(condition: Condition, before: Condition) -> bool:
    return condition.comparison is before.comparison and condition.value == before.value


def _asks_more(condition: Condition, before: Condition) -> bool:
    if condition.comparison.upward is not before.comparison.upward:
        return False
    if condition.value == before.value:
        return condition.comparison.strict and not before.comparison.strict
    return (condition.value > before.value) is condition.comparison.upward
