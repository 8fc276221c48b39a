"""Questions in focus, and the questions of a domain, with one person's answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.models import Answer, Assignment, Comment, Cycle, CycleState
from assessments.queries import at_hand
from assessments.queries.answers import (
    AnswerRow,
    Progress,
    asked,
    given_ratings,
    kept,
    may_answer,
    my_answer,
    my_answers,
    own,
)
from assessments.queries.frameworks import spoken

if TYPE_CHECKING:
    from datetime import datetime

    from scoring.rubric import Domain, Edition, Topic

# Which questions a list shows.
ALL, UNANSWERED, CARRIED, CHANGED, COMMENTED = (
    "all",
    "unanswered",
    "carried",
    "changed",
    "commented",
)


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
    unanchored: bool
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
    after: str | None  # the next one of the same domain
    asks_why: tuple[str, ...]  # the choices that need a reason
    vantage: str  # from where the person is asked; empty: not said
    newest: int  # the person's newest rating of it, 0 for none
    answer: AnswerRow | None
    carried: AnswerRow | None  # taken over, and to be confirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionLine:
    """A question in the list of its domain."""

    topic: str
    name: str
    text: str
    answer: AnswerRow | None
    carried: AnswerRow | None
    changed: bool  # worded otherwise than when the person answered it last
    comments: int

    def fits(self, show: str) -> bool:
        """Say whether a list that shows only some of them has it."""
        return {
            UNANSWERED: self.answer is None,
            CARRIED: self.carried is not None,
            CHANGED: self.changed,
            COMMENTED: self.comments > 0,
        }.get(show, True)


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
    questions: tuple[QuestionLine, ...]
    mine: Progress
    first_open: str | None
    next_open: str | None  # the first unanswered question after this domain
    assigned: bool
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewDomain:
    """A domain in the overview of what a person is asked."""

    code: str
    name: str
    mine: Progress
    finished_at: datetime | None
    questions: tuple[QuestionLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything that a person is asked in a cycle, by domain."""

    cycle_id: int
    title: str
    scope_name: str
    state: str
    mine: Progress
    domains: tuple[OverviewDomain, ...]
    counts: dict[str, int]  # how many questions each filter shows


# ── one question, and those beside it ──────────────────────────────────────────────


def question(*, cycle_id: int, topic: str, person_id: int) -> Question | None:
    """Return one question with the person's last answer; None if it is not asked."""
    cycle = _cycle(cycle_id)
    edition = _edition(cycle)
    domain = _domain(cycle, edition, topic, person_id)
    if domain is None:
        return None
    last = my_answer(cycle_id=cycle_id, topic=topic, person_id=person_id)
    mine = {topic: last} if last else {}
    return _Asker(cycle, edition, person_id).question(domain, topic, mine)


def domain_questions(
    *, cycle_id: int, domain: str, person_id: int
) -> tuple[Question, ...] | None:
    """Return all questions of a domain, each as in focus; None if it is not asked."""
    cycle = _cycle(cycle_id)
    edition = _edition(cycle)
    found = _kept(cycle, edition, domain)
    if found is None or not may_answer(cycle=cycle, domain=domain, person_id=person_id):
        return None
    asker = _Asker(cycle, edition, person_id)
    mine = my_answers(cycle_id=cycle_id, person_id=person_id)
    return tuple(asker.question(found, one.code, mine) for one in found.topics)


