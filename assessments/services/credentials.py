"""Sealing of connector credentials: written once, opened only to collect.

The keys come from the settings, newest first: new secrets are sealed with the newest,
older tokens still open with the older ones until `rotate` has renewed them.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _

from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.events import Json

REDACTED = "[redacted]"
_TOKEN_PREFIX = "cpl_"  # noqa: S105  # a mark that secret scanners can look for
_CARRIED = "carried"
_CARRIED_SECONDS = 3600
_SECRET_NAME = re.compile(
    r"(?i)(?:^|[_.-])(?:password|passwd|secret|secrets|token|authorization|cookie"
    r"|credential|credentials|api[_-]?key|private[_-]?key)$"
)
# One of them is in every name above: most bodies are done with after this look.
_SIGNS = ("passw", "secret", "token", "authorization", "cookie", "credential", "key")


class NoKey(Refusal):
    """The product was started without a usable key for credentials."""


class Unopenable(Refusal):
    """A stored credential was sealed with a key that is no longer there."""


def _safe() -> MultiFernet:
    keys = [key for key in settings.CREDENTIAL_KEYS if key]
    if not keys:
        raise NoKey(
            _("Credentials cannot be kept: set CREDENTIAL_KEYS to a Fernet key first.")
        )
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as flaw:
        # `from None` would hide nothing of use; the flaw names no key.
        raise NoKey(
            _(
                "Credentials cannot be kept: a key in CREDENTIAL_KEYS is not"
                " a Fernet key (32 bytes, URL-safe base64)."
            )
        ) from flaw


def seal(secret: str) -> bytes | None:
    """Return the token to store; None for no secret."""
    return _safe().encrypt(secret.encode()) if secret else None


def unseal(token: bytes | memoryview | None) -> str:
    """Return the secret; "" where none was given."""
    if not token:
        return ""
    try:
        return _safe().decrypt(bytes(token)).decode()
    except InvalidToken:
        # The chain would carry nothing but the library's internals.
        raise Unopenable(
            _(
                "The stored credential cannot be opened with the present"
                " keys: enter it again, or restore the key it was sealed"
                " with."
            )
        ) from None


def carry(secret: str, *, user_id: int) -> str:
    """Seal a secret into a form that is shown again, so that it is not lost."""
    return _safe().encrypt(json.dumps([_CARRIED, user_id, secret]).encode()).decode()


def carried(token: str, *, user_id: int) -> str:
    """Return what this person's form carried within the hour; "" for anything else."""
    try:
        content = json.loads(_safe().decrypt(token.encode(), ttl=_CARRIED_SECONDS))
    except (InvalidToken, ValueError):
        return ""
    if not isinstance(content, list) or content[:2] != [_CARRIED, user_id]:
        return ""
    return str(content[2])


def new_token() -> str:
    """Return a new push token, to be shown once."""
    return _TOKEN_PREFIX + secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """Return what is kept of a push token: it is random, so plain SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def without_secrets(body: Json, *, text: str, known: str = "") -> Json:
    """Return the body with everything that looks like a secret blotted out.

    `text` is the body as JSON: most bodies hold nothing suspicious and are returned as
    they are after one look at it. `known` is the source's own secret.
    """
    if known and known in text:
        text = text.replace(json.dumps(known)[1:-1], REDACTED)
        body = json.loads(text)
    lowered = text.lower()
    return _blotted(body) if any(sign in lowered for sign in _SIGNS) else body


def _blotted(body: Json) -> Json:
    if isinstance(body, list):
        return [_blotted(part) for part in body]
    if isinstance(body, dict):
        return _blotted_fields(body)
    return body


def _blotted_fields(fields: Mapping[str, Json]) -> dict[str, Json]:
    return {
        name: REDACTED
        if isinstance(value, str) and value and _SECRET_NAME.search(name)
        else _blotted(value)
        for name, value in fields.items()
    }
