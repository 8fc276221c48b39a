"""Exports that a lead asked for: written by a worker, kept for a day."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import ReportState, Workspace, WorkspaceExport
from assessments.services import journal
from assessments.services.transferring import exporting

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

KEPT = timedelta(days=1)
# Past it, whoever wrote it is gone.
_LIMIT = timedelta(hours=6)
# A knock that no worker heard by then was lost, and is given again.
_PATIENCE = timedelta(minutes=3)
_UNDER_WAY = (ReportState.WAITING, ReportState.RUNNING)


@transaction.atomic
def ask(*, workspace_id: int, by: AbstractBaseUser, now: datetime) -> int | None:
    """Ask for an export; None if one is under way, and that one will do."""
    # Two requests at once wait for each other here.
    Workspace.objects.select_for_update().get(pk=workspace_id)
    mine = WorkspaceExport.objects.filter(workspace_id=workspace_id)
    if mine.filter(state__in=_UNDER_WAY).exists():
        return None
    made = WorkspaceExport.objects.create(
        workspace_id=workspace_id, asked_by_id=by.pk, asked_at=now
    )
    journal.record(
        workspace_id=workspace_id,
        verb="workspace.export_asked",
        target=("workspace", workspace_id),
        by=by,
        at=now,
    )
    return made.pk


def begin(*, export_id: int, now: datetime) -> bool:
    """Take a waiting export on; false if somebody else has, or it is made."""
    waiting = WorkspaceExport.objects.filter(pk=export_id, state=ReportState.WAITING)
    return bool(waiting.update(state=ReportState.RUNNING, started_at=now))


def make(*, export_id: int, now: datetime) -> None:
    """Write the file of an export that was begun."""
    row = WorkspaceExport.objects.get(pk=export_id)
    place = place_of(f"{row.pk}.zip")
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_suffix(".part")
    with draft.open("wb") as stream:
        done = exporting.write(workspace_id=row.workspace_id, stream=stream, now=now)
    with draft.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    size = draft.stat().st_size
    draft.replace(place)
    lost = (
        _("Not in it, for the storage lost them: files %(files)s.")
        % {"files": ", ".join(done.missing)}
        if done.missing
        else ""
    )
    WorkspaceExport.objects.filter(pk=export_id, state=ReportState.RUNNING).update(
        state=ReportState.READY,
        file_name=place.name,
        size=size,
        sha256=sha256,
        error=lost,
        finished_at=now,
    )


def give_up(*, export_id: int, now: datetime) -> None:
    """Say that an export was not made; asking again makes another."""
    WorkspaceExport.objects.filter(pk=export_id, state=ReportState.RUNNING).update(
        state=ReportState.FAILED,
        error=_("It could not be made; the worker's log has the reason. Ask again."),
        finished_at=now,
    )


def reap(*, now: datetime) -> list[int]:
    """Remove what was kept for a day; return the exports that wait for a knock."""
    old = WorkspaceExport.objects.filter(finished_at__lt=now - KEPT)
    for name in old.exclude(file_name="").values_list("file_name", flat=True):
        place_of(name).unlink(missing_ok=True)
    old.delete()
    WorkspaceExport.objects.filter(
        state=ReportState.RUNNING, started_at__lt=now - _LIMIT
    ).update(
        state=ReportState.FAILED,
        error=_("The worker that was making it stopped. Ask for it again."),
        finished_at=now,
    )
    forgotten = WorkspaceExport.objects.filter(
        state=ReportState.WAITING, asked_at__lt=now - _PATIENCE
    )
    return list(forgotten.order_by("pk").values_list("pk", flat=True))


def place_of(name: str) -> Path:
    """Return where a finished export lies."""
    return Path(settings.EXPORTS_DIR) / name
