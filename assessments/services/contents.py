"""The canonical content of a cycle: everything that its scores came from, as one text.

Sorted and without a space, so that the same content always has the same SHA-256. People
appear by number: a name may change, what was signed may not. What was sealed in an
earlier format is written in that format for as long as it exists.
"""

from __future__ import annotations

from datetime import UTC
from operator import itemgetter
from typing import TYPE_CHECKING

from assessments import models
from assessments.queries.numbering import numbers
from scoring.sealing import FORMATS, canonical, digest, signed_part

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from decimal import Decimal
    from typing import TypeVar

    from django.db.models import Model, QuerySet

    from assessments.queries.numbering import Numbers
    from scoring.events import Json

    Row = TypeVar("Row", bound=Model)

FIRST, FORMAT = FORMATS

# Which fields of a section hold numbers, and of what.
_NUMBERED: dict[str, dict[str, str]] = {
    "cycle": {
        "id": "cycle",
        "created_by": "person",
        "locked_by": "person",
        "campaign": "campaign",
        "based_on": "cycle",
    },
    "scope": {"id": "scope", "workspace": "workspace"},
    "scored": {
        "last_rating": "rating",
        "last_decision": "decision",
        "last_settlement": "settlement",
    },
    "revises": {"cycle": "cycle"},
    "ratings": {"id": "rating", "person": "person", "carried_from": "rating"},
    "decisions": {"id": "decision", "decided_by": "person"},
    "settlements": {"id": "settlement", "settled_by": "person"},
    "supports": {"id": "support", "evidence": "evidence", "added_by": "person"},
    "assignments": {"id": "assignment", "person": "person"},
    "signatures": {"id": "signature", "person": "person"},
}

__all__ = ["FORMAT", "canonical", "content", "digest", "signable"]


def content(
    *,
    cycle: models.Cycle,
    scoring_id: int,
    layout: str = FORMAT,
    sealing: dict[str, Json] | None = None,
) -> str:
    """Return the content of a cycle that is locked or about to be.

    The moment and the signer are read from the cycle handed in; `sealing` is what held
    at that moment and is in no table of the cycle: how many had to sign, and the end
    of the journal. Everything else comes from the tables.
    """
    if layout == FIRST:
        return canonical(_told(cycle, _first(cycle, scoring_id, _rating)))
    return canonical(_told(cycle, _second(cycle, scoring_id)) | (sealing or {}))


def signable(*, cycle: models.Cycle, scoring_id: int) -> str:
    """Return the SHA-256 that people sign: the content but for who seals it when."""
    return digest(signed_part(_told(cycle, _second(cycle, scoring_id))))


def _told(cycle: models.Cycle, plain: dict[str, Json]) -> dict[str, Json]:
    """Return the content with the numbers that count in the cycle's workspace."""
    known = numbers(workspace_id=cycle.workspace_id)
    return {
        name: _section(known, section, _NUMBERED.get(name, {}))
        for name, section in plain.items()
    }


def _section(known: Numbers, section: Json, kinds: dict[str, str]) -> Json:
    if isinstance(section, dict):
        return known.told(section, kinds)
    if isinstance(section, list):
        return [_section(known, row, kinds) for row in section]
    return section


def _first(
    cycle: models.Cycle,
    scoring_id: int,
    rating: Callable[[models.Rating], dict[str, Json]],
) -> dict[str, Json]:
    """Return the sections that the first format has."""
    scoring = models.Scoring.objects.get(pk=scoring_id)
    # The columns only: the document is known by its hash.
    edition = models.Edition.objects.defer("document").get(pk=cycle.edition_id)
    scope = models.Scope.objects.get(pk=cycle.scope_id)
    return {
        "format": FIRST,
        "cycle": {
            "id": cycle.pk,
            "title": cycle.title,
            "due_on": _day(cycle.due_on),
            "created_at": _moment(cycle.created_at),
            "created_by": cycle.created_by_id,
            "locked_at": _moment(cycle.locked_at),
            "locked_by": cycle.locked_by_id,
        },
        "edition": {
            "key": edition.key,
            "version": edition.version,
            "sha256": edition.sha256,
        },
        "scope": {
            "id": scope.pk,
            "kind": scope.kind,
            "workspace": cycle.workspace_id,
        },
        "period": {
            "start": _day(cycle.period_start),
            "end": _day(cycle.period_end),
        },
        "targets": cycle.targets,
        "left_out": cycle.left_out,
        "scored": {
            "on": _moment(scoring.made_at),
            "last_rating": scoring.last_rating,
            "last_decision": scoring.last_decision,
            "card_sha256": scoring.card_sha256,
        },
        # Sorted here and not by the database, whose collation may differ.
        "ratings": _rows(cycle.ratings.all(), rating, "id"),
        "decisions": _rows(cycle.decisions.all(), _decision, "id"),
        "measurements": _rows(
            scoring.measurements.all(), _measurement, "criterion", "metric"
        ),
        "proposals": _rows(scoring.proposals.all(), _proposal, "criterion"),
        "scores": _rows(scoring.scores.all(), _score, "kind", "code"),
    }


