"""The journal: who did what, written inside the transaction of the deed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.models import JournalEntry

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

    from scoring.events import Json


def record(
    *,
    workspace_id: int,
    verb: str,
    target: tuple[str, int],
    by: AbstractBaseUser | None,
    at: datetime,
    detail: dict[str, Json] | None = None,
) -> None:
    """Add one entry; `verb` is "noun.verbed", `by` is None for the product itself."""
    JournalEntry.objects.create(
        workspace_id=workspace_id,
        verb=verb,
        target_kind=target[0],
        target_id=target[1],
        by_id=by.pk if by else None,
        at=at,
        detail=detail or {},
    )
