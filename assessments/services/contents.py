"""The canonical content of a cycle: everything that its scores came from, as one text.

Sorted and without a space, so that the same content always has the same SHA-256. People
appear by number: a name may change, what was signed may not.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from operator import itemgetter
from typing import TYPE_CHECKING

from assessments import models

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from decimal import Decimal
    from typing import TypeVar

    from django.db.models import Model, QuerySet

    from scoring.events import Json

    Row = TypeVar("Row", bound=Model)

FORMAT = "compel-cycle/1"


def canonical(plain: Json) -> str:
    """Return plain data as its one text."""
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def content(*, cycle: models.Cycle, scoring_id: int) -> str:
    """Return the content of a cycle that is locked or about to be.

    The moment and the signer are read from the cycle handed in; everything else from
    the tables.
    """
    scoring = models.Scoring.objects.get(pk=scoring_id)
    # The columns only: the document is known by its hash.
    edition = models.Edition.objects.defer("document").get(pk=cycle.edition_id)
    scope = models.Scope.objects.get(pk=cycle.scope_id)
    return canonical(
        {
            "format": FORMAT,
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
            "ratings": _rows(cycle.ratings.all(), _rating, "id"),
            "decisions": _rows(cycle.decisions.all(), _decision, "id"),
            "measurements": _rows(
                scoring.measurements.all(), _measurement, "criterion", "metric"
            ),
            "proposals": _rows(scoring.proposals.all(), _proposal, "criterion"),
            "scores": _rows(scoring.scores.all(), _score, "kind", "code"),
        }
    )


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
