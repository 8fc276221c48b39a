"""Walks of a source for show: how far they are, how fast, and what is gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from assessments.models import Backfill, Purpose, Vanished, WalkState

if TYPE_CHECKING:
    from datetime import datetime

_SHOWN = 50
# Before so much work is done, a rate says nothing.
_TOO_SHORT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillRow:
    """A walk through a window of a source."""

    state: str
    state_label: str
    since: datetime
    reached: datetime | None
    until: datetime | None
    pages: int
    events: int
    rejected: int
    worked: timedelta
    not_before: datetime | None
    finished_at: datetime | None
    doing: str
    error: str

    @property
    def under_way(self) -> bool:
        """Whether there is something left to do or to wait for."""
        return self.state in {WalkState.WAITING, WalkState.RUNNING, WalkState.PAUSED}

    @property
    def paused(self) -> bool:
        """Whether somebody has to resume it."""
        return self.state == WalkState.PAUSED

    @property
    def done(self) -> bool:
        """Whether all of it is read."""
        return self.state == WalkState.DONE

    @property
    def rate(self) -> float | None:
        """Events a minute of work; None: too little was done to say."""
        if self.worked < _TOO_SHORT:
            return None
        return self.events / (self.worked / timedelta(minutes=1))

    @property
    def remaining(self) -> timedelta | None:
        """How much of the past is still to be read."""
        if self.reached is None:
            return None
        return max(self.reached - self.since, timedelta(0))

    @property
    def share(self) -> float | None:
        """Which share of the window is read."""
        if self.until is None or self.reached is None or self.until <= self.since:
            return None
        return (self.until - self.reached) / (self.until - self.since)

    @property
    def time_left(self) -> timedelta | None:
        """How much work is left at this pace; None: nothing says it yet."""
        if not self.share or self.worked < _TOO_SHORT:
            return None
        return self.worked * (1 / self.share - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneRow:
    """An event that its platform no longer has."""

    kind: str
    external_id: str
    at: datetime
    gone_since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """What a platform no longer has, the latest first, and how much there is of it."""

    count: int
    rows: tuple[GoneRow, ...]


def past(*, source_id: int) -> BackfillRow | None:
    """Return how far the past of a source is read, by the latest walk."""
    return _latest(source_id, Purpose.PAST)


def again(*, source_id: int) -> BackfillRow | None:
    """Return how the last days of a source were read again, the last time."""
    done = Backfill.objects.filter(state=WalkState.DONE)
    found = done.filter(source_id=source_id, purpose=Purpose.AGAIN)
    walk = found.order_by("-pk").first()
    return _row(walk) if walk else None


def gone(*, source_id: int, counted: bool) -> Gone:
    """Return what is gone at the platform: what still counts, or what does not."""
    rows = Vanished.objects.filter(source_id=source_id, counted=counted)
    newest = rows.order_by("-gone_since", "-at", "pk")[:_SHOWN]
    return Gone(
        count=rows.count(),
        rows=tuple(
            GoneRow(
                kind=row.kind,
                external_id=row.external_id,
                at=row.at,
                gone_since=row.gone_since,
            )
            for row in newest
        ),
    )


def _latest(source_id: int, purpose: Purpose) -> BackfillRow | None:
    walks = Backfill.objects.filter(source_id=source_id, purpose=purpose)
    walk = walks.order_by("-pk").first()
    return _row(walk) if walk else None


def _row(walk: Backfill) -> BackfillRow:
    return BackfillRow(
        state=walk.state,
        state_label=walk.get_state_display(),
        since=walk.since,
        reached=walk.reached,
        until=walk.until,
        pages=walk.pages,
        events=walk.events,
        rejected=walk.rejected,
        worked=timedelta(seconds=walk.worked_seconds),
        not_before=walk.not_before,
        finished_at=walk.finished_at,
        doing=walk.doing,
        error=walk.error,
    )
