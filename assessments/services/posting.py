"""Alerts on their way to channels that are no mail: sealed addresses, signed bodies.

Webhooks are signed as standardwebhooks.com describes it, so that receivers check them
with a library: an identifier that repeats with every attempt, the time, and an HMAC.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import TYPE_CHECKING

from django.conf import settings

from assessments.connectors import http
from assessments.connectors.base import ConnectorError
from assessments.models import AlertMessage, ChannelKind
from assessments.services import budgets, credentials

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.models import AlertChannel, Notice

SECRET_PREFIX = "whsec_"  # noqa: S105  # the mark that the standard gives to secrets


class Unsent(Exception):
    """A message did not arrive; it is tried again later."""


def posted(*, notice: Notice, now: datetime) -> bool:
    """Post what a notice says to its channel; False if it is a mail."""
    channels = AlertMessage.objects.select_related("channel")
    message = channels.filter(notice=notice).first()
    if message is None or message.channel.kind == ChannelKind.EMAIL:
        return False
    channel = message.channel
    body = json.dumps(message.payload, ensure_ascii=False).encode()
    address = credentials.unseal(channel.address)
    try:
        http.post(
            address,
            body,
            headers=_headers(channel, f"compel-{notice.pk}", body, now),
            allow_local=settings.ALLOW_LOCAL_SOURCES,
            house=budgets.house(secret=address, now=now),
        )
    except ConnectorError as failure:
        raise Unsent(failure.sentence) from failure
    return True


def signature(*, secret: str, name: str, stamp: int, body: bytes) -> str:
    """Return what proves that a body is ours: version 1 of the standard."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{name}.{stamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _headers(
    channel: AlertChannel, name: str, body: bytes, now: datetime
) -> dict[str, str]:
    headers = {"Content-Type": "application/json", "User-Agent": "Compel"}
    secret = credentials.unseal(channel.secret)
    if not secret:
        return headers
    stamp = int(now.timestamp())
    return headers | {
        "webhook-id": name,
        "webhook-timestamp": str(stamp),
        "webhook-signature": signature(
            secret=secret, name=name, stamp=stamp, body=body
        ),
    }
