"""Links of invitations: made from the row and the server's key, kept nowhere."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from assessments.models import Invitation

if TYPE_CHECKING:
    from datetime import datetime

# Stands in the body of a notice where the link of the reader goes. The link is put in
# when the mail is sent, and only into a mail to the address that was invited.
PLACE = "⟦link⟧"


def secret(*, cycle_id: int, email: str, invited_at: datetime) -> str:
    """Return the secret of an invitation: 256 bits that only this server can make."""
    moment = invited_at.astimezone(UTC).isoformat()
    value = f"{cycle_id}\n{email}\n{moment}"
    made = salted_hmac("compel.invitation", value, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def digest(token: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def address(token: str) -> str:
    """Return the whole address that opens an invitation."""
    return f"{settings.PUBLIC_URL}{reverse('invitation', args=[token])}"


def live(*, cycle_id: int, email: str, now: datetime) -> Invitation | None:
    """Return the invitation of an address that still opens, if there is one."""
    found = Invitation.objects.filter(
        cycle_id=cycle_id, email=email, revoked_at=None, expires_at__gt=now
    )
    return found.order_by("-pk").first()


def filled(body: str, *, cycle_id: int | None, email: str, now: datetime) -> str:
    """Return a mail's text with the reader's own link in its place."""
    if PLACE not in body or cycle_id is None or not email:
        return body
    found = live(cycle_id=cycle_id, email=email, now=now)
    token = found and secret(
        cycle_id=cycle_id, email=found.email, invited_at=found.invited_at
    )
    # After the server's key was changed, only the link mailed before still opens.
    if not (found and token and digest(token) == found.token_sha256):
        return body.replace(PLACE, _("(use the link in your invitation)"))
    return body.replace(PLACE, address(token))
