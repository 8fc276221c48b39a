"""Sources for show: how they are, what they brought, what could not be understood."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q

from assessments.models import (
    Event,
    Rejection,
    Source,
    SourceState,
    Synchronization,
    SyncState,
)
from scoring.events import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from django.db.models import QuerySet

    from scoring.events import Json

_BUSY = (SyncState.WAITING, SyncState.RUNNING)
_RECENT = 20
# Counting ends here: no page counts a million rows.
_MOST_COUNTED = 50_000
_PUSH = "push"
_MAPPED = frozenset({"table", "webhook"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """One source, without its credential."""

    id: int
    name: str
    kind: str
    address: str
    scope_id: int
    scope_name: str
    service: str
    rules: Mapping[str, Json]
    state: str
    state_label: str
    simulated: bool
    event_count: int
    newest_event_at: datetime | None
    last_success_at: datetime | None
    next_attempt_at: datetime | None
    failures: int
    last_error: str
    every_minutes: int
    rejections: int
    has_credential: bool
    has_token: bool
    busy: bool

    @property
    def pushed(self) -> bool:
        """Whether events are sent to it, so that nothing is fetched."""
        return self.kind == _PUSH

    @property
    def polled(self) -> bool:
        """Whether a platform is asked, so that there is something to synchronize."""
        return bool(self.address)

    @property
    def mapped(self) -> bool:
        """Whether a mapping says what comes to it."""
        return self.kind in _MAPPED

    @property
    def paused(self) -> bool:
        """Whether nothing is taken at the moment."""
        return self.state == SourceState.PAUSED

    @property
    def failing(self) -> bool:
        """Whether the last attempt failed."""
        return self.state == SourceState.FAILING

    def lag(self, now: datetime) -> timedelta | None:
        """How old the newest event is."""
        return now - self.newest_event_at if self.newest_event_at else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SynchronizationRow:
    """One synchronization, under way or over."""

    id: int
    state: str
    state_label: str
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    pages: int
    events: int
    rejected: int
    doing: str
    error: str

    @property
    def busy(self) -> bool:
        """Whether it waits or runs."""
        return self.state in _BUSY

    @property
    def failed(self) -> bool:
        """Whether it ended without success."""
        return self.state == SyncState.FAILED

    @property
    def took(self) -> timedelta | None:
        """How long it ran, once it is over."""
        if self.started_at is None or self.finished_at is None:
            return None
        return self.finished_at - self.started_at

    @property
    def mark(self) -> str:
        """What is the same as long as there is nothing new to say."""
        said = (self.id, self.state, self.pages, self.events, self.rejected, self.doing)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCount:
    """How many events of one kind a source brought, counted up to a bound."""

    kind: str
    count: int
    bounded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionRow:
    """A record that could not be understood."""

    id: int
    line: int | None
    reason: str
    excerpt: str
    seen_at: datetime
    raw_record_id: int | None


def source_rows(*, workspace_id: int) -> list[SourceRow]:
    """Return the sources of a workspace: those that fail first, then by name."""
    sources = _sources(workspace_id).order_by("name", "pk")
    rows = [_source(source) for source in sources]
    return sorted(rows, key=lambda row: not row.failing)


def source_row(*, workspace_id: int, source_id: int) -> SourceRow | None:
    """Return one source, or None when the workspace has no such source."""
    source = _sources(workspace_id).filter(pk=source_id).first()
    return _source(source) if source else None


def synchronization_rows(*, source_id: int) -> list[SynchronizationRow]:
    """Return the newest synchronizations of a source, newest first."""
    runs = Synchronization.objects.filter(source_id=source_id).order_by("-pk")
    return [
        SynchronizationRow(
            id=run.pk,
            state=run.state,
            state_label=run.get_state_display(),
            asked_at=run.asked_at,
            started_at=run.started_at,
            finished_at=run.finished_at,
            pages=run.pages,
            events=run.events,
            rejected=run.rejected,
            doing=run.doing,
            error=run.error,
        )
        for run in runs[:_RECENT]
    ]


def rejection_rows(*, source_id: int) -> list[RejectionRow]:
    """Return what was rejected last."""
    rejections = Rejection.objects.filter(source_id=source_id).order_by("-pk")
    return [
        RejectionRow(
            id=rejection.pk,
            line=rejection.line,
            reason=rejection.reason,
            excerpt=rejection.excerpt,
            seen_at=rejection.seen_at,
            raw_record_id=rejection.raw_record_id,
        )
        for rejection in rejections[:_RECENT]
    ]


def event_counts(*, source_id: int) -> list[KindCount]:
    """Return how many events of each kind there are, kinds without any left out."""
    rows = []
    for kind in Kind:
        of_kind = Event.objects.filter(source_id=source_id, kind=kind).order_by()
        count = of_kind.values("pk")[: _MOST_COUNTED + 1].count()
        if count:
            rows.append(
                KindCount(
                    kind=kind,
                    count=min(count, _MOST_COUNTED),
                    bounded=count > _MOST_COUNTED,
                )
            )
    return rows


def _sources(workspace_id: int) -> QuerySet[Source]:
    busy = Synchronization.objects.filter(source=OuterRef("pk"), state__in=_BUSY)
    return (
        Source.objects.filter(workspace_id=workspace_id)
        .select_related("scope")
        .annotate(
            rejection_count=Count("rejections", distinct=True),
            is_busy=Exists(busy),
            is_sealed=Q(credential__isnull=False),
        )
        .defer("credential", "cursor")
    )


def _source(source: Source) -> SourceRow:
    return SourceRow(
        id=source.pk,
        name=source.name,
        kind=source.kind,
        address=source.address,
        scope_id=source.scope_id,
        scope_name=source.scope.name,
        service=str(source.rules.get("service") or ""),
        rules={name: rule for name, rule in source.rules.items() if name != "service"},
        state=source.state,
        state_label=source.get_state_display(),
        simulated=source.simulated,
        event_count=source.event_count,
        newest_event_at=source.newest_event_at,
        last_success_at=source.last_success_at,
        next_attempt_at=source.next_attempt_at,
        failures=source.failures,
        last_error=source.last_error,
        every_minutes=source.every_minutes,
        rejections=getattr(source, "rejection_count", 0),
        has_credential=getattr(source, "is_sealed", False),
        has_token=bool(source.push_token_digest),
        busy=getattr(source, "is_busy", False),
    )
