"""The rows of a cycle's results: what page, API, XLSX and PDF all show.

Values only: how a number is written is said once, in `assessments.charts.words`. A
level of None is shown as a dash, and the `because` beside it says why there is none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime

_NO_COUNTS: Mapping[int, int] = MappingProxyType({})
_NO_DETAIL: Mapping[str, float | None] = MappingProxyType({})
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Span:
    """A level at the worse and at the better end of what its inputs leave open."""

    worst: Decimal | None
    best: Decimal | None

    @property
    def open(self) -> bool:
        """Whether the level is another at one of the ends: it stands on a thin edge."""
        return self.worst != self.best


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Declared, measured or agreed: a level with its coverage and confidence (0–1)."""

    level: Decimal | None = None
    coverage: Decimal | None = None
    confidence: Decimal | None = None
    # None: no measurement counts here, or the scoring is older than spans are.
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Which cycle this is, on what, how it stands and by which hashes it is known."""

    cycle_id: int
    title: str
    state: str  # draft | open | in_review | locked
    state_label: str
    workspace_id: int
    workspace_slug: str
    workspace_name: str
    simulated: bool
    scope_id: int
    scope_name: str
    scope_kind: str
    scope_path: str
    edition_id: int
    edition_key: str
    edition_version: str
    edition_title: str
    edition_sha256: str
    period_start: date
    period_end: date
    due_on: date | None
    scoring_id: int | None  # None: no scoring yet
    scored_at: datetime | None
    trigger: str  # what asked for the scoring, in words
    stale: bool  # answers or decisions came in after the scoring
    card_sha256: str
    locked_at: datetime | None
    locked_by: str
    content_sha256: str

    @property
    def locked(self) -> bool:
        """Whether nothing of this can change any more."""
        return self.state == "locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """The agreed level against the last locked cycle of this scope and framework."""

    before: Decimal | None
    change: Decimal | None  # None: one of the two has no level
    uncertainty: Decimal | None  # of the change, in levels
    significant: bool  # the change is at least as large as its uncertainty


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One measurement behind a criterion, or of the delivery metrics of a lane."""

    criterion: str
    metric: str
    name: str  # the metric in words
    lane: str
    status: str  # value | unknown | not_applicable
    unit: str  # one of `scoring.metrics.Unit`
    value: float | None
    low: float | None  # 95 % interval
    high: float | None
    n: int
    coverage: float | None
    provisional: bool
    window_start: datetime
    window_end: datetime
    detail: Mapping[str, float | None] = field(default_factory=lambda: _NO_DETAIL)
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a named assessor decided about a proposal."""

    id: int
    criterion: str
    verb: str  # accept | dispute | override
    verb_label: str
    proposed: Decimal | None
    level: Decimal | None
    reason: str
    expires_on: date | None
    by: str
    at: datetime
    expired: bool  # on the day of the scoring


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """What a criterion asks for a level, in words."""

    level: int
    asks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionRow:
    """A measured criterion: what telemetry says beside what people say."""

    code: str
    name: str
    topic: str
    topic_name: str
    domain: str
    lane: str
    window_days: int
    minimum_n: int
    minimum_coverage: Decimal | None
    ladder: tuple[Rung, ...]
    declared: Decimal | None  # of its topic
    measured: Decimal | None  # the proposed level
    agreed: Decimal | None  # of its topic
    span: Span | None = None  # of the proposed level
    because: tuple[str, ...]  # the reasons of the proposal, or why there is none
    applicable: bool  # False: nothing of the sort is delivered here
    measurements: tuple[Measured, ...]
    decision: Decided | None  # the newest

    @property
    def standing(self) -> str:
        """accepted, disputed, overridden, expired, undecided or unmeasured."""
        if self.decision is None:
            return "unmeasured" if self.measured is None else "undecided"
        if self.decision.expired:
            return "expired"
        return {
            "accept": "accepted",
            "dispute": "disputed",
            "override": "overridden",
        }[self.decision.verb]

    @property
    def disagreement(self) -> Decimal | None:
        """Declared minus measured: above zero, people say more than telemetry."""
        return minus(self.declared, self.measured)


@dataclass(frozen=True, slots=True, kw_only=True)
class VantageRow:
    """How the people of one vantage point rated a topic."""

    vantage: str
    label: str
    counts: Mapping[int, int] = field(default_factory=lambda: _NO_COUNTS)  # by level
    unknown: int = 0
    not_applicable: int = 0

    @property
    def raters(self) -> int:
        """How many people answered."""
        return sum(self.counts.values()) + self.unknown + self.not_applicable


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRow:
    """A topic with its three columns and the spread of its ratings."""

    code: str
    name: str
    question: str
    domain: str
    weight: Decimal
    levels: Mapping[int, str]  # what each level looks like
    declared: Column
    measured: Column
    agreed: Column
    lowest: Decimal | None
    highest: Decimal | None
    raters: int
    because: tuple[str, ...]
    vantages: tuple[VantageRow, ...]

    @property
    def spread(self) -> Decimal | None:
        """Highest minus lowest rating."""
        return minus(self.highest, self.lowest)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """A pillar, or the whole scope (kind "scope")."""

    kind: str
    code: str
    name: str
    declared: Column
    measured: Column
    agreed: Column
    lowest: Decimal | None
    highest: Decimal | None
    raters: int
    because: tuple[str, ...]
    movement: Movement | None

    @property
    def disagreement(self) -> Decimal | None:
        """Declared minus measured: above zero, people say more than telemetry."""
        return minus(self.declared.level, self.measured.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """A domain that another one's level rests on; it changes no score."""

    code: str
    name: str
    level: Decimal | None  # agreed there
    needed: int
    from_level: int  # from which level on it is needed
    why: str
    standing: str  # firm | weak | unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainRow:
    """A domain with its three columns, its target and everything under it."""

    code: str
    name: str
    purpose: str
    pillar: str  # code
    pillar_name: str
    weight: Decimal
    declared: Column
    measured: Column
    agreed: Column
    target: Decimal | None
    lowest: Decimal | None
    highest: Decimal | None
    raters: int
    because: tuple[str, ...]
    left_out: str  # the reason, if this cycle leaves the domain out
    movement: Movement | None
    topics: tuple[TopicRow, ...]
    criteria: tuple[CriterionRow, ...]
    # What the level here rests on; empty where it is too low to rest on anything.
    foundations: tuple[Foundation, ...] = ()

    @property
    def weak(self) -> tuple[Foundation, ...]:
        """The foundations that are weaker than the level here asks for."""
        return tuple(one for one in self.foundations if one.standing == "weak")

    @property
    def gap(self) -> Decimal | None:
        """Target minus agreed: how much is missing; zero or less is reached."""
        return minus(self.target, self.agreed.level)

    @property
    def short(self) -> Decimal:
        """The gap as a length: zero where it is reached or not known."""
        return max(self.gap or _ZERO, _ZERO)

    @property
    def spread(self) -> Decimal | None:
        """Highest minus lowest rating."""
        return minus(self.highest, self.lowest)

    @property
    def disagreement(self) -> Decimal | None:
        """Declared minus measured: above zero, people say more than telemetry."""
        return minus(self.declared.level, self.measured.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """The delivery metrics of one lane, in the order of their names' list."""

    lane: str  # code | model
    label: str
    metrics: tuple[Measured, ...]

    def metric(self, name: str) -> Measured | None:
        """Return one metric of this lane."""
        return next((each for each in self.metrics if each.metric == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What moved between this scoring and the one before it, and why."""

    kind: str  # topic | domain | pillar | scope
    code: str
    name: str
    column: str  # declared | measured | agreed
    before: Decimal | None
    after: Decimal | None
    sentence: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The locked cycle that movements are counted from."""

    cycle_id: int
    title: str
    period_start: date
    period_end: date
    locked_at: datetime | None
    edition_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From where on the edition speaks of it, in levels or shares."""

    minimum_coverage: Decimal  # below it, no level is shown
    discussion_gap: Decimal  # declared against measured
    spread_gap: Decimal  # between raters of one topic
    lowest: int  # of the scale
    highest: int
    names: tuple[str, ...] = ()  # of its whole levels, the lowest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Telemetry:
    """Whether there is anything that could have been measured."""

    sources: int  # connected, in the workspace
    failing: int
    services: int  # under the scope, models included
    last_success_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything a face shows of a cycle; read from stored rows only."""

    header: Header
    overall: GroupRow
    pillars: tuple[GroupRow, ...]
    domains: tuple[DomainRow, ...]
    delivery: tuple[Lane, ...]
    changes: tuple[Changed, ...]
    previous: Compared | None
    telemetry: Telemetry
    thresholds: Thresholds

    @property
    def scored(self) -> bool:
        """Whether this cycle has been scored at all."""
        return self.header.scoring_id is not None

    @property
    def topics(self) -> Iterator[TopicRow]:
        """Every topic, in the order of the edition."""
        return (topic for domain in self.domains for topic in domain.topics)

    @property
    def criteria(self) -> Iterator[CriterionRow]:
        """Every criterion, in the order of the edition."""
        return (criterion for domain in self.domains for criterion in domain.criteria)

    @property
    def measured_anything(self) -> bool:
        """Whether any criterion has a measured level."""
        return any(criterion.measured is not None for criterion in self.criteria)

    def domain(self, code: str) -> DomainRow | None:
        """Return one domain."""
        return next((row for row in self.domains if row.code == code), None)

    def topic(self, code: str) -> TopicRow | None:
        """Return one topic."""
        return next((row for row in self.topics if row.code == code), None)

    def criterion(self, code: str) -> CriterionRow | None:
        """Return one criterion."""
        return next((row for row in self.criteria if row.code == code), None)


def minus(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    """Subtract, if both are known."""
    return None if left is None or right is None else left - right
