"""What people agreed on in a cycle: the settlement of each topic that counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.models import Settlement
from assessments.queries.results.translating import person

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementRow:
    """The level that was agreed on for a topic, by whom and why."""

    topic: str
    level: Decimal
    reason: str
    by: str
    at: datetime


def settlements(*, cycle_id: int) -> dict[str, SettlementRow]:
    """Return the settlements that count, by topic: the newest not taken back."""
    newest = {
        one.topic: one
        for one in Settlement.objects.filter(cycle_id=cycle_id)
        .select_related("settled_by")
        .order_by("pk")
    }
    return {
        topic: SettlementRow(
            topic=topic,
            level=one.level,
            reason=one.reason,
            by=person(one.settled_by),
            at=one.settled_at,
        )
        for topic, one in newest.items()
        if one.level is not None
    }
