"""The journal: who did what, when and why, written inside the transaction of the deed.

Entries form a chain in each workspace. The row of the chain's end is held from here to
the end of the transaction: record last, so that others wait for a moment only.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from assessments.models import JournalEntry, JournalHead
from assessments.queries.numbering import PERSON, numbers
from scoring.sealing import GENESIS, Link

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

    from assessments.models import Cycle, Source
    from scoring.events import Json


def about_cycle(
    cycle: Cycle,
    verb: str,
    *,
    by: AbstractBaseUser | None,
    at: datetime,
    why: str = "",
    **detail: Json,
) -> None:
    """Add an entry on a cycle, which is named by its title."""
    record(
        workspace_id=cycle.workspace_id,
        verb=verb,
        target=("cycle", cycle.pk),
        by=by,
        at=at,
        detail={"title": cycle.title, **detail},
        why=why,
    )


def about_source(
    source: Source,
    verb: str,
    *,
    by: AbstractBaseUser | None,
    at: datetime,
    **detail: Json,
) -> None:
    """Add an entry on a source."""
    record(
        workspace_id=source.workspace_id,
        verb=verb,
        target=("source", source.pk),
        by=by,
        at=at,
        detail=detail,
    )


def record(
    *,
    workspace_id: int,
    verb: str,
    target: tuple[str, int],
    by: AbstractBaseUser | None,
    at: datetime,
    detail: dict[str, Json] | None = None,
    why: str = "",
    before: dict[str, Json] | None = None,
    after: dict[str, Json] | None = None,
) -> None:
    """Add one entry; `verb` is "noun.verbed", `by` is None for the product itself.

    `before` and `after` hold what changed, by field; `why` the reason that was given.
    """
    known = numbers(workspace_id=workspace_id)
    actor = by.pk if by else None
    end = head(workspace_id=workspace_id)
    link = Link(
        workspace=known.of("workspace", workspace_id),
        sequence=end.sequence + 1,
        at=at,
        actor=known.of(PERSON, actor),
        verb=verb,
        target=(target[0], known.of(*target)),
        detail=_kept(detail or {}),
        why=why,
        before=_kept(before or {}),
        after=_kept(after or {}),
        previous_sha256=end.sha256,
    )
    sha256 = link.sha256
    JournalEntry.objects.create(
        workspace_id=workspace_id,
        sequence=link.sequence,
        at=at,
        by_id=actor,
        actor=actor,
        verb=verb,
        target_kind=target[0],
        target_id=target[1],
        detail=link.detail,
        why=why,
        before=link.before,
        after=link.after,
        previous_sha256=link.previous_sha256,
        sha256=sha256,
    )
    JournalHead.objects.filter(workspace_id=workspace_id).update(
        sequence=link.sequence, sha256=sha256
    )


def head(*, workspace_id: int) -> JournalHead:
    """Return the end of a chain and hold it: nobody adds to it until this is done."""
    held = JournalHead.objects.select_for_update()
    found = held.filter(workspace_id=workspace_id).first()
    if found is None:
        found, _ = held.get_or_create(
            workspace_id=workspace_id, defaults={"sequence": 0, "sha256": GENESIS}
        )
    return found


def _kept(plain: dict[str, Json]) -> Json:
    """Return plain data as every database gives it back: 2.0 may come back as 2."""
    return _whole(json.loads(json.dumps(plain)))


def _whole(plain: Json) -> Json:
    if isinstance(plain, dict):
        return {key: _whole(value) for key, value in plain.items()}
    if isinstance(plain, list):
        return [_whole(value) for value in plain]
    if isinstance(plain, float) and plain.is_integer():
        return int(plain)
    return plain
