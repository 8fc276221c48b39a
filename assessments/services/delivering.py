"""Doing what deliveries ask for: storing what they bring, reading rows again.

Rows are the truth, a message only knocks. What a delivery brings is observed as a
polled page is, and the cursor stays where it is: polling reads it again and finds it
known. Whatever cannot be done is left to polling, and the row says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from assessments.connectors.base import Payload, Refused, Unreachable
from assessments.connectors.base.hooking import Knock, Rereads
from assessments.connectors.registry import CONNECTORS
from assessments.models import (
    Delivery,
    DeliveryState,
    Hook,
    RawRecord,
    Source,
    SourceState,
)
from assessments.services import observing, sources
from assessments.services.refusals import Refusal
from assessments.services.turns import pause_after

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from assessments.connectors import base
    from assessments.connectors.base.hooking import Reread

_AT_ONCE = 100
# More rows than that are read faster as a list.
MOST_ROWS = 50
# After so many attempts (two hours and more) polling has long been there.
MOST_ATTEMPTS = 8
# A worker that took a delivery and was not heard of for so long has died.
SILENCE = timedelta(minutes=10)
_OFTEN_ENOUGH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What was done for a source."""

    workspace_id: int
    # Whether there is more of it to do by now.
    more: bool
    # A synchronization that was asked for.
    asked: int | None = None


def due(*, now: datetime) -> list[int]:
    """Return the sources with deliveries that somebody has to work on now."""
    rows = _ready(Delivery.objects.all(), now).exclude(
        hook__source__state=SourceState.PAUSED
    )
    return sorted(set(rows.order_by().values_list("hook__source_id", flat=True)))


def work(*, source_id: int, now: datetime) -> Worked | None:
    """Do what the waiting deliveries of a source ask for; None: nothing waits."""
    taken = _take(source_id, now)
    if not taken:
        return None
    source = Source.objects.get(pk=source_id)
    asked = None
    try:
        for row in taken:
            if row.payloads:
                _bring(source.pk, row, now)
        asked = _knock(source, [row for row in taken if row.knocks], now)
    except Unreachable as error:
        _put_back(taken, error.sentence, now, pause=error.retry_after)
    except (Refused, Refusal) as error:
        _leave(taken, error.sentence, now)
    except Exception as error:
        # The row says it to people, the log has the trace, the next run tries again.
        said = f"Something unexpected happened ({type(error).__name__}): see the log."
        _put_back(taken, said, now)
        raise
    more = _ready(Delivery.objects.filter(hook__source=source), now).exists()
    return Worked(workspace_id=source.workspace_id, more=more, asked=asked)


# ── taking ─────────────────────────────────────────────────────────────────────────


def _ready(rows: QuerySet[Delivery], now: datetime) -> QuerySet[Delivery]:
    waiting = Q(state=DeliveryState.WAITING, next_attempt_at__lte=now)
    died = Q(state=DeliveryState.TAKEN, taken_at__lt=now - SILENCE)
    return rows.filter(waiting | died)


@transaction.atomic
def _take(source_id: int, now: datetime) -> list[Delivery]:
    """Make what waits ours: one worker a source, so that the order is kept."""
    hook = Hook.objects.select_for_update(no_key=True).filter(source_id=source_id)
    rows = Delivery.objects.filter(hook__in=list(hook)).exclude(
        hook__source__state=SourceState.PAUSED
    )
    if rows.filter(state=DeliveryState.TAKEN, taken_at__gte=now - SILENCE).exists():
        return []
    taken = list(_ready(rows, now).order_by("pk")[:_AT_ONCE])
    Delivery.objects.filter(pk__in=[row.pk for row in taken]).update(
        state=DeliveryState.TAKEN, taken_at=now
    )
    return taken


# ── payloads ───────────────────────────────────────────────────────────────────────


