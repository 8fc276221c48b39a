"""A workspace with something in every room, and servers that know nothing yet."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection

from assessments.services import commenting
from assessments.services.transferring import exporting, importing
from tests import factories, guards
from tests.factories import NOW
from tests.factories_calibration import dispute, settlement
from tests.factories_evidence import file, link
from tests.factories_participation import asked, invited
from tests.factories_plan import (
    answered,
    capability,
    condition,
    decided,
    examined,
    initiative,
    review,
    staged,
)
from tests.factories_service_levels import burning, reviewed

if TYPE_CHECKING:
    from pathlib import Path

    from assessments.models import Cycle, Workspace
    from tests.factories import House

EVENT = {
    "kind": "deployment",
    "id": "d1",
    "service": "shop",
    "environment": "production",
    "sha": "a" * 40,
    "status": "success",
    "started_at": "2026-02-01T10:00:00Z",
    "finished_at": "2026-02-01T10:05:00Z",
    "lane": "code",
}


def furnished(house: House, folder: Path) -> Cycle:
    """Put something into every room of the house; return its locked cycle."""
    home, ada, rui, noa = house.workspace, house["ada"], house["rui"], house["noa"]
    edition = staged()
    events = folder / "events.jsonl"
    events.write_text(json.dumps(EVENT) + "\n")
    words = ("--source", "Pipelines", "--workspace", home.slug, "--create")
    call_command("import_events", str(events), *words, stdout=io.StringIO())
    first = factories.cycle(home, of=edition)
    asked(first, rui)
    invited(first)
    answered(first, 3, rui, noa)
    file(home, ada, to=(first, "A.1"))
    link(home, rui, to=(first, "A.2"))
    settlement(first)
    dispute(first, "A.2")
    commenting.write(
        cycle_id=first.pk, topic="A.1", author=rui, text="See @ada.", now=NOW
    )
    initiative(home, cycle=first, expected={"A": "4.0"}, owner=rui)
    gate = examined(review(home, edition), True, False)
    decided(gate, "conditional_go", conditions=(condition(noa),))
    capability(home)
    reviewed(burning(home))
    second = factories.cycle(home, of=edition, title="Again")
    return factories.locked(answered(second, 4, rui))


def exported(workspace: Workspace) -> io.BytesIO:
    """Write a workspace to a file in memory."""
    stream = io.BytesIO()
    exporting.write(workspace_id=workspace.pk, stream=stream, now=NOW)
    stream.seek(0)
    return stream


def imported(stream: io.BytesIO, slug: str = "") -> importing.Imported:
    """Read a file in."""
    return importing.read(stream=stream, slug=slug, now=NOW)


def manifest(stream: io.BytesIO) -> dict[str, Any]:
    """Return what a file says about itself."""
    found = json.loads(zipfile.ZipFile(stream).read("manifest.json"))
    return dict(found)


def forget_everything() -> None:
    """Empty the database: another server, before anybody was there."""
    kept = {"django_migrations", "django_content_type", "auth_permission"}
    names = connection.introspection.django_table_names(only_existing=True)
    tables = [name for name in names if name not in kept]
    with guards.lifted(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # What is checked at commit would keep the tables from being emptied.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for sql in connection.ops.sql_flush(
            no_style(), tables, reset_sequences=True, allow_cascade=True
        ):
            cursor.execute(sql)
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