class _Asker:
    """Makes questions for one person out of a cycle and its edition."""

    def __init__(self, cycle: Cycle, edition: Edition, person_id: int) -> None:
        self.cycle = cycle
        self.edition = edition
        domains = own(cycle=cycle, edition=edition, person_id=person_id)
        self.codes = [topic.code for domain in domains for topic in domain.topics]
        rows = Assignment.objects.filter(cycle=cycle, person_id=person_id)
        self.vantages = dict(rows.values_list("domain", "vantage"))

    def question(
        self, domain: Domain, code: str, mine: dict[str, AnswerRow]
    ) -> Question:
        """Return a topic as a question in focus."""
        topic = self.edition.topic(code)
        beside = [one.code for one in domain.topics]
        # Whoever looks at what others are asked moves among all questions.
        order = self.codes if code in self.codes else beside
        at, here = order.index(code), beside.index(code)
        answer, carried = _split(mine.get(code))
        return Question(
            cycle_id=self.cycle.pk,
            title=self.cycle.title,
            scope_name=self.cycle.scope.name,
            state=self.cycle.state,
            unanchored=self.cycle.unanchored,
            domain=domain.code,
            domain_name=domain.name,
            topic=topic.code,
            name=topic.name,
            text=topic.question,
            help=topic.help,
            evidence=topic.evidence or domain.evidence,
            choices=_choices(self.edition, topic),
            position=at + 1,
            of=len(order),
            before=order[at - 1] if at else None,
            after=beside[here + 1] if here + 1 < len(beside) else None,
            asks_why=_asking_why(self.edition),
            vantage=self.vantages.get(domain.code, ""),
            newest=mine[code].id if code in mine else 0,
            answer=answer,
            # Where ratings are to be unanchored, an old answer is not shown first.
            carried=None if self.cycle.unanchored else carried,
        )


def _choices(edition: Edition, topic: Topic) -> tuple[Choice, ...]:
    return tuple(
        Choice(level=level, name=edition.scale.name(level), text=topic.levels[level])
        for level in edition.scale.span
    )


def _asking_why(edition: Edition) -> tuple[str, ...]:
    rule = edition.scoring.rationale_required
    levels = [str(n) for n in edition.scale.span if rule.asks(Answer.LEVEL, n)]
    others = [one.value for one in (Answer.UNKNOWN,) if rule.asks(one)]
    return (*levels, *others, Answer.NOT_APPLICABLE.value)


# ── lists ──────────────────────────────────────────────────────────────────────────


def domain_page(*, cycle_id: int, domain: str, person_id: int) -> DomainPage | None:
    """Return a domain with its questions; None if it is not this person's to answer."""
    cycle = _cycle(cycle_id)
    edition = _edition(cycle)
    try:
        found = edition.domain(domain)
    except KeyError:
        return None
    if not may_answer(cycle=cycle, domain=domain, person_id=person_id):
        return None
    lister = _Lister(cycle, edition, person_id)
    codes = [one.code for one in lister.domains]
    lines = lister.lines(found)
    missing = [line.topic for line in lines if line.answer is None]
    at = codes.index(domain) if domain in codes else -1
    later = lister.domains[at + 1 :]
    open_later = [
        line.topic
        for each in later
        for line in lister.lines(each)
        if line.answer is None
    ]
    return DomainPage(
        cycle_id=cycle.pk,
        title=cycle.title,
        state=cycle.state,
        code=found.code,
        name=found.name,
        purpose=found.purpose,
        evidence=found.evidence,
        left_out=cycle.left_out.get(domain, ""),
        questions=lines,
        mine=_progress(lines),
        first_open=missing[0] if missing else None,
        next_open=open_later[0] if open_later else None,
        assigned=domain in lister.finished,
        finished_at=lister.finished.get(domain),
    )


def overview(*, cycle_id: int, person_id: int, show: str = ALL) -> Overview:
    """Return all that a person is asked; of the questions, those that fit `show`."""
    cycle = _cycle(cycle_id)
    edition = _edition(cycle)
    lister = _Lister(cycle, edition, person_id)
    found = [(domain, lister.lines(domain)) for domain in lister.domains]
    lines = [line for _domain, each in found for line in each]
    domains = tuple(
        OverviewDomain(
            code=domain.code,
            name=domain.name,
            mine=_progress(each),
            finished_at=lister.finished.get(domain.code),
            questions=tuple(line for line in each if line.fits(show)),
        )
        for domain, each in found
    )
    return Overview(
        cycle_id=cycle.pk,
        title=cycle.title,
        scope_name=cycle.scope.name,
        state=cycle.state,
        mine=_progress(lines),
        domains=tuple(one for one in domains if one.questions),
        counts={
            key: sum(line.fits(key) for line in lines)
            for key in (ALL, UNANSWERED, CARRIED, CHANGED, COMMENTED)
        },
    )


