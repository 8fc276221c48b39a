"""Collecting: what a platform has that we have not, page by page, into rows.

Each page is one transaction: raw records, events and the cursor to go on from are
written together or not at all. A run that fails keeps everything it got; a run that
dies is found by its silence.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from assessments.connectors.base import (
    Garbled,
    PartlyRefused,
    Refused,
    Unreachable,
)
from assessments.connectors.registry import CONNECTORS
from assessments.models import (
    RawRecord,
    Source,
    SourceState,
    Synchronization,
    SyncState,
    WalkState,
)
from assessments.services import (
    observing,
    sources,
    stretching,
    turns,
    vanishing,
    walks,
)
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from assessments.connectors.base import Page
    from assessments.services.observing import Reader

_NONE = timedelta(0)


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
    except turns.Overtaken:
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
        _refuse(synchronization_id, source, error, now=tick())
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
        state=SyncState.RUNNING, seen_alive_at__lt=now - turns.SILENCE
    ).select_related("source")
    found = list(silent)
    for run in found:
        said = "The worker that read this source died; it is tried again by itself."
        _fail(run.pk, run.source, said, now=now)
    return len(found)


# ── one run ────────────────────────────────────────────────────────────────────────


@transaction.atomic
def _claim(synchronization_id: int, now: datetime) -> Source | None:
    """Make the run ours: of two workers with the same message, one gets it.

    While a slice of a backfill is read it waits: the slice ends with its page.
    """
    mine = Source.objects.filter(synchronizations__pk=synchronization_id)
    source = turns.held(mine)
    if source is None or source.backfills.filter(state=WalkState.RUNNING).exists():
        return None
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
    return source


def _collect(
    synchronization_id: int, source: Source, tick: Callable[[], datetime]
) -> None:
    reader = observing.Reader(
        source=source,
        connector=CONNECTORS[source.kind],
        plain=sources.plain(source, now=tick()),
    )
    if not source.cursor:
        _start_over(reader, tick())
    begins = source.cursor or walks.first_cursor(source, now=tick())
    cursor = stretching.asking(reader, begins)
    pages = reader.connector.fetch(reader.plain, cursor=cursor, now=tick())
    for page in pages:
        _store(synchronization_id, reader, page, tick())
        source.cursor = page.cursor


@transaction.atomic
def _start_over(reader: Reader, now: datetime) -> None:
    """Count what is kept by the new rules before more is fetched."""
    source = Source.objects.select_for_update().get(pk=reader.source.pk)
    walks.start_over(source)
    if RawRecord.objects.filter(source=source).exists():
        observing.observe_again(reader, now=now)


@transaction.atomic
def _store(synchronization_id: int, reader: Reader, page: Page, now: datetime) -> None:
    stored = turns.held_as(reader.source)
    understood = observing.observe(reader, page.payloads, now=now)
    vanishing.set_aside(stored, page.gone, now=now)
    stretching.tell(stored, page, now=now)
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
        raise turns.Overtaken


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
    walks.begin(source.pk, now=now)


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
        next_attempt_at=now + max(pause, turns.pause_after(source.pk, failures)),
    )


def _refuse(
    synchronization_id: int, source: Source, error: Refused | Refusal, *, now: datetime
) -> None:
    pause = turns.AFTER_REFUSAL
    _fail(synchronization_id, source, error.sentence, now=now, pause=pause)
    if isinstance(error, PartlyRefused):
        walks.begin(source.pk, now=now)


def _end(synchronization_id: int, state: SyncState, error: str, now: datetime) -> int:
    running = Synchronization.objects.filter(
        pk=synchronization_id, state=SyncState.RUNNING
    )
    return running.update(state=state, finished_at=now, error=error, doing="")


def workspace_of(*, synchronization_id: int) -> int | None:
    """Return the workspace that a synchronization is for."""
    found = Synchronization.objects.filter(pk=synchronization_id)
    return found.values_list("source__workspace_id", flat=True).first()


def source_of(*, synchronization_id: int) -> int | None:
    """Return the source that a synchronization reads."""
    found = Synchronization.objects.filter(pk=synchronization_id)
    return found.values_list("source_id", flat=True).first()


def waiting_beside(*, backfill_id: int) -> list[int]:
    """Return the synchronizations that wait for a slice of a backfill to end."""
    beside = Synchronization.objects.filter(
        source__backfills__pk=backfill_id, state=SyncState.WAITING
    )
    return list(beside.order_by("pk").values_list("pk", flat=True))
