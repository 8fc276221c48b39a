"""Reading a workspace in from a file: all of it, or nothing.

Rows keep their numbers where those are free, and move up together where they are not;
`Origin` remembers by how far. The guards of the database stay in place: a locked cycle
is written as one in review and locked last.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from assessments.models import (
    Cycle,
    CycleState,
    Edition,
    EditionState,
    Invitation,
    Origin,
    Workspace,
)
from assessments.queries.numbering import EDITION, PERSON
from assessments.services import file_store, folders, links
from assessments.services.refusals import Refusal
from assessments.services.transferring import people
from assessments.services.transferring.archives import NoArchive, Reader
from assessments.services.transferring.exporting import (
    PEOPLE,
    file_name,
    part_of,
    report_name,
    schema,
)
from assessments.services.transferring.rows import Arriving, mentioned, values
from assessments.services.transferring.tables import EDITIONS, TABLES, WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from typing import BinaryIO

    from django.db.models import Model

    from assessments.services.transferring.tables import Table

    T = TypeVar("T")

_AT_ONCE = 1000


class OtherVersion(Refusal):
    """The file was written by another version of the product."""


class SlugTaken(Refusal):
    """There is a workspace of that name already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came."""

    workspace_id: int
    slug: str
    # User names of accounts that were made; they have no password yet.
    made: tuple[str, ...]
    # Whether rows have other numbers here than in the file.
    renumbered: bool
    missing: tuple[str, ...]


def read(*, stream: BinaryIO, slug: str = "", now: datetime) -> Imported:
    """Make a workspace from a file; it is checked whole before anything is written."""
    archive = Reader(stream)
    _fits(archive)
    kept: list[str] = []
    try:
        with transaction.atomic():
            return _Import(archive, now, kept).run(slug)
    except (KeyError, TypeError, ValueError, ValidationError, DatabaseError) as error:
        file_store.discard(keys=kept)
        raise NoArchive(
            _("The file cannot be read in: %(reason)s Nothing was imported.")
            % {"reason": f"{type(error).__name__}: {error}."}
        ) from error
    except BaseException:
        file_store.discard(keys=kept)
        raise


def _fits(archive: Reader) -> None:
    theirs, ours = archive.manifest.get("schema"), schema()
    if theirs != ours:
        raise OtherVersion(
            _(
                "The file was written by version %(version)s (%(theirs)s); this server"
                " is at %(ours)s. Bring both to the same version, then export again."
            )
            % {
                "version": archive.manifest.get("product"),
                "theirs": theirs,
                "ours": ours,
            }
        )


class _Import:
    """One import, inside its transaction."""

    def __init__(self, archive: Reader, now: datetime, kept: list[str]) -> None:
        self._archive = archive
        self._now = now
        self._way = Arriving()
        # What was written to the storage, to be taken back if it comes to nothing.
        self._kept = kept
        self._workspace_id = 0
        self._locked: list[int] = []

    def run(self, slug: str) -> Imported:
        self._make_room()
        came = people.settle(people=self._archive.rows(PEOPLE))
        self._way.matched[PERSON] = came.accounts
        workspace = self._workspace(slug)
        self._workspace_id = workspace.pk
        self._editions()
        for table in TABLES:
            for some in _batches(self._archive.rows(part_of(table))):
                self._store(table, some)
        # Everything that a lock keeps is there: from here on it is kept.
        Cycle.objects.filter(pk__in=self._locked).update(state=CycleState.LOCKED)
        self._remember()
        self._reports()
        _advance_sequences()
        return Imported(
            workspace_id=workspace.pk,
            slug=workspace.slug,
            made=came.made,
            renumbered=any(self._way.shifts.values()),
            missing=tuple(self._archive.manifest["missing"]),
        )

    def _make_room(self) -> None:
        """Find free numbers for the rows of each table, which nobody else takes."""
        tables = [WORKSPACE, *TABLES]
        _hold(tables)
        spans = self._archive.manifest["spans"]
        for table in tables:
            if table.kind not in spans:
                continue
            low, high = spans[table.kind]
            rows = table.model._default_manager.order_by("-pk")  # noqa: SLF001  # Django's documented reflection
            highest = rows.values_list("pk", flat=True).first() or 0
            free = highest < low or not rows.filter(pk__range=(low, high)).exists()
            self._way.spans[table.kind] = (low, high)
            self._way.shifts[table.kind] = 0 if free else highest + 1 - low

    def _workspace(self, slug: str) -> Workspace:
        (told,) = self._archive.rows(part_of(WORKSPACE))
        found = values(WORKSPACE, told, self._way)
        found["slug"] = slug or found["slug"]
        if Workspace.objects.filter(slug=found["slug"]).exists():
            raise SlugTaken(
                _(
                    "There is a workspace “%(slug)s” here already. Give another name"
                    " with --slug."
                )
                % {"slug": found["slug"]}
            )
        return Workspace.objects.create(**found)

    def _editions(self) -> None:
        """Match shipped editions that are here too; others become the workspace's."""
        known = self._way.matched[EDITION]
        for told in self._archive.rows(part_of(EDITIONS)):
            number = told["id"]
            shipped = Edition.objects.filter(
                workspace=None,
                state=EditionState.PUBLISHED,
                key=told["key"],
                version=told["version"],
                sha256=told["sha256"],
            ).first()
            if shipped is not None and told["state"] == EditionState.PUBLISHED:
                known[number] = shipped.pk
                continue
            found = values(EDITIONS, told, self._way)
            del found["id"]
            if told["state"] == EditionState.PUBLISHED:
                found["published_at"] = found["published_at"] or self._now
            if (found["based_on_id"] or 0) < 0:
                found["based_on_id"] = None
            made = Edition.objects.create(workspace_id=self._workspace_id, **found)
            known[number] = made.pk

    def _store(self, table: Table, some: list[dict[str, Any]]) -> None:
        rows = [self._row(table, told) for told in some]
        table.model._default_manager.bulk_create(rows)  # noqa: SLF001  # Django's documented reflection
        for told, row in zip(some, rows, strict=True):
            for name, accounts in mentioned(table, told, self._way):
                getattr(row, name).add(*accounts)

    def _row(self, table: Table, told: dict[str, Any]) -> Model:
        found = values(table, told, self._way)
        if table.way == "workspace":
            found["workspace_id"] = self._workspace_id
        match table.kind:
            case "cycle" if found["state"] == CycleState.LOCKED:
                self._locked.append(found["id"])
                found["state"] = CycleState.IN_REVIEW
            case "stored_file":
                found["key"] = self._bring(found["sha256"])
            case "report" if found["file_name"]:
                found["file_name"] = f"{self._workspace_id}/{found['file_name']}"
        row = table.model(**found)
        if isinstance(row, Invitation):
            # Links that were mailed open nothing here; reminders bring this server's.
            secret = links.secret(
                cycle_id=row.cycle_id, email=row.email, invited_at=row.invited_at
            )
            row.token_sha256 = links.digest(secret)
        return row

    def _bring(self, sha256: str) -> str:
        file = self._archive.file(file_name(sha256))
        key = file_store.bring(
            workspace_id=self._workspace_id, sha256=sha256, stream=file
        )
        if file is not None:
            self._kept.append(key)
        return key

    def _remember(self) -> None:
        """Keep how the numbers here relate to those that count."""
        pairs = {
            kind: {here: there for there, here in self._way.matched[kind].items()}
            for kind in (PERSON, EDITION)
        }
        # Whoever joins later has a number that nobody had there.
        beyond = {
            kind: -max(known.values(), default=0) for kind, known in pairs.items()
        }
        Origin.objects.create(
            workspace_id=self._workspace_id,
            arrived_at=self._now,
            entries=self._archive.manifest["journal"]["sequence"],
            numbers={"shifts": self._way.shifts | beyond, "pairs": pairs},
        )

    def _reports(self) -> None:
        folder = folders.of_reports(self._workspace_id)
        prefix = report_name("")
        for name in self._archive.parts:
            file = self._archive.file(name) if name.startswith(prefix) else None
            if file is not None:
                # Only the last part of the name: no file decides where it is put.
                with file:
                    folders.keep(folder / name.rpartition("/")[2], file)


def _batches(rows: Iterator[T]) -> Iterator[list[T]]:
    while some := list(islice(rows, _AT_ONCE)):
        yield some


def _hold(tables: Iterable[Table]) -> None:
    """Let nobody else take numbers meanwhile; SQLite has one writer anyway."""
    if connection.vendor != "postgresql":
        return
    quote = connection.ops.quote_name
    names = ", ".join(quote(one.model._meta.db_table) for one in tables)  # noqa: SLF001  # as above
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


def _advance_sequences() -> None:
    """Let the next number of each table be one that no row has."""
    models = [one.model for one in (WORKSPACE, *TABLES)]
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(sql)
