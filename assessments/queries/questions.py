"""Questions in focus, and the questions of a domain, with one person's answers."""

from __future__ import annotations

from dataclasses import dataclass

from assessments.models import Cycle
from assessments.queries.answers import (
    AnswerRow,
    Progress,
    asked,
    kept,
    my_answer,
    my_answers,
)
from assessments.queries.frameworks import framework


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
    last = my_answer(cycle_id=cycle_id, topic=topic, person_id=person_id)
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
        answer=last,
    )


def domain_page(*, cycle_id: int, domain: str, person_id: int) -> DomainPage | None:
    """Return a domain with its questions; None if the edition does not have it."""
    cycle = _cycle(cycle_id)
    edition = framework(sha256=cycle.edition.sha256)
    codes = [one.code for one in kept(edition, cycle.left_out)]
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


def _cycle(cycle_id: int) -> Cycle:
    rows = Cycle.objects.select_related("edition", "scope")
    return rows.defer("content", "edition__document").get(pk=cycle_id)
