"""The whole organization at one look: what moved, and how old what is known is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Max

from assessments.models import DayRollup, Scope, ScopeKind, Scoring, Source, SourceState
from assessments.queries.reach import EVERYWHERE, under

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from decimal import Decimal

    from assessments.queries.heatmap import HeatMap
    from assessments.queries.reach import Reach

# So long may nothing happen before it is asked about.
STALE_AFTER = timedelta(days=14)
# An assessment is made every quarter; one of a quarter more is old.
OLD_ASSESSMENT = timedelta(days=184)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """A domain of a unit that moved by at least its uncertainty."""

    unit: str
    cycle_id: int
    since: str  # the cycle that the movement is counted from
    code: str
    name: str
    before: Decimal
    now: Decimal
    change: Decimal
    uncertainty: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The significant movements, the largest first, and what could be compared."""

    movers: tuple[Mover, ...]
    compared: int
    cells: int

    @property
    def rises(self) -> int:
        """How many went up."""
        return sum(one.change > 0 for one in self.movers)

    @property
    def falls(self) -> int:
        """How many went down."""
        return len(self.movers) - self.rises


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """When something of a unit or a source was last known; None: never."""

    what: str  # "deployments", "assessment" or "source"
    name: str
    id: int
    at: date | None
    limit: timedelta
    state: str = ""  # of a source

    def days(self, today: date) -> int | None:
        """How many days ago it was; a clock that is ahead makes nothing newer."""
        return None if self.at is None else max(0, (today - self.at).days)

    def stale(self, today: date) -> bool:
        """Whether it is older than it should be, or was never there."""
        return self.at is None or today - self.at > self.limit


def moved(found: HeatMap) -> Moved:
    """Return what moved against each unit's last locked cycle."""
    pairs = [
        (line, unit, cell)
        for line in found.lines
        for unit, cell in zip(found.units, line.cells, strict=True)
        if cell.asked and not cell.left_out
    ]
    movers = []
    compared = 0
    for line, unit, cell in pairs:
        change = cell.movement
        if change is None or change.change is None:
            continue
        compared += 1
        if not change.significant or not change.change:
            continue
        if cell.agreed is None or change.before is None or change.uncertainty is None:
            continue
        movers.append(
            Mover(
                unit=unit.name,
                cycle_id=unit.cycle_id,
                since=unit.previous_title,
                code=line.code,
                name=line.name,
                before=change.before,
                now=cell.agreed,
                change=change.change,
                uncertainty=change.uncertainty,
            )
        )
    movers.sort(key=lambda one: (-abs(one.change), one.unit, one.code))
    return Moved(movers=tuple(movers), compared=compared, cells=len(pairs))


def ages(*, workspace_id: int, reach: Reach) -> list[Age]:
    """Return how old the newest delivery and assessment of each unit is, and sources.

    Of sources only whoever reads the whole workspace hears: they feed all of it.
    """
    scopes = list(
        Scope.objects.filter(
            under("path", reach), workspace_id=workspace_id, kind=ScopeKind.UNIT
        ).order_by("path", "pk")
    )
    delivered = _deployed(workspace_id, reach)
    assessed = _assessed(workspace_id, reach)
    found = []
    for scope in scopes:
        for what, newest, limit in (
            ("deployments", delivered, STALE_AFTER),
            ("assessment", assessed, OLD_ASSESSMENT),
        ):
            below = [day for path, day in newest if path.startswith(scope.path)]
            found.append(
                Age(
                    what=what,
                    name=scope.name,
                    id=scope.pk,
                    at=max(below, default=None),
                    limit=limit,
                )
            )
    return found + (_sources(workspace_id) if reach == EVERYWHERE else [])


def _deployed(workspace_id: int, reach: Reach) -> list[tuple[str, date]]:
    days = DayRollup.objects.filter(
        under("service__scope__path", reach),
        service__workspace_id=workspace_id,
        completed__gt=0,
    )
    newest = days.order_by().values_list("service__scope__path")
    return list(newest.annotate(newest=Max("day")))


def _assessed(workspace_id: int, reach: Reach) -> list[tuple[str, date]]:
    scored = Scoring.objects.filter(
        under("cycle__scope__path", reach), cycle__workspace_id=workspace_id
    )
    rows: Iterable[tuple[str, datetime]] = (
        scored.order_by()
        .values_list("cycle__scope__path")
        .annotate(newest=Max("made_at"))
    )
    return [(path, at.date()) for path, at in rows]


def _sources(workspace_id: int) -> list[Age]:
    rows = Source.objects.filter(workspace_id=workspace_id).order_by("name", "pk")
    return [
        Age(
            what="source",
            name=row.name,
            id=row.pk,
            at=row.newest_event_at.date() if row.newest_event_at else None,
            limit=STALE_AFTER,
            state=str(SourceState(row.state).label),
        )
        for row in rows
    ]
