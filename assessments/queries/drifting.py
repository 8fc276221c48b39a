"""The stream of drift signals that comes back from production, from day rollups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import IntegerField, Sum
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast

from assessments.models import DayRollup
from assessments.queries.reach import under

if TYPE_CHECKING:
    from datetime import date

    from assessments.queries.reach import Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What was seen of drift in a window, and what answered when something degraded."""

    first: date
    last: date
    seen: int
    breached: int
    degradations: int
    reactions: int


def stream(*, workspace_id: int, reach: Reach, first: date, last: date) -> Stream:
    """Return what services within reach told of drift, both days included."""
    days = DayRollup.objects.filter(
        under("service__scope__path", reach),
        service__workspace_id=workspace_id,
        day__range=(first, last),
    )
    counted = days.order_by().aggregate(
        seen=_sum("signals", "drift", "seen"),
        breached=_sum("signals", "drift", "breached"),
        degradations=_sum("degradations"),
        reactions=_sum("reactions"),
    )
    return Stream(first=first, last=last, **counted)


def _sum(*keys: str) -> Sum:
    place: KeyTransform | str = "detail"
    for key in keys:
        place = KeyTransform(key, place)
    return Sum(Cast(place, IntegerField()), default=0)
