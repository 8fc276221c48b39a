"""Quarantine: records that could not be understood, tried again once something changed.

A rule was corrected, or the product learned a field: what is kept is parsed again. A
line that was sent to us is not kept when it is refused, so its sender sends it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.connectors import base
from assessments.connectors.registry import CONNECTORS
from assessments.models import RawRecord, Rejection, Source
from assessments.services import journal, observing, sources

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

# One click holds one transaction: so many that a page can wait for it.
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of trying again."""

    understood: int
    # Of those tried, not understood still; and those that were not tried yet.
    refused: int
    waiting: int


@transaction.atomic
def try_again(*, workspace_id: int, source_id: int, by: User, now: datetime) -> Outcome:
    """Parse what is kept of the quarantine by today's rules and today's code."""
    source = (
        Source.objects.select_for_update()
        .filter(workspace_id=workspace_id, pk=source_id, kind__in=list(CONNECTORS))
        .first()
    )
    if source is None:
        raise sources.NoSuchSource(_("This source does not exist (any more)."))
    listed = Rejection.objects.filter(source=source, raw_record__isnull=False)
    waiting = sorted(set(listed.values_list("raw_record_id", flat=True)))
    tried = waiting[:_AT_ONCE]
    listed.filter(raw_record_id__in=tried).delete()
    reader = observing.Reader(
        source=source,
        connector=CONNECTORS[source.kind],
        plain=sources.plain(source, now=now),
    )
    kept = RawRecord.objects.filter(pk__in=tried).order_by("pk")
    observing.understand(
        reader,
        [(one.pk, base.Payload(sort=one.sort, body=one.body)) for one in kept],
        now=now,
    )
    refused = (
        listed.filter(raw_record_id__in=tried)
        .order_by()
        .values("raw_record_id")
        .distinct()
        .count()
    )
    outcome = Outcome(
        understood=len(tried) - refused,
        refused=refused,
        waiting=len(waiting) - len(tried),
    )
    journal.record(
        workspace_id=workspace_id,
        verb="source.quarantine_tried",
        target=("source", source.pk),
        by=by,
        at=now,
        detail={
            "name": source.name,
            "understood": outcome.understood,
            "refused": outcome.refused,
        },
    )
    return outcome