def _second(cycle: models.Cycle, scoring_id: int) -> dict[str, Json]:
    """Return the sections of the second format: those of the first, and more."""
    plain = _first(cycle, scoring_id, _carried_rating)
    last = models.Scoring.objects.values_list("last_settlement", flat=True)
    settled = last.get(pk=scoring_id)
    supports = cycle.supports.select_related("evidence")
    return plain | {
        "format": FORMAT,
        "cycle": _joined(
            plain["cycle"],
            campaign=cycle.campaign_id,
            based_on=cycle.based_on_id,
            unanchored=cycle.unanchored,
        ),
        "scored": _joined(plain["scored"], last_settlement=settled),
        "revises": _revised(cycle),
        "settlements": _rows(cycle.settlements.all(), _settlement, "id"),
        "supports": _rows(supports, _support, "id"),
        "assignments": _rows(cycle.assignments.all(), _assignment, "id"),
        "signatures": _rows(cycle.signatures.all(), _signature, "id"),
    }


def _joined(section: Json, **more: Json) -> dict[str, Json]:
    return (section if isinstance(section, dict) else {}) | more


def _revised(cycle: models.Cycle) -> Json:
    """Return which sealed cycle this one corrects, by its hash, and why."""
    if cycle.revises_id is None:
        return None
    known = models.Cycle.objects.values_list("content_sha256", flat=True)
    return {
        "cycle": cycle.revises_id,
        "sha256": known.get(pk=cycle.revises_id),
        "reason": cycle.revision_reason,
    }


def _rows(
    rows: QuerySet[Row], plain: Callable[[Row], dict[str, Json]], *names: str
) -> list[Json]:
    """Return rows as plain data, sorted by the named fields."""
    found = [plain(row) for row in rows]
    found.sort(key=itemgetter(*names))
    return list(found)


def _rating(row: models.Rating) -> dict[str, Json]:
    return {
        "id": row.pk,
        "topic": row.topic,
        "person": row.person_id,
        "vantage": row.vantage,
        "answer": row.answer,
        "level": row.level,
        "confidence": row.confidence,
        "rationale": row.rationale,
        "rated_at": _moment(row.rated_at),
    }


def _carried_rating(row: models.Rating) -> dict[str, Json]:
    return _rating(row) | {"carried_from": row.carried_from_id}


def _decision(row: models.Decision) -> dict[str, Json]:
    return {
        "id": row.pk,
        "criterion": row.criterion,
        "verb": row.verb,
        "proposed": _number(row.proposed),
        "level": _number(row.level),
        "reason": row.reason,
        "expires_on": _day(row.expires_on),
        "decided_by": row.decided_by_id,
        "decided_at": _moment(row.decided_at),
    }


def _settlement(row: models.Settlement) -> dict[str, Json]:
    return {
        "id": row.pk,
        "topic": row.topic,
        "level": _number(row.level),
        "reason": row.reason,
        "settled_by": row.settled_by_id,
        "settled_at": _moment(row.settled_at),
    }


def _support(row: models.Support) -> dict[str, Json]:
    return {
        "id": row.pk,
        "topic": row.topic,
        "evidence": row.evidence_id,
        "kind": row.evidence.kind,
        "sha256": row.evidence.sha256,
        "added_by": row.added_by_id,
        "added_at": _moment(row.added_at),
    }


def _assignment(row: models.Assignment) -> dict[str, Json]:
    return {
        "id": row.pk,
        "person": row.person_id,
        "domain": row.domain,
        "vantage": row.vantage,
        "finished_at": _moment(row.finished_at),
    }


def _signature(row: models.Signature) -> dict[str, Json]:
    return {
        "id": row.pk,
        "person": row.person_id,
        "sha256": row.sha256,
        "statement": row.statement,
        "signed_at": _moment(row.signed_at),
    }


def _measurement(row: models.Measurement) -> dict[str, Json]:
    return {
        "criterion": row.criterion,
        "metric": row.metric,
        "lane": row.lane,
        "window": [_moment(row.window_start), _moment(row.window_end)],
        "status": row.status,
        "unit": row.unit,
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "n": row.n,
        "coverage": row.coverage,
        "provisional": row.provisional,
        "detail": row.detail,
        "because": row.because,
    }


def _proposal(row: models.Proposal) -> dict[str, Json]:
    return {
        "criterion": row.criterion,
        "topic": row.topic,
        "level": _number(row.level),
        "because": row.because,
        "applicable": row.applicable,
    }


def _score(row: models.Score) -> dict[str, Json]:
    return {
        "kind": row.kind,
        "code": row.code,
        "declared": [
            _number(row.declared),
            _number(row.declared_coverage),
            _number(row.declared_confidence),
        ],
        "measured": [_number(row.measured), _number(row.measured_coverage)],
        "agreed": [
            _number(row.agreed),
            _number(row.agreed_coverage),
            _number(row.agreed_confidence),
        ],
        "lowest": _number(row.lowest),
        "highest": _number(row.highest),
        "raters": row.raters,
        "because": row.because,
    }


def _number(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _moment(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat()
