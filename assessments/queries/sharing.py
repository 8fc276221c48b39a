"""The links that show a cycle's result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.models import ShareLink
from assessments.queries.assignments import name_of

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRow:
    """A link, of which nobody knows the secret any more."""

    id: int
    label: str
    by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    seen_at: datetime | None
    open: bool


def share_rows(*, cycle_id: int, now: datetime) -> list[ShareRow]:
    """Return a cycle's links, the newest first."""
    rows = ShareLink.objects.filter(cycle_id=cycle_id).select_related("created_by")
    return [
        ShareRow(
            id=row.pk,
            label=row.label,
            by=name_of(row.created_by),
            created_at=row.created_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            seen_at=row.seen_at,
            open=row.revoked_at is None and row.expires_at > now,
        )
        for row in rows.order_by("-pk")
    ]
