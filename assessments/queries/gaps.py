"""The gaps of a cycle: what is missing to the targets, and where to begin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Q

from assessments.models import Expectation, InitiativeStatus
from assessments.queries.frameworks import spoken
from assessments.queries.plan import EFFORTS
from assessments.queries.results import results_of
from scoring import gaps as arithmetic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

    from assessments.queries.results import DomainRow, Header, Results, TopicRow
    from scoring.rubric import Domain, Edition

_WEAKEST = 3
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What the next level of a topic looks like, and what would show it."""

    code: str
    name: str
    level: Decimal | None
    next_level: int
    sentence: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weaker:
    """A domain that the target rests on, and that is not as far as it should be."""

    code: str
    name: str
    level: Decimal | None  # None: not known
    needed: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """An initiative that is meant to close the gap."""

    id: int
    title: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A domain below its target."""

    rank: int
    code: str
    name: str
    pillar_name: str
    level: Decimal
    target: Decimal
    size: Decimal
    coverage: Decimal | None
    confidence: Decimal | None
    impact: Decimal  # levels that closing it adds to the scope
    share_in_pillar: Decimal
    share_of_pillar: Decimal
    effort: int
    effort_label: str
    effort_chosen: bool  # by people, on an initiative; else by the size of the gap
    asks: tuple[Ask, ...]
    evidence: tuple[str, ...]
    activities: tuple[str, ...]
    weaker: tuple[Weaker, ...]
    begun: tuple[Begun, ...]

    @property
    def next_target(self) -> Decimal:
        """One level on, and never beyond the target: what to expect of one step."""
        return min(self.target, self.level + _ONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A domain of which too little is known: a gap of knowledge."""

    code: str
    name: str
    target: Decimal | None
    coverage: Decimal | None
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """What a cycle leaves to be done."""

    header: Header
    scored: bool
    level: Decimal | None  # of the whole scope
    gaps: tuple[Gap, ...]  # the most impact for the least effort first
    silences: tuple[Silence, ...]
    reached: tuple[str, ...]  # names of domains at their target or above
    untargeted: tuple[str, ...]


def gaps(*, workspace_id: int, cycle_id: int) -> Gaps | None:
    """Return the gaps of a cycle of this workspace, or None."""
    results = results_of(workspace_id=workspace_id, cycle_id=cycle_id)
    if results is None:
        return None
    asked = [row for row in results.domains if not row.left_out]
    known = [row for row in asked if row.agreed.level is not None]
    return Gaps(
        header=results.header,
        scored=results.scored,
        level=results.overall.agreed.level,
        gaps=_ranked(results, known),
        silences=tuple(_silence(row) for row in asked if row.agreed.level is None),
        reached=tuple(_named(row) for row in known if row.target and not row.short),
        untargeted=tuple(_named(row) for row in known if row.target is None),
    )


def _ranked(results: Results, known: list[DomainRow]) -> tuple[Gap, ...]:
    look = _Look(results, known)
    found = [look.gap(row) for row in known if row.short]
    found.sort(
        key=lambda one: (-arithmetic.worth(one.impact, one.effort), -one.size, one.code)
    )
    return tuple(replace(one, rank=rank) for rank, one in enumerate(found, start=1))


