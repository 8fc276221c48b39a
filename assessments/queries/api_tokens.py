"""A member's tokens for the API, without their secrets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.models import ApiToken

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRow:
    """One token as its owner sees it."""

    id: int
    name: str
    writes: bool
    created_at: datetime
    last_used_at: datetime | None


def token_rows(*, member_id: int) -> list[TokenRow]:
    """Return a member's tokens, newest first."""
    return [
        TokenRow(
            id=row.pk,
            name=row.name,
            writes=row.writes,
            created_at=row.created_at,
            last_used_at=row.last_used_at,
        )
        for row in ApiToken.objects.filter(member_id=member_id).order_by("-pk")
    ]
