"""Retention: what platforms answered is kept verbatim for a time, then dropped.

Events, measurements and scores stay as they are: only the last step of the walk from a
number to its origin ends, and rules that change later count what is dropped no more
and no less than before. What waits in quarantine stays until it is understood.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from assessments.models import RawRecord

if TYPE_CHECKING:
    from datetime import datetime

# Small enough that writers never wait long; a run takes some, the next one goes on.
_AT_ONCE = 500
_MOST_SLICES = 100


def drop_raw_records(*, now: datetime) -> int:
    """Drop raw records that are older than they are to be kept; return how many."""
    if not settings.RAW_RECORD_DAYS:
        return 0
    old = RawRecord.objects.filter(
        seen_at__lt=now - timedelta(days=settings.RAW_RECORD_DAYS),
        rejection__isnull=True,
    ).order_by("pk")
    dropped = 0
    for _slice in range(_MOST_SLICES):
        ids = list(old.values_list("pk", flat=True)[:_AT_ONCE])
        if not ids:
            break
        with transaction.atomic():
            RawRecord.objects.filter(pk__in=ids).delete()
        dropped += len(ids)
    return dropped
