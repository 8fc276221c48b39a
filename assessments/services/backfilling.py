"""Backfilling: windows of a source are walked through in slices, the newest first.

Two kinds of walk are the same work. One reads the past, from where the first
synchronization ended, month by month to where the rules say. The other reads the last
days once more, every day, for what was corrected late or deleted. A slice is a short
task of so many pages; whenever a synchronization waits, it has its turn first.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from assessments.connectors import lists
from assessments.connectors.base import (
    Garbled,
    PartlyRefused,
    Refused,
    Unreachable,
)
from assessments.connectors.registry import CONNECTORS
from assessments.models import (
    Backfill,
    Purpose,
    Source,
    SourceState,
    Synchronization,
    SyncState,
    WalkState,
)
from assessments.services import observing, sources, turns, vanishing, walks
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.db.models import QuerySet

    from assessments.connectors.base import Page
    from assessments.services.observing import Reader

# How much time one window spans, and how many pages one task takes of it.
SLICE = timedelta(days=30)
PAGES = 25
_NONE = timedelta(0)
_SYNCHRONIZING = (SyncState.WAITING, SyncState.RUNNING)


def due(*, now: datetime) -> list[int]:
    """Return the backfills whose turn it may be, those that are due begun."""
    walks.begin_again(now=now)
    ready = Backfill.objects.filter(_in_time(now), state=WalkState.WAITING)
    of_use = ready.filter(source__kind__in=list(CONNECTORS))
    awake = of_use.exclude(source__state=SourceState.PAUSED)
    return list(awake.order_by("pk").values_list("pk", flat=True))


def of_source(*, source_id: int, now: datetime) -> list[int]:
    """Return the backfills of a source whose turn it may be."""
    ready = Backfill.objects.filter(_in_time(now), state=WalkState.WAITING)
    found = ready.filter(source_id=source_id)
    return list(found.order_by("pk").values_list("pk", flat=True))


def carry_on(
    *, backfill_id: int, now: datetime, clock: Callable[[], datetime] | None = None
) -> bool:
    """Do one slice of a backfill; say whether the next one can be done at once."""
    tick = clock or (lambda: now)
    walk = _claim(backfill_id, now)
    if walk is None:
        return False
    try:
        _slice(walk, tick)
    except turns.Overtaken:
        _rest(walk)
    except Unreachable as error:
        _wait(walk, error.sentence, now=tick(), pause=error.retry_after or _NONE)
    except Garbled as error:
        _wait(walk, error.sentence, now=tick())
    except (Refused, Refusal) as error:
        _wait(walk, error.sentence, now=tick(), pause=turns.AFTER_REFUSAL)
    except Exception as error:
        # The row says it to people, the log has the trace, the next slice tries again.
        said = f"Something unexpected happened ({type(error).__name__}): see the log."
        _wait(walk, said, now=tick())
        raise
    return Backfill.objects.filter(
        _in_time(tick()), pk=walk.pk, state=WalkState.WAITING
    ).exists()


def reap(*, now: datetime) -> int:
    """Let what shows no sign of life any more go on; return how many."""
    silent = Backfill.objects.filter(
        state=WalkState.RUNNING, seen_alive_at__lt=now - turns.SILENCE
    )
    return silent.update(state=WalkState.WAITING, doing="")


def outcome(*, backfill_id: int) -> str:
    """Say in one line how far a backfill is."""
    walk = Backfill.objects.select_related("source").get(pk=backfill_id)
    said = f"{walk.source.name}: {walk.get_purpose_display().lower()}"
    back_to = f"{walk.reached:%Y-%m-%d}" if walk.reached else "nothing yet"
    told = f"{said}, back to {back_to}: {walk.get_state_display().lower()}"
    return f"{told}. {walk.error}" if walk.error else told


def workspace_of(*, backfill_id: int) -> int | None:
    """Return the workspace that a backfill is for."""
    found = Backfill.objects.filter(pk=backfill_id)
    return found.values_list("source__workspace_id", flat=True).first()


def _in_time(now: datetime) -> Q:
    return Q(not_before=None) | Q(not_before__lte=now)


# ── one slice ──────────────────────────────────────────────────────────────────────


@transaction.atomic
def _claim(backfill_id: int, now: datetime) -> Backfill | None:
    """Make the slice ours, unless somebody else reads the source or is about to."""
    source = turns.held(Source.objects.filter(backfills__pk=backfill_id))
    if source is None or source.state == SourceState.PAUSED or not source.cursor:
        return None
    if _is_wanted(source) or _is_walked(source):
        return None
    waiting = Backfill.objects.filter(
        _in_time(now), pk=backfill_id, state=WalkState.WAITING
    )
    if not waiting.update(
        state=WalkState.RUNNING,
        seen_alive_at=now,
        started_at=Coalesce("started_at", now),
        doing="Asking the platform",
    ):
        return None
    return Backfill.objects.select_related("source").get(pk=backfill_id)


def _is_wanted(source: Source) -> bool:
    busy = Synchronization.objects.filter(source=source, state__in=_SYNCHRONIZING)
    return busy.exists()


def _is_walked(source: Source) -> bool:
    return Backfill.objects.filter(source=source, state=WalkState.RUNNING).exists()


def _slice(walk: Backfill, tick: Callable[[], datetime]) -> None:
    source = walk.source
    reader = observing.Reader(
        source=source,
        connector=CONNECTORS[source.kind],
        plain=sources.plain(source, now=tick()),
    )
    window = _window(walk)
    cursor = lists.walking(walk.cursor, window)
    pages = reader.connector.fetch(reader.plain, cursor=cursor, now=tick())
    shut = ""
    try:
        for number, page in enumerate(pages, start=1):
            _store(walk, reader, page, tick())
            if number >= PAGES or _is_wanted(source):
                _rest(walk)
                return
    except PartlyRefused as error:
        shut = error.sentence
    _arrive(walk, window, shut=shut, now=tick())


def _window(walk: Backfill) -> lists.Window:
    if walk.until is None:
        return lists.Window(start=walk.since, until=None, oldest=walk.since)
    reached = walk.reached or walk.until
    start = max(walk.since, reached - SLICE)
    return lists.Window(start=start, until=walk.until, oldest=walk.since)


@transaction.atomic
def _store(walk: Backfill, reader: Reader, page: Page, now: datetime) -> None:
    source = turns.held_as(reader.source)
    understood = observing.observe(reader, page.payloads, now=now)
    if walk.purpose == Purpose.AGAIN:
        vanishing.see(source, understood.moments, walk=walk.pk)
    before = walk.seen_alive_at or now
    alive = _ours(walk).update(
        cursor=page.cursor,
        seen_alive_at=now,
        pages=F("pages") + 1,
        events=F("events") + understood.stored,
        rejected=F("rejected") + understood.rejected,
        worked_seconds=F("worked_seconds") + (now - before).total_seconds(),
        failures=0,
        doing=page.doing[:200],
    )
    if not alive:
        raise turns.Overtaken
    walk.seen_alive_at = now


def _ours(walk: Backfill) -> QuerySet[Backfill]:
    return Backfill.objects.filter(pk=walk.pk, state=WalkState.RUNNING)


# ── how it ends ────────────────────────────────────────────────────────────────────


@transaction.atomic
def _arrive(walk: Backfill, window: lists.Window, *, shut: str, now: datetime) -> None:
    """The window is read: take the next one, or be done."""
    source = turns.held_as(walk.source)
    done = window.start <= walk.since
    alive = _ours(walk).update(
        reached=window.start,
        state=WalkState.DONE if done else WalkState.WAITING,
        finished_at=now if done else None,
        failures=0,
        not_before=None,
        doing="",
        error=shut,
    )
    if not alive or not done or walk.purpose != Purpose.AGAIN:
        return
    if not shut:
        vanishing.miss(source, walk=walk.pk, since=window.start, now=now)
    walks.forget_before(walk)


def _rest(walk: Backfill) -> None:
    """Let others have their turn."""
    _ours(walk).update(state=WalkState.WAITING, not_before=None, error="", doing="")


def _wait(
    walk: Backfill, sentence: str, *, now: datetime, pause: timedelta = _NONE
) -> None:
    """Tell what went wrong, and try again later; everything that was read stays."""
    current = Backfill.objects.filter(pk=walk.pk).values_list("failures", flat=True)
    failures = (current.first() or 0) + 1
    _ours(walk).update(
        state=WalkState.WAITING,
        failures=failures,
        error=sentence,
        not_before=now + max(pause, turns.pause_after(walk.source_id, failures)),
        doing="",
    )
