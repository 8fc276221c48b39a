"""Two cycles side by side: what moved, by how much, and which inputs differ.

Inputs that differ are listed, never blamed: which of them moved a level is for readers
to judge. People are counted, never named.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Q

from assessments.models import Cycle, CycleState, Edition, Scoring, Vantage
from assessments.queries import edition_diffs
from assessments.queries.reach import under
from assessments.queries.results import results
from assessments.queries.results.agreements import settlements
from assessments.queries.results.comparing import movement, stood
from assessments.queries.results.rows import minus
from assessments.queries.results.stored import newest_ratings
from scoring.rubric.diffing import Sort

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from assessments.queries.edition_diffs import PartRow
    from assessments.queries.reach import Reach
    from assessments.queries.results import (
        Decided,
        DomainRow,
        GroupRow,
        Header,
        Measured,
        Movement,
        Results,
    )
    from assessments.queries.results.agreements import SettlementRow

# (topic, person) -> what that person answered last
_Answers = dict[tuple[str, int], "_Given"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparable:
    """A cycle that another one may be compared with."""

    id: int
    title: str
    scope_name: str
    period_end: date
    state_label: str
    edition_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One column in both cycles."""

    column: str  # declared | measured | agreed
    before: Decimal | None
    after: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """After minus before; None if one of the two is not known."""
        return minus(self.after, self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicDifference:
    """A topic in both cycles; None: the one edition does not have it."""

    code: str
    name: str
    before: Decimal | None
    after: Decimal | None
    in_before: bool
    in_after: bool

    @property
    def change(self) -> Decimal | None:
        """After minus before; None if one of the two is not known."""
        return minus(self.after, self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """How the answers of one vantage point differ, over the topics of a domain."""

    vantage: str
    label: str
    raised: int  # people who answered a topic higher than before
    lowered: int
    joined: int  # people who answered only the later cycle
    left: int  # people who answered only the earlier one
    topics: tuple[str, ...]  # in which somebody said something else

    @property
    def any(self) -> bool:
        """Whether anything differs."""
        return bool(self.raised or self.lowered or self.joined or self.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One metric of a criterion in both cycles."""

    criterion: str
    name: str
    before: Measured | None
    after: Measured | None

    @property
    def apart(self) -> bool | None:
        """Whether the intervals do not overlap; None: one of them is not known."""
        pair = (self.before, self.after)
        lows = [one.low for one in pair if one and one.low is not None]
        highs = [one.high for one in pair if one and one.high is not None]
        if len(lows) < len(pair) or len(highs) < len(pair):
            return None
        return max(lows) > min(highs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What was decided about a criterion in each of the two cycles."""

    criterion: str
    before: Decided | None
    after: Decided | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlements:
    """What was settled about a topic in each of the two cycles."""

    topic: str
    before: SettlementRow | None
    after: SettlementRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainComparison:
    """A domain that both editions have."""

    code: str
    name: str
    pillar_name: str
    before: DomainRow
    after: DomainRow
    columns: tuple[Difference, ...]
    movement: Movement | None  # of the agreed level
    topics: tuple[TopicDifference, ...]
    voices: tuple[Voices, ...]
    readings: tuple[Reading, ...]
    decisions: tuple[Decisions, ...]
    settlements: tuple[Settlements, ...]
    rubric: tuple[PartRow, ...]  # what the later edition says differently

    @property
    def agreed(self) -> Difference:
        """The column that counts."""
        return self.columns[-1]

    @property
    def explained(self) -> bool:
        """Whether any input differs."""
        return bool(
            self.voices
            or self.readings
            or self.decisions
            or self.settlements
            or self.rubric
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All that two cycles differ in."""

    before: Header
    after: Header
    overall: tuple[Difference, ...]
    movement: Movement | None
    domains: tuple[DomainComparison, ...]
    gone: tuple[DomainRow, ...]  # only in the earlier edition
    new: tuple[DomainRow, ...]  # only in the later one
    rubric: tuple[PartRow, ...]  # what concerns the whole framework: scale, rules
    lowest: int
    highest: int

    @property
    def editions_differ(self) -> bool:
        """Whether the two were asked with different editions."""
        return self.before.edition_sha256 != self.after.edition_sha256

    @property
    def moved(self) -> tuple[DomainComparison, ...]:
        """The domains whose agreed level changed, what is surer and larger first."""
        return tuple(sorted(filter(_change, self.domains), key=_weight))


def _change(one: DomainComparison) -> bool:
    return bool(one.agreed.change)


def _weight(one: DomainComparison) -> tuple[bool, Decimal]:
    sure = one.movement is not None and one.movement.significant
    return not sure, -abs(one.agreed.change or Decimal(0))


def comparable(*, workspace_id: int, cycle_id: int, reach: Reach) -> list[Comparable]:
    """Return the scored cycles of the same framework within reach, the newest first.

    Those of the same unit come before those of others.
    """
    mine = Cycle.objects.select_related("edition").only("scope_id", "edition__key")
    cycle = mine.get(pk=cycle_id)
    found = (
        Cycle.objects.filter(
            under("scope__path", reach),
            workspace_id=workspace_id,
            edition__key=cycle.edition.key,
            pk__in=Scoring.objects.filter(cycle__workspace_id=workspace_id).values(
                "cycle"
            ),
        )
        .exclude(Q(pk=cycle_id) | Q(state=CycleState.DRAFT))
        .select_related("scope", "edition")
        .only(
            "title",
            "period_end",
            "state",
            "scope__name",
            "scope__path",
            "edition__version",
        )
        .order_by("-period_end", "-pk")
    )
    rows = sorted(found, key=lambda one: one.scope_id != cycle.scope_id)
    return [
        Comparable(
            id=one.pk,
            title=one.title,
            scope_name=one.scope.name,
            period_end=one.period_end,
            state_label=str(one.get_state_display()),
            edition_version=one.edition.version,
        )
        for one in rows
    ]


def comparison(*, before_id: int, after_id: int) -> Comparison:
    """Compare two cycles of one framework; raises Cycle.DoesNotExist."""
    return _Pair(results(cycle_id=before_id), results(cycle_id=after_id)).compared()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    vantage: str
    level: int | None
    answer: str


class _Pair:
    """Two results, and the answers, settlements and editions behind them."""

    def __init__(self, before: Results, after: Results) -> None:
        self.before = before
        self.after = after
        self.said = (_answers(before), _answers(after))
        self.settled = (
            settlements(cycle_id=before.header.cycle_id),
            settlements(cycle_id=after.header.cycle_id),
        )
        self.parts = _parts(before.header, after.header)
        labels = {one.value: str(one.label) for one in Vantage}
        for topic in (*before.topics, *after.topics):
            labels |= {one.vantage: one.label for one in topic.vantages}
        self.labels = labels

    def compared(self) -> Comparison:
        earlier = {one.code: one for one in self.before.domains}
        later = {one.code: one for one in self.after.domains}
        return Comparison(
            before=self.before.header,
            after=self.after.header,
            overall=_columns(self.before.overall, self.after.overall),
            movement=movement(stood(self.after.overall), stood(self.before.overall)),
            domains=tuple(
                self.domain(earlier[code], later[code])
                for code in later
                if code in earlier
            ),
            gone=tuple(one for code, one in earlier.items() if code not in later),
            new=tuple(one for code, one in later.items() if code not in earlier),
            rubric=tuple(one for one in self.parts if one.part in _WHOLE),
            lowest=self.after.thresholds.lowest,
            highest=self.after.thresholds.highest,
        )

    def domain(self, before: DomainRow, after: DomainRow) -> DomainComparison:
        topics = [one.code for one in (*before.topics, *after.topics)]
        topics = list(dict.fromkeys(topics))
        return DomainComparison(
            code=after.code,
            name=after.name,
            pillar_name=after.pillar_name,
            before=before,
            after=after,
            columns=_columns(before, after),
            movement=movement(stood(after), stood(before)),
            topics=tuple(_topics(before, after)),
            voices=tuple(self._voices(topics)),
            readings=tuple(_readings(before, after)),
            decisions=tuple(_decisions(before, after)),
            settlements=tuple(self._settlements(topics)),
            rubric=tuple(self._rubric(before, after)),
        )

    def _voices(self, topics: Iterable[str]) -> Iterator[Voices]:
        """Yield what the people of each vantage point said differently."""
        then, now = (_of(said, set(topics)) for said in self.said)
        people: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        where: dict[str, set[str]] = defaultdict(set)
        there = {person for _, person in then}, {person for _, person in now}
        for topic, person in sorted(then.keys() | now.keys()):
            old, new = then.get((topic, person)), now.get((topic, person))
            given = new or old
            assert given is not None  # noqa: S101  # it is in one of the two
            deed = _deed(old, new, person, there)
            if deed:
                people[given.vantage][deed].add(person)
                where[given.vantage].add(topic)
        for vantage in sorted(people):
            count = Counter({deed: len(who) for deed, who in people[vantage].items()})
            yield Voices(
                vantage=vantage,
                label=str(self.labels.get(vantage, vantage)),
                raised=count["raised"],
                lowered=count["lowered"],
                joined=count["joined"],
                left=count["left"],
                topics=tuple(sorted(where[vantage])),
            )

    def _settlements(self, topics: Iterable[str]) -> Iterator[Settlements]:
        then, now = self.settled
        for topic in topics:
            before, after = then.get(topic), now.get(topic)
            if before or after:
                yield Settlements(topic=topic, before=before, after=after)

    def _rubric(self, before: DomainRow, after: DomainRow) -> Iterator[PartRow]:
        codes = {before.code}
        for row in (before, after):
            codes |= {one.code for one in row.topics}
            codes |= {one.code for one in row.criteria}
        for part in self.parts:
            if part.part in _OF_DOMAINS and part.code in codes:
                yield part


# Parts of an edition that move scores, of the whole and of a domain.
_WHOLE = ("scale", "scoring", "pillar")
_OF_DOMAINS = ("domain", "topic", "criterion")


def _parts(before: Header, after: Header) -> tuple[PartRow, ...]:
    """Return what may move a score; wording alone is for the page of the editions."""
    if before.edition_sha256 == after.edition_sha256:
        return ()
    rows = Edition.objects.in_bulk([before.edition_id, after.edition_id])
    found = edition_diffs.of_rows(rows[before.edition_id], rows[after.edition_id])
    return tuple(
        part
        for part in found.parts
        if any(row.change.sort != Sort.WORDING for row in part.changes)
    )


def _answers(found: Results) -> _Answers:
    cycle = Cycle(pk=found.header.cycle_id)
    scoring = Scoring.objects.filter(pk=found.header.scoring_id or 0).first()
    rows = newest_ratings(cycle, scoring).values_list(
        "topic", "person_id", "vantage", "level", "answer"
    )
    return {
        (topic, person): _Given(vantage=vantage, level=level, answer=answer)
        for topic, person, vantage, level, answer in rows
    }


def _of(said: _Answers, topics: set[str]) -> _Answers:
    return {key: given for key, given in said.items() if key[0] in topics}


def _deed(
    old: _Given | None,
    new: _Given | None,
    person: int,
    there: tuple[set[int], set[int]],
) -> str:
    """Say what a person did between two cycles; empty: the same as before."""
    if person not in there[0]:
        return "joined"
    if person not in there[1]:
        return "left"
    if old is None or new is None or old.level is None or new.level is None:
        return ""
    if old.level == new.level:
        return ""
    return "raised" if new.level > old.level else "lowered"


def _columns(
    before: DomainRow | GroupRow, after: DomainRow | GroupRow
) -> tuple[Difference, ...]:
    return tuple(
        Difference(
            column=name,
            before=getattr(before, name).level,
            after=getattr(after, name).level,
        )
        for name in ("declared", "measured", "agreed")
    )


def _topics(before: DomainRow, after: DomainRow) -> Iterator[TopicDifference]:
    """Yield the topics whose level differs, and those that only one edition has."""
    then = {one.code: one for one in before.topics}
    now = {one.code: one for one in after.topics}
    for code in dict.fromkeys([*then, *now]):
        old, new = then.get(code), now.get(code)
        levels = [one.agreed.level if one else None for one in (old, new)]
        if old and new and levels[0] == levels[1]:
            continue
        named = new or old
        yield TopicDifference(
            code=code,
            name=named.name if named else "",
            before=levels[0],
            after=levels[1],
            in_before=old is not None,
            in_after=new is not None,
        )


def _readings(before: DomainRow, after: DomainRow) -> Iterator[Reading]:
    """Yield the metrics that were measured differently."""
    then, now = _measured(before), _measured(after)
    for key in dict.fromkeys([*then, *now]):
        old, new = then.get(key), now.get(key)
        if _said(old) == _said(new):
            continue
        named = new or old
        yield Reading(
            criterion=key[0],
            name=named.name if named else "",
            before=old,
            after=new,
        )


def _measured(row: DomainRow) -> Mapping[tuple[str, str], Measured]:
    return {
        (one.criterion, one.metric): one
        for criterion in row.criteria
        for one in criterion.measurements
    }


def _said(one: Measured | None) -> tuple[str, float | None]:
    return (one.status, one.value) if one else ("unknown", None)


def _decisions(before: DomainRow, after: DomainRow) -> Iterator[Decisions]:
    then = {one.code: one.decision for one in before.criteria}
    now = {one.code: one.decision for one in after.criteria}
    for code in dict.fromkeys([*then, *now]):
        old, new = then.get(code), now.get(code)
        if old or new:
            yield Decisions(criterion=code, before=old, after=new)
