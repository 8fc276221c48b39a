"""The views that a person may open: their own, and what others share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from assessments.models import SavedView
from assessments.queries.assignments import name_of

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRow:
    """A page with its filters, under a name."""

    id: int
    name: str
    page: str
    query: str
    shared: bool
    mine: bool
    owner: str
    created_at: datetime


def view_rows(*, workspace_id: int, user_id: int, page: str = "") -> list[ViewRow]:
    """Return what the person may open, by name; of one page, if it is named."""
    rows = SavedView.objects.filter(
        Q(owner_id=user_id) | Q(shared=True), workspace_id=workspace_id
    )
    if page:
        rows = rows.filter(page=page)
    return [
        ViewRow(
            id=row.pk,
            name=row.name,
            page=row.page,
            query=row.query,
            shared=row.shared,
            mine=row.owner_id == user_id,
            owner=name_of(row.owner),
            created_at=row.created_at,
        )
        for row in rows.select_related("owner").order_by("name", "pk")
    ]
