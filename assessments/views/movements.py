"""How metrics would move, or moved, in words: one row a lane and metric."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.charts import reasons, words
from assessments.queries import metric_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assessments.services.ruling import Movement
    from scoring.events import Json
    from scoring.metrics import Measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A measurement in words: the value, and how sure it is or why it is not known."""

    value: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A metric of a lane, before and after."""

    name: str
    lane: str
    before: Shown
    after: Shown
    moved: bool


def rows(movements: Iterable[Movement]) -> list[Row]:
    """Return movements in words."""
    return [
        Row(
            name=str(metric_words.NAMES[one.metric]),
            lane=_lane(one.lane.value),
            before=_shown(one.before),
            after=_shown(one.after),
            moved=one.moved,
        )
        for one in movements
    ]


def sentences(moved: Iterable[Mapping[str, Json]]) -> list[str]:
    """Return what a version kept of a movement, a sentence each."""
    return [
        _("{metric}, {lane}: {before} → {after}").format(
            metric=metric_words.NAMES.get(str(one.get("metric")), one.get("metric")),
            lane=_lane(str(one.get("lane"))),
            before=_quantity(one.get("before"), one.get("unit")),
            after=_quantity(one.get("after"), one.get("unit")),
        )
        for one in moved
    ]


def _shown(one: Measurement) -> Shown:
    if one.value is None:
        return Shown(value=_("unknown"), note=reasons.said(one.because))
    unit = one.unit.value
    note = _("n = {n}").format(n=words.number(one.n))
    if one.low is not None and one.high is not None:
        note += _("; 95 % interval {interval}").format(
            interval=words.interval(one.low, one.high, unit)
        )
    if one.provisional:
        note += _("; provisional")
    return Shown(value=words.quantity(one.value, unit), note=note)


def _quantity(value: Json, unit: Json) -> str:
    if isinstance(value, int | float):
        return words.quantity(value, str(unit))
    return _("unknown")


def _lane(lane: str) -> str:
    return _("model lane") if lane == "model" else _("code lane")
