"""How a platform that nobody knows beforehand pushes.

Platforms bear a secret in one of few ways, in headers of many names. A delivery is
taken when any of them bears it: whoever can write one of them knows the secret.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar

from assessments.connectors.base import Garbled, Payload, signing
from assessments.connectors.base.hooking import Forged, Push
from assessments.connectors.mapping import kept

if TYPE_CHECKING:
    from assessments.connectors.base import Source
    from assessments.connectors.base.hooking import Delivery
    from scoring.events import Json

_MOST_ENTRIES = 1000
# What stands before a signature on some platforms.
_MARKS = ("", "sha256=", "v1=")
# What is in the names of headers that bear a secret as it is.
_TOKENS = ("token", "secret", "key", "authorization")


class Hooks:
    """Takes JSON: an object, or a list of objects."""

    set_up: ClassVar[str] = (
        "Let the platform send JSON to this address by POST, with the secret: signed"
        " (HMAC with SHA-256 in hex, or Standard Webhooks), as a Bearer token, as a"
        " password (Basic), or as it is in a header of its own."
    )

    def verify(self, delivery: Delivery, *, secret: str) -> None:
        """Raise Forged unless one of the headers bears the secret."""
        if signing.is_standard(delivery):
            signing.check_standard(delivery, secret=secret)
        elif not any(_bears(delivery, name, secret) for name in delivery.headers):
            raise Forged(
                "No header bears the secret of this source: enter it over there, as the"
                " key of a signature, a token or a password."
            )

    def identity(self, delivery: Delivery) -> str:
        """Return the name that the signature covers, if there is one."""
        return signing.standard_identity(delivery)

    def read(self, delivery: Delivery, source: Source) -> Push:
        """Return what the delivery brings: each object is a payload."""
        try:
            told: Json = json.loads(delivery.body)
        except (ValueError, RecursionError):
            raise Garbled("body: is not JSON in UTF-8") from None
        entries = told if isinstance(told, list) else [told]
        if len(entries) > _MOST_ENTRIES:
            raise Garbled(f"body: has more than {_MOST_ENTRIES} entries")
        return Push(payloads=tuple(_payload(each, source) for each in entries))


def _payload(entry: Json, source: Source) -> Payload:
    if not isinstance(entry, dict):
        raise Garbled("body: is neither an object nor a list of objects")
    return Payload(sort="payload", body=kept(entry, source))


def _bears(delivery: Delivery, name: str, secret: str) -> bool:
    if "signature" in name:
        return any(_is_signed(delivery, name, secret, mark) for mark in _MARKS)
    if not any(word in name for word in _TOKENS):
        return False
    return _is_token(delivery, name, secret) or _is_password(delivery, name, secret)


def _is_signed(delivery: Delivery, name: str, secret: str, mark: str) -> bool:
    try:
        signing.check_signature(delivery, header=name, secret=secret, before=mark)
    except Forged:
        return False
    return True


def _is_token(delivery: Delivery, name: str, secret: str) -> bool:
    given = delivery.headers[name]
    scheme = given.partition(" ")[0]
    bare = secret if scheme.lower() != "bearer" else f"{scheme} {secret}"
    try:
        signing.check_token(delivery, header=name, secret=bare)
    except Forged:
        return False
    return True


def _is_password(delivery: Delivery, name: str, secret: str) -> bool:
    if name != "authorization":
        return False
    try:
        signing.check_password(delivery, secret=secret)
    except Forged:
        return False
    return True
