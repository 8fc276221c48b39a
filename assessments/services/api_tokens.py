"""A member's tokens for the API: shown once, kept as digests only."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import ApiToken, Member
from assessments.services import journal
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

# Lets scanners of leaked secrets, and people, see what it is.
_PREFIX = "cmpl_api_"
_MOST = 20
# When a token was last used is kept to the hour: reading stays reading.
_KEEP_EVERY = timedelta(hours=1)


class TooMany(Refusal):
    """A member keeps a limited number of tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Whom a token speaks for."""

    token_id: int
    user: User
    workspace_slug: str
    writes: bool


@transaction.atomic
def make(*, member_id: int, name: str, now: datetime, writes: bool = False) -> str:
    """Make a token and return it, this once; it reads, and writes if so wished."""
    member = Member.objects.select_for_update().select_related("user").get(pk=member_id)
    if member.api_tokens.count() >= _MOST:
        raise TooMany(
            _("You have %(most)s tokens already: revoke one first.") % {"most": _MOST}
        )
    token = _PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        member=member,
        name=name.strip(),
        digest=_digest(token),
        writes=writes,
        created_at=now,
    )
    journal.record(
        workspace_id=member.workspace_id,
        verb="api_token.made",
        target=("api_token", row.pk),
        by=member.user,
        at=now,
        detail={"name": row.name, "writes": writes},
    )
    return token


@transaction.atomic
def revoke(*, member_id: int, token_id: int, now: datetime) -> bool:
    """Forget a token of this member; False if there is none such."""
    row = (
        ApiToken.objects.select_related("member__user")
        .filter(pk=token_id, member_id=member_id)
        .first()
    )
    if row is None:
        return False
    journal.record(
        workspace_id=row.member.workspace_id,
        verb="api_token.revoked",
        target=("api_token", token_id),
        by=row.member.user,
        at=now,
        detail={"name": row.name},
    )
    row.delete()
    return True


def opened_by(*, token: str, now: datetime) -> Opened | None:
    """Return whom a token speaks for; None if it opens nothing (any more)."""
    row = (
        ApiToken.objects.select_related("member__workspace", "member__user")
        .filter(digest=_digest(token), member__user__is_active=True)
        .first()
    )
    if row is None:
        return None
    if row.last_used_at is None or now - row.last_used_at >= _KEEP_EVERY:
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return Opened(
        token_id=row.pk,
        user=row.member.user,
        workspace_slug=row.member.workspace.slug,
        writes=row.writes,
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