class _Look:
    """What every gap of a cycle is made of."""

    def __init__(self, results: Results, known: Iterable[DomainRow]) -> None:
        head = results.header
        self.results = results
        self.edition: Edition = spoken(sha256=head.edition_sha256)
        weights = {one.code: one.weight for one in self.edition.pillars}
        self.shares = arithmetic.shares(
            arithmetic.Part(
                code=row.code,
                pillar=row.pillar,
                weight=row.weight,
                pillar_weight=weights[row.pillar],
            )
            for row in known
        )
        self.begun = _begun(head)

    def gap(self, row: DomainRow) -> Gap:
        domain = self.edition.domain(row.code)
        share = self.shares[row.code]
        begun = self.begun.get(row.code, ())
        chosen = max((effort for _, effort in begun), default=None)
        effort = chosen or arithmetic.usual_effort(row.short)
        assert row.agreed.level is not None  # noqa: S101  # narrows the type
        assert row.target is not None  # noqa: S101  # the same
        return Gap(
            rank=0,
            code=row.code,
            name=row.name,
            pillar_name=row.pillar_name,
            level=row.agreed.level,
            target=row.target,
            size=row.short,
            coverage=row.agreed.coverage,
            confidence=row.agreed.confidence,
            impact=share.impact(row.short),
            share_in_pillar=_decimal(share.in_pillar),
            share_of_pillar=_decimal(share.in_scope),
            effort=effort,
            effort_label=str(dict(EFFORTS)[effort]),
            effort_chosen=chosen is not None,
            asks=self._asks(row),
            evidence=domain.evidence,
            activities=self._activities(domain),
            weaker=self._weaker(domain, row.target),
            begun=tuple(one for one, _ in begun),
        )

    def _asks(self, row: DomainRow) -> tuple[Ask, ...]:
        """Return the weakest topics, those below the target, with their next level."""
        below = [
            topic
            for topic in row.topics
            if topic.agreed.level is not None
            and row.target is not None
            and topic.agreed.level < row.target
        ]
        below.sort(key=_level_of)
        return tuple(
            ask for topic in below[:_WEAKEST] if (ask := self._ask(topic)) is not None
        )

    def _ask(self, topic: TopicRow) -> Ask | None:
        level = int(_level_of(topic)) + 1
        if level not in topic.levels:
            return None
        return Ask(
            code=topic.code,
            name=topic.name,
            level=topic.agreed.level,
            next_level=level,
            sentence=topic.levels[level],
            evidence=self.edition.topic(topic.code).evidence,
        )

    def _activities(self, domain: Domain) -> tuple[str, ...]:
        moved = {
            domain.code,
            *(topic.code for topic in domain.topics),
            *(one.code for one in domain.criteria),
        }
        return tuple(
            one.text for one in self.edition.activities if moved & set(one.supports)
        )

    def _weaker(self, domain: Domain, target: Decimal) -> tuple[Weaker, ...]:
        """Return what the target rests on that does not stand high enough."""
        found = []
        for base in domain.prerequisites:
            row = self.results.domain(base.domain)
            if row is None or row.left_out:
                continue
            there = row.agreed.level
            if base.holds(here=target, there=Decimal(0) if there is None else there):
                continue
            found.append(
                Weaker(
                    code=row.code,
                    name=row.name,
                    level=there,
                    needed=base.level,
                    why=base.why,
                )
            )
        return tuple(found)


def _begun(head: Header) -> Mapping[str, tuple[tuple[Begun, int], ...]]:
    """Return the initiatives that this cycle asked for, and open ones from before."""
    found: dict[str, tuple[tuple[Begun, int], ...]] = {}
    expecting = Expectation.objects.filter(
        Q(initiative__cycle_id=head.cycle_id)
        | (
            Q(initiative__cycle__scope_id=head.scope_id)
            & ~Q(initiative__status=InitiativeStatus.DONE)
        ),
        initiative__workspace_id=head.workspace_id,
        edition_key=head.edition_key,
    ).exclude(initiative__status=InitiativeStatus.DROPPED)
    for one in expecting.select_related("initiative").order_by("initiative_id", "pk"):
        begun = Begun(
            id=one.initiative_id,
            title=one.initiative.title,
            status=str(one.initiative.get_status_display()),
        )
        found[one.domain] = (
            *found.get(one.domain, ()),
            (begun, one.initiative.effort),
        )
    return found


def _silence(row: DomainRow) -> Silence:
    return Silence(
        code=row.code,
        name=row.name,
        target=row.target,
        coverage=row.agreed.coverage,
        because=tuple(one for one in row.because if one.startswith("Agreed"))
        or row.because,
    )


def _named(row: DomainRow) -> str:
    return f"{row.code} {row.name}"


def _level_of(topic: TopicRow) -> Decimal:
    return topic.agreed.level or Decimal(0)


def _decimal(share: Fraction) -> Decimal:
    return Decimal(share.numerator) / share.denominator
