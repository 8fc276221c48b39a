"""Context: a delivery metric beside its own past, one's own units, and what others say.

Own history comes first, then own units, then what was published; people never. Nothing
is written here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from assessments.models import Service
from assessments.queries import benchmarks, metric_words
from assessments.services import measuring, trending
from assessments.services.facts import Facts
from scoring import metrics
from scoring.events import Lane, Window
from scoring.metrics import Known

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from assessments.queries.benchmarks import Band, Benchmark
    from scoring.metrics import Measurement
    from scoring.rollups import DayRollup

_YEAR = timedelta(days=365)
_METRICS = {metric.__name__: metric for metric in metrics.DELIVERY}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitValue:
    """What one unit's services measure together."""

    name: str
    measured: Measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One metric of one lane, and what it can be held against."""

    metric: str
    name: str
    lane: Lane
    now: Measurement
    before: Measurement
    year_before: Measurement
    units: tuple[UnitValue, ...]
    published: tuple[Band, ...]

    @property
    def label(self) -> str:
        """What the lane is called."""
        return str(trending.LABELS[self.lane])

    @property
    def own_band(self) -> Band | None:
        """Where the value lies among what was published."""
        value = self.now.value
        if value is None:
            return None
        return next((band for band in self.published if band.holds(value)), None)

    @property
    def better(self) -> float | None:
        """The share of answers in better bands than one's own."""
        own = self.own_band
        if own is None:
            return None
        place = self.published.index(own)
        upward = metrics.METRICS[self.metric].better is metrics.Better.HIGHER
        bands = self.published[place + 1 :] if upward else self.published[:place]
        return sum(band.share for band in bands)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """All of it, and the publication that the bands are from."""

    rows: tuple[Beside, ...]
    publication: Benchmark


@dataclass(frozen=True, slots=True, kw_only=True)
class _Past:
    """The five metrics of each lane now, as many days before, and a year before."""

    window: Window
    now: Mapping[Lane, Mapping[str, Measurement]]
    before: Mapping[Lane, Mapping[str, Measurement]]
    year_before: Mapping[Lane, Mapping[str, Measurement]]


def context(
    *,
    workspace_id: int,
    service_ids: Collection[int] | None,
    first: date,
    last: date,
) -> Context:
    """Hold each metric of these services against its past, units and publications."""
    published = benchmarks.newest()
    length = last - first + timedelta(days=1)
    now, year = (
        Facts(workspace_id=workspace_id, service_ids=service_ids, first=begin, last=end)
        for begin, end in ((first - length, last), (first - _YEAR, last - _YEAR))
    )
    past = _Past(
        window=Window.of_days(first, last),
        now=measuring.delivery(now, Window.of_days(first, last)),
        before=measuring.delivery(
            now, Window.of_days(first - length, first - timedelta(days=1))
        ),
        year_before=measuring.delivery(
            year, Window.of_days(first - _YEAR, last - _YEAR)
        ),
    )
    units = _units(workspace_id, service_ids)
    return Context(
        rows=tuple(
            row
            for lane in Lane
            for row in _lane(lane, past, _by_unit(now.of_lane(lane), units), published)
        ),
        publication=published,
    )


def _units(workspace_id: int, service_ids: Collection[int] | None) -> dict[str, str]:
    """Return, by the key of a service, the unit that it stands under."""
    services = Service.objects.filter(workspace_id=workspace_id)
    if service_ids is not None:
        services = services.filter(pk__in=service_ids)
    return dict(
        services.exclude(scope__parent=None)
        .order_by("scope__parent__path", "key")
        .values_list("key", "scope__parent__name")
    )


def _lane(
    lane: Lane,
    past: _Past,
    by_unit: Mapping[str, Sequence[DayRollup]],
    published: Benchmark,
) -> list[Beside]:
    return [
        Beside(
            metric=key,
            name=metric_words.name(key),
            lane=lane,
            now=past.now[lane][key],
            before=past.before[lane][key],
            year_before=past.year_before[lane][key],
            units=tuple(
                UnitValue(name=name, measured=measured)
                for name, rollups in by_unit.items()
                if (measured := metric(rollups, lane=lane, window=past.window)).known
                is Known.VALUE
            ),
            published=(
                published.metrics.get(key, ()) if published.lane == lane.value else ()
            ),
        )
        for key, metric in _METRICS.items()
    ]


def _by_unit(
    days: Sequence[DayRollup], units: dict[str, str]
) -> dict[str, list[DayRollup]]:
    found: dict[str, list[DayRollup]] = defaultdict(list)
    for day in days:
        if day.service in units:
            found[units[day.service]].append(day)
    return {name: found[name] for name in dict.fromkeys(units.values()) if found[name]}
