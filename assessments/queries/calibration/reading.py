"""Stored rows become spreads; each table is read once for everybody."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Count

from assessments.models import (
    Answer,
    Comment,
    Cycle,
    Decision,
    Dispute,
    Measurement,
    Proposal,
    Score,
    ScoreKind,
    Settlement,
    Vantage,
)
from assessments.queries.calibration.rows import (
    CriterionLine,
    DisputeRow,
    Seat,
    Settled,
    Spread,
)
from assessments.queries.frameworks import spoken
from assessments.queries.results.stored import newest_ratings, shown_scoring
from assessments.queries.results.translating import measured, person
from scoring.agreement import Given

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from assessments.models import Scoring
    from scoring.rubric import Domain, Edition, Topic


@dataclass(frozen=True, slots=True)
class Said:
    """One person's newest answer to a topic."""

    topic: str
    person: int
    vantage: str
    answer: str
    level: int | None


class Look:
    """The rows of one cycle; with topics named, of these topics only."""

    def __init__(self, cycle_id: int, topics: Sequence[str] | None = None) -> None:
        rows = Cycle.objects.select_related("edition", "scope")
        self.cycle = rows.defer("content", "edition__document").get(pk=cycle_id)
        self.edition: Edition = spoken(sha256=self.cycle.edition.sha256)
        self.kept: list[Domain] = [
            one for one in self.edition.domains if one.code not in self.cycle.left_out
        ]
        self._only = {} if topics is None else {"topic__in": tuple(topics)}
        self._codes = topics

    @property
    def topics(self) -> Iterator[tuple[Domain, Topic]]:
        """The topics looked at, in the order of the edition."""
        for domain in self.kept:
            for topic in domain.topics:
                if self._codes is None or topic.code in self._codes:
                    yield domain, topic

    @cached_property
    def scoring(self) -> Scoring | None:
        """The scoring whose levels are shown."""
        return shown_scoring(self.cycle)

    @cached_property
    def said(self) -> dict[str, list[Said]]:
        """Everybody's newest answers by topic, also those that no scoring has seen."""
        found: dict[str, list[Said]] = defaultdict(list)
        newest = newest_ratings(self.cycle, None).filter(**self._only)
        for row in newest.order_by().values_list(
            "topic", "person_id", "vantage", "answer", "level"
        ):
            found[row[0]].append(Said(*row))
        return found

    def given(self, domain: Domain | None = None) -> Iterator[Given]:
        """Return the levels that people gave, in all kept domains or in one."""
        for one in self.kept if domain is None else [domain]:
            for topic in one.topics:
                for said in self.said.get(topic.code, ()):
                    if said.level is not None:
                        yield Given(
                            topic=said.topic, person=str(said.person), level=said.level
                        )

    @cached_property
    def scores(self) -> dict[str, Score]:
        """The stored scores of topics."""
        wanted = {"code__in": self._codes} if self._codes is not None else {}
        rows = Score.objects.filter(
            scoring=self.scoring, kind=ScoreKind.TOPIC, **wanted
        )
        return {row.code: row for row in rows}

    @cached_property
    def settlements(self) -> dict[str, list[Settled]]:
        """What was settled, by topic, newest first."""
        rows = Settlement.objects.filter(cycle=self.cycle, **self._only)
        found: dict[str, list[Settled]] = defaultdict(list)
        for row in rows.select_related("settled_by").order_by("-pk"):
            found[row.topic].append(
                Settled(
                    level=row.level,
                    reason=row.reason,
                    by=person(row.settled_by),
                    at=row.settled_at,
                )
            )
        return found

    @cached_property
    def disputes(self) -> list[DisputeRow]:
        """The disputes about topics that the cycle asks, the most urgent first."""
        rows = Dispute.objects.filter(cycle=self.cycle, **self._only)
        people = rows.select_related("owner", "opened_by", "resolved_by")
        names = {topic.code: (domain, topic) for domain, topic in self.topics}
        return [
            dispute_row(row, *names[row.topic])
            for row in people.order_by("due_on", "pk")
            if row.topic in names
        ]

    @cached_property
    def comments(self) -> dict[str, int]:
        """How many comments stand at a topic."""
        rows = Comment.objects.filter(
            cycle=self.cycle, withdrawn_at=None, **self._only
        ).order_by()
        return dict(rows.values_list("topic").annotate(Count("pk")))

    @cached_property
    def labels(self) -> dict[str, str]:
        """The names of vantage points, in the edition's order."""
        labels = {point.key: str(point.name) for point in self.edition.vantage_points}
        return labels | {
            one.value: str(one.label) for one in Vantage if one.value not in labels
        }

    def spread(self, domain: Domain, topic: Topic) -> Spread:
        """Return who says what of a topic."""
        said = self.said.get(topic.code, [])
        levels = sorted(one.level for one in said if one.level is not None)
        score = self.scores.get(topic.code)
        settled = self.settlements.get(topic.code)
        rules = self.edition.scoring
        seats = tuple(self._seats(said))
        return Spread(
            code=topic.code,
            name=topic.name,
            question=topic.question,
            domain=domain.code,
            domain_name=domain.name,
            scale=self.edition.scale.span,
            step=self.edition.scale.step,
            seats=seats,
            unheard=tuple(
                self.labels.get(key, key)
                for key in topic.vantage_points or domain.vantage_points
                if all(seat.vantage != key for seat in seats)
            ),
            lowest=levels[0] if levels else None,
            middle=levels[(len(levels) - 1) // 2] if levels else None,
            highest=levels[-1] if levels else None,
            declared=score.declared if score else None,
            measured=score.measured if score else None,
            agreed=score.agreed if score else None,
            confidence=score.declared_confidence if score else None,
            spread_gap=rules.spread_gap,
            discussion_gap=rules.discussion_gap,
            settled=settled[0] if settled else None,
            dispute=next(
                (one for one in self.disputes if one.open and one.topic == topic.code),
                None,
            ),
            comments=self.comments.get(topic.code, 0),
        )

    @property
    def spreads(self) -> tuple[Spread, ...]:
        """Return the spread of every topic looked at."""
        return tuple(self.spread(domain, topic) for domain, topic in self.topics)

    def criteria(self, domain: Domain, topic: str) -> Iterator[CriterionLine]:
        """Return what telemetry says of a topic, criterion by criterion."""
        criteria = domain.criteria_of(topic)
        codes = [one.code for one in criteria]
        if not codes:
            return
        mine = {"criterion__in": codes}
        proposals = Proposal.objects.filter(scoring=self.scoring, **mine)
        proposed = {one.criterion: one for one in proposals}
        decisions = Decision.objects.filter(cycle=self.cycle, **mine)
        decided = dict(decisions.order_by("pk").values_list("criterion", "verb"))
        rows = Measurement.objects.filter(scoring=self.scoring, **mine)
        values = [measured(row) for row in rows.order_by("pk")]
        for one in criteria:
            proposal = proposed.get(one.code)
            yield CriterionLine(
                code=one.code,
                name=one.name,
                level=proposal.level if proposal else None,
                applicable=proposal.applicable if proposal else True,
                verb=decided.get(one.code, ""),
                measurements=tuple(row for row in values if row.criterion == one.code),
            )

    def _seats(self, said: Iterable[Said]) -> Iterator[Seat]:
        counts: dict[str, Counter[tuple[str, int | None]]] = defaultdict(Counter)
        for one in said:
            counts[one.vantage][one.answer, one.level] += 1
        for key, label in self.labels.items():
            if key not in counts:
                continue
            counted = counts[key]
            yield Seat(
                vantage=key,
                label=label,
                counts={
                    level: counted[Answer.LEVEL.value, level]
                    for level in self.edition.scale.span
                    if counted[Answer.LEVEL.value, level]
                },
                unknown=counted[Answer.UNKNOWN.value, None],
                not_applicable=counted[Answer.NOT_APPLICABLE.value, None],
            )


def dispute_row(row: Dispute, domain: Domain, topic: Topic) -> DisputeRow:
    """Return a dispute as it is shown."""
    return DisputeRow(
        id=row.pk,
        topic=topic.code,
        topic_name=topic.name,
        domain=domain.code,
        text=row.text,
        owner_id=row.owner_id,
        owner=person(row.owner),
        due_on=row.due_on,
        opened_by=person(row.opened_by),
        opened_at=row.opened_at,
        resolution=row.resolution,
        resolved_by=person(row.resolved_by) if row.resolved_by else "",
        resolved_at=row.resolved_at,
    )
