"""Whether a delivery bears the secret of its source: compared in constant time."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from assessments.connectors.base.hooking import Forged

if TYPE_CHECKING:
    from assessments.connectors.base.hooking import Delivery

# How far the moment that a platform signed may be from ours.
WINDOW = timedelta(minutes=5)
_SIGNED_ID = "webhook-id"
_SIGNED_AT = "webhook-timestamp"
_SIGNATURES = "webhook-signature"
_KEY_MARK = "whsec_"


def check_token(delivery: Delivery, *, header: str, secret: str) -> None:
    """Refuse a delivery whose header is not the secret itself."""
    if not _same(_header(delivery, header), secret):
        raise Forged(f"{header} is not the secret of this source.")


def check_signature(
    delivery: Delivery, *, header: str, secret: str, before: str = ""
) -> None:
    """Refuse a delivery whose body the header does not sign (HMAC with SHA-256, hex).

    `before` is what stands before a signature; of several, with commas, one is enough.
    """
    mac = hmac.new(_known(secret), delivery.body, hashlib.sha256)
    given = [each.strip() for each in _header(delivery, header).split(",")]
    if not any(_same(each, before + mac.hexdigest()) for each in given):
        raise Forged(f"{header} does not fit the body and the secret of this source.")


def check_password(delivery: Delivery, *, secret: str) -> None:
    """Refuse a delivery whose password, of whatever user, is not the secret."""
    scheme, _, coded = _header(delivery, "authorization").partition(" ")
    try:
        plain = base64.b64decode(coded, validate=True).decode()
    except ValueError:  # neither Base64 nor text
        plain = ""
    password = plain.partition(":")[2]
    if scheme.lower() != "basic" or not _same(password, secret):
        raise Forged("The password is not the secret of this source.")


def check_fresh(delivery: Delivery, moment: datetime) -> None:
    """Refuse a delivery that was signed too long ago, or will be."""
    if abs(delivery.received_at - moment) > WINDOW:
        raise Forged(
            f"It was signed at {moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC, more"
            f" than {WINDOW.seconds // 60} minutes from now: check the clocks."
        )


# ── Standard Webhooks: name, moment and body, all signed ───────────────────────────


def is_standard(delivery: Delivery) -> bool:
    """Whether a delivery is signed as Standard Webhooks are."""
    return _SIGNATURES in delivery.headers


def standard_identity(delivery: Delivery) -> str:
    """Return the name that the signature covers; "" without such a signature."""
    return delivery.headers.get(_SIGNED_ID, "") if is_standard(delivery) else ""


def check_standard(delivery: Delivery, *, secret: str) -> None:
    """Refuse a delivery whose name, moment and body are not signed, or are old."""
    moment = _moment(_header(delivery, _SIGNED_AT))
    name = _header(delivery, _SIGNED_ID)
    said = f"{name}.{delivery.headers[_SIGNED_AT]}.".encode() + delivery.body
    wanted = hmac.new(_key(secret), said, hashlib.sha256).digest()
    signature = "v1," + base64.b64encode(wanted).decode()
    given = _header(delivery, _SIGNATURES).split()
    if not any(_same(each, signature) for each in given):
        raise Forged(
            f"{_SIGNATURES} does not fit the body and the secret of this source."
        )
    check_fresh(delivery, moment)


def _key(secret: str) -> bytes:
    if not secret.startswith(_KEY_MARK):
        return _known(secret)
    try:
        return base64.b64decode(secret.removeprefix(_KEY_MARK), validate=True)
    except binascii.Error:
        return secret.encode()


def _moment(seconds: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds), tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise Forged(f"{_SIGNED_AT} is not a moment.") from None


# ── small things ───────────────────────────────────────────────────────────────────


def _known(secret: str) -> bytes:
    """Return a key; nothing is signed with none."""
    if not secret:
        raise Forged("This source has no secret.")
    return secret.encode()


def _header(delivery: Delivery, name: str) -> str:
    found = delivery.headers.get(name, "")
    if not found:
        raise Forged(f"The header {name} is missing: enter the secret over there.")
    return found


def _same(given: str, wanted: str) -> bool:
    """Compare in a time that tells nothing; no secret is like no other."""
    return bool(wanted) and hmac.compare_digest(
        given.encode(errors="replace"), wanted.encode()
    )
