"""People in telemetry: pseudonyms by a key of the workspace, or nothing at all."""

from __future__ import annotations

import secrets
from functools import cached_property
from typing import TYPE_CHECKING

from django.db import transaction

from assessments.connectors.base.pseudonyms import Pseudonyms, names_somebody
from assessments.models import PeopleKey
from assessments.services import credentials, journal

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

    from scoring.events import Json

_KEY_BYTES = 32


class Guard:
    """Keeps the names of people out of what is about to be kept.

    The key is made when somebody is named for the first time. Where it cannot be
    sealed or opened, people are left out: a name is never kept for want of a key.
    """

    def __init__(self, workspace_id: int, *, now: datetime) -> None:
        self._workspace_id = workspace_id
        self._now = now

    @cached_property
    def _pseudonyms(self) -> Pseudonyms:
        try:
            return Pseudonyms(key=_key(self._workspace_id, now=self._now))
        except (credentials.NoKey, credentials.Unopenable):
            return Pseudonyms()

    def __call__(self, body: Json, *, text: str) -> Json:
        """Return the body without names; `text` is the body as JSON."""
        if not names_somebody(text):
            return body
        return self._pseudonyms.instead_of_names(body)


def choose(
    *, workspace_id: int, leave_out: bool, by: AbstractBaseUser, now: datetime
) -> None:
    """Keep pseudonyms of people from now on, or nothing."""
    with transaction.atomic():
        row, _made = PeopleKey.objects.get_or_create(workspace_id=workspace_id)
        row = PeopleKey.objects.select_for_update().get(pk=row.pk)
        if row.leave_out == leave_out:
            return
        row.leave_out = leave_out
        row.save(update_fields=["leave_out"])
        journal.record(
            workspace_id=workspace_id,
            verb="workspace.people_set",
            target=("workspace", workspace_id),
            by=by,
            at=now,
            before={"leave_out": not leave_out},
            after={"leave_out": leave_out},
        )


@transaction.atomic
def rotate(*, workspace_id: int, by: AbstractBaseUser, now: datetime) -> None:
    """Make a new key; the old one is gone, and with it the way from name to pseudonym.

    Pseudonyms that were made before match no new one of the same person.
    """
    PeopleKey.objects.update_or_create(
        workspace_id=workspace_id, defaults={"sealed": _new_key(), "made_at": now}
    )
    journal.record(
        workspace_id=workspace_id,
        verb="workspace.people_key_rotated",
        target=("workspace", workspace_id),
        by=by,
        at=now,
    )


def _key(workspace_id: int, *, now: datetime) -> bytes | None:
    """Return the key, made if there is none yet; nothing if people are left out."""
    row = PeopleKey.objects.filter(workspace_id=workspace_id).first()
    if row is None:
        row, _made = PeopleKey.objects.get_or_create(
            workspace_id=workspace_id,
            defaults={"sealed": _new_key(), "made_at": now},
        )
    if row.leave_out:
        return None
    if row.sealed is None:
        fresh = PeopleKey.objects.filter(pk=row.pk, sealed=None)
        fresh.update(sealed=_new_key(), made_at=now)
        row.refresh_from_db()
    return bytes.fromhex(credentials.unseal(row.sealed))


def _new_key() -> bytes | None:
    return credentials.seal(secrets.token_hex(_KEY_BYTES))
