"""Channels of alerts: added, changed, tried, paused and removed by leads."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import AlertChannel, AlertKind, ChannelKind
from assessments.services import alert_messages, credentials, journal
from assessments.services.posting import SECRET_PREFIX
from assessments.services.refusals import Refusal, Unfit
from scoring.events import Json

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

_SECRET_BYTES = 32


class NoSuchChannel(Refusal):
    """The channel is not one of this workspace (any more)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A channel as somebody wants it; without an address it keeps the one it has."""

    name: str
    kind: str
    address: str
    topics: tuple[str, ...]
    language: str


@transaction.atomic
def add(*, workspace_id: int, wish: Wish, by: User, now: datetime) -> tuple[int, str]:
    """Add a channel; return its id, and the secret of a webhook, to be shown once."""
    _check(wish)
    _check_address(wish)
    secret = _new_secret() if wish.kind == ChannelKind.WEBHOOK else ""
    channel = AlertChannel.objects.create(
        workspace_id=workspace_id,
        kind=wish.kind,
        secret=credentials.seal(secret),
        told_until=now,
        created_by=by,
        created_at=now,
        **_columns(wish),
        **_address(wish),
    )
    _record(channel, "alert_channel.added", by, now, kind=wish.kind, **_columns(wish))
    return channel.pk, secret


@transaction.atomic
def change(
    *, workspace_id: int, channel_id: int, wish: Wish, by: User, now: datetime
) -> None:
    """Change a channel; its kind and its secret stay."""
    channel = _held(workspace_id, channel_id)
    _check(wish)
    columns = _columns(wish)
    address = {}
    if wish.address:
        _check_address(wish)
        address = _address(wish)
    AlertChannel.objects.filter(pk=channel.pk).update(**columns, **address)
    _record(channel, "alert_channel.changed", by, now, **columns)


@transaction.atomic
def renew_secret(*, workspace_id: int, channel_id: int, by: User, now: datetime) -> str:
    """Give a webhook another secret, to be shown once; the old one ends at once."""
    channel = _held(workspace_id, channel_id)
    if channel.kind != ChannelKind.WEBHOOK:
        raise NoSuchChannel(_("Only webhooks are signed."))
    secret = _new_secret()
    AlertChannel.objects.filter(pk=channel.pk).update(secret=credentials.seal(secret))
    _record(channel, "alert_channel.secret_renewed", by, now)
    return secret


@transaction.atomic
def test(*, workspace_id: int, channel_id: int, by: User, now: datetime) -> None:
    """Write a test to a channel; the list of its messages says how it fares."""
    channel = _held(workspace_id, channel_id)
    alert_messages.write(channel=channel, now=now)
    _record(channel, "alert_channel.tested", by, now)


@transaction.atomic
def pause(*, workspace_id: int, channel_id: int, by: User, now: datetime) -> None:
    """Send nothing to a channel for a while."""
    channel = _held(workspace_id, channel_id)
    if channel.paused_at is None:
        AlertChannel.objects.filter(pk=channel.pk).update(paused_at=now)
        _record(channel, "alert_channel.paused", by, now)


@transaction.atomic
def resume(*, workspace_id: int, channel_id: int, by: User, now: datetime) -> None:
    """Send to a channel again; of what happened meanwhile nothing is told."""
    channel = _held(workspace_id, channel_id)
    if channel.paused_at is not None:
        AlertChannel.objects.filter(pk=channel.pk).update(
            paused_at=None, told_until=now
        )
        _record(channel, "alert_channel.resumed", by, now)


@transaction.atomic
def remove(*, workspace_id: int, channel_id: int, by: User, now: datetime) -> None:
    """Remove a channel with the list of its messages."""
    channel = _held(workspace_id, channel_id)
    _record(channel, "alert_channel.removed", by, now)
    channel.delete()


# ── inside ─────────────────────────────────────────────────────────────────────────


def _held(workspace_id: int, channel_id: int) -> AlertChannel:
    rows = AlertChannel.objects.select_for_update(of=("self",))
    found = rows.select_related("workspace").filter(
        workspace_id=workspace_id, pk=channel_id
    )
    channel = found.first()
    if channel is None:
        raise NoSuchChannel(_("This channel does not exist (any more)."))
    return channel


def _check(wish: Wish) -> None:
    if not wish.name.strip():
        raise Unfit("name", _("Give the channel a name."))
    if not wish.topics or not set(wish.topics) <= set(AlertKind.values):
        raise Unfit("topics", _("Choose at least one kind of alert."))
    if wish.language not in dict(settings.LANGUAGES):
        raise Unfit("language", _("Choose one of the languages that are offered."))


def _check_address(wish: Wish) -> None:
    if wish.kind not in ChannelKind.values:
        raise Unfit("kind", _("Choose how alerts are sent."))
    if wish.kind == ChannelKind.EMAIL:
        try:
            validate_email(wish.address)
        except ValidationError:
            raise Unfit("address", _("Write an e-mail address.")) from None
        return
    try:
        parts = urlsplit(wish.address)
        host = parts.hostname
        sound = parts.port != 0 and not any(map(str.isspace, wish.address))
    except ValueError:
        raise Unfit("address", _("Write a whole web address.")) from None
    schemes = ("https", "http") if settings.ALLOW_LOCAL_SOURCES else ("https",)
    if not host or not sound or parts.scheme not in schemes or parts.username:
        raise Unfit("address", _("Write a whole web address, with https:// before it."))


def _columns(wish: Wish) -> dict[str, Json]:
    return {
        "name": wish.name.strip(),
        "topics": list[Json](sorted(set(wish.topics))),
        "language": wish.language,
    }


def _address(wish: Wish) -> dict[str, object]:
    # Whoever knows the path of an incoming webhook may write to it: the host alone.
    mail = wish.kind == ChannelKind.EMAIL
    shown = wish.address if mail else urlsplit(wish.address).hostname or ""
    return {"address": credentials.seal(wish.address), "shown": shown[:254]}


def _new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def _record(
    channel: AlertChannel, verb: str, by: User, now: datetime, **detail: Json
) -> None:
    journal.record(
        workspace_id=channel.workspace_id,
        verb=verb,
        target=("alert_channel", channel.pk),
        by=by,
        at=now,
        detail=detail,
    )