class _Lister:
    """Makes lines of questions for one person."""

    def __init__(self, cycle: Cycle, edition: Edition, person_id: int) -> None:
        self.cycle = cycle
        self.domains = own(cycle=cycle, edition=edition, person_id=person_id)
        self.mine = my_answers(cycle_id=cycle.pk, person_id=person_id)
        self.changed = at_hand.changed(cycle=cycle, person_id=person_id)
        comments = Comment.objects.filter(cycle=cycle, withdrawn_at=None).order_by()
        self.comments = Counter(comments.values_list("topic", flat=True))
        rows = Assignment.objects.filter(cycle=cycle, person_id=person_id)
        self.finished = dict(rows.values_list("domain", "finished_at"))

    def lines(self, domain: Domain) -> tuple[QuestionLine, ...]:
        """Return the questions of a domain."""
        return tuple(self._line(topic) for topic in domain.topics)

    def _line(self, topic: Topic) -> QuestionLine:
        answer, carried = _split(self.mine.get(topic.code))
        hidden = self.cycle.unanchored and answer is None
        return QuestionLine(
            topic=topic.code,
            name=topic.name,
            text=topic.question,
            answer=answer,
            carried=None if hidden else carried,
            changed=topic.code in self.changed,
            comments=0 if hidden else self.comments[topic.code],
        )


# ── inside ─────────────────────────────────────────────────────────────────────────


def domain_of(*, cycle_id: int, topic: str, person_id: int) -> str | None:
    """Return the domain of a topic that a person may answer; None if they may not."""
    cycle = _cycle(cycle_id)
    edition = _edition(cycle)
    found = _domain(cycle, edition, topic, person_id)
    return found.code if found else None


def is_topic(*, cycle_id: int, topic: str) -> bool:
    """Say whether a cycle keeps this topic."""
    cycle = _cycle(cycle_id)
    edition = _edition(cycle)
    return topic in [one.code for one in asked(edition, cycle.left_out)]


def is_unseen(*, cycle_id: int, topic: str, person_id: int) -> bool:
    """Say whether others' words wait for the person's own first answer.

    So they do where ratings are to be unanchored, for whoever is to give one.
    """
    cycle = _cycle(cycle_id)
    if not cycle.unanchored or cycle.state != CycleState.OPEN:
        return False
    edition = _edition(cycle)
    mine = own(cycle=cycle, edition=edition, person_id=person_id)
    if topic not in [one.code for domain in mine for one in domain.topics]:
        return False
    rows = given_ratings().filter(cycle_id=cycle_id, topic=topic, person_id=person_id)
    return not rows.exists()


def _domain(
    cycle: Cycle, edition: Edition, topic: str, person_id: int
) -> Domain | None:
    try:
        edition.topic(topic)
    except KeyError:
        return None
    domain = _kept(cycle, edition, edition.domain_of(topic).code)
    if domain is None or not may_answer(
        cycle=cycle, domain=domain.code, person_id=person_id
    ):
        return None
    return domain


def _kept(cycle: Cycle, edition: Edition, code: str) -> Domain | None:
    domains = {one.code: one for one in kept(edition, cycle.left_out)}
    return domains.get(code)


def _split(row: AnswerRow | None) -> tuple[AnswerRow | None, AnswerRow | None]:
    """Return an answer as given, or as carried over."""
    if row is None:
        return None, None
    return (None, row) if row.carried_from else (row, None)


def _progress(lines: tuple[QuestionLine, ...] | list[QuestionLine]) -> Progress:
    answered = sum(line.answer is not None for line in lines)
    return Progress(answered=answered, of=len(lines))


def _edition(cycle: Cycle) -> Edition:
    """Return the edition in the reader's language, as far as it is translated."""
    return spoken(sha256=cycle.edition.sha256)


def _cycle(cycle_id: int) -> Cycle:
    rows = Cycle.objects.select_related("edition", "scope")
    return rows.defer("content", "edition__document").get(pk=cycle_id)
