"""Alerts and channels for show: what is wrong, what is over, and who was told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from assessments.models import (
    Alert,
    AlertChannel,
    AlertKind,
    AlertMessage,
    ChannelKind,
)
from assessments.queries.notices import MOST_ATTEMPTS, state_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.db.models import QuerySet

TOPICS = tuple(AlertKind.choices)
KINDS = tuple(ChannelKind.choices)
_SHOWN_ENDED = 50
_SHOWN_MESSAGES = 30
# The page that each kind leads to, and what its address names.
_PLACES: Mapping[str, tuple[str, ...]] = {
    AlertKind.LEVEL_LOST: ("domain_result", "cycle_id", "code"),
    AlertKind.SLO_BURNING: ("service_level", "slo_id"),
    AlertKind.SOURCE_FAILING: ("source", "source_id"),
    AlertKind.SOURCE_SILENT: ("source_health", "source_id"),
    AlertKind.OVERRIDE_EXPIRING: ("criterion", "cycle_id", "criterion"),
    AlertKind.OVERRIDE_EXPIRED: ("criterion", "cycle_id", "criterion"),
    AlertKind.SCHEDULE_FAILED: ("schedule", "schedule_id"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    """One alert; its words are made in the reader's language."""

    id: int
    kind: str
    about: Mapping[str, Any]
    path: str
    opened_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRow:
    """One channel, without its address and its secret."""

    id: int
    name: str
    kind: str
    kind_label: str
    shown: str
    topics: tuple[str, ...]
    labels: tuple[str, ...]
    language: str
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """One message to a channel, and how it fares."""

    subject: str
    written_at: datetime
    state: str
    at: datetime | None
    attempts: int
    given_up: bool
    error: str


def open_alerts(*, workspace_id: int) -> list[AlertRow]:
    """Return what is wrong now, the newest first."""
    rows = Alert.objects.filter(workspace_id=workspace_id, resolved_at=None)
    return [row_of(one) for one in _alerts(rows)]


def ended_alerts(*, workspace_id: int) -> list[AlertRow]:
    """Return what is over, the latest end first."""
    rows = Alert.objects.filter(workspace_id=workspace_id, resolved_at__isnull=False)
    return [
        row_of(one)
        for one in _alerts(rows).order_by("-resolved_at", "-pk")[:_SHOWN_ENDED]
    ]


def channel_rows(*, workspace_id: int) -> list[ChannelRow]:
    """Return the channels of a workspace by name."""
    found = AlertChannel.objects.filter(workspace_id=workspace_id)
    return [_channel(one) for one in found.order_by("name", "pk")]


def channel_row(*, workspace_id: int, channel_id: int) -> ChannelRow | None:
    """Return one channel of this workspace."""
    found = AlertChannel.objects.filter(workspace_id=workspace_id, pk=channel_id)
    one = found.first()
    return _channel(one) if one else None


def message_rows(*, channel_id: int) -> list[MessageRow]:
    """Return what was sent to a channel last, newest first."""
    rows = AlertMessage.objects.filter(channel_id=channel_id).select_related("notice")
    return [_message(one) for one in rows.order_by("-pk")[:_SHOWN_MESSAGES]]


def row_of(one: Alert) -> AlertRow:
    """Return an alert with the address of the page that it is about."""
    return AlertRow(
        id=one.pk,
        kind=one.kind,
        about=one.about,
        path=_path(one),
        opened_at=one.opened_at,
        resolved_at=one.resolved_at,
    )


def _alerts(rows: QuerySet[Alert]) -> QuerySet[Alert]:
    return rows.select_related("workspace").order_by("-opened_at", "-pk")


def _path(one: Alert) -> str:
    page, *names = _PLACES[one.kind]
    if one.kind == AlertKind.LEVEL_LOST and not one.about["code"]:
        page, names = "results", ["cycle_id"]
    return reverse(
        page, args=[one.workspace.slug, *(one.about[name] for name in names)]
    )


def _channel(one: AlertChannel) -> ChannelRow:
    labels = dict(TOPICS)
    return ChannelRow(
        id=one.pk,
        name=one.name,
        kind=one.kind,
        kind_label=str(one.get_kind_display()),
        shown=one.shown,
        topics=tuple(one.topics),
        labels=tuple(str(labels[topic]) for topic in one.topics if topic in labels),
        language=one.language,
        paused=one.paused_at is not None,
    )


def _message(one: AlertMessage) -> MessageRow:
    notice = one.notice
    return MessageRow(
        subject=notice.subject,
        written_at=notice.created_at,
        state=state_of(notice),
        at=notice.sent_at or notice.tried_at,
        attempts=notice.attempts,
        given_up=notice.attempts >= MOST_ATTEMPTS,
        error=notice.error,
    )
