"""Answers and progress, by one rule on every page.

Answered is a question to which a person gave an answer in this cycle: *unknown* and
*not applicable* are answers; one carried over from an earlier cycle is none until it is
confirmed. What has to be answered is every topic of the domains that the cycle keeps:
for a person, of those that they are asked for.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils.translation import gettext as _

from assessments.access import Verb
from assessments.models import (
    Answer,
    Confidence,
    Cycle,
    Rating,
    Vantage,
)
from assessments.queries import members
from assessments.queries.assignments import asked_domains
from assessments.queries.frameworks import framework, spoken

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.db.models import QuerySet

    from scoring.rubric import Domain, Edition, Topic

VANTAGES = tuple(Vantage.choices)
CONFIDENCES = tuple(Confidence.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many of how many questions are answered."""

    answered: int
    of: int

    @property
    def percent(self) -> int:
        """Whole percent, and 100 only when nothing is missing."""
        return self.answered * 100 // self.of if self.of else 0

    @property
    def status(self) -> str:
        """todo, started or done."""
        if self.answered == 0:
            return "todo"
        return "done" if self.answered >= self.of else "started"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """A person's newest answer to a topic."""

    id: int
    topic: str
    answer: str
    level: int | None
    confidence: str
    rationale: str
    vantage: str
    rated_at: datetime
    # The cycle that it was carried over from; nobody has confirmed it since.
    carried_from: str = ""

    @property
    def label(self) -> str:
        """What was answered, in words."""
        if self.answer == Answer.LEVEL:
            return _("Level %(level)s") % {"level": self.level}
        return str(Answer(self.answer).label)

    @property
    def choice(self) -> str:
        """The value of the radio button that says it."""
        return str(self.level) if self.answer == Answer.LEVEL else self.answer

    @property
    def vantage_label(self) -> str:
        """From where it was answered, in words."""
        return str(Vantage(self.vantage).label)

    @property
    def confidence_label(self) -> str:
        """How sure the person was, in words; empty if they did not say."""
        return str(Confidence(self.confidence).label) if self.confidence else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainTask:
    """A domain in the list of what there is to answer."""

    code: str
    name: str
    pillar: str
    left_out: str
    asked: bool  # whether the person is asked for it
    mine: Progress
    everyone: Progress
    raters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    """What there is to answer in a cycle, and what is done."""

    mine: Progress
    everyone: Progress
    domains: tuple[DomainTask, ...]
    raters: int


# ── what is asked ──────────────────────────────────────────────────────────────────


def kept(edition: Edition, left_out: Mapping[str, str]) -> list[Domain]:
    """Return the domains that a cycle keeps, in order."""
    return [domain for domain in edition.domains if domain.code not in left_out]


def asked(edition: Edition, left_out: Mapping[str, str]) -> tuple[Topic, ...]:
    """Return the topics that a cycle asks about, in order."""
    return tuple(topic for one in kept(edition, left_out) for topic in one.topics)


def own(*, cycle: Cycle, edition: Edition, person_id: int) -> list[Domain]:
    """Return the domains that are a person's to answer, in order.

    Whoever may answer everything and is asked for nothing has all of them.
    """
    mine = asked_domains(cycle_id=cycle.pk, person_id=person_id)
    return _theirs(cycle, edition, person_id, mine)


def may_answer(*, cycle: Cycle, domain: str, person_id: int) -> bool:
    """Say whether a domain of a cycle is for this person to answer."""
    mine = asked_domains(cycle_id=cycle.pk, person_id=person_id)
    return is_theirs(cycle=cycle, domain=domain, person_id=person_id, asked=mine)


def is_theirs(
    *, cycle: Cycle, domain: str, person_id: int, asked: frozenset[str] | None
) -> bool:
    """Say the same of a person who is asked for these domains; None: for all."""
    return asked is None or domain in asked or _may_answer_all(cycle, person_id)


def _theirs(
    cycle: Cycle, edition: Edition, person_id: int, mine: frozenset[str] | None
) -> list[Domain]:
    everything = mine == frozenset() and _may_answer_all(cycle, person_id)
    return _own(kept(edition, cycle.left_out), mine, everything=everything)


def _own(
    domains: list[Domain], mine: frozenset[str] | None, *, everything: bool
) -> list[Domain]:
    if mine is None or (not mine and everything):
        return domains
    return [domain for domain in domains if domain.code in mine]


def _may_answer_all(cycle: Cycle, person_id: int) -> bool:
    found = members.standing(workspace_id=cycle.workspace_id, user_id=person_id)
    return found is not None and found.may(Verb.ANSWER_ALL, at=cycle.scope.path)


# ── what is answered ───────────────────────────────────────────────────────────────


def given_ratings() -> QuerySet[Rating]:
    """Return the ratings that people gave, without those carried over for them."""
    return Rating.objects.filter(carried_from=None).order_by()


