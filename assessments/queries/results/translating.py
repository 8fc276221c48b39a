"""Single stored rows as they are shown."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from assessments.queries import metric_words
from assessments.queries.results import rows

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from assessments import models


def measured(row: models.Measurement) -> rows.Measured:
    """Return a stored measurement as it is shown."""
    return rows.Measured(
        criterion=row.criterion,
        metric=row.metric,
        name=metric_words.name(row.metric),
        lane=row.lane,
        status=row.status,
        unit=row.unit,
        value=row.value,
        low=row.low,
        high=row.high,
        n=row.n,
        coverage=row.coverage,
        provisional=row.provisional,
        window_start=row.window_start,
        window_end=row.window_end,
        detail=row.detail,
        because=row.because,
    )


def decided(row: models.Decision, scoring: models.Scoring | None) -> rows.Decided:
    """Return a decision as it is shown beside a scoring."""
    day = scoring.made_at.astimezone(UTC).date() if scoring else None
    return rows.Decided(
        id=row.pk,
        criterion=row.criterion,
        verb=row.verb,
        verb_label=row.get_verb_display(),
        proposed=row.proposed,
        level=row.level,
        reason=row.reason,
        expires_on=row.expires_on,
        by=person(row.decided_by),
        at=row.decided_at,
        # Through its last day a decision counts.
        expired=bool(row.expires_on and day and day > row.expires_on),
    )


def person(user: User) -> str:
    """Return the name by which people know somebody."""
    return user.get_full_name() or user.get_username()
