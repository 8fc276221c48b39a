"""Answering: one person's ratings; a changed mind is a new row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from assessments.models import Answer, Confidence, Cycle, CycleState, Rating, Vantage
from assessments.queries.frameworks import framework
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

    from scoring.rubric import Edition as Framework

_LONGEST_RATIONALE = 10_000

_NOT_OPEN = {
    CycleState.DRAFT: (
        "This cycle is still a draft. You can answer once a lead has opened it."
    ),
    CycleState.IN_REVIEW: (
        "This cycle is in review, so answers are held as they are."
        " A lead can reopen it if you need to change yours."
    ),
    CycleState.LOCKED: (
        "This cycle is locked: its answers can no longer be changed."
        " Bring it up in the next cycle."
    ),
}


class NotOpen(Refusal):
    """Answers are taken while a cycle is open."""


class NoSuchQuestion(Refusal):
    """The cycle does not ask this."""


class Unfit(Refusal):
    """An answer cannot look like this; `field_name` says which part is wrong."""

    def __init__(self, field_name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field_name = field_name


@transaction.atomic
def rate(
    *,
    cycle_id: int,
    topic: str,
    person: AbstractBaseUser,
    vantage: str,
    answer: str,
    level: int | None,
    confidence: str,
    rationale: str,
    now: datetime,
) -> int:
    """Keep an answer and return its id; the same answer again writes nothing."""
    cycle = (
        Cycle.objects.select_related("edition")
        .defer("content", "edition__document")
        .get(pk=cycle_id)
    )
    if cycle.state != CycleState.OPEN:
        raise NotOpen(_NOT_OPEN[CycleState(cycle.state)])
    edition = framework(sha256=cycle.edition.sha256)
    _check_question(edition, cycle, topic)
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
    _check_answer(edition, given)
    last = (
        Rating.objects.filter(cycle_id=cycle_id, topic=topic, person_id=person.pk)
        .order_by("-pk")
        .first()
    )
    if last is not None and _says(last) == _says(given):
        return last.pk
    given.save(force_insert=True)
    return given.pk


def closed(*, state: str) -> str:
    """Return why a cycle in this state takes no answers; empty while it does."""
    return _NOT_OPEN.get(CycleState(state), "")


def _says(rating: Rating) -> tuple[object, ...]:
    return (
        rating.vantage,
        rating.answer,
        rating.level,
        rating.confidence,
        rating.rationale,
    )


def _check_question(edition: Framework, cycle: Cycle, topic: str) -> None:
    try:
        domain = edition.domain_of(topic)
        edition.topic(topic)
    except KeyError:
        raise NoSuchQuestion(
            f"The edition of this cycle has no topic {topic}."
        ) from None
    if domain.code in cycle.left_out:
        raise NoSuchQuestion(
            f"{domain.code} is left out of this cycle: {cycle.left_out[domain.code]}"
        )


def _check_answer(edition: Framework, given: Rating) -> None:
    if given.answer not in Answer.values:
        raise Unfit(
            "answer", "Choose a level, “I do not know” or “Does not apply here”."
        )
    if given.answer == Answer.LEVEL and given.level not in edition.scale.span:
        scale = edition.scale
        raise Unfit(
            "answer", f"Choose a level from {scale.minimum} to {scale.maximum}."
        )
    if given.answer == Answer.NOT_APPLICABLE and not given.rationale:
        raise Unfit("rationale", "Say why this does not apply here; it is kept then.")
    if given.vantage not in Vantage.values:
        raise Unfit("vantage", "Choose the point from which you look at this.")
    if given.confidence and given.confidence not in Confidence.values:
        raise Unfit("confidence", "Choose how sure you are: low, medium or high.")
    if len(given.rationale) > _LONGEST_RATIONALE:
        raise Unfit(
            "rationale",
            f"Keep the text within {_LONGEST_RATIONALE} characters;"
            f" it has {len(given.rationale)}.",
        )
