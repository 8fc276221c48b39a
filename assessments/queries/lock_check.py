"""What to look at before a cycle is locked: contradictions, gaps, notes, by weight."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Prefetch
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from assessments.models import (
    Assignment,
    Cycle,
    Decision,
    Dispute,
    Proposal,
    Rating,
    Score,
    Scoring,
    Settlement,
    Verb,
)
from assessments.queries.answers import kept
from assessments.queries.calibration import blind_spots
from assessments.queries.evidence.standing import domain_standing
from assessments.queries.frameworks import spoken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from decimal import Decimal

    from scoring.rubric import Domain, Edition, Topic

T = TypeVar("T")

# Three independent people on a domain, and more than one point of view.
_FEW = 3
_SOON = timedelta(days=30)


class Severity(StrEnum):
    """How much a finding weighs."""

    BLOCKING = "blocking"  # it cannot be locked like this
    SERIOUS = "serious"  # the result contradicts itself, or rests on too little
    LOOK = "look"  # worth a look


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to look at, with the page on which to do so."""

    severity: Severity
    sentence: str
    page: str  # name of an address that takes workspace, cycle and, if there is one,
    code: str = ""  # this code


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The findings of one severity."""

    severity: Severity
    findings: tuple[Finding, ...]


def lock_check(*, cycle_id: int, today: date) -> list[Group]:
    """Return every finding, the heaviest first; severities without one are left out."""
    look = _Look(cycle_id, today)
    found = [
        *look.emptiness(),
        *look.disputes(),
        *look.spreads(),
        *look.blind_spots(),
        *look.proposals(),
        *look.silences(),
        *look.foundations(),
        *look.evidence(),
        *look.thin_domains(),
        *look.unfinished(),
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
        disputes = Dispute.objects.filter(resolved_at=None).select_related("owner")
        rows = Cycle.objects.select_related("edition").prefetch_related(
            Prefetch("disputes", disputes), "settlements"
        )
        self.cycle = rows.defer("content", "edition__document").get(pk=cycle_id)
        self.today = today
        self.edition: Edition = spoken(sha256=self.cycle.edition.sha256)
        self.kept = kept(self.edition, self.cycle.left_out)
        scoring = Scoring.objects.filter(cycle=cycle_id).order_by("-pk").first()
        scores = Score.objects.filter(scoring=scoring).order_by("pk")
        self.scores = {(one.kind, one.code): one for one in scores}
        proposed = Proposal.objects.filter(scoring=scoring).order_by("pk")
        self.proposed = {one.criterion: one for one in proposed}
        decisions = Decision.objects.filter(cycle=cycle_id).order_by("pk")
        self.decisions = {one.criterion: one for one in decisions}
        settled: dict[str, Settlement] = {}
        for one in sorted(self.cycle.settlements.all(), key=lambda row: row.pk):
            settled[one.topic] = one
        self.settled = {t for t, one in settled.items() if one.level is not None}
        self.standing = domain_standing(cycle_id=cycle_id, today=today)
        self.raters: dict[str, set[int]] = defaultdict(set)
        self.vantages: dict[str, set[str]] = defaultdict(set)
        self.carried: set[tuple[str, int]] = set()
        self._read_ratings()

    def _read_ratings(self) -> None:
        rows = Rating.objects.filter(cycle=self.cycle).order_by("pk")
        fields = ("topic", "person_id", "vantage", "carried_from__cycle")
        for topic, person, vantage, carried in rows.values_list(*fields).iterator():
            self.raters[topic].add(person)
            self.vantages[topic].add(vantage)
            # A revision repeats what was said about the very same thing.
            if carried is not None and carried != self.cycle.revises_id:
                self.carried.add((topic, person))
            else:
                self.carried.discard((topic, person))

    def emptiness(self) -> Iterator[Finding]:
        """A cycle without any answer."""
        if not self.raters:
            yield Finding(
                severity=Severity.BLOCKING,
                sentence=_("Nobody has answered a question yet."),
                page="cycle",
            )

    def disputes(self) -> Iterator[Finding]:
        """Disputes that still wait for somebody."""
        for one in self.cycle.disputes.all():
            owner = one.owner.get_full_name() or one.owner.get_username()
            yield Finding(
                severity=Severity.SERIOUS,
                sentence=_(
                    "%(topic)s: a dispute is open, %(owner)s owns it until %(day)s."
                )
                % {
                    "topic": one.topic,
                    "owner": owner,
                    "day": _day(one.due_on),
                },
                page="topic_why",
                code=one.topic,
            )

    def spreads(self) -> Iterator[Finding]:
        """Topics on which people are far apart and nothing was settled."""
        gap = self.edition.scoring.spread_gap
        for _domain, topic in self._topics():
            score = self.scores.get(("topic", topic.code))
            if score is None or score.lowest is None or score.highest is None:
                continue
            if score.highest - score.lowest >= gap and topic.code not in self.settled:
                yield Finding(
                    severity=Severity.SERIOUS,
                    sentence=_(
                        "%(topic)s: answers go from %(low)s to %(high)s, unsettled."
                    )
                    % {
                        "topic": _named(topic),
                        "low": _level(score.lowest),
                        "high": _level(score.highest),
                    },
                    page="topic_why",
                    code=topic.code,
                )

    def blind_spots(self) -> Iterator[Finding]:
        """Topics that look different from another vantage point, or to telemetry."""
        apart = {one.code for one in self.spreads()}
        for one in blind_spots(cycle_id=self.cycle.pk):
            if one.topic not in apart:
                yield Finding(
                    severity=Severity.SERIOUS,
                    sentence=f"{one.topic} {one.name}: {one.sentence}",
                    page="topic_why",
                    code=one.topic,
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
            facts = {"name": name, "day": _day(decision.expires_on)}
            if decision.expires_on < self.today:
                return Severity.SERIOUS, (
                    _("%(name)s: the decision ended on %(day)s and no longer counts.")
                    % facts
                )
            if decision.expires_on - self.today <= _SOON:
                return Severity.LOOK, (
                    _("%(name)s: the decision ends on %(day)s.") % facts
                )
        if decision.verb == Verb.ACCEPT and decision.level != proposal.level:
            return Severity.SERIOUS, (
                _("%(name)s: %(then)s was accepted, telemetry now proposes %(now)s.")
                % {
                    "name": name,
                    "then": _level(decision.level),
                    "now": _level(proposal.level)
                    if proposal.level is not None
                    else _("nothing"),
                }
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
                severity=Severity.LOOK,
                sentence=_("%(domain)s: nothing is known from telemetry for %(codes)s.")
                % {"domain": _named(domain), "codes": ", ".join(silent)},
                page="domain_result",
                code=domain.code,
            )

    def _undecided(self, name: str, proposal: Proposal) -> tuple[Severity, str] | None:
        if proposal.level is None or proposal.topic in self.settled:
            return None
        score = self.scores.get(("topic", proposal.topic))
        declared = score.declared if score else None
        apart = self.edition.scoring.discussion_gap
        level = _level(proposal.level)
        if declared is not None and abs(declared - proposal.level) >= apart:
            return Severity.SERIOUS, (
                _(
                    "%(name)s: people say %(said)s, telemetry proposes %(level)s, and"
                    " nobody has decided."
                )
                % {"name": name, "said": _level(declared), "level": level}
            )
        return Severity.LOOK, (
            _("%(name)s: nobody has decided on the proposed level %(level)s.")
            % {"name": name, "level": level}
        )

    def silences(self) -> Iterator[Finding]:
        """Questions that nobody answered, domains without a level or a target."""
        for domain in self.kept:
            missing = [t.code for t in domain.topics if not self.raters[t.code]]
            score = self.scores.get(("domain", domain.code))
            if missing:
                yield Finding(
                    severity=Severity.SERIOUS,
                    sentence=_(
                        "%(domain)s: nobody answered %(codes)s (%(missing)s of"
                        " %(all)s)."
                    )
                    % {
                        "domain": _named(domain),
                        "codes": ", ".join(missing),
                        "missing": len(missing),
                        "all": len(domain.topics),
                    },
                    page="answer_domain",
                    code=domain.code,
                )
            elif score is not None and score.agreed is None:
                yield Finding(
                    severity=Severity.SERIOUS,
                    sentence=_("%(domain)s: no level, too little is known.")
                    % {"domain": _named(domain)},
                    page="domain_result",
                    code=domain.code,
                )
        aimless = [
            one.code for one in self.kept if not self.cycle.targets.get(one.code)
        ]
        if aimless:
            yield Finding(
                severity=Severity.LOOK,
                sentence=_("No target is set for %(codes)s.")
                % {"codes": ", ".join(aimless)},
                page="cycle",
            )

    def foundations(self) -> Iterator[Finding]:
        """Levels that rest on a weaker domain."""
        for domain in self.kept:
            here = self._agreed(domain.code)
            for needed in domain.prerequisites:
                there = self._agreed(needed.domain)
                if here is None or there is None:
                    continue
                if not needed.holds(here=here, there=there):
                    yield Finding(
                        severity=Severity.SERIOUS,
                        sentence=_(
                            "%(domain)s stands at %(here)s and rests on %(other)s,"
                            " which stands at %(there)s instead of %(needed)s."
                        )
                        % {
                            "domain": _named(domain),
                            "here": _level(here),
                            "other": needed.domain,
                            "there": _level(there),
                            "needed": needed.level,
                        },
                        page="domain_result",
                        code=domain.code,
                    )

    def _agreed(self, code: str) -> Decimal | None:
        score = self.scores.get(("domain", code))
        return score.agreed if score else None

    def evidence(self) -> Iterator[Finding]:
        """What backs the answers: nothing for a high one, too old, too few sources."""
        for domain in self.kept:
            standing = self.standing.get(domain.code)
            if standing is None:
                continue
            bare = [one.code for one in standing.bare if self._is_high(one.code)]
            if bare:
                yield self._of_evidence(
                    Severity.SERIOUS,
                    domain,
                    _("a high level without any evidence: %(codes)s.")
                    % {"codes": ", ".join(bare)},
                )
            if standing.stale:
                titles = ", ".join(f"“{one.title}”" for one in standing.stale[:3])
                yield self._of_evidence(
                    Severity.LOOK,
                    domain,
                    _("evidence that no longer counts: %(titles)s.")
                    % {"titles": titles},
                )
            if not standing.enough_sources:
                yield self._of_evidence(
                    Severity.LOOK,
                    domain,
                    _("%(found)s of %(asked)s independent sources of evidence.")
                    % {
                        "found": len(standing.sources),
                        "asked": standing.sources_asked,
                    },
                )
            if not standing.enough_vantages and standing.unheard:
                yield self._of_evidence(
                    Severity.LOOK,
                    domain,
                    _("not heard: %(vantages)s.")
                    % {"vantages": ", ".join(standing.unheard)},
                )

    def _of_evidence(
        self, severity: Severity, domain: Domain, sentence: str
    ) -> Finding:
        return Finding(
            severity=severity,
            sentence=f"{_named(domain)}: {sentence}",
            page="domain_result",
            code=domain.code,
        )

    def _is_high(self, topic: str) -> bool:
        """Say whether the agreed level is one for which the edition wants reasons."""
        score = self.scores.get(("topic", topic))
        if score is None or score.agreed is None:
            return False
        rule = self.edition.scoring.rationale_required
        return rule.from_level is not None and score.agreed >= rule.from_level

    def thin_domains(self) -> Iterator[Finding]:
        """Domains that rest on few people or on one point of view."""
        for domain in self.kept:
            people = self._all(domain, self.raters)
            views = self._all(domain, self.vantages)
            if not people:
                continue
            thin = []
            if len(people) < _FEW:
                thin.append(
                    ngettext("%(n)s person", "%(n)s people", len(people))
                    % {"n": len(people)}
                )
            if len(views) == 1:
                thin.append(_("a single vantage point"))
            if thin:
                yield Finding(
                    severity=Severity.LOOK,
                    sentence=_("%(domain)s: rests on %(thin)s.")
                    % {"domain": _named(domain), "thin": ", ".join(thin)},
                    page="domain_result",
                    code=domain.code,
                )

    def unfinished(self) -> Iterator[Finding]:
        """People who have not said that they are done, and answers not confirmed."""
        waiting = Assignment.objects.filter(cycle=self.cycle, finished_at=None)
        domains = sorted(set(waiting.order_by().values_list("domain", flat=True)))
        people = waiting.order_by().values("person").distinct().count()
        if domains:
            yield Finding(
                severity=Severity.LOOK,
                sentence=ngettext(
                    "%(people)s person is not done with %(codes)s.",
                    "%(people)s people are not done with %(codes)s.",
                    people,
                )
                % {"people": people, "codes": ", ".join(domains)},
                page="cycle",
            )
        if self.carried:
            topics = sorted({topic for topic, _person in self.carried})
            yield Finding(
                severity=Severity.LOOK,
                sentence=ngettext(
                    "%(n)s answer was carried over and not confirmed: %(codes)s.",
                    "%(n)s answers were carried over and not confirmed: %(codes)s.",
                    len(self.carried),
                )
                % {"n": len(self.carried), "codes": _some(topics)},
                page="cycle",
            )

    def _topics(self) -> Iterator[tuple[Domain, Topic]]:
        return ((domain, topic) for domain in self.kept for topic in domain.topics)

    @staticmethod
    def _all(domain: Domain, by_topic: dict[str, set[T]]) -> set[T]:
        return {one for topic in domain.topics for one in by_topic[topic.code]}


def _named(one: Domain | Topic) -> str:
    return f"{one.code} {one.name}"


def _some(codes: Iterable[str], most: int = 6) -> str:
    found = list(codes)
    return ", ".join(found[:most]) + (" …" if len(found) > most else "")


def _day(day: date) -> str:
    # Translators: a date inside of a sentence, in the signs of Django: 5 Nov 2026.
    return date_format(day, pgettext("format of a date", "j M Y"))


def _level(level: Decimal | None) -> str:
    return "–" if level is None else number_format(level, 1)
