"""What an auditor follows: each answer that counted, decisions, signatures, the chain.

People who answered stand under numbers unless their names are asked for. The numbers
are drawn from what was scored: the same in every report of it, and no order of arrival.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from assessments.models import Cycle, Decision, Signature, Support
from assessments.queries.results.agreements import settlements
from assessments.queries.results.stored import newest_ratings, shown_scoring
from assessments.queries.results.translating import decided, person

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from assessments.models import Rating, Scoring
    from assessments.queries.results import Decided
    from assessments.queries.results.agreements import SettlementRow


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One answer that counted."""

    topic: str
    who: str
    vantage_label: str
    answer_label: str
    level: int | None
    confidence_label: str
    rationale: str
    carried: bool
    rated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """A piece of evidence that backs a topic here."""

    topic: str
    title: str
    kind_label: str
    owner: str
    dated_on: date
    expires_on: date | None
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRow:
    """Who signed which content."""

    by: str
    at: datetime
    statement: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Where the journal stood when the cycle was sealed."""

    sequence: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Everything that the scores came from, row by row."""

    named: bool
    answers: tuple[AnswerRow, ...]
    evidence: tuple[EvidenceRow, ...]
    decisions: tuple[Decided, ...]
    settlements: tuple[SettlementRow, ...]
    signatures: tuple[SignatureRow, ...]
    chain: Chain | None  # None: not sealed, so the journal goes on


def trail(*, cycle_id: int, named: bool) -> Trail:
    """Return what the newest scoring of a cycle came from."""
    cycle = Cycle.objects.get(pk=cycle_id)
    scoring = shown_scoring(cycle)
    ratings = list(newest_ratings(cycle, scoring).select_related("person"))
    called = _names(ratings) if named else _numbers(ratings, scoring)
    decisions = Decision.objects.filter(cycle=cycle).select_related("decided_by")
    return Trail(
        named=named,
        answers=tuple(
            sorted(
                (_answer(row, called[row.person_id]) for row in ratings),
                key=_in_order,
            )
        ),
        evidence=tuple(_evidence(cycle)),
        decisions=tuple(
            decided(row, scoring) for row in decisions.order_by("criterion", "pk")
        ),
        settlements=tuple(settlements(cycle_id=cycle_id).values()),
        signatures=tuple(_signatures(cycle)),
        chain=_chain(cycle),
    )


def _in_order(one: AnswerRow) -> tuple[list[str | int], str, str]:
    """Sort topics as people count them: D2.1 before D10.1."""
    parts = re.split(r"(\d+)", one.topic)
    place = [int(part) if part.isdigit() else part for part in parts]
    return place, one.vantage_label, one.who


def _names(ratings: Iterable[Rating]) -> dict[int, str]:
    return {row.person_id: person(row.person) for row in ratings}


def _numbers(ratings: Iterable[Rating], scoring: Scoring | None) -> dict[int, str]:
    salt = scoring.card_sha256 if scoring else ""

    def drawn(person_id: int) -> str:
        return hashlib.sha256(f"{salt}:{person_id}".encode()).hexdigest()

    people = sorted({row.person_id for row in ratings}, key=drawn)
    return {
        one: _("Person %(number)s") % {"number": place}
        for place, one in enumerate(people, start=1)
    }


def _answer(row: Rating, who: str) -> AnswerRow:
    return AnswerRow(
        topic=row.topic,
        who=who,
        vantage_label=row.get_vantage_display(),
        answer_label=row.get_answer_display(),
        level=row.level,
        confidence_label=row.get_confidence_display(),
        rationale=row.rationale,
        carried=row.carried_from_id is not None,
        rated_at=row.rated_at,
    )


def _evidence(cycle: Cycle) -> Iterable[EvidenceRow]:
    supports = Support.objects.filter(cycle=cycle)
    for one in supports.select_related("evidence__owner").order_by("topic", "pk"):
        piece = one.evidence
        yield EvidenceRow(
            topic=one.topic,
            title=piece.title,
            kind_label=piece.get_kind_display(),
            owner=person(piece.owner),
            dated_on=piece.dated_on,
            expires_on=piece.expires_on,
            sha256=piece.sha256,
        )


def _signatures(cycle: Cycle) -> Iterable[SignatureRow]:
    signed = Signature.objects.filter(cycle=cycle).select_related("person")
    for one in signed.order_by("pk"):
        yield SignatureRow(
            by=person(one.person),
            at=one.signed_at,
            statement=one.statement,
            sha256=one.sha256,
        )


def _chain(cycle: Cycle) -> Chain | None:
    if not cycle.content:
        return None
    noted = json.loads(cycle.content).get("journal")
    if not noted:
        # Sealed in the first format, before journals were chains.
        return None
    return Chain(sequence=noted["sequence"], sha256=noted["sha256"])
