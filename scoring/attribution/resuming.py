"""Resuming: from which moment on the past must be judged again."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.attribution.rules import Rules


def tail_start(
    changed_at: datetime, *, rules: Rules, last_successes: Iterable[datetime]
) -> datetime:
    """Return the beginning of the UTC day from which on all may have changed.

    `changed_at` is the earliest moment of the events that came, went or changed, as
    they were and as they are; for an incident that names a deployment, the moment of
    that deployment too. `last_successes` are the moments of the newest successful
    production deployment at or before `changed_at`, one for each lane that has one: a
    later event can still tell of its failure or end its recovery.
    """
    earliest = min((changed_at - rules.reach, *last_successes)).astimezone(UTC)
    return datetime.combine(earliest.date(), time(), tzinfo=UTC)


def signals_from(start: datetime, rules: Rules) -> datetime:
    """Return from when on a tail that begins at `start` needs signals.

    One breach more than the reaction window before another is another degradation.
    """
    return start - timedelta(hours=rules.reaction_window_hours)
