"""The bytes of evidence: kept once per workspace and content, opened, checked again.

Only the Storage API is used: a folder and an S3-compatible bucket are the same here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import IO, TYPE_CHECKING

from django.core.files.base import File
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assessments.models import StoredFile
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from typing import BinaryIO

    from django.core.files.storage import Storage

    from assessments.services.sniffing import Facts

_CHUNK = 64 * 1024


class NotStored(Refusal):
    """The storage did not take the file."""


class Lost(Refusal):
    """The storage does not have the file as it was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A stored file that is not as it was."""

    workspace_id: int
    sha256: str
    key: str
    sentence: str


def keep(
    *, workspace_id: int, stream: BinaryIO, facts: Facts, now: datetime
) -> StoredFile:
    """Keep a file that was examined; the same content again keeps nothing new.

    Bytes first, then the row, so that a row never promises what is not there. Of two
    at once the second finds the first one's row and takes its own bytes back.
    """
    mine = StoredFile.objects.filter(workspace_id=workspace_id, sha256=facts.sha256)
    known = mine.first()
    if known is not None and _storage().exists(known.key):
        return known
    key = _write(workspace_id, stream, facts.sha256)
    if known is not None:
        # It was lost; whoever sends it again brings it back.
        mine.update(key=key)
        return mine.get()
    try:
        with transaction.atomic():
            return StoredFile.objects.create(
                workspace_id=workspace_id,
                sha256=facts.sha256,
                size=facts.size,
                media_type=facts.media_type,
                key=key,
                stored_at=now,
            )
    except IntegrityError:
        _storage().delete(key)
        return mine.get()


def opened(*, key: str, size: int) -> IO[bytes]:
    """Open a stored file; raises `Lost` when it is gone or not as long as it was."""
    try:
        file = _storage().open(key, "rb")
        found = file.size
    except OSError:
        raise Lost(
            _("The file is missing in the storage. Ask whoever runs this server.")
        ) from None
    if found != size:
        file.close()
        raise Lost(
            _("The file is damaged in the storage. Ask whoever runs this server.")
        )
    return file


def bring(*, workspace_id: int, sha256: str, stream: IO[bytes] | None) -> str:
    """Store the bytes of a file that comes with its row; return where they are.

    Without bytes, the place where they would be: that they are missing is then seen.
    """
    if stream is None:
        return _place(workspace_id, sha256)
    return _write(workspace_id, stream, sha256)


def discard(*, keys: Iterable[str]) -> None:
    """Remove bytes whose rows came to nothing."""
    for key in keys:
        _storage().delete(key)


def troubles() -> Iterator[Trouble]:
    """Read every stored file again and return those that are not as they were."""
    for row in StoredFile.objects.order_by("pk").iterator():
        sentence = _trouble(row)
        if sentence:
            yield Trouble(
                workspace_id=row.workspace_id,
                sha256=row.sha256,
                key=row.key,
                sentence=sentence,
            )


def count() -> int:
    """Return how many files are kept."""
    return StoredFile.objects.count()


def forget(*, workspace_id: int) -> None:
    """Remove the files of a workspace once its rows are gone for good."""
    rows = StoredFile.objects.filter(workspace_id=workspace_id)
    for key in rows.values_list("key", flat=True):
        transaction.on_commit(partial(_storage().delete, key))


def _storage() -> Storage:
    return storages["evidence"]


def _place(workspace_id: int, sha256: str) -> str:
    return f"evidence/{workspace_id}/{sha256[:2]}/{sha256}"


def _write(workspace_id: int, stream: IO[bytes], sha256: str) -> str:
    stream.seek(0)
    try:
        return _storage().save(_place(workspace_id, sha256), File(stream))
    except OSError:
        raise NotStored(
            _(
                "The file could not be stored: the server has no room for it, or its"
                " storage does not answer. Nothing was kept; try again later."
            )
        ) from None


def _trouble(row: StoredFile) -> str:
    hashed = hashlib.sha256()
    try:
        with _storage().open(row.key, "rb") as file:
            for chunk in file.chunks(_CHUNK):
                hashed.update(chunk)
    except OSError:
        return _("is missing")
    found = hashed.hexdigest()
    if found == row.sha256:
        return ""
    return _("has the hash %(found)s now") % {"found": found}