def my_answers(*, cycle_id: int, person_id: int) -> dict[str, AnswerRow]:
    """Return a person's newest answers by topic, those carried over among them."""
    rows = _told().filter(cycle_id=cycle_id, person_id=person_id)
    return {row.topic: answer_row(row) for row in rows.order_by("pk")}


def my_answer(*, cycle_id: int, topic: str, person_id: int) -> AnswerRow | None:
    """Return a person's newest answer to a topic, carried over or given."""
    rows = _told().filter(cycle_id=cycle_id, topic=topic, person_id=person_id)
    last = rows.order_by("-pk").first()
    return answer_row(last) if last else None


def my_progress(*, cycle_id: int, person_id: int) -> Progress:
    """Return how far a person is."""
    mine = asked_domains(cycle_id=cycle_id, person_id=person_id)
    return progress(cycle=_cycle(cycle_id), person_id=person_id, asked=mine)


def progress(*, cycle: Cycle, person_id: int, asked: frozenset[str] | None) -> Progress:
    """Return how far a person is who is asked for these domains; None: for all."""
    edition = framework(sha256=cycle.edition.sha256)
    mine = given_ratings().filter(cycle_id=cycle.pk, person_id=person_id)
    return _progress(
        _theirs(cycle, edition, person_id, asked),
        set(mine.values_list("topic", flat=True).distinct()),
    )


def tasks(*, cycle_id: int, person_id: int) -> Tasks:
    """Return every domain of a cycle with the person's and everyone's progress."""
    cycle = _cycle(cycle_id)
    edition = spoken(sha256=cycle.edition.sha256)
    mine = {
        domain.code for domain in own(cycle=cycle, edition=edition, person_id=person_id)
    }
    pairs = given_ratings().filter(cycle_id=cycle_id)
    people = defaultdict(set)
    for topic, person in pairs.values_list("topic", "person_id").distinct():
        people[topic].add(person)
    rows = []
    for pillar in edition.pillars:
        for domain in pillar.domains:
            codes = [topic.code for topic in domain.topics]
            rows.append(
                DomainTask(
                    code=domain.code,
                    name=domain.name,
                    pillar=pillar.name,
                    left_out=cycle.left_out.get(domain.code, ""),
                    asked=domain.code in mine,
                    mine=Progress(
                        answered=sum(person_id in people[code] for code in codes),
                        of=len(codes),
                    ),
                    everyone=Progress(
                        answered=sum(bool(people[code]) for code in codes),
                        of=len(codes),
                    ),
                    raters=len(set().union(*(people[code] for code in codes))),
                )
            )
    return Tasks(
        mine=_sum([row.mine for row in rows if row.asked]),
        everyone=_sum([row.everyone for row in rows if not row.left_out]),
        domains=tuple(rows),
        raters=len(set().union(*people.values())),
    )


def first_unanswered(
    *, cycle_id: int, person_id: int, domain: str | None = None
) -> str | None:
    """Return the first topic of the person that they have not answered yet."""
    cycle = _cycle(cycle_id)
    edition = spoken(sha256=cycle.edition.sha256)
    rows = given_ratings().filter(cycle_id=cycle_id, person_id=person_id)
    mine = set(rows.values_list("topic", flat=True).distinct())
    for one in own(cycle=cycle, edition=edition, person_id=person_id):
        if domain is None or one.code == domain:
            for topic in one.topics:
                if topic.code not in mine:
                    return topic.code
    return None


# ── inside ─────────────────────────────────────────────────────────────────────────


def _cycles() -> QuerySet[Cycle]:
    rows = Cycle.objects.select_related("edition", "scope")
    return rows.defer("content", "edition__document")


def _cycle(cycle_id: int) -> Cycle:
    return _cycles().get(pk=cycle_id)


def _told() -> QuerySet[Rating]:
    return Rating.objects.annotate(carried_title=F("carried_from__cycle__title"))


def _progress(domains: list[Domain], answered: set[str]) -> Progress:
    codes = [topic.code for domain in domains for topic in domain.topics]
    return Progress(answered=sum(code in answered for code in codes), of=len(codes))


def _sum(parts: list[Progress]) -> Progress:
    return Progress(
        answered=sum(part.answered for part in parts), of=sum(part.of for part in parts)
    )


def answer_row(row: Rating) -> AnswerRow:
    """Return a rating as it is shown; `carried_title` is annotated by who asks."""
    return AnswerRow(
        id=row.pk,
        topic=row.topic,
        answer=row.answer,
        level=row.level,
        confidence=row.confidence,
        rationale=row.rationale,
        vantage=row.vantage,
        rated_at=row.rated_at,
        carried_from=getattr(row, "carried_title", None) or "",
    )
