"""Versions of the rules of a source: each change keeps what it made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.models import RuleVersion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

    from assessments.models import Source
    from scoring.events import Json

_LONGEST_NOTE = 300


def keep(
    source: Source,
    *,
    before: Mapping[str, Json],
    note: str = "",
    moved: Sequence[Json] = (),
    by: AbstractBaseUser | None,
    now: datetime,
) -> None:
    """Keep the rules of a source as its newest version.

    Of a source that is older than versions, what was before is the first one.
    """
    newest = RuleVersion.objects.filter(source=source).order_by("-number").first()
    if newest is None and before:
        newest = RuleVersion.objects.create(
            source=source, number=1, rules=dict(before), made_at=source.created_at
        )
    RuleVersion.objects.create(
        source=source,
        number=newest.number + 1 if newest else 1,
        rules=source.rules,
        made_by_id=by.pk if by else None,
        made_at=now,
        note=note.strip()[:_LONGEST_NOTE],
        moved=list(moved),
    )
