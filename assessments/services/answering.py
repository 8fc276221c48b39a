"""Answering: one person's ratings; a changed mind is a new row.

Whoever answers tells the newest answer that they knew. If there is another one by then,
given elsewhere by the same person, nothing is overwritten: the answer is refused as a
conflict, and the person says which of the two stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import (
    Answer,
    Confidence,
    Cycle,
    CycleState,
    Rating,
    Vantage,
)
from assessments.queries import answers
from assessments.queries.assignments import asked_domains
from assessments.queries.frameworks import framework
from assessments.services import journal, participating
from assessments.services.refusals import Refusal, Unfit

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.queries.answers import Progress
    from scoring.events import Json
    from scoring.rubric import Edition as Framework

_LONGEST_RATIONALE = 10_000

_NOT_OPEN = {
    CycleState.DRAFT: gettext_lazy(
        "This cycle is still a draft. You can answer once a lead has opened it."
    ),
    CycleState.IN_REVIEW: gettext_lazy(
        "This cycle is in review, so answers are held as they are."
        " A lead can reopen it if you need to change yours."
    ),
    CycleState.LOCKED: gettext_lazy(
        "This cycle is locked: its answers can no longer be changed."
        " Bring it up in the next cycle."
    ),
}


class NotOpen(Refusal):
    """Answers are taken while a cycle is open."""


class NoSuchQuestion(Refusal):
    """The cycle does not ask this, or not this person."""


class Conflict(Refusal):
    """The same person has answered differently elsewhere; `newest` is that rating."""

    def __init__(self, newest: int) -> None:
        super().__init__(
            _(
                "You have answered this question differently in another window or on"
                " another device. Choose which of the two answers stays."
            )
        )
        self.newest = newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An answer that is kept, with what progress is counted from at hand."""

    id: int
    person_id: int
    cycle: Cycle
    asked: frozenset[str] | None

    def progress(self) -> Progress:
        """Return how far the person is now."""
        return answers.progress(
            cycle=self.cycle, person_id=self.person_id, asked=self.asked
        )


@transaction.atomic
def rate(
    *,
    cycle_id: int,
    topic: str,
    person: User,
    vantage: str,
    answer: str,
    level: int | None,
    confidence: str,
    rationale: str,
    now: datetime,
    seen: int | None = None,
) -> Kept:
    """Keep an answer and return it; the same answer again writes nothing.

    `seen` is the person's newest rating of the topic as far as they know, 0 for none:
    any other than that is a conflict. None: whatever there is, is known.
    """
    cycle = (
        Cycle.objects.select_related("edition", "scope")
        .defer("content", "edition__document")
        .get(pk=cycle_id)
    )
    if cycle.state != CycleState.OPEN:
        raise NotOpen(closed(state=cycle.state))
    edition = framework(sha256=cycle.edition.sha256)
    asked = asked_domains(cycle_id=cycle_id, person_id=person.pk)
    domain = _domain(edition, cycle, topic, person, asked)
    given = Rating(
        cycle=cycle,
        topic=topic,
        person_id=person.pk,
        vantage=vantage,
        answer=answer,
        level=level if answer == Answer.LEVEL else None,
        confidence=confidence,
        rationale=rationale.strip(),
        rated_at=now,
    )
    check_answer(edition, given)
    # Two windows of one person wait for each other here; other people do not.
    User.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)
    last = _newest(cycle_id, topic, person)
    if last is not None and _says(last) == _says(given):
        return Kept(id=last.pk, person_id=person.pk, cycle=cycle, asked=asked)
    newest = last.pk if last else 0
    if seen is not None and newest != seen:
        raise Conflict(newest)
    given.save(force_insert=True)
    participating.unfinish(cycle_id=cycle_id, domain=domain, person=person, now=now)
    journal.record(
        workspace_id=cycle.workspace_id,
        verb="rating.given",
        target=("rating", given.pk),
        by=person,
        at=now,
        detail={"cycle": cycle_id, "topic": topic},
        why=given.rationale,
        before=_in_words(last),
        after=_in_words(given),
    )
    return Kept(id=given.pk, person_id=person.pk, cycle=cycle, asked=asked)


def closed(*, state: str) -> str:
    """Return why a cycle in this state takes no answers; empty while it does."""
    return str(_NOT_OPEN.get(CycleState(state), ""))


def _newest(cycle_id: int, topic: str, person: User) -> Rating | None:
    rows = Rating.objects.filter(cycle_id=cycle_id, topic=topic, person_id=person.pk)
    return rows.order_by("-pk").first()


def _in_words(rating: Rating | None) -> dict[str, Json]:
    """Return what the journal keeps of an answer."""
    if rating is None:
        return {}
    return {
        "answer": str(rating.answer),
        "level": rating.level,
        "confidence": rating.confidence,
        "vantage": rating.vantage,
    }


def _says(rating: Rating) -> tuple[object, ...]:
    return (
        rating.vantage,
        rating.answer,
        rating.level,
        rating.confidence,
        rating.rationale,
        rating.carried_from_id,  # confirmed is another thing than carried over
    )


def _domain(
    edition: Framework,
    cycle: Cycle,
    topic: str,
    person: User,
    asked: frozenset[str] | None,
) -> str:
    """Return the domain of a topic that this person is asked about."""
    try:
        domain = edition.domain_of(topic).code
        edition.topic(topic)
    except KeyError:
        raise NoSuchQuestion(
            _("The edition of this cycle has no topic %(topic)s.") % {"topic": topic}
        ) from None
    if domain in cycle.left_out:
        raise NoSuchQuestion(
            _("%(domain)s is left out of this cycle: %(reason)s")
            % {"domain": domain, "reason": cycle.left_out[domain]}
        )
    if not answers.is_theirs(
        cycle=cycle, domain=domain, person_id=person.pk, asked=asked
    ):
        raise NoSuchQuestion(
            _(
                "You are not asked about %(domain)s in this cycle."
                " A lead can ask you for it."
            )
            % {"domain": domain}
        )
    return domain


def check_answer(edition: Framework, given: Rating) -> None:
    """Refuse an answer that the edition does not know or that lacks its reason."""
    if given.answer not in Answer.values:
        raise Unfit(
            "answer",
            _("Choose a level, “I do not know” or “Does not apply here”."),
        )
    if given.answer == Answer.LEVEL and given.level not in edition.scale.span:
        raise Unfit(
            "answer",
            _("Choose a level from %(lowest)s to %(highest)s.")
            % {"lowest": edition.scale.minimum, "highest": edition.scale.maximum},
        )
    if given.answer == Answer.NOT_APPLICABLE and not given.rationale:
        raise Unfit(
            "rationale", _("Say why this does not apply here; it is kept then.")
        )
    asks_why = edition.scoring.rationale_required.asks(given.answer, given.level)
    if asks_why and not given.rationale:
        raise Unfit(
            "rationale",
            _("Say what you have seen: this edition asks for it with such an answer."),
        )
    if given.vantage not in Vantage.values:
        raise Unfit("vantage", _("Choose the point from which you look at this."))
    if given.confidence and given.confidence not in Confidence.values:
        raise Unfit("confidence", _("Choose how sure you are: low, medium or high."))
    if len(given.rationale) > _LONGEST_RATIONALE:
        raise Unfit(
            "rationale",
            _("Keep the text within %(most)s characters; it has %(length)s.")
            % {"most": _LONGEST_RATIONALE, "length": len(given.rationale)},
        )
