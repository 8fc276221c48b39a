"""What a questionnaire asks one person, or anybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import User

from assessments.access import Verb
from assessments.models import Cycle
from assessments.queries import answers, members
from assessments.queries.assignments import asked_domains, name_of
from assessments.queries.frameworks import spoken

if TYPE_CHECKING:
    from datetime import date

    from assessments.queries.answers import AnswerRow
    from scoring.rubric import Domain, Edition, Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One question, with the person's answer if it is shown."""

    domain: str
    code: str
    name: str
    text: str
    levels: tuple[str, ...]  # what each level looks like, from the lowest
    answer: AnswerRow | None
    known: int  # the person's newest rating of it, 0 for none


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """A cycle's questions as a file shows them."""

    cycle_id: int
    title: str
    scope_name: str
    due_on: date | None
    edition_title: str
    edition_version: str
    edition_sha256: str
    person_id: int  # 0: for anybody
    person_name: str
    levels: tuple[tuple[int, str], ...]
    lines: tuple[Line, ...]


def questionnaire(
    *, cycle_id: int, person_id: int | None, with_answers: bool
) -> Questionnaire:
    """Return what a person is asked, or, for nobody, all that the cycle asks.

    Answers are for the person's own eyes: files that others hand out come without.
    """
    cycle = _cycle(cycle_id)
    edition = spoken(sha256=cycle.edition.sha256)
    mine: dict[str, AnswerRow] = {}
    domains, name = answers.kept(edition, cycle.left_out), ""
    if person_id is not None:
        name = name_of(User.objects.get(pk=person_id))
        mine = answers.my_answers(cycle_id=cycle_id, person_id=person_id)
        domains = answers.own(cycle=cycle, edition=edition, person_id=person_id)
    return Questionnaire(
        cycle_id=cycle.pk,
        title=cycle.title,
        scope_name=cycle.scope.name,
        due_on=cycle.due_on,
        edition_title=edition.title,
        edition_version=edition.version,
        edition_sha256=cycle.edition.sha256,
        person_id=person_id or 0,
        person_name=name,
        levels=tuple((n, edition.scale.name(n)) for n in edition.scale.span),
        lines=tuple(
            _line(edition, domain, topic, mine.get(topic.code), shown=with_answers)
            for domain in domains
            for topic in domain.topics
        ),
    )


def answerable(*, cycle: Cycle, edition: Edition, person_id: int) -> dict[str, str]:
    """Return the domain of each topic that a person may answer in a cycle."""
    mine = asked_domains(cycle_id=cycle.pk, person_id=person_id)
    standing = members.standing(workspace_id=cycle.workspace_id, user_id=person_id)
    everything = mine is None or (
        standing is not None and standing.may(Verb.ANSWER_ALL, at=cycle.scope.path)
    )
    return {
        topic.code: domain.code
        for domain in answers.kept(edition, cycle.left_out)
        if everything or domain.code in (mine or ())
        for topic in domain.topics
    }


def _line(
    edition: Edition,
    domain: Domain,
    topic: Topic,
    last: AnswerRow | None,
    *,
    shown: bool,
) -> Line:
    # One that was carried over waits to be confirmed: it is no answer yet.
    own = last if shown and last and not last.carried_from else None
    return Line(
        domain=f"{domain.code} {domain.name}",
        code=topic.code,
        name=topic.name,
        text=topic.question,
        levels=tuple(topic.levels[n] for n in edition.scale.span),
        answer=own,
        known=last.id if last else 0,
    )


def _cycle(cycle_id: int) -> Cycle:
    rows = Cycle.objects.select_related("edition", "scope")
    return rows.defer("content", "edition__document").get(pk=cycle_id)
