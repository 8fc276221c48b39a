"""Plans kept under a name, for show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.models import CycleTemplate
from assessments.queries.assignments import name_of

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateRow:
    """A plan to start from."""

    id: int
    name: str
    people: int
    left_out: int
    created_by: str
    created_at: datetime


def template_rows(*, workspace_id: int) -> list[TemplateRow]:
    """Return the templates of a workspace, by name."""
    rows = CycleTemplate.objects.filter(workspace_id=workspace_id)
    return [
        TemplateRow(
            id=row.pk,
            name=row.name,
            people=len(row.plan["people"]) + len(row.plan["guests"]),
            left_out=len(row.plan["left_out"]),
            created_by=name_of(row.created_by),
            created_at=row.created_at,
        )
        for row in rows.select_related("created_by").order_by("name", "pk")
    ]
