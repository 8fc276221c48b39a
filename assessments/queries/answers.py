"""Answers and progress, by one rule on every page.

Answered is a question with an answer, and *unknown* and *not applicable* are answers;
what has to be answered is every topic of the domains that the cycle keeps.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max

from assessments.access import Role, Verb, allows
from assessments.models import Answer, Confidence, Cycle, Member, Rating, Vantage
from assessments.queries.frameworks import framework

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

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

    topic: str
    answer: str
    level: int | None
    confidence: str
    rationale: str
    vantage: str
    rated_at: datetime

    @property
    def label(self) -> str:
        """What was answered, in words."""
        if self.answer == Answer.LEVEL:
            return f"Level {self.level}"
        return str(Answer(self.answer).label)

    @property
    def choice(self) -> str:
        """The value of the radio button that says it."""
        return str(self.level) if self.answer == Answer.LEVEL else self.answer


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainTask:
    """A domain in the list of what there is to answer."""

    code: str
    name: str
    pillar: str
    left_out: str
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A member who may answer, and how far they are."""

    name: str
    role: str
    vantage: str
    progress: Progress
    last_at: datetime | None


def asked(edition: Edition, left_out: Mapping[str, str]) -> tuple[Topic, ...]:
    """Return the topics that a cycle asks about, in order."""
    return tuple(topic for one in kept(edition, left_out) for topic in one.topics)


def my_answers(*, cycle_id: int, person_id: int) -> dict[str, AnswerRow]:
    """Return a person's newest answers by topic."""
    rows = Rating.objects.filter(cycle_id=cycle_id, person_id=person_id)
    return {row.topic: _answer(row) for row in rows.order_by("pk")}


def my_answer(*, cycle_id: int, topic: str, person_id: int) -> AnswerRow | None:
    """Return a person's newest answer to a topic."""
    rows = Rating.objects.filter(cycle_id=cycle_id, topic=topic, person_id=person_id)
    last = rows.order_by("-pk").first()
    return _answer(last) if last else None


def my_progress(*, cycle_id: int, person_id: int) -> Progress:
    """Return how far a person is."""
    cycle = _cycle(cycle_id)
    topics = asked(framework(sha256=cycle.edition.sha256), cycle.left_out)
    mine = Rating.objects.filter(cycle_id=cycle_id, person_id=person_id)
    answered = mine.order_by().values("topic").distinct().count()
    return Progress(answered=answered, of=len(topics))


def tasks(*, cycle_id: int, person_id: int) -> Tasks:
    """Return every domain of a cycle with the person's and everyone's progress."""
    cycle = _cycle(cycle_id)
    edition = framework(sha256=cycle.edition.sha256)
    pairs = Rating.objects.filter(cycle_id=cycle_id).order_by()
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
    asked_of = [row for row in rows if not row.left_out]
    return Tasks(
        mine=_sum([row.mine for row in asked_of]),
        everyone=_sum([row.everyone for row in asked_of]),
        domains=tuple(rows),
        raters=len(set().union(*people.values())),
    )


def first_unanswered(
    *, cycle_id: int, person_id: int, domain: str | None = None
) -> str | None:
    """Return the first topic that the person has not answered yet."""
    cycle = _cycle(cycle_id)
    edition = framework(sha256=cycle.edition.sha256)
    mine = my_answers(cycle_id=cycle_id, person_id=person_id)
    for topic in asked(edition, cycle.left_out):
        here = domain is None or edition.domain_of(topic.code).code == domain
        if here and topic.code not in mine:
            return topic.code
    return None


def people(*, cycle_id: int) -> list[PersonRow]:
    """Return everybody who may answer, with their progress, by name."""
    cycle = _cycle(cycle_id)
    topics = asked(framework(sha256=cycle.edition.sha256), cycle.left_out)
    answered: dict[int, set[str]] = defaultdict(set)
    last: dict[int, datetime] = {}
    grouped = Rating.objects.filter(cycle_id=cycle_id).order_by()
    for person, topic, at in grouped.values_list("person_id", "topic").annotate(
        newest=Max("rated_at")
    ):
        answered[person].add(topic)
        last[person] = max(at, last.get(person, at))
    members = Member.objects.filter(workspace_id=cycle.workspace_id)
    rows = [
        PersonRow(
            name=member.user.get_full_name() or member.user.get_username(),
            role=Role(member.role).label,
            vantage=str(member.get_vantage_display()),
            progress=Progress(answered=len(answered[member.user_id]), of=len(topics)),
            last_at=last.get(member.user_id),
        )
        for member in members.select_related("user").order_by("pk")
        if allows(Role(member.role), Verb.ANSWER)
    ]
    return sorted(rows, key=lambda row: row.name.casefold())


def _cycle(cycle_id: int) -> Cycle:
    rows = Cycle.objects.select_related("edition")
    return rows.defer("content", "edition__document").get(pk=cycle_id)


def kept(edition: Edition, left_out: Mapping[str, str]) -> list[Domain]:
    """Return the domains that a cycle keeps, in order."""
    return [domain for domain in edition.domains if domain.code not in left_out]


def _sum(parts: list[Progress]) -> Progress:
    return Progress(
        answered=sum(part.answered for part in parts), of=sum(part.of for part in parts)
    )


def _answer(row: Rating) -> AnswerRow:
    return AnswerRow(
        topic=row.topic,
        answer=row.answer,
        level=row.level,
        confidence=row.confidence,
        rationale=row.rationale,
        vantage=row.vantage,
        rated_at=row.rated_at,
    )
