"""Drafts of editions as their editor shows them: parts, marks, codes once used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from assessments.models import Edition, EditionState
from assessments.queries import edition_diffs, edition_parts
from assessments.queries.edition_parts import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessments.queries.edition_diffs import Comparison
    from assessments.queries.edition_parts import Part, Plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What a code stands for, and in which version."""

    kind: Kind
    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineRow:
    """A part in the outline of a draft; `marks` are the labels of what changed."""

    kind: Kind
    code: str
    name: str
    index: int
    last: bool
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft of the workspace, and what it differs in from where it was copied."""

    id: int
    key: str
    version: str
    title: str
    sha256: str
    document: Plain
    based_on_id: int | None
    based_on: str
    cycles: int
    comparison: Comparison | None

    def part(self, kind: Kind, code: str = "") -> Part | None:
        """Return a part of the document, or None."""
        return edition_parts.find(self.document, kind, code)

    @property
    def outline(self) -> tuple[OutlineRow, ...]:
        """Every pillar, domain, topic and criterion, in order."""
        return tuple(
            OutlineRow(
                kind=part.kind,
                code=part.code,
                name=str(part.plain.get("name") or ""),
                index=part.index,
                last=part.index == len(part.siblings) - 1,
                marks=self.marks(part.kind, part.code),
            )
            for part in edition_parts.walk(self.document)
            if part.kind in edition_parts.LISTS
        )

    @property
    def tree(
        self,
    ) -> list[tuple[OutlineRow, list[tuple[OutlineRow, list[OutlineRow]]]]]:
        """The outline as pillars with their domains with what is inside of those."""
        pillars: list[tuple[OutlineRow, list[tuple[OutlineRow, list[OutlineRow]]]]] = []
        for row in self.outline:
            if row.kind is Kind.PILLAR:
                pillars.append((row, []))
            elif row.kind is Kind.DOMAIN:
                pillars[-1][1].append((row, []))
            else:
                pillars[-1][1][-1][1].append(row)
        return pillars

    def marks(self, kind: Kind, code: str = "") -> tuple[str, ...]:
        """Return in words what changed of a part since it was copied."""
        if self.comparison is None:
            return ()
        return self.comparison.marks(kind.value, code)


def draft(*, workspace_id: int, edition_id: int) -> Draft | None:
    """Return a draft of the workspace's own, or None."""
    found = (
        Edition.objects.filter(
            workspace_id=workspace_id, pk=edition_id, state=EditionState.DRAFT
        )
        .select_related("based_on")
        .defer("based_on__document")
        .first()
    )
    if found is None:
        return None
    base = found.based_on
    return Draft(
        id=found.pk,
        key=found.key,
        version=found.version,
        title=found.title,
        sha256=found.sha256,
        document=found.document,
        based_on_id=found.based_on_id,
        based_on=f"{base.key} {base.version}" if base else "",
        cycles=found.cycles.count(),
        comparison=edition_diffs.of_rows(base, found) if base else None,
    )


def version_to_offer(*, workspace_id: int, edition_id: int) -> str:
    """Return a version that a copy could bear: the next number that is free."""
    found = Edition.objects.only("key", "version", "workspace_id").get(pk=edition_id)
    offered = Q(workspace_id=workspace_id) | Q(workspace=None)
    taken = set(
        Edition.objects.filter(offered, key=found.key).values_list("version", flat=True)
    )
    stem, _, last = found.version.rpartition("-")
    if found.workspace_id is None or not (stem and last.isdigit()):
        stem, last = found.version, "0"
    number = int(last) + 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def used_codes(*, edition_id: int) -> Mapping[str, Use]:
    """Return every code that a draft or an edition of its line has ever given."""
    draft = Edition.objects.get(pk=edition_id)
    own = Q(workspace_id=draft.workspace_id) | Q(workspace=None)
    line = [draft, *Edition.objects.filter(own, key=draft.key).exclude(pk=edition_id)]
    base = draft.based_on
    while base is not None:
        line.append(base)
        base = base.based_on
    used: dict[str, Use] = {}
    for edition in line:
        for part in edition_parts.walk(edition.document):
            name = str(part.plain.get("name") or "")
            use = Use(kind=part.kind, name=name, version=edition.version)
            if part.code:
                used.setdefault(part.code, use)
    return used
