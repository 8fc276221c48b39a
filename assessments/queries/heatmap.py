"""Domains down, units across: where each stands in its newest scored cycle.

A constant number of reads, however many units there are: one for the cycles, one for
the targets, two for the scores.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby, starmap
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Max

from assessments.models import (
    Campaign,
    Cycle,
    CycleState,
    Score,
    ScoreKind,
    Scoring,
)
from assessments.queries.frameworks import framework, spoken
from assessments.queries.reach import under
from assessments.queries.results.comparing import Stood, movement
from assessments.queries.results.rows import minus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from assessments.queries.reach import Reach
    from assessments.queries.results import Movement
    from scoring.rubric import Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A part of the organization with the cycle that speaks for it."""

    scope_id: int
    name: str
    path: str
    cycle_id: int
    cycle_title: str
    period_end: date
    locked: bool
    edition_version: str
    level: Decimal | None  # agreed, of the whole
    previous_title: str  # of the locked cycle that changes are counted from


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Where a domain stands in a unit; `because` says why a level is missing."""

    asked: bool  # the cycle's edition has this domain
    left_out: str  # the reason, if the cycle leaves it out
    declared: Decimal | None = None
    measured: Decimal | None = None
    agreed: Decimal | None = None
    coverage: Decimal | None = None  # of the agreed level
    measured_coverage: Decimal | None = None
    declared_coverage: Decimal | None = None
    target: Decimal | None = None
    movement: Movement | None = None
    because: tuple[str, ...] = ()

    @property
    def gap(self) -> Decimal | None:
        """Target minus agreed; zero or less is reached."""
        return minus(self.target, self.agreed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A domain, with one cell for each unit."""

    code: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pillar:
    """The domains of a pillar."""

    code: str
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap:
    """Pillars of domains down, units across."""

    edition_key: str
    edition_title: str
    edition_sha256: str  # of the newest cycle's; others may have been older
    units: tuple[Unit, ...]
    pillars: tuple[Pillar, ...]
    lowest: int  # of the scale
    highest: int

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every domain, in the order of the edition."""
        return tuple(line for pillar in self.pillars for line in pillar.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a heat map may be of: frameworks, and plans of several units at once."""

    editions: tuple[tuple[str, str], ...]  # key, title: the most recently used first
    campaigns: tuple[tuple[int, str, str], ...]  # id, title, key of the edition