@transaction.atomic
def _bring(source_id: int, row: Delivery, now: datetime) -> None:
    """Observe what a delivery brings, under the lock of its source."""
    source = Source.objects.select_for_update().get(pk=source_id)
    payloads = [Payload(sort=one["sort"], body=one["body"]) for one in row.payloads]
    found = observing.observe(_reader(source, sources.bare(source)), payloads, now=now)
    if not row.knocks:
        _end([row], DeliveryState.DONE, "", now)
    Delivery.objects.filter(pk=row.pk).update(payloads=[], events=found.stored)


def _reader(source: Source, plain: base.Source) -> observing.Reader:
    return observing.Reader(
        source=source, connector=CONNECTORS[source.kind], plain=plain
    )


# ── rows to read again ─────────────────────────────────────────────────────────────


def _knock(source: Source, rows: Sequence[Delivery], now: datetime) -> int | None:
    """Read the rows again that deliveries name; return a reading asked for instead."""
    knocks = list(dict.fromkeys(knock for row in rows for knock in _knocks(row)))
    if not knocks:
        return None
    connector = CONNECTORS[source.kind]
    by_list = len(knocks) > MOST_ROWS or not all(knock.identity for knock in knocks)
    if by_list or not isinstance(connector, Rereads):
        asked = sources.ask_synchronization(source_id=source.pk, now=now)
        _leave(rows, _("Read faster as a list: a synchronization was asked for."), now)
        return asked
    for _attempt in range(_OFTEN_ENOUGH):
        source = Source.objects.get(pk=source.pk)
        plain = sources.plain(source, now=now)
        mark = _mark(source)
        found = list(connector.fetch_rows(plain, knocks, now=now))
        if _store(_reader(source, plain), rows, found, mark, now):
            return None
    raise Unreachable(_("The source was being read at the same time."))


def _knocks(row: Delivery) -> list[Knock]:
    return [
        Knock(listing=one["listing"], identity=one["identity"]) for one in row.knocks
    ]


@transaction.atomic
def _store(
    reader: observing.Reader,
    rows: Sequence[Delivery],
    found: Sequence[Reread],
    mark: tuple[object, ...],
    now: datetime,
) -> bool:
    """Observe rows that were read, unless somebody else wrote to the source meanwhile.

    Then they may be older than what is there: False, and they are read once more.
    """
    source = Source.objects.select_for_update().get(pk=reader.source.pk)
    if _mark(source) != mark:
        return False
    payloads = [payload for row in found for payload in row.payloads]
    observing.observe(reader, payloads, now=now)
    refusals = {row.knock: row.refusal for row in found if row.refusal}
    for row in rows:
        refused = [refusals[knock] for knock in _knocks(row) if knock in refusals]
        if refused:
            _leave([row], refused[0], now)
    _end(rows, DeliveryState.DONE, "", now)
    return True


def _mark(source: Source) -> tuple[object, ...]:
    """Return what is another as soon as anything new was stored, or asked otherwise."""
    newest = RawRecord.objects.filter(source=source).order_by("-pk")
    last = newest.values_list("pk", flat=True).first()
    return last, source.address, source.rules


# ── how it ends ────────────────────────────────────────────────────────────────────


def _put_back(
    rows: Sequence[Delivery],
    reason: str,
    now: datetime,
    *,
    pause: timedelta | None = None,
) -> None:
    """Try again later; in the end polling will have been there."""
    for row in rows:
        attempts = row.attempts + 1
        if attempts >= MOST_ATTEMPTS:
            _leave([row], reason, now)
            continue
        wait = max(pause_after(row.pk, attempts), pause or timedelta(0))
        _ours([row]).update(
            state=DeliveryState.WAITING,
            attempts=attempts,
            next_attempt_at=now + wait,
            reason=reason,
        )


def _leave(rows: Sequence[Delivery], reason: str, now: datetime) -> None:
    """Leave deliveries to polling."""
    _end(rows, DeliveryState.LEFT, reason, now)


def _end(
    rows: Sequence[Delivery], state: DeliveryState, reason: str, now: datetime
) -> None:
    _ours(rows).update(state=state, reason=reason, finished_at=now)


def _ours(rows: Sequence[Delivery]) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        pk__in=[row.pk for row in rows], state=DeliveryState.TAKEN
    )
