"""Files and evidence for tests, made through the services."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import TYPE_CHECKING

from assessments.models import Evidence
from assessments.services import evidencing, supporting
from assessments.services.particulars import Particulars
from tests.factories import NOW

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

    from assessments.models import Cycle, Workspace

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj << /Type /Catalog >> endobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01" + bytes(40)
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)


def packed(parts: dict[str, str]) -> bytes:
    """Return a ZIP archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return made.getvalue()


def office(folder: str, *more: str) -> bytes:
    """Return what is told from the content to be an Office document."""
    parts = ["[Content_Types].xml", f"{folder}/document.xml", *more]
    return packed(dict.fromkeys(parts, "<x/>"))


def said(owner: User, **changes: object) -> Particulars:
    """Return what is said about a piece, of which only the owner matters."""
    made: dict[str, object] = {"owner_id": owner.pk, "dated_on": date(2026, 2, 20)}
    return Particulars(**(made | changes))  # type: ignore[arg-type]  # plain changes


def file(
    workspace: Workspace,
    by: User,
    content: bytes = PDF,
    *,
    name: str = "report.pdf",
    at: datetime = NOW,
    to: tuple[Cycle, str] | None = None,
    **changes: object,
) -> Evidence:
    """Add a file, and let it support a topic."""
    added = evidencing.add_file(
        workspace_id=workspace.pk,
        stream=io.BytesIO(content),
        name=name,
        said=said(by, **changes),
        by=by,
        now=at,
        place=_place(to),
    )
    return Evidence.objects.get(pk=added.evidence_id)


def link(
    workspace: Workspace,
    by: User,
    url: str = "https://wiki.example.org/page",
    *,
    to: tuple[Cycle, str] | None = None,
    **changes: object,
) -> Evidence:
    """Add a link, and let it support a topic."""
    added = evidencing.add_link(
        workspace_id=workspace.pk,
        url=url,
        said=said(by, **changes),
        by=by,
        now=NOW,
        place=_place(to),
    )
    return Evidence.objects.get(pk=added.evidence_id)


def support(evidence: Evidence, cycle: Cycle, topic: str, by: User) -> bool:
    """Let a piece support a topic."""
    return supporting.support(
        evidence_id=evidence.pk,
        place=supporting.Place(cycle_id=cycle.pk, topic=topic),
        by=by,
        now=NOW,
    )


def _place(to: tuple[Cycle, str] | None) -> supporting.Place | None:
    return supporting.Place(cycle_id=to[0].pk, topic=to[1]) if to else None
