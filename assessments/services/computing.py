"""From stored rows to proposals and scores: the same inputs give the same bytes.

Scoring, locking and verifying all come through here; nothing is written.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from assessments import models
from scoring import engine, rules
from scoring.events import Lane, Window
from scoring.metrics import Known, Measurement, Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from scoring.events import Json
    from scoring.rubric import Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What people said, decided and settled: newest only, and how far it was read."""

    ratings: tuple[engine.Rating, ...]
    decisions: tuple[engine.Decision, ...]
    settlements: tuple[engine.Settlement, ...]
    last_rating: int
    last_decision: int
    last_settlement: int
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of the inputs."""

    proposals: tuple[rules.Proposal, ...]
    scores: tuple[engine.Score, ...]
    card: str
    card_sha256: str


def inputs(*, cycle_id: int, as_of: tuple[int, int, int] | None = None) -> Inputs:
    """Read all that people said, or up to the last rating, decision and settlement."""
    ratings = models.Rating.objects.filter(cycle_id=cycle_id)
    decisions = models.Decision.objects.filter(cycle_id=cycle_id)
    settlements = models.Settlement.objects.filter(cycle_id=cycle_id)
    if as_of is not None:
        ratings = ratings.filter(pk__lte=as_of[0])
        decisions = decisions.filter(pk__lte=as_of[1])
        settlements = settlements.filter(pk__lte=as_of[2])
    said = list(ratings.order_by("pk"))
    decided = list(decisions.order_by("pk"))
    settled = list(settlements.order_by("pk"))
    newest_said = {(one.topic, one.person_id): one for one in said}
    newest_decided = {one.criterion: one for one in decided}
    newest_settled = {one.topic: one for one in settled}
    return Inputs(
        ratings=tuple(_rating(one) for one in newest_said.values()),
        decisions=tuple(_decision(one) for one in newest_decided.values()),
        settlements=tuple(_settlement(one) for one in newest_settled.values()),
        last_rating=said[-1].pk if said else 0,
        last_decision=decided[-1].pk if decided else 0,
        last_settlement=settled[-1].pk if settled else 0,
        seen=len(said) + len(decided) + len(settled),
    )


def seen(*, cycle_id: int) -> int:
    """Count the ratings, decisions and settlements that there are by now."""
    given = (models.Rating, models.Decision, models.Settlement)
    return sum(one.objects.filter(cycle_id=cycle_id).count() for one in given)


def compute(
    *,
    edition: Edition,
    left_out: Collection[str],
    given: Inputs,
    measured: Mapping[tuple[str, str], Measurement],
    on: date,
) -> Outcome:
    """Propose a level for every criterion and score the cycle."""
    proposals = engine.propose_all(edition, measured, left_out=left_out)
    scores = engine.score(
        edition,
        given.ratings,
        proposals,
        given.decisions,
        given.settlements,
        left_out=left_out,
        on=on,
    )
    card = engine.canonical(scores)
    return Outcome(
        proposals=proposals,
        scores=scores,
        card=card,
        card_sha256=hashlib.sha256(card.encode()).hexdigest(),
    )


def spans(
    *,
    edition: Edition,
    left_out: Collection[str],
    given: Inputs,
    measured: Mapping[tuple[str, str], Measurement],
    proposals: Sequence[rules.Proposal],
    on: date,
) -> dict[str, Json]:
    """Return, to be stored, how far each level moves within its intervals.

    Of proposals by criterion, of measured and agreed levels by kind and code: the level
    at the worse end and at the better one.
    """
    found = engine.sensitivity(
        edition,
        given.ratings,
        measured,
        proposals,
        given.decisions,
        given.settlements,
        left_out=left_out,
        on=on,
    )
    return {
        "proposals": {code: _ends(span) for code, span in found.proposals.items()},
        "measured": _of_scores(found.measured),
        "agreed": _of_scores(found.agreed),
    }


def _of_scores(found: Mapping[tuple[engine.Level, str], engine.Span]) -> Json:
    return {f"{kind} {code}": _ends(span) for (kind, code), span in found.items()}


def _ends(span: engine.Span) -> list[Json]:
    return [None if end is None else str(end) for end in (span.worst, span.best)]


def _rating(row: models.Rating) -> engine.Rating:
    return engine.Rating(
        topic=row.topic,
        person=str(row.person_id),
        vantage=row.vantage,
        answer=row.answer,
        level=None if row.level is None else Decimal(row.level),
        confidence=row.confidence,
    )


def _decision(row: models.Decision) -> engine.Decision:
    return engine.Decision(
        criterion=row.criterion,
        verb=row.verb,
        level=row.level,
        reason=row.reason,
        expires_on=row.expires_on,
    )


def _settlement(row: models.Settlement) -> engine.Settlement:
    return engine.Settlement(topic=row.topic, level=row.level, reason=row.reason)


# ── rows and values ────────────────────────────────────────────────────────────────


def stored_measurements(
    rows: Iterable[models.Measurement],
) -> dict[tuple[str, str], Measurement]:
    """Return stored measurements as the values that they were stored from."""
    return {
        (row.criterion, row.metric): Measurement(
            metric=row.metric,
            lane=Lane(row.lane),
            window=Window(row.window_start, row.window_end),
            known=Known(row.status),
            unit=Unit(row.unit),
            value=row.value,
            low=row.low,
            high=row.high,
            n=row.n,
            coverage=row.coverage,
            provisional=row.provisional,
            detail=row.detail,
            because=row.because,
        )
        for row in rows
    }


def measurement_row(
    scoring: models.Scoring, criterion: str, one: Measurement
) -> models.Measurement:
    """Return the unsaved row of a measurement."""
    return models.Measurement(
        scoring=scoring,
        criterion=criterion,
        metric=one.metric,
        lane=one.lane.value,
        window_start=one.window.start,
        window_end=one.window.end,
        status=one.known.value,
        unit=one.unit.value,
        value=one.value,
        low=one.low,
        high=one.high,
        n=one.n,
        coverage=one.coverage,
        provisional=one.provisional,
        detail=dict(one.detail),
        because=one.because,
    )


def proposal_row(scoring: models.Scoring, one: rules.Proposal) -> models.Proposal:
    """Return the unsaved row of a proposal."""
    return models.Proposal(
        scoring=scoring,
        criterion=one.criterion,
        topic=one.topic,
        level=one.level,
        because=list(one.because),
        applicable=one.applicable,
    )


def score_row(scoring: models.Scoring, one: engine.Score) -> models.Score:
    """Return the unsaved row of a score."""
    return models.Score(
        scoring=scoring,
        kind=one.kind.value,
        code=one.code,
        declared=one.declared.level,
        declared_coverage=one.declared.coverage,
        declared_confidence=one.declared.confidence,
        measured=one.measured.level,
        measured_coverage=one.measured.coverage,
        agreed=one.agreed.level,
        agreed_coverage=one.agreed.coverage,
        agreed_confidence=one.agreed.confidence,
        lowest=one.lowest,
        highest=one.highest,
        raters=one.raters,
        because=list(one.because),
    )


def stored_scores(rows: Iterable[models.Score]) -> tuple[engine.Score, ...]:
    """Return stored scores as the values that they were stored from."""
    return tuple(
        engine.Score(
            kind=engine.Level(row.kind),
            code=row.code,
            declared=engine.Column(
                level=row.declared,
                coverage=_share(row.declared_coverage),
                confidence=row.declared_confidence,
            ),
            measured=engine.Column(
                level=row.measured, coverage=_share(row.measured_coverage)
            ),
            agreed=engine.Column(
                level=row.agreed,
                coverage=_share(row.agreed_coverage),
                confidence=row.agreed_confidence,
            ),
            lowest=row.lowest,
            highest=row.highest,
            raters=row.raters,
            because=tuple(row.because),
        )
        for row in rows
    )


def _share(stored: Decimal | None) -> Decimal:
    return Decimal("0.0000") if stored is None else stored


def newest(scorings: QuerySet[models.Scoring]) -> models.Scoring | None:
    """Return the newest of some scorings."""
    return scorings.order_by("-pk").first()
