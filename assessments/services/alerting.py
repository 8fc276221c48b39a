"""Alerts: opened when something is wrong, closed when it is over, told once.

One row stands for one thing in one state, and a channel knows until when it was told:
whatever is looked at twice, or by two workers, is told once. Nothing changed, nothing
is written. What comes and goes between two messages is not told at all.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from assessments.models import Alert, AlertChannel, Workspace
from assessments.services import alert_messages
from assessments.services.alert_conditions import conditions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from assessments.services.alert_conditions import Condition

# Between two messages to a channel: what happens meanwhile is told in one.
_QUIET = timedelta(minutes=15)


def workspaces() -> list[int]:
    """Return the workspaces to look at."""
    return list(Workspace.objects.order_by("pk").values_list("pk", flat=True))


def watch(*, workspace_id: int, now: datetime) -> None:
    """Open what is wrong, close what is over, and tell the channels."""
    found = {one.key: one for one in conditions(workspace_id=workspace_id, now=now)}
    with transaction.atomic():
        # One at a time, and in order: a channel is told of what it was not told of.
        held = Workspace.objects.select_for_update(no_key=True)
        workspace = held.get(pk=workspace_id)
        channels = AlertChannel.objects.filter(workspace=workspace)
        if channels.filter(told_until__gte=now).exists():
            return
        _keep(workspace, found, now)
        for channel in channels.filter(paused_at=None).order_by("pk"):
            _tell(channel, now)


def _keep(workspace: Workspace, found: dict[str, Condition], now: datetime) -> None:
    standing = Alert.objects.filter(workspace=workspace, resolved_at=None)
    known = dict(standing.values_list("key", "pk"))
    over = [pk for key, pk in known.items() if key not in found]
    Alert.objects.filter(pk__in=over).update(resolved_at=now)
    Alert.objects.bulk_create(
        Alert(
            workspace=workspace,
            kind=one.kind,
            key=one.key,
            about=one.about,
            opened_at=now,
        )
        for one in found.values()
        if one.key not in known
    )


def _tell(channel: AlertChannel, now: datetime) -> None:
    """Write one message of all that is news, unless the channel had one just now."""
    sent = channel.messages.order_by("-pk")
    last = sent.values_list("notice__created_at", flat=True).first()
    if last is not None and now - last < _QUIET:
        return
    concerned = Alert.objects.filter(
        workspace=channel.workspace_id, kind__in=channel.topics
    ).select_related("workspace")
    begun = list(concerned.filter(opened_at__gt=channel.told_until, resolved_at=None))
    ended = list(
        concerned.filter(
            opened_at__lte=channel.told_until, resolved_at__gt=channel.told_until
        )
    )
    ended = _really_over(channel, ended)
    if begun or ended:
        alert_messages.write(channel=channel, begun=begun, ended=ended, now=now)
        AlertChannel.objects.filter(pk=channel.pk).update(told_until=now)


def _really_over(channel: AlertChannel, ended: Sequence[Alert]) -> list[Alert]:
    """Leave out what only changed its state: the new state is told."""
    standing = Alert.objects.filter(workspace=channel.workspace_id, resolved_at=None)
    things = {key.partition("#")[0] for key in standing.values_list("key", flat=True)}
    return [one for one in ended if one.key.partition("#")[0] not in things]
