"""Questions, answers and progress, by one rule on every page.

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
class Choice:
    """A level to choose, with what it looks like."""

    level: int
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question in focus."""

    cycle_id: int
    title: str
    scope_name: str
    state: str
    domain: str
    domain_name: str
    topic: str
    name: str
    text: str
    help: str
    evidence: tuple[str, ...]
    choices: tuple[Choice, ...]
    position: int
    of: int
    before: str | None
    after: str | None
    answer: AnswerRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainQuestion:
    """A question in the list of its domain."""

    topic: str
    name: str
    text: str
    answer: AnswerRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainPage:
    """A domain with its questions and my answers."""

    cycle_id: int
    title: str
    state: str
    code: str
    name: str
    purpose: str
    evidence: tuple[str, ...]
    left_out: str
    questions: tuple[DomainQuestion, ...]
    mine: Progress
    first_open: str | None
    next_domain: str | None


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
    return tuple(topic for one in _kept(edition, left_out) for topic in one.topics)


def my_answers(*, cycle_id: int, person_id: int) -> dict[str, AnswerRow]:
    """Return a person's newest answers by topic."""
    rows = Rating.objects.filter(cycle_id=cycle_id, person_id=person_id)
    return {row.topic: _answer(row) for row in rows.order_by("pk")}


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
    kept = [row for row in rows if not row.left_out]
    return Tasks(
        mine=_sum([row.mine for row in kept]),
        everyone=_sum([row.everyone for row in kept]),
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


def question(*, cycle_id: int, topic: str, person_id: int) -> Question | None:
    """Return one question with the person's last answer; None if it is not asked."""
    cycle = _cycle(cycle_id)
    edition = framework(sha256=cycle.edition.sha256)
    topics = asked(edition, cycle.left_out)
    codes = [one.code for one in topics]
    if topic not in codes:
        return None
    at = codes.index(topic)
    found = topics[at]
    domain = edition.domain_of(topic)
    last = (
        Rating.objects.filter(cycle_id=cycle_id, topic=topic, person_id=person_id)
        .order_by("-pk")
        .first()
    )
    return Question(
        cycle_id=cycle.pk,
        title=cycle.title,
        scope_name=cycle.scope.name,
        state=cycle.state,
        domain=domain.code,
        domain_name=domain.name,
        topic=found.code,
        name=found.name,
        text=found.question,
        help=found.help,
        evidence=found.evidence or domain.evidence,
        choices=tuple(
            Choice(
                level=level,
                name=edition.scale.name(level),
                text=found.levels[level],
            )
            for level in edition.scale.span
        ),
        position=at + 1,
        of=len(codes),
        before=codes[at - 1] if at else None,
        after=codes[at + 1] if at + 1 < len(codes) else None,
        answer=_answer(last) if last else None,
    )


def domain_page(*, cycle_id: int, domain: str, person_id: int) -> DomainPage | None:
    """Return a domain with its questions; None if the edition does not have it."""
    cycle = _cycle(cycle_id)
    edition = framework(sha256=cycle.edition.sha256)
    codes = [one.code for one in _kept(edition, cycle.left_out)]
    try:
        found = edition.domain(domain)
    except KeyError:
        return None
    mine = my_answers(cycle_id=cycle_id, person_id=person_id)
    questions = tuple(
        DomainQuestion(
            topic=one.code,
            name=one.name,
            text=one.question,
            answer=mine.get(one.code),
        )
        for one in found.topics
    )
    missing = [one.topic for one in questions if one.answer is None]
    later = codes[codes.index(domain) + 1 :] if domain in codes else []
    return DomainPage(
        cycle_id=cycle.pk,
        title=cycle.title,
        state=cycle.state,
        code=found.code,
        name=found.name,
        purpose=found.purpose,
        evidence=found.evidence,
        left_out=cycle.left_out.get(domain, ""),
        questions=questions,
        mine=Progress(answered=len(questions) - len(missing), of=len(questions)),
        first_open=missing[0] if missing else None,
        next_domain=later[0] if later else None,
    )


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
    rows = Cycle.objects.select_related("edition", "scope")
    return rows.defer("content", "edition__document").get(pk=cycle_id)


def _kept(edition: Edition, left_out: Mapping[str, str]) -> list[Domain]:
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
