"""Watching burn rates: what begins to burn and what no longer does, told once each.

Alerts read the rows: one that is open burns. Watching twice changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.models import SloBurn, SloEnd
from assessments.queries import service_levels as queries

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.queries.service_levels import SloRow
    from scoring.events import Json
    from scoring.service_levels import Watch


def watch(*, workspace_id: int, now: datetime) -> None:
    """Note for each objective in force which rules fire, and which do no longer."""
    for row in queries.slos(workspace_id=workspace_id, now=now, days=()):
        _note(row, now)


def _note(row: SloRow, now: datetime) -> None:
    burning = {burn.rule for burn in row.burning}
    as_of = row.newest or now
    began = [
        SloBurn(
            slo_id=row.id,
            rule=one.rule.key,
            severity=one.rule.severity,
            since=as_of,
            noticed_at=now,
            detail=_detail(one),
        )
        for one in row.watches
        if one.fires and one.rule.key not in burning
    ]
    SloBurn.objects.bulk_create(began, ignore_conflicts=True)
    # Only an observation ends what burns: silence does not say that it is well.
    slowed = [one.rule.key for one in row.watches if one.fires is False]
    open_ones = SloBurn.objects.filter(slo_id=row.id, cleared_at=None)
    open_ones.filter(rule__in=slowed).update(
        cleared_at=as_of, cleared_because=SloEnd.SLOWED
    )


def end(*, slo_id: int, because: SloEnd, now: datetime) -> None:
    """Close what burns of an objective that is no longer the same, or no longer."""
    SloBurn.objects.filter(slo_id=slo_id, cleared_at=None).update(
        cleared_at=now, cleared_because=because
    )


def _detail(one: Watch) -> dict[str, Json]:
    return {
        "long": one.long.rate,
        "short": one.short.rate,
        "factor": one.factor,
        "n": one.long.n,
    }
