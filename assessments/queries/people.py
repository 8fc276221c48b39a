"""How a workspace handles the names of people in telemetry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.models import PeopleKey

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """What becomes of people's names; the key itself is never read here."""

    leave_out: bool = False
    # When the key was made; None while nobody was named.
    key_made_at: datetime | None = None


def handling(*, workspace_id: int) -> Handling:
    """Return what a workspace decided, or what holds until it does."""
    rows = PeopleKey.objects.filter(workspace_id=workspace_id)
    found = rows.values_list("leave_out", "made_at").first()
    if found is None:
        return Handling()
    return Handling(leave_out=found[0], key_made_at=found[1])
