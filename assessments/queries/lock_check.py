"""What to look at before a cycle is locked: contradictions, gaps, notes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from assessments.models import Cycle, Decision, Proposal, Rating, Score, Scoring, Verb
from assessments.queries.frameworks import framework

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from scoring.rubric import Domain, Edition

T = TypeVar("T")

# Three independent people on a domain, and more than one point of view.
_FEW = 3
_SOON = timedelta(days=30)


class Severity(StrEnum):
    """How much a finding weighs."""

    CONTRADICTION = "contradiction"
    GAP = "gap"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to look at, with the page on which to do so."""

    severity: Severity
    sentence: str
    page: str  # name of an address that takes workspace, cycle and `code`
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The findings of one severity."""

    severity: Severity
    findings: tuple[Finding, ...]


def lock_check(*, cycle_id: int, today: date) -> list[Group]:
    """Return every finding, the heaviest first; severities without one are left out."""
    look = _Look(cycle_id, today)
    found = [
        *look.spreads(),
        *look.proposals(),
        *look.silences(),
        *look.thin_domains(),
    ]
    groups = [
        Group(
            severity=severity,
            findings=tuple(one for one in found if one.severity is severity),
        )
        for severity in Severity
    ]
    return [group for group in groups if group.findings]


class _Look:
    """The rows that the findings are read from, each table once."""

    def __init__(self, cycle_id: int, today: date) -> None:
        rows = Cycle.objects.select_related("edition")
        cycle = rows.defer("content", "edition__document").get(pk=cycle_id)
        self.today = today
        self.edition: Edition = framework(sha256=cycle.edition.sha256)
        self.kept = [d for d in self.edition.domains if d.code not in cycle.left_out]
        scoring = Scoring.objects.filter(cycle=cycle).order_by("-pk").first()
        scores = Score.objects.filter(scoring=scoring).order_by("pk")
        self.scores = {(one.kind, one.code): one for one in scores}
        proposed = Proposal.objects.filter(scoring=scoring).order_by("pk")
        self.proposed = {one.criterion: one for one in proposed}
        decisions = Decision.objects.filter(cycle=cycle).order_by("pk")
        self.decisions = {one.criterion: one for one in decisions}
        self.raters: dict[str, set[int]] = defaultdict(set)
        self.vantages: dict[str, set[str]] = defaultdict(set)
        ratings = Rating.objects.filter(cycle=cycle).order_by()
        seen = ratings.values_list("topic", "person_id", "vantage").distinct()
        for topic, person, vantage in seen:
            self.raters[topic].add(person)
            self.vantages[topic].add(vantage)

    def spreads(self) -> Iterator[Finding]:
        """Topics on which people are far apart."""
        gap = self.edition.scoring.spread_gap
        for domain in self.kept:
            for topic in domain.topics:
                score = self.scores.get(("topic", topic.code))
                if score is None or score.lowest is None or score.highest is None:
                    continue
                if score.highest - score.lowest >= gap:
                    yield Finding(
                        severity=Severity.CONTRADICTION,
                        sentence=(
                            f"{topic.code} {topic.name}: answers go from"
                            f" {score.lowest:f} to {score.highest:f}."
                        ),
                        page="topic_why",
                        code=topic.code,
                    )

    def proposals(self) -> Iterator[Finding]:
        """Criteria: undecided, decided on something else, run out, not measured."""
        for domain in self.kept:
            yield from self._unmeasured(domain)
            for criterion in domain.criteria:
                proposal = self.proposed.get(criterion.code)
                if proposal is None or not proposal.applicable:
                    continue
                found = self._of_criterion(
                    f"{criterion.code} {criterion.name}",
                    proposal,
                    self.decisions.get(criterion.code),
                )
                if found:
                    yield Finding(
                        severity=found[0],
                        sentence=found[1],
                        page="criterion",
                        code=criterion.code,
                    )

    def _of_criterion(
        self, name: str, proposal: Proposal, decision: Decision | None
    ) -> tuple[Severity, str] | None:
        if decision is None:
            return self._undecided(name, proposal)
        if decision.expires_on is not None:
            if decision.expires_on < self.today:
                return Severity.CONTRADICTION, (
                    f"{name}: the decision ended on"
                    f" {decision.expires_on:%-d %B %Y} and no longer counts."
                )
            if decision.expires_on - self.today <= _SOON:
                return Severity.NOTE, (
                    f"{name}: the decision ends on {decision.expires_on:%-d %B %Y}."
                )
        if decision.verb == Verb.ACCEPT and decision.level != proposal.level:
            now = "nothing" if proposal.level is None else f"{proposal.level:f}"
            return Severity.CONTRADICTION, (
                f"{name}: {decision.level:f} was accepted, telemetry now proposes"
                f" {now}."
            )
        return None

    def _unmeasured(self, domain: Domain) -> Iterator[Finding]:
        """Criteria for which there is neither a measurement nor a decision."""
        silent = [
            one.code
            for one in domain.criteria
            if one.code not in self.decisions
            and (proposal := self.proposed.get(one.code)) is not None
            and proposal.applicable
            and proposal.level is None
        ]
        if silent:
            yield Finding(
                severity=Severity.GAP,
                sentence=(
                    f"{domain.code} {domain.name}: no evidence of measurement for"
                    f" {', '.join(silent)}."
                ),
                page="domain_result",
                code=domain.code,
            )

    def _undecided(self, name: str, proposal: Proposal) -> tuple[Severity, str] | None:
        if proposal.level is None:
            return None
        score = self.scores.get(("topic", proposal.topic))
        declared = score.declared if score else None
        apart = self.edition.scoring.discussion_gap
        if declared is not None and abs(declared - proposal.level) >= apart:
            return Severity.CONTRADICTION, (
                f"{name}: people say {declared:f}, telemetry proposes"
                f" {proposal.level:f}, and nobody has decided."
            )
        return Severity.GAP, (
            f"{name}: nobody has decided on the proposed level {proposal.level:f}."
        )

    def silences(self) -> Iterator[Finding]:
        """Domains with questions that nobody answered, and domains without a level."""
        for domain in self.kept:
            missing = [t.code for t in domain.topics if not self.raters[t.code]]
            score = self.scores.get(("domain", domain.code))
            if missing:
                yield Finding(
                    severity=Severity.GAP,
                    sentence=(
                        f"{domain.code} {domain.name}: nobody answered"
                        f" {', '.join(missing)} ({len(missing)} of"
                        f" {len(domain.topics)})."
                    ),
                    page="answer_domain",
                    code=domain.code,
                )
            elif score is not None and score.agreed is None:
                yield Finding(
                    severity=Severity.GAP,
                    sentence=(
                        f"{domain.code} {domain.name}: no level, too little is known."
                    ),
                    page="domain_result",
                    code=domain.code,
                )

    def thin_domains(self) -> Iterator[Finding]:
        """Domains that rest on few people or on one point of view."""
        for domain in self.kept:
            people = self._all(domain, self.raters)
            views = self._all(domain, self.vantages)
            if not people:
                continue
            thin = []
            if len(people) < _FEW:
                thin.append("one person" if len(people) == 1 else "two people")
            if len(views) == 1:
                thin.append("a single vantage point")
            if thin:
                yield Finding(
                    severity=Severity.NOTE,
                    sentence=(
                        f"{domain.code} {domain.name}: rests on {' and '.join(thin)}."
                    ),
                    page="domain_result",
                    code=domain.code,
                )

    @staticmethod
    def _all(domain: Domain, by_topic: dict[str, set[T]]) -> set[T]:
        return {one for topic in domain.topics for one in by_topic[topic.code]}
