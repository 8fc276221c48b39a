"""Walks of a source: begun by themselves, asked for, paused, resumed, cancelled."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.connectors import lists
from assessments.connectors.registry import CONNECTORS
from assessments.models import Backfill, Purpose, Source, SourceState, WalkState
from assessments.services import journal, sources, turns, vanishing
from assessments.services.refusals import Refusal, Unfit

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from assessments.connectors.base import RuleField
    from scoring.events import Json

# So much is read before anything else, so that the first numbers come soon.
FIRST = timedelta(days=30)
EVERY = timedelta(days=1)
_HISTORY = "history_days"
_UNDER_WAY = (WalkState.WAITING, WalkState.RUNNING, WalkState.PAUSED)


class NothingPast(Refusal):
    """This kind of source has no past that could be read in slices."""


class NotUnderWay(Refusal):
    """There is no backfill that this could be done to."""


# ── by themselves ──────────────────────────────────────────────────────────────────


def first_cursor(source: Source, *, now: datetime) -> dict[str, Json]:
    """Return where the very first synchronization of a source starts."""
    return lists.beginning(now - FIRST) if history_of(source) else {}


def history_of(source: Source) -> timedelta | None:
    """Return how much history the rules want; None: it is not read by time."""
    field = _history_field(source.kind)
    if field is None:
        return None
    days = source.rules.get(_HISTORY, field.default)
    return timedelta(days=days if isinstance(days, int) else 0)


def reads_the_past(kind: str) -> bool:
    """Whether sources of a kind are read back to a moment."""
    return _history_field(kind) is not None


def _history_field(kind: str) -> RuleField | None:
    fields = CONNECTORS[kind].rule_fields if kind in CONNECTORS else ()
    return next((field for field in fields if field.name == _HISTORY), None)


def begin(source_id: int, *, now: datetime) -> None:
    """Begin to read the past, once the newest is there."""
    source = Source.objects.get(pk=source_id)
    begun, history = lists.begun(source.cursor), history_of(source)
    if begun is None or history is None or history <= FIRST:
        return
    if Backfill.objects.filter(source=source, purpose=Purpose.PAST).exists():
        return
    # As far back as the first synchronization would have gone by itself.
    _begin(source, since=begun + FIRST - history, until=begun, now=now)


def _begin(
    source: Source, *, since: datetime, until: datetime | None, now: datetime
) -> Backfill:
    return Backfill.objects.create(
        source=source,
        purpose=Purpose.PAST if until else Purpose.AGAIN,
        since=since,
        until=until,
        reached=until,
        asked_at=now,
    )


def begin_again(*, now: datetime) -> None:
    """Begin to read the last days once more where that is due."""
    last = timedelta(days=settings.REREAD_DAYS)
    if not last:
        return
    kinds = [kind for kind in CONNECTORS if reads_the_past(kind)]
    read = Source.objects.filter(kind__in=kinds, created_at__lte=now - EVERY).exclude(
        state=SourceState.PAUSED
    )
    lately = Backfill.objects.filter(purpose=Purpose.AGAIN).exclude(
        state=WalkState.DONE, finished_at__lte=now - EVERY
    )
    for source in read.exclude(backfills__in=lately).order_by("pk"):
        history = history_of(source)
        if source.cursor and history:
            _begin(source, since=now - min(last, history), until=None, now=now)


def forget_before(walk: Backfill) -> None:
    """Keep of all readings of the last days the newest."""
    others = Backfill.objects.filter(source=walk.source_id, purpose=walk.purpose)
    others.filter(state=WalkState.DONE).exclude(pk=walk.pk).delete()


def start_over(source: Source) -> None:
    """Forget all walks: everything is read anew, by other rules or elsewhere."""
    Backfill.objects.filter(source=source).delete()
    vanishing.forget(source)


# ── by people ──────────────────────────────────────────────────────────────────────


@transaction.atomic
def read_back_to(
    *, workspace_id: int, source_id: int, since: datetime, by: User, now: datetime
) -> None:
    """Read the past back to a moment: further than now, or less far."""
    source = _source(workspace_id, source_id)
    if not reads_the_past(source.kind):
        raise NothingPast(
            _("Sources of this kind have no past to be read: all of it is there.")
        )
    walk = _under_way(source)
    reached = _boundary(source, walk)
    if since >= reached:
        raise Unfit(
            "since",
            _("It is read back to %(day)s already: choose an earlier day.")
            % {"day": f"{reached:%Y-%m-%d}"},
        )
    if walk is None:
        walk = _begin(source, since=since, until=reached, now=now)
    else:
        walk.cursor = lists.turned_back(walk.cursor)
        walk.since = since
        walk.save(update_fields=["since", "cursor"])
    journal.about_source(
        source,
        "backfill.asked",
        by=by,
        at=now,
        name=source.name,
        since=f"{since:%Y-%m-%d}",
    )


@transaction.atomic
def pause(*, workspace_id: int, source_id: int, by: User, now: datetime) -> None:
    """Stop reading the past; what was read stays, and new things go on coming."""
    source = _source(workspace_id, source_id)
    _move(source, (WalkState.WAITING, WalkState.RUNNING), WalkState.PAUSED)
    journal.about_source(source, "backfill.paused", by=by, at=now, name=source.name)


@transaction.atomic
def resume(*, workspace_id: int, source_id: int, by: User, now: datetime) -> None:
    """Go on reading the past where it stopped, or at once where it would wait."""
    source = _source(workspace_id, source_id)
    _move(source, (WalkState.PAUSED, WalkState.WAITING), WalkState.WAITING)
    journal.about_source(source, "backfill.resumed", by=by, at=now, name=source.name)


@transaction.atomic
def cancel(*, workspace_id: int, source_id: int, by: User, now: datetime) -> None:
    """Read no more of the past; what was read stays."""
    source = _source(workspace_id, source_id)
    _move(source, _UNDER_WAY, WalkState.CANCELLED)
    journal.about_source(source, "backfill.cancelled", by=by, at=now, name=source.name)


def _move(source: Source, before: tuple[WalkState, ...], after: WalkState) -> None:
    walks = Backfill.objects.filter(source=source, purpose=Purpose.PAST)
    moved = walks.filter(state__in=before).update(
        state=after, not_before=None, failures=0, error="", doing=""
    )
    if not moved:
        raise NotUnderWay(_("The past of this source is not being read (any more)."))


def _under_way(source: Source) -> Backfill | None:
    walks = Backfill.objects.filter(source=source, purpose=Purpose.PAST)
    return walks.filter(state__in=_UNDER_WAY).first()


def _boundary(source: Source, walk: Backfill | None) -> datetime:
    """Return the moment from which on everything was read."""
    last = walk or (
        Backfill.objects.filter(source=source, purpose=Purpose.PAST)
        .exclude(reached=None)
        .order_by("reached", "pk")
        .first()
    )
    if last is not None and last.reached is not None:
        return last.reached
    history = history_of(source) or timedelta(0)
    return lists.begun(source.cursor) or source.created_at - history


def _source(workspace_id: int, source_id: int) -> Source:
    found = Source.objects.filter(workspace_id=workspace_id, pk=source_id)
    source = turns.held(found)
    if source is None:
        raise sources.NoSuchSource(_("This source does not exist (any more)."))
    return source
