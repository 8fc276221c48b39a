"""Where a unit stands in a framework of practices: its newest scored cycle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.models import Edition, EditionState, Score, ScoreKind, Scoring
from assessments.queries.frameworks import spoken
from assessments.queries.heatmap import heat_map

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal

    from assessments.queries.heatmap import Cell, HeatMap, Unit
    from assessments.queries.reach import Reach
    from scoring.rubric import Domain


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A part of a practice, with the level that was agreed for it."""

    name: str
    level: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """A domain of the framework: agreed if that is known, else measured."""

    code: str
    name: str
    group: str  # the pillar's name
    level: Decimal | None  # None: unknown, and `because` says why
    measured: bool  # the level is what machines say, nobody agreed on one
    coverage: Decimal | None
    because: tuple[str, ...]
    topics: tuple[Topic, ...]
    facts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A framework of practices in a unit."""

    edition_key: str
    edition_title: str
    unit: str
    cycle_id: int
    cycle_title: str
    period_end: date
    locked: bool
    steps: tuple[str, ...]  # names of the levels, from the lowest
    lowest: int
    practices: tuple[Practice, ...]

    @property
    def highest(self) -> int:
        """The highest level."""
        return self.lowest + len(self.steps) - 1

    @property
    def known(self) -> tuple[Practice, ...]:
        """The practices with a level."""
        return tuple(one for one in self.practices if one.level is not None)


def standing(
    *, workspace_id: int, reach: Reach, edition_key: str, scope_id: int | None = None
) -> Standing | None:
    """Return where a unit stands; without one, the topmost that was assessed.

    None: nothing of this framework is scored there.
    """
    found = heat_map(workspace_id=workspace_id, reach=reach, edition_key=edition_key)
    if found is None:
        return None
    place = _place(found, scope_id)
    if place is None:
        return None
    unit = found.units[place]
    edition = spoken(sha256=found.edition_sha256)
    domains = {domain.code: domain for domain in edition.domains}
    levels = _levels_of_topics(unit)
    return Standing(
        edition_key=edition_key,
        edition_title=found.edition_title,
        unit=unit.name,
        cycle_id=unit.cycle_id,
        cycle_title=unit.cycle_title,
        period_end=unit.period_end,
        locked=unit.locked,
        steps=tuple(edition.scale.name(level) for level in edition.scale.span),
        lowest=found.lowest,
        practices=tuple(
            _practice(domains[line.code], pillar.name, line.cells[place], levels)
            for pillar in found.pillars
            for line in pillar.lines
        ),
    )


def offered(*, workspace_id: int, keys: tuple[str, ...]) -> dict[str, str]:
    """Return the titles of those frameworks that a cycle can be started with."""
    rows = Edition.objects.filter(
        key__in=keys, state=EditionState.PUBLISHED, workspace=None
    ) | Edition.objects.filter(
        key__in=keys, state=EditionState.PUBLISHED, workspace_id=workspace_id
    )
    newest = dict(rows.order_by("pk").values_list("key", "sha256"))
    return {key: spoken(sha256=sha256).title for key, sha256 in newest.items()}


def _place(found: HeatMap, scope_id: int | None) -> int | None:
    if scope_id is not None:
        places = [at for at, one in enumerate(found.units) if one.scope_id == scope_id]
        return places[0] if places else None
    return min(
        range(len(found.units)), key=lambda at: (found.units[at].path.count("/"), at)
    )


def _levels_of_topics(unit: Unit) -> dict[str, Decimal | None]:
    newest = Scoring.objects.filter(cycle_id=unit.cycle_id).order_by("-pk")[:1]
    scores = Score.objects.filter(scoring__in=newest, kind=ScoreKind.TOPIC)
    return dict(scores.values_list("code", "agreed"))


def _practice(
    domain: Domain, group: str, cell: Cell, levels: Mapping[str, Decimal | None]
) -> Practice:
    agreed = cell.agreed is not None
    return Practice(
        code=domain.code,
        name=domain.name,
        group=group,
        level=cell.agreed if agreed else cell.measured,
        measured=not agreed and cell.measured is not None,
        coverage=cell.coverage if agreed else cell.measured_coverage,
        because=(cell.left_out,) if cell.left_out else cell.because,
        topics=tuple(
            Topic(name=topic.name, level=levels.get(topic.code))
            for topic in domain.topics
        ),
        facts={fact.label: fact.items for fact in domain.facts},
    )