class _Told(NamedTuple):
    """A score as its row has it: a thousand objects would take twice as long."""

    scoring_id: int
    kind: str
    code: str
    declared: Decimal | None
    measured: Decimal | None
    agreed: Decimal | None
    declared_coverage: Decimal | None
    measured_coverage: Decimal | None
    agreed_coverage: Decimal | None
    lowest: Decimal | None
    highest: Decimal | None
    raters: int
    because: list[str]

    @property
    def stood(self) -> Stood:
        """What a movement is told from."""
        return Stood(
            agreed=self.agreed,
            agreed_coverage=self.agreed_coverage,
            lowest=self.lowest,
            highest=self.highest,
            raters=self.raters,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scored:
    """A cycle with the scoring that it shows."""

    id: int
    scope_id: int
    path: str
    name: str
    title: str
    state: str
    period_end: date
    edition_sha256: str
    edition_version: str
    campaign_id: int | None
    scoring_id: int

    @property
    def locked(self) -> bool:
        return bool(self.state == CycleState.LOCKED)


def choices(*, workspace_id: int, reach: Reach) -> Choices:
    """Return what there are scored cycles of, within reach."""
    scored = _shown(workspace_id, reach)
    used = scored.values_list("cycle__edition__key", "cycle__edition__sha256").annotate(
        last=Max("cycle__period_end")
    )
    newest: dict[str, str] = {}
    for key, sha256, _last in used.order_by("-last", "-cycle__edition__key"):
        newest.setdefault(key, sha256)
    planned = scored.exclude(cycle__campaign=None).order_by()
    keys = dict(planned.values_list("cycle__campaign_id", "cycle__edition__key"))
    titles = Campaign.objects.filter(pk__in=keys).values_list("pk", "title")
    return Choices(
        editions=tuple(
            (key, spoken(sha256=sha256).title) for key, sha256 in newest.items()
        ),
        campaigns=tuple((pk, title, keys[pk]) for pk, title in titles),
    )


def heat_map(
    *, workspace_id: int, reach: Reach, edition_key: str, campaign_id: int | None = None
) -> HeatMap | None:
    """Return the heat map of a framework; None where nothing of it is scored.

    Each unit shows its newest scored cycle, or that of the campaign.
    """
    scored = _scored(workspace_id, reach, edition_key)
    shown = _newest(scored, campaign_id)
    if not shown:
        return None
    before = {one.id: _before(one, scored) for one in shown}
    newest = max(shown, key=lambda one: (one.period_end, one.id))
    edition = spoken(sha256=newest.edition_sha256)
    table = _Table(shown, before)
    return HeatMap(
        edition_key=edition_key,
        edition_title=edition.title,
        edition_sha256=newest.edition_sha256,
        units=tuple(table.unit(one) for one in shown),
        pillars=tuple(
            Pillar(
                code=pillar.code,
                name=pillar.name,
                lines=tuple(
                    Line(
                        code=domain.code,
                        name=domain.name,
                        cells=table.cells(domain.code),
                    )
                    for domain in pillar.domains
                ),
            )
            for pillar in edition.pillars
        ),
        lowest=edition.scale.minimum,
        highest=edition.scale.maximum,
    )


def in_order(found: HeatMap, order: str) -> HeatMap:
    """Return the same with its units by place in the tree, by name or by level."""
    places = sorted(
        range(len(found.units)), key=lambda at: _key(found.units[at], order)
    )
    return replace(
        found,
        units=tuple(found.units[at] for at in places),
        pillars=tuple(
            replace(
                pillar,
                lines=tuple(
                    replace(line, cells=tuple(line.cells[at] for at in places))
                    for line in pillar.lines
                ),
            )
            for pillar in found.pillars
        ),
    )


def _key(unit: Unit, order: str) -> tuple[object, ...]:
    place = tuple(int(one) for one in unit.path.strip("/").split("/"))
    match order:
        case "name":
            return unit.name.casefold(), place
        case "level":
            # Units whose level is not known come last.
            return unit.level is None, unit.level or Decimal(0), place
    return place


def _shown(workspace_id: int, reach: Reach) -> QuerySet[Scoring]:
    """Return the scorings of all cycles that show any; each shows its newest."""
    return Scoring.objects.filter(
        under("cycle__scope__path", reach),
        cycle__workspace_id=workspace_id,
    ).exclude(cycle__state=CycleState.DRAFT)


def _scored(workspace_id: int, reach: Reach, edition_key: str) -> list[_Scored]:
    """Return every scored cycle of a framework, by unit, the newest first."""
    rows = (
        _shown(workspace_id, reach)
        .filter(cycle__edition__key=edition_key)
        .order_by("cycle__scope__path", "-cycle__period_end", "-cycle_id")
        .values_list(
            "cycle_id",
            "cycle__scope_id",
            "cycle__scope__path",
            "cycle__scope__name",
            "cycle__title",
            "cycle__state",
            "cycle__period_end",
            "cycle__edition__sha256",
            "cycle__edition__version",
            "cycle__campaign_id",
        )
        .annotate(shown=Max("pk"))
    )
    return [
        _Scored(
            id=row[0],
            scope_id=row[1],
            path=row[2],
            name=row[3],
            title=row[4],
            state=row[5],
            period_end=row[6],
            edition_sha256=row[7],
            edition_version=row[8],
            campaign_id=row[9],
            scoring_id=row[10],
        )
        for row in rows
    ]


def _newest(scored: Iterable[_Scored], campaign_id: int | None) -> list[_Scored]:
    wanted = [one for one in scored if campaign_id in (None, one.campaign_id)]
    return [next(mine) for _, mine in groupby(wanted, key=lambda one: one.scope_id)]


def _before(shown: _Scored, scored: Iterable[_Scored]) -> _Scored | None:
    """Return the last locked cycle of the unit whose period ended earlier."""
    earlier = (
        one
        for one in scored
        if one.scope_id == shown.scope_id
        and one.locked
        and one.period_end < shown.period_end
    )
    return next(earlier, None)


class _Table:
    """The stored scores of the cycles shown, and of those before them."""

    def __init__(
        self, shown: Sequence[_Scored], before: Mapping[int, _Scored | None]
    ) -> None:
        self.shown = shown
        self.before = before
        ids = [one.id for one in shown]
        plans = Cycle.objects.filter(pk__in=ids).values_list(
            "pk", "targets", "left_out"
        )
        self.plans = {pk: (targets, left_out) for pk, targets, left_out in plans}
        now = [one.scoring_id for one in shown]
        then = [one.scoring_id for one in before.values() if one]
        self.now: dict[int, dict[str, _Told]] = defaultdict(dict)
        self.wholes: dict[int, Decimal | None] = {}
        scores = Score.objects.filter(
            scoring__in=now, kind__in=(ScoreKind.DOMAIN, ScoreKind.SCOPE)
        )
        for score in starmap(_Told, scores.values_list(*_Told._fields)):
            if score.kind == ScoreKind.SCOPE:
                self.wholes[score.scoring_id] = score.agreed
            else:
                self.now[score.scoring_id][score.code] = score
        self.then: dict[tuple[int, str], Stood] = {}
        levels = Score.objects.filter(scoring__in=then, kind=ScoreKind.DOMAIN)
        for scoring_id, code, *rest in levels.values_list(
            "scoring_id", "code", *Stood._fields
        ):
            self.then[scoring_id, code] = Stood(*rest)
        self.asked = {
            one.edition_sha256: _codes(framework(sha256=one.edition_sha256))
            for one in shown
        }

    def unit(self, one: _Scored) -> Unit:
        before = self.before[one.id]
        return Unit(
            scope_id=one.scope_id,
            name=one.name,
            path=one.path,
            cycle_id=one.id,
            cycle_title=one.title,
            period_end=one.period_end,
            locked=one.locked,
            edition_version=one.edition_version,
            level=self.wholes.get(one.scoring_id),
            previous_title=before.title if before else "",
        )

    def cells(self, code: str) -> tuple[Cell, ...]:
        return tuple(self._cell(one, code) for one in self.shown)

    def _cell(self, one: _Scored, code: str) -> Cell:
        targets, left_out = self.plans[one.id]
        asked = code in self.asked[one.edition_sha256]
        score = self.now[one.scoring_id].get(code)
        if score is None or code in left_out:
            return Cell(asked=asked, left_out=left_out.get(code, ""))
        before = self.before[one.id]
        return Cell(
            asked=asked,
            left_out="",
            declared=score.declared,
            measured=score.measured,
            agreed=score.agreed,
            coverage=score.agreed_coverage,
            declared_coverage=score.declared_coverage,
            measured_coverage=score.measured_coverage,
            target=Decimal(targets[code]) if targets.get(code) else None,
            movement=movement(score.stood, self.then.get((before.scoring_id, code)))
            if before
            else None,
            because=tuple(score.because),
        )


def _codes(edition: Edition) -> frozenset[str]:
    return frozenset(domain.code for domain in edition.domains)
