"""Hooks: where platforms push to, and taking what they push.

Whatever comes is checked, read and kept as one row within the request; a worker does
the rest (`delivering`). What is kept of a delivery is what it brings, not what it says:
its body holds people, and goes with the request.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assessments.connectors import base
from assessments.connectors.base import hooking
from assessments.connectors.registry import hooks_of
from assessments.models import Delivery, DeliveryState, Hook, Source, SourceState
from assessments.services import credentials, journal, sources
from assessments.services.normalizing import canonical
from assessments.services.refusals import Refusal, Unfit
from scoring.events import Malformed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

    from scoring.events import Json

MOST_BYTES = 5 * 1024**2
# As long as this an old body is known again; its row is small.
KEPT_DAYS = 90
LONGEST_SECRET = 200
SHORTEST_SECRET = 16
_LONGEST_IDENTITY = 200


class NoSuchHook(Refusal):
    """There is nothing at this address; which of the reasons it is, is not told."""


class Forged(Refusal):
    """The delivery does not bear the secret of its source."""


class NotUnderstood(Refusal):
    """The delivery bears the secret, but makes no sense; its row says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What became of a delivery."""

    source_id: int
    # It came before: nothing was done.
    known: bool = False
    # The source is paused: it is kept until it is resumed.
    paused: bool = False
    # There is nothing for a worker to do.
    idle: bool = False


# ── setting up ─────────────────────────────────────────────────────────────────────


@transaction.atomic
def open_hook(
    *,
    workspace_id: int,
    source_id: int,
    secret: str = "",
    by: AbstractBaseUser | None,
    now: datetime,
) -> str:
    """Give a source an address and a secret, or other ones; return the secret.

    Without a secret that was made over there, we make one. Deliveries that came to the
    old address stay what they are.
    """
    source = _pushed_to(workspace_id, source_id)
    secret = secret.strip() or credentials.new_token()
    _check(secret)
    Hook.objects.update_or_create(
        source=source,
        defaults={
            "key": secrets.token_urlsafe(24),
            "secret": credentials.seal(secret),
            "made_at": now,
            "refused_at": None,
            "refusal": "",
        },
    )
    journal.about_source(source, "source.hook_made", by=by, at=now)
    return secret


@transaction.atomic
def renew_secret(
    *,
    workspace_id: int,
    source_id: int,
    secret: str = "",
    by: AbstractBaseUser,
    now: datetime,
) -> str:
    """Replace the secret of a hook, whose address stays; return it."""
    source = _pushed_to(workspace_id, source_id)
    secret = secret.strip() or credentials.new_token()
    _check(secret)
    renewed = Hook.objects.filter(source=source).update(
        secret=credentials.seal(secret), made_at=now, refused_at=None, refusal=""
    )
    if not renewed:
        raise NoSuchHook(_("This source has no address for deliveries."))
    journal.about_source(source, "source.hook_secret_renewed", by=by, at=now)
    return secret


@transaction.atomic
def close_hook(
    *, workspace_id: int, source_id: int, by: AbstractBaseUser, now: datetime
) -> None:
    """Take the address away; what was pushed and stored stays."""
    source = _pushed_to(workspace_id, source_id)
    Hook.objects.filter(source=source).delete()
    journal.about_source(source, "source.hook_removed", by=by, at=now)


def set_up_of(kind: str) -> str | None:
    """Say what to set up over there; None: this kind is not pushed to."""
    hooks = hooks_of(kind)
    return None if hooks is None else _(hooks.set_up)


# ── taking ─────────────────────────────────────────────────────────────────────────


def receive(
    *, key: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> Received:
    """Keep a delivery that bears the secret, once; a worker does what it asks for."""
    hook = Hook.objects.select_related("source").filter(key=key).first()
    if hook is None:
        raise NoSuchHook("There is nothing here.")
    source = hook.source
    hooks = hooks_of(source.kind)
    if hooks is None:
        raise NoSuchHook("There is nothing here.")
    delivery = hooking.Delivery(headers=headers, body=body, received_at=now)
    try:
        hooks.verify(delivery, secret=credentials.unseal(hook.secret))
    except hooking.Forged as flaw:
        Hook.objects.filter(pk=hook.pk).update(refused_at=now, refusal=flaw.sentence)
        raise Forged(flaw.sentence) from flaw
    row = Delivery(
        hook=hook,
        identity=_identity(hooks, delivery),
        received_at=now,
        next_attempt_at=now,
    )
    _read(row, hooks, delivery, source)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        if not _sent_again(row):
            return Received(source_id=source.pk, known=True)
    if row.state == DeliveryState.GARBLED:
        raise NotUnderstood(row.reason)
    return Received(
        source_id=source.pk,
        paused=source.state == SourceState.PAUSED,
        idle=row.state == DeliveryState.IDLE,
    )


def _read(
    row: Delivery, hooks: hooking.Hooks, delivery: hooking.Delivery, source: Source
) -> None:
    """Write on a row what the delivery brings: nothing of what it says besides."""
    try:
        push = hooks.read(delivery, sources.bare(source))
        row.payloads = [_kept(payload) for payload in push.payloads]
        row.knocks = [
            {"listing": knock.listing, "identity": knock.identity}
            for knock in dict.fromkeys(push.knocks)
        ]
        canonical(row.knocks)
    except (base.ConnectorError, Malformed) as flaw:
        row.state = DeliveryState.GARBLED
        row.reason = str(flaw)
        row.payloads, row.knocks = [], []
    else:
        if not row.payloads and not row.knocks:
            row.state = DeliveryState.IDLE
    if row.state != DeliveryState.WAITING:
        row.finished_at = row.received_at


def _sent_again(row: Delivery) -> bool:
    """Take what came to nothing before once more; anything else was done."""
    failed = Delivery.objects.filter(
        hook=row.hook,
        identity=row.identity,
        state__in=[DeliveryState.GARBLED, DeliveryState.LEFT],
    )
    if row.state != DeliveryState.WAITING:
        return False
    return bool(
        failed.update(
            state=row.state,
            payloads=row.payloads,
            knocks=row.knocks,
            attempts=0,
            next_attempt_at=row.received_at,
            finished_at=None,
            reason="",
        )
    )


def _kept(payload: base.Payload) -> dict[str, Json]:
    text = canonical(payload.body)
    body = credentials.without_secrets(payload.body, text=text)
    return {"sort": payload.sort, "body": body}


def _identity(hooks: hooking.Hooks, delivery: hooking.Delivery) -> str:
    try:
        name = hooks.identity(delivery)
    except base.ConnectorError:
        name = ""  # that reading complains of
    if name and len(name) <= _LONGEST_IDENTITY and name.isprintable():
        return name
    return f"sha256:{hashlib.sha256(delivery.body).hexdigest()}"


# ── time passes ────────────────────────────────────────────────────────────────────


def drop_deliveries(*, now: datetime) -> int:
    """Drop deliveries that are older than they are to be known; return how many."""
    old = Delivery.objects.filter(received_at__lt=now - timedelta(days=KEPT_DAYS))
    return old.delete()[0]


# ── small things ───────────────────────────────────────────────────────────────────


def _pushed_to(workspace_id: int, source_id: int) -> Source:
    source = Source.objects.filter(workspace_id=workspace_id, pk=source_id).first()
    if source is None or hooks_of(source.kind) is None:
        raise sources.NoSuchSource(_("This source does not exist (any more)."))
    return source


def _check(secret: str) -> None:
    if not SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET or not secret.isascii():
        raise Unfit(
            "secret",
            _("Use %(least)d to %(most)d letters, digits and signs; no accents.")
            % {"least": SHORTEST_SECRET, "most": LONGEST_SECRET},
        )
