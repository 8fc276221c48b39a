"""Turns at a source: one reads at a time, and whoever died is found by its silence."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from assessments.models import Source, SourceState

if TYPE_CHECKING:
    from django.db.models import QuerySet

SILENCE = timedelta(minutes=30)
# What a person has to fix is tried again now and then: it may be fixed over there.
AFTER_REFUSAL = timedelta(hours=24)
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)


class Overtaken(Exception):
    """The run is no longer the one: reaped, paused, changed or removed meanwhile."""


def held(sources: QuerySet[Source]) -> Source | None:
    """Return the source among these, held until the end of the transaction."""
    return sources.select_for_update(of=("self",)).first()


def held_as(ours: Source) -> Source:
    """Return the source, held, if it is still what we took up to read."""
    stored = held(Source.objects.filter(pk=ours.pk))
    if (
        stored is None
        or stored.state == SourceState.PAUSED
        or stored.cursor != ours.cursor
        or stored.rules != ours.rules
        or stored.address != ours.address
    ):
        raise Overtaken
    return stored


def pause_after(source_id: int, failures: int) -> timedelta:
    """Return how long to wait: doubling, and up to a quarter more, never by chance.

    The share is drawn from source and count, so that sources of one platform that
    failed together do not come back together.
    """
    doubled: timedelta = _FIRST_PAUSE * 2 ** min(failures - 1, 12)
    seed = hashlib.sha256(f"{source_id}:{failures}".encode()).digest()[0]
    return min(doubled, _LONGEST_PAUSE) * (1 + seed / 1024)
