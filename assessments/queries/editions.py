"""The editions that a workspace may use: those shipped and its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from assessments.models import Edition, EditionState, Workspace
from assessments.queries import frameworks
from scoring import rubric

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionRow:
    """An edition in a list."""

    id: int
    key: str
    version: str
    title: str
    state: str
    state_label: str
    published: bool
    shipped: bool
    sha256: str
    published_at: datetime | None
    domains: int
    topics: int
    criteria: int
    cycles: int  # of the workspace that asks


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionPage:
    """An edition with all that is in it."""

    row: EditionRow
    framework: rubric.Edition


def edition_rows(*, workspace_id: int) -> list[EditionRow]:
    """Return all editions that the workspace may use, shipped ones first."""
    found = _usable(workspace_id).order_by("key", "-version", "pk")
    rows = [_row(edition) for edition in found]
    return sorted(rows, key=lambda row: not row.shipped)


def edition(*, workspace_id: int, edition_id: int) -> EditionPage | None:
    """Return one edition that the workspace may use, or None."""
    found = _usable(workspace_id).filter(pk=edition_id).first()
    if found is None:
        return None
    return EditionPage(
        row=_row(found), framework=frameworks.framework(sha256=found.sha256)
    )


def canonical(*, workspace_id: int, edition_id: int) -> str | None:
    """Return the text that the edition's hash is of, or None."""
    found = _usable(workspace_id).filter(pk=edition_id).first()
    return None if found is None else rubric.canonical(found.document)


def workspace_id(*, slug: str) -> int | None:
    """Return the id of the workspace with that slug, or None."""
    return Workspace.objects.filter(slug=slug).values_list("pk", flat=True).first()


def _usable(workspace_id: int) -> QuerySet[Edition]:
    own = Q(workspace_id=workspace_id)
    used = Count("cycles", filter=Q(cycles__workspace_id=workspace_id))
    return Edition.objects.filter(Q(workspace=None) | own).annotate(used=used)


def _row(found: Edition) -> EditionRow:
    framework = frameworks.framework(sha256=found.sha256)
    return EditionRow(
        id=found.pk,
        key=found.key,
        version=found.version,
        title=found.title,
        state=found.state,
        state_label=found.get_state_display(),
        published=found.state == EditionState.PUBLISHED,
        shipped=found.workspace_id is None,
        sha256=found.sha256,
        published_at=found.published_at,
        domains=len(framework.domains),
        topics=len(framework.topics),
        criteria=len(framework.criteria),
        cycles=getattr(found, "used", 0),
    )
