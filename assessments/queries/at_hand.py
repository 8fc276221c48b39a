"""What is at hand beside a question: one's last answer, and what was measured.

Where a cycle asks for unanchored ratings, it is at hand only after one's own first
answer; until then nothing of it leaves the server.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Q

from assessments.models import Cycle, Measurement, Proposal, Rating, Scoring
from assessments.queries.answers import AnswerRow, answer_row, given_ratings
from assessments.queries.frameworks import framework, spoken
from assessments.queries.results.translating import measured
from scoring.rubric.diffing import same_question

if TYPE_CHECKING:
    from decimal import Decimal

    from django.db.models import QuerySet

    from assessments.queries.results import Measured
    from scoring.rubric import Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class LastAnswer:
    """What a person answered to the same question in an earlier cycle."""

    cycle: str
    answer: AnswerRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What telemetry says about a topic, by one criterion."""

    code: str
    name: str
    level: Decimal | None
    because: tuple[str, ...]
    measurements: tuple[Measured, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtHand:
    """What a person may look at beside a question."""

    hidden: bool  # until their own first answer
    changed: bool  # they answered it last in other words
    last: LastAnswer | None
    proposed: tuple[Proposed, ...]


def at_hand(*, cycle_id: int, topic: str, person_id: int) -> AtHand:
    """Return what is at hand beside a question of a cycle."""
    rows = Cycle.objects.select_related("edition")
    cycle = rows.defer("content", "edition__document").get(pk=cycle_id)
    edition = framework(sha256=cycle.edition.sha256)
    mine = given_ratings().filter(cycle=cycle, topic=topic, person_id=person_id)
    if cycle.unanchored and not mine.exists():
        return AtHand(hidden=True, changed=False, last=None, proposed=())
    before = (
        _earlier(cycle, person_id)
        .filter(topic=topic)
        .order_by("-cycle__period_end", "-pk")
    )
    row = before.first()
    changed_since = row is not None and not _same(row, edition)
    return AtHand(
        hidden=False,
        changed=changed_since,
        last=None if row is None or changed_since else _last(row),
        proposed=_proposed(cycle, spoken(sha256=cycle.edition.sha256), topic),
    )


def changed(*, cycle: Cycle, person_id: int) -> frozenset[str]:
    """Return the topics worded otherwise than when the person answered them last."""
    edition = framework(sha256=cycle.edition.sha256)
    newest = {
        row.topic: row
        for row in _earlier(cycle, person_id).order_by("cycle__period_end", "pk")
    }
    return frozenset(
        topic for topic, row in newest.items() if not _same(row, edition, gone=True)
    )


def _earlier(cycle: Cycle, person_id: int) -> QuerySet[Rating]:
    """Return a person's ratings in earlier cycles of the same scope."""
    ended = Q(cycle__period_end__lt=cycle.period_end)
    same_day = Q(cycle__period_end=cycle.period_end, cycle_id__lt=cycle.pk)
    return (
        Rating.objects.filter(
            ended | same_day, cycle__scope_id=cycle.scope_id, person_id=person_id
        )
        .annotate(
            cycle_title=F("cycle__title"),
            sha256=F("cycle__edition__sha256"),
            carried_title=F("carried_from__cycle__title"),
        )
        .order_by()
    )


def _same(row: Rating, edition: Edition, *, gone: bool = False) -> bool:
    """Say whether it was the same question; `gone` is said of one asked no more."""
    sha256: str = row.sha256  # type: ignore[attr-defined]  # annotated
    try:
        now = edition.topic(row.topic)
    except KeyError:
        return gone
    return same_question(framework(sha256=sha256).topic(row.topic), now)


def _last(row: Rating) -> LastAnswer:
    title: str = row.cycle_title  # type: ignore[attr-defined]  # annotated
    return LastAnswer(cycle=title, answer=answer_row(row))


def _proposed(cycle: Cycle, edition: Edition, topic: str) -> tuple[Proposed, ...]:
    criteria = edition.domain_of(topic).criteria_of(topic)
    if not criteria:
        return ()
    scorings = Scoring.objects.filter(cycle=cycle).order_by("-pk")
    scoring = scorings.values_list("pk", flat=True).first()
    if scoring is None:
        return ()
    codes = [one.code for one in criteria]
    proposals = {
        one.criterion: one
        for one in Proposal.objects.filter(scoring_id=scoring, criterion__in=codes)
    }
    rows = list(Measurement.objects.filter(scoring_id=scoring, criterion__in=codes))
    return tuple(
        Proposed(
            code=one.code,
            name=one.name,
            level=proposals[one.code].level,
            because=tuple(proposals[one.code].because),
            measurements=tuple(
                measured(row) for row in rows if row.criterion == one.code
            ),
        )
        for one in criteria
        if one.code in proposals
    )
