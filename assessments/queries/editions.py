"""The editions that a workspace may use: those shipped and its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf.locale import LANG_INFO
from django.db.models import Count, F, Q

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
class LanguageRow:
    """A language that an edition can be read in."""

    code: str
    name: str  # as its speakers call it


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationRow:
    """How a part of an edition relates to another one."""

    said: rubric.Relation
    edition_id: int | None  # the newest of that key, if the workspace has one


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionPage:
    """An edition with all that is in it, in one of its languages."""

    row: EditionRow
    framework: rubric.Edition
    languages: tuple[LanguageRow, ...]
    relations: tuple[RelationRow, ...]


def edition_rows(*, workspace_id: int) -> list[EditionRow]:
    """Return all editions that the workspace may use, shipped ones first.

    Of each key the drafts come first, then the one published last.
    """
    newest = F("published_at").desc(nulls_first=True)
    listed = _usable(workspace_id).defer("document")
    found = listed.order_by("key", newest, "-pk")
    rows = [_row(edition) for edition in found]
    return sorted(rows, key=lambda row: not row.shipped)


def edition(
    *, workspace_id: int, edition_id: int, language: str = ""
) -> EditionPage | None:
    """Return one edition that the workspace may use, or None."""
    found = _usable(workspace_id).defer("document").filter(pk=edition_id).first()
    if found is None:
        return None
    framework = frameworks.framework(sha256=found.sha256)
    return EditionPage(
        row=_row(found),
        framework=frameworks.framework(sha256=found.sha256, language=language),
        languages=tuple(map(_language, framework.languages)),
        relations=_relations(workspace_id, framework),
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


def _language(code: str) -> LanguageRow:
    known = LANG_INFO.get(code) or LANG_INFO.get(code.partition("-")[0]) or {}
    return LanguageRow(code=code, name=str(known.get("name_local", code)))


def _relations(workspace_id: int, framework: rubric.Edition) -> tuple[RelationRow, ...]:
    keys = {one.edition for one in framework.crosswalk}
    there = _usable(workspace_id).filter(key__in=keys, state=EditionState.PUBLISHED)
    newest = dict(there.order_by("published_at", "pk").values_list("key", "pk"))
    return tuple(
        RelationRow(said=one, edition_id=newest.get(one.edition))
        for one in framework.crosswalk
    )


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
