"""Collecting: what a platform has that we have not, page by page, into rows.

Each page is one transaction: raw records, events and the cursor to go on from are
written together or not at all. A run that fails keeps everything it got; a run that
dies is found by its silence.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from assessments.connectors.base import Garbled, Refused, Unreachable
from assessments.connectors.registry import CONNECTORS
from assessments.models import (
    RawRecord,
    Source,
    SourceState,
    Synchronization,
    SyncState,
)
from assessments.services import observing, sources
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from assessments.connectors.base import Page
    from assessments.services.observing import Reader

SILENCE = timedelta(minutes=30)
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=6)
# What a person has to fix is tried again now and then: it may be fixed over there.
_AFTER_REFUSAL = timedelta(hours=24)
_NONE = timedelta(0)


class Overtaken(Exception):
    """The run is no longer the one: reaped, paused, changed or removed meanwhile."""


def synchronize(
    *,
    synchronization_id: int,
    now: datetime,
    clock: Callable[[], datetime] | None = None,
) -> None:
    """Carry out a waiting synchronization; one that is not waiting is left alone.

    `now` is when it starts; `clock` tells the time of later signs of life.
    """
    tick = clock or (lambda: now)
    source = _claim(synchronization_id, now)
    if source is None:
        return
    try:
        _collect(synchronization_id, source, tick)
    except Overtaken:
        _end(
            synchronization_id,
            SyncState.FAILED,
            "The source was changed meanwhile.",
            tick(),
        )
    except Unreachable as error:
        pause = error.retry_after or _NONE
        _fail(synchronization_id, source, error.sentence, now=tick(), pause=pause)
    except Garbled as error:
        _fail(synchronization_id, source, error.sentence, now=tick())
    except (Refused, Refusal) as error:
        _fail(
            synchronization_id, source, error.sentence, now=tick(), pause=_AFTER_REFUSAL
        )
    except Exception as error:
        # The row says it to people, the log has the trace, the next run tries again.
        said = f"Something unexpected happened ({type(error).__name__}): see the log."
        _fail(synchronization_id, source, said, now=tick())
        raise
    else:
        _succeed(synchronization_id, source, now=tick())


def due(*, now: datetime) -> list[int]:
    """Return the synchronizations to carry out now, asked for where it is time.

    Those that wait already are among them: their message may have been lost.
    """
    ready = Source.objects.filter(
        Q(next_attempt_at__lte=now), kind__in=list(CONNECTORS)
    ).exclude(state=SourceState.PAUSED)
    for source in ready.order_by("next_attempt_at", "pk"):
        sources.ask_synchronization(source_id=source.pk, now=now)
    waiting = Synchronization.objects.filter(state=SyncState.WAITING)
    return list(waiting.order_by("pk").values_list("pk", flat=True))


def asked(*, source_id: int, now: datetime) -> int:
    """Return the synchronization of a source to carry out, due or not."""
    if not Source.objects.filter(pk=source_id).exists():
        raise sources.NoSuchSource(
            _("There is no source number %(source_id)s.") % {"source_id": source_id}
        )
    return sources.ask_synchronization(source_id=source_id, now=now)


def outcome(*, synchronization_id: int) -> str:
    """Say in one line how a synchronization ended."""
    run = Synchronization.objects.select_related("source").get(pk=synchronization_id)
    said = f"{run.source.name}: {run.get_state_display().lower()}"
    if run.error:
        return f"{said}. {run.error}"
    return f"{said}, {run.pages} pages, {run.events} events, {run.rejected} rejected"


def reap(*, now: datetime) -> int:
    """End runs that show no sign of life any more; return how many."""
    silent = Synchronization.objects.filter(
        state=SyncState.RUNNING, seen_alive_at__lt=now - SILENCE
    ).select_related("source")
    found = list(silent)
    for run in found:
        said = "The worker that read this source died; it is tried again by itself."
        _fail(run.pk, run.source, said, now=now)
    return len(found)


# ── one run ────────────────────────────────────────────────────────────────────────


@transaction.atomic
def _claim(synchronization_id: int, now: datetime) -> Source | None:
    """Make the run ours: of two workers with the same message, one gets it."""
    waiting = Synchronization.objects.filter(
        pk=synchronization_id, state=SyncState.WAITING
    )
    if not waiting.update(
        state=SyncState.RUNNING,
        started_at=now,
        seen_alive_at=now,
        doing="Asking the platform",
    ):
        return None
    return Source.objects.get(synchronizations__pk=synchronization_id)


def _collect(
    synchronization_id: int, source: Source, tick: Callable[[], datetime]
) -> None:
    reader = observing.Reader(
        source=source,
        connector=CONNECTORS[source.kind],
        plain=sources.plain(source, now=tick()),
    )
    if not source.cursor and RawRecord.objects.filter(source=source).exists():
        _count_again(reader, tick())
    pages = reader.connector.fetch(reader.plain, cursor=source.cursor, now=tick())
    for page in pages:
        _store(synchronization_id, reader, page, tick())
        source.cursor = page.cursor


@transaction.atomic
def _count_again(reader: Reader, now: datetime) -> None:
    """Count what is kept by the new rules before more is fetched."""
    Source.objects.select_for_update().get(pk=reader.source.pk)
    observing.observe_again(reader, now=now)


@transaction.atomic
def _store(synchronization_id: int, reader: Reader, page: Page, now: datetime) -> None:
    stored = Source.objects.select_for_update().filter(pk=reader.source.pk).first()
    if stored is None or _is_another(stored, reader.source):
        raise Overtaken
    understood = observing.observe(reader, page.payloads, now=now)
    Source.objects.filter(pk=stored.pk).update(cursor=page.cursor)
    alive = Synchronization.objects.filter(
        pk=synchronization_id, state=SyncState.RUNNING
    ).update(
        seen_alive_at=now,
        pages=F("pages") + 1,
        events=F("events") + understood.stored,
        rejected=F("rejected") + understood.rejected,
        doing=_doing(page)[:200],
    )
    if not alive:
        raise Overtaken


def _is_another(stored: Source, ours: Source) -> bool:
    return (
        stored.state == SourceState.PAUSED
        or stored.cursor != ours.cursor
        or stored.rules != ours.rules
        or stored.address != ours.address
    )


def _doing(page: Page) -> str:
    if page.remaining:
        return f"{page.doing} ({page.remaining} to come)"
    return page.doing


# ── how it ends ────────────────────────────────────────────────────────────────────


@transaction.atomic
def _succeed(synchronization_id: int, source: Source, *, now: datetime) -> None:
    if not _end(synchronization_id, SyncState.DONE, "", now):
        return
    Source.objects.filter(pk=source.pk).exclude(state=SourceState.PAUSED).update(
        state=SourceState.WELL,
        failures=0,
        last_error="",
        last_success_at=now,
        next_attempt_at=_next_attempt_at(source, now),
    )


def _next_attempt_at(source: Source, now: datetime) -> datetime | None:
    """Return when to ask again; None: nobody is asked, what there is comes to us."""
    pause = timedelta(minutes=source.every_minutes)
    return now + pause if source.address else None


@transaction.atomic
def _fail(
    synchronization_id: int,
    source: Source,
    sentence: str,
    *,
    now: datetime,
    pause: timedelta = _NONE,
) -> None:
    """Tell what went wrong; everything that was read before stays."""
    if not _end(synchronization_id, SyncState.FAILED, sentence, now):
        return
    run = Synchronization.objects.get(pk=synchronization_id)
    # A long import that a limit interrupts gets on: its failures do not add up.
    failures = 1 if run.events else source.failures + 1
    Source.objects.filter(pk=source.pk).exclude(state=SourceState.PAUSED).update(
        state=SourceState.FAILING,
        failures=failures,
        last_error=sentence,
        next_attempt_at=now + max(pause, pause_after(source.pk, failures)),
    )


def _end(synchronization_id: int, state: SyncState, error: str, now: datetime) -> int:
    running = Synchronization.objects.filter(
        pk=synchronization_id, state=SyncState.RUNNING
    )
    return running.update(state=state, finished_at=now, error=error, doing="")


def pause_after(source_id: int, failures: int) -> timedelta:
    """Return how long to wait: doubling, and up to a quarter more, never by chance.

    The share is drawn from source and count, so that sources of one platform that
    failed together do not come back together.
    """
    doubled: timedelta = _FIRST_PAUSE * 2 ** min(failures - 1, 12)
    seed = hashlib.sha256(f"{source_id}:{failures}".encode()).digest()[0]
    return min(doubled, _LONGEST_PAUSE) * (1 + seed / 1024)


def workspace_of(*, synchronization_id: int) -> int | None:
    """Return the workspace that a synchronization is for."""
    found = Synchronization.objects.filter(pk=synchronization_id)
    return found.values_list("source__workspace_id", flat=True).first()
