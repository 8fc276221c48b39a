"""From topics upward: domains, pillars, the scope."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from scoring.engine import topics
from scoring.engine.parts import Part, Parts, combine, stepped
from scoring.engine.values import Level, Score

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable
    from datetime import date

    from scoring.engine.values import Decision, Rating, Settlement
    from scoring.rubric import Domain, Edition, Topic
    from scoring.rules import Proposal

T = TypeVar("T")
K = TypeVar("K", bound="Hashable")


def score(
    edition: Edition,
    ratings: Iterable[Rating],
    proposals: Iterable[Proposal],
    decisions: Iterable[Decision],
    settlements: Iterable[Settlement] = (),
    *,
    left_out: Collection[str] = (),
    on: date,
) -> tuple[Score, ...]:
    """Score every topic, then every domain and pillar, then the scope (code "scope").

    The order is that of the edition, whatever the order of the inputs. Domains in
    `left_out`, and pillars of which nothing is left, have no score and count for
    nothing. `on` is the day on which decisions must not have expired.
    """
    inputs = _Inputs(edition, ratings, proposals, decisions, settlements, on=on)
    rows: dict[Level, list[Score]] = {kind: [] for kind in Level}
    scope = _Sum(inputs)
    for pillar in edition.pillars:
        of_pillar = _Sum(inputs)
        for domain in pillar.domains:
            if domain.code in left_out:
                continue
            of_domain = _Sum(inputs)
            for topic in domain.topics:
                parts, row = _topic(domain, topic, inputs)
                rows[Level.TOPIC].append(row)
                of_domain.add(topic.weight, parts, [topic])
            parts, row = of_domain.close(Level.DOMAIN, domain.code)
            rows[Level.DOMAIN].append(row)
            of_pillar.add(domain.weight, parts, domain.topics)
        if of_pillar.topics:
            parts, row = of_pillar.close(Level.PILLAR, pillar.code)
            rows[Level.PILLAR].append(row)
            scope.add(pillar.weight, parts, of_pillar.topics)
    _, row = scope.close(Level.SCOPE, "scope")
    rows[Level.SCOPE].append(row)
    return tuple(row for kind in Level for row in rows[kind])


class _Inputs:
    """Everything that was handed in, looked up by what it is about."""

    def __init__(
        self,
        edition: Edition,
        ratings: Iterable[Rating],
        proposals: Iterable[Proposal],
        decisions: Iterable[Decision],
        settlements: Iterable[Settlement],
        *,
        on: date,
    ) -> None:
        self.edition = edition
        self.on = on
        by_person = _only(ratings, lambda one: (one.topic, one.person))
        self.ratings: dict[str, list[Rating]] = defaultdict(list)
        # By person: in this order sums and sentences come out the same every time.
        for topic, person in sorted(by_person):
            self.ratings[topic].append(by_person[topic, person])
        self.proposals = _only(proposals, lambda one: one.criterion)
        self.decisions = _only(decisions, lambda one: one.criterion)
        self.settlements = _only(settlements, lambda one: one.topic)
        asked = {one.code for one in edition.topics}
        _known(self.ratings, asked)
        _known(self.settlements, asked)
        criteria = {one.code for one in edition.criteria}
        _known(self.proposals, criteria)
        _known(self.decisions, criteria)


def _only(given: Iterable[T], key: Callable[[T], K]) -> dict[K, T]:
    """Index by key; twice the same is once, two different ones are a mistake."""
    found: dict[K, T] = {}
    for one in given:
        if found.setdefault(key(one), one) != one:
            raise ValueError(f"{key(one)}: two of them; hand in the newest only")
    return found


def _known(given: Iterable[str], codes: Collection[str]) -> None:
    strange = sorted(set(given) - set(codes))
    if strange:
        raise ValueError(f"not in this edition: {', '.join(strange)}")


def _topic(domain: Domain, topic: Topic, inputs: _Inputs) -> tuple[Parts, Score]:
    scoring = inputs.edition.scoring
    ratings = inputs.ratings.get(topic.code, [])
    criteria = domain.criteria_of(topic.code)
    said, because = topics.declared(ratings, scoring)
    seen, reasons = topics.measured(criteria, inputs.proposals)
    set_, verdicts = topics.agreed(
        criteria,
        inputs.proposals,
        inputs.decisions,
        inputs.settlements.get(topic.code),
        otherwise=said,
        decided=scoring.confidence["decided"],
        on=inputs.on,
    )
    parts = Parts(declared=said, measured=seen, agreed=set_)
    row = topics.topic_score(
        topic.code,
        parts,
        ratings,
        step=inputs.edition.scale.step,
        because=[
            *because,
            *reasons,
            *topics.discussion(parts, scoring.discussion_gap),
            *verdicts,
        ],
    )
    return parts, row


class _Sum:
    """Parts of a domain, a pillar or the scope, being added up."""

    def __init__(self, inputs: _Inputs) -> None:
        self.inputs = inputs
        self.topics: list[Topic] = []
        self._parts: list[tuple[Decimal, Parts]] = []

    def add(self, weight: Decimal, parts: Parts, topics: Iterable[Topic]) -> None:
        self._parts.append((weight, parts))
        self.topics += topics

    def close(self, kind: Level, code: str) -> tuple[Parts, Score]:
        scoring = self.inputs.edition.scoring
        step = self.inputs.edition.scale.step
        parts = Parts(
            declared=self._combined(lambda one: one.declared),
            measured=self._combined(lambda one: one.measured),
            agreed=self._combined(lambda one: one.agreed),
        )
        means = sorted(self._means())
        because = [
            *self._silence("Declared", parts.declared),
            *self._silence("Measured", parts.measured),
            *topics.discussion(parts, scoring.discussion_gap),
            *self._silence("Agreed", parts.agreed),
        ]
        row = Score(
            kind=kind,
            code=code,
            declared=parts.declared.column(step),
            measured=parts.measured.column(step),
            agreed=parts.agreed.column(step),
            lowest=stepped(means[0], step) if means else None,
            highest=stepped(means[-1], step) if means else None,
            raters=len(means),
            because=tuple(because),
        )
        return parts, row

    def _combined(self, column: Callable[[Parts], Part]) -> Part:
        return combine(
            [(weight, column(parts)) for weight, parts in self._parts],
            minimum=self.inputs.edition.scoring.minimum_coverage,
        )

    def _means(self) -> Iterable[Fraction]:
        """Return each person's own mean over the topics that the person rated."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        weights: dict[str, Decimal] = defaultdict(Decimal)
        for topic in self.topics:
            for rating in self.inputs.ratings.get(topic.code, []):
                if rating.level is not None:
                    sums[rating.person] += topic.weight * rating.level
                    weights[rating.person] += topic.weight
        return [Fraction(sums[one]) / Fraction(weights[one]) for one in sums]

    def _silence(self, column: str, part: Part) -> list[str]:
        """Return why a column shows no level, if it shows none."""
        if part.level is not None:
            return []
        if not part.applicable:
            why = "nothing is bound to telemetry" if column == "Measured" else ""
            return [f"{column}: no level, {why or 'nothing here applies'}."]
        minimum = self.inputs.edition.scoring.minimum_coverage
        if part.coverage < Fraction(minimum):
            known = f"{float(part.coverage) * 100:.4g} percent of the inputs are known"
            needed = f"{topics.percent(minimum)} are needed"
            return [f"{column}: no level, {known} and {needed}."]
        return [f"{column}: no level, none of the inputs has one."]
