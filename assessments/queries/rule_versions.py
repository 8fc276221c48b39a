"""Versions of the rules of a source, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.models import RuleVersion
from assessments.queries.plan import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from scoring.events import Json

_MOST = 50
_SERVICE = "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """The rules of a source as they once were."""

    number: int
    rules: Mapping[str, Json]
    made_by: str
    made_at: datetime
    note: str
    moved: Sequence[Mapping[str, Json]]


def version_rows(*, source_id: int) -> list[VersionRow]:
    """Return the newest versions of the rules of a source, newest first."""
    rows = RuleVersion.objects.filter(source_id=source_id).select_related("made_by")
    return [_row(one) for one in rows.order_by("-number")[:_MOST]]


def version_row(*, source_id: int, number: int) -> VersionRow | None:
    """Return one version, or None where there is none of that number."""
    rows = RuleVersion.objects.filter(source_id=source_id, number=number)
    found = rows.select_related("made_by").first()
    return _row(found) if found else None


def _row(one: RuleVersion) -> VersionRow:
    return VersionRow(
        number=one.number,
        rules={name: rule for name, rule in one.rules.items() if name != _SERVICE},
        made_by=name_of(one.made_by),
        made_at=one.made_at,
        note=one.note,
        moved=one.moved,
    )
