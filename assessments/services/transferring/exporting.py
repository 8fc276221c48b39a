"""Writing a workspace to a file: read only, row by row, however large it is."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from assessments.models import (
    Cycle,
    CycleState,
    CycleTemplate,
    Edition,
    GateReview,
    Report,
    ReportState,
    StoredFile,
    Workspace,
)
from assessments.queries import journal
from assessments.queries.numbering import PERSON, numbers
from assessments.services import file_store
from assessments.services.refusals import Refusal
from assessments.services.transferring.archives import Writer
from assessments.services.transferring.rows import Leaving, plain
from assessments.services.transferring.tables import EDITIONS, TABLES, WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import BinaryIO

    from django.db.models import QuerySet

    from assessments.services.transferring.tables import Table

_AT_ONCE = 2000
_CHUNK = 1024 * 1024


class NoSuchWorkspace(Refusal):
    """There is no workspace of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What went into the file."""

    rows: int
    files: int
    # SHA-256 of stored files that the storage no longer has as they were.
    missing: tuple[str, ...]


def named(*, slug: str) -> int:
    """Return the number of a workspace."""
    found = Workspace.objects.filter(slug=slug).values_list("pk", flat=True).first()
    if found is None:
        raise NoSuchWorkspace(_("There is no workspace “%(slug)s”.") % {"slug": slug})
    return found


def write(*, workspace_id: int, stream: BinaryIO, now: datetime) -> Exported:
    """Write everything of a workspace but secrets and what belongs to the server."""
    with _moment():
        return _write(workspace_id, stream, now)


def part_of(table: Table) -> str:
    """Return the name of a table's part of the file."""
    return f"rows/{table.kind}.jsonl"


PEOPLE = "rows/person.jsonl"


def schema() -> str:
    """Return the newest migration of this server's tables."""
    applied = MigrationRecorder(connection).applied_migrations()
    return max(name for app, name in applied if app == "assessments")


def file_name(sha256: str) -> str:
    """Return the name of a file of evidence in the file."""
    return f"files/{sha256}"


def report_name(name: str) -> str:
    """Return the name of a report in the file."""
    return f"reports/{name}"


@contextmanager
def _moment() -> Iterator[None]:
    """See the whole workspace as of one moment, whatever others write meanwhile."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _write(workspace_id: int, stream: BinaryIO, now: datetime) -> Exported:
    known = numbers(workspace_id=workspace_id)
    way, archive = Leaving(known), Writer(stream)
    for table in (WORKSPACE, EDITIONS, *TABLES):
        archive.rows(part_of(table), _rows(table, workspace_id, way))
    missing = _files(workspace_id, archive)
    _reports(workspace_id, archive)
    archive.rows(PEOPLE, _people(way))
    workspace = Workspace.objects.get(pk=workspace_id)
    end = journal.head(workspace_id=workspace_id)
    archive.close(
        {
            "product": settings.VERSION,
            "schema": schema(),
            "exported_at": now.astimezone(UTC).isoformat(),
            "workspace": {"slug": workspace.slug, "name": workspace.name},
            "journal": {"sequence": end.sequence, "sha256": end.sha256},
            "locked_cycles": _locked(workspace_id, way),
            "spans": way.spans,
            "missing": missing,
        }
    )
    return Exported(
        rows=sum(part.rows or 0 for part in archive.parts),
        files=sum(part.rows is None for part in archive.parts),
        missing=tuple(missing),
    )


def _rows(table: Table, workspace_id: int, way: Leaving) -> Iterator[dict[str, Any]]:
    rows = _of(table, workspace_id).order_by("pk")
    many = [field.name for field in table.model._meta.many_to_many]  # noqa: SLF001  # Django's documented reflection
    for row in rows.prefetch_related(*many).iterator(chunk_size=_AT_ONCE):
        told = plain(table, row, way)
        if "id" in told:
            way.note(table.kind, told["id"])
        yield told


def _of(table: Table, workspace_id: int) -> QuerySet[Any]:
    rows = table.model._default_manager.all()  # noqa: SLF001  # as above
    if table is EDITIONS:
        return rows.filter(pk__in=_editions(workspace_id))
    return rows.filter(table.only, **{table.way: workspace_id})


def _editions(workspace_id: int) -> set[int]:
    """Return the workspace's own editions, those that it uses, and their origins."""
    used: set[int] = set()
    own = Edition.objects.filter(workspace_id=workspace_id)
    new = set(own.values_list("pk", flat=True))
    for model in (Cycle, GateReview):
        mine = model._default_manager.filter(workspace_id=workspace_id)  # noqa: SLF001  # as above
        new |= set(mine.values_list("edition", flat=True))
    templates = CycleTemplate.objects.filter(workspace_id=workspace_id)
    new |= {plan["edition"] for plan in templates.values_list("plan", flat=True)}
    while new:
        used |= new
        copies = Edition.objects.filter(pk__in=new).exclude(based_on=None)
        new = {pk for pk in copies.values_list("based_on", flat=True) if pk} - used
    return used


def _people(way: Leaving) -> Iterator[dict[str, Any]]:
    """Return whom the rows name: how to recognize them, and no password."""
    rows = User.objects.filter(pk__in=way.people)
    numbered = {way.of(PERSON, row.pk) or 0: row for row in rows}
    for number in sorted(numbered):
        row = numbered[number]
        way.note(PERSON, number)
        yield {
            "id": number,
            "username": row.username,
            "email": row.email,
            "first_name": row.first_name,
            "last_name": row.last_name,
            "is_active": row.is_active,
        }


def _locked(workspace_id: int, way: Leaving) -> list[dict[str, Any]]:
    rows = Cycle.objects.filter(workspace_id=workspace_id, state=CycleState.LOCKED)
    found = rows.order_by("pk").values_list("pk", "title", "content_sha256")
    return [
        {"number": way.of("cycle", pk), "title": title, "sha256": sha256}
        for pk, title, sha256 in found
    ]


def _files(workspace_id: int, archive: Writer) -> list[str]:
    """Write the files of evidence; return those that cannot be had any more."""
    missing = []
    rows = StoredFile.objects.filter(workspace_id=workspace_id).order_by("sha256")
    for row in rows:
        try:
            file = file_store.opened(key=row.key, size=row.size)
        except file_store.Lost:
            missing.append(row.sha256)
            continue
        with file:
            archive.file(file_name(row.sha256), _chunks(file))
    return missing


def _reports(workspace_id: int, archive: Writer) -> None:
    """Write the reports that are there; lost ones can be made again."""
    ready = Report.objects.filter(
        cycle__workspace_id=workspace_id, state=ReportState.READY
    )
    stored = ready.order_by("pk").values_list("file_name", flat=True)
    for name in stored:
        place = Path(settings.REPORTS_DIR) / name
        if place.is_file():
            with place.open("rb") as file:
                archive.file(report_name(place.name), _chunks(file))


def _chunks(file: Any) -> Iterator[bytes]:  # of any storage
    while chunk := file.read(_CHUNK):
        yield chunk
