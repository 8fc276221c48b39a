"""The organization tree, for show and for choosing a place in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.models import Scope, ScopeKind, Workspace
from assessments.queries.reach import EVERYWHERE, under

if TYPE_CHECKING:
    from assessments.queries.reach import Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeRow:
    """One node of the tree, in the order in which it is read."""

    id: int
    parent_id: int | None
    name: str
    kind: str
    kind_label: str
    depth: int
    path: str
    key: str | None  # how events name it; None for organizations and units

    @property
    def holds_others(self) -> bool:
        """Whether units, services and models may stand below it."""
        return self.kind in (ScopeKind.ORGANIZATION, ScopeKind.UNIT)

    @property
    def indented(self) -> str:
        """The name, set in by its depth, for a list of choices."""
        return "\u2003" * self.depth + self.name


def scope_rows(*, workspace_id: int, reach: Reach = EVERYWHERE) -> list[ScopeRow]:
    """Return the tree within reach: nodes after their parents, siblings by name."""
    scopes = Scope.objects.filter(under("path", reach), workspace_id=workspace_id)
    nodes = list(scopes.select_related("service").order_by("name", "pk"))
    there = {scope.pk for scope in nodes}
    below: dict[int | None, list[Scope]] = {}
    for scope in nodes:
        parent = scope.parent_id if scope.parent_id in there else None
        below.setdefault(parent, []).append(scope)
    rows: list[ScopeRow] = []
    waiting = [(scope, 0) for scope in reversed(below.get(None, []))]
    while waiting:
        scope, depth = waiting.pop()
        rows.append(_row(scope, depth))
        children = below.get(scope.pk, [])
        waiting.extend((child, depth + 1) for child in reversed(children))
    return rows


def scope_row(*, workspace_id: int, scope_id: int) -> ScopeRow | None:
    """Return one node, or None when the workspace has no such node."""
    rows = scope_rows(workspace_id=workspace_id)
    return next((row for row in rows if row.id == scope_id), None)


def _row(scope: Scope, depth: int) -> ScopeRow:
    service = getattr(scope, "service", None)
    return ScopeRow(
        id=scope.pk,
        parent_id=scope.parent_id,
        name=scope.name,
        kind=scope.kind,
        kind_label=scope.get_kind_display(),
        depth=depth,
        path=scope.path,
        key=service.key if service else None,
    )


def slug_of(*, workspace_id: int) -> str:
    """Return the workspace's name in addresses."""
    return Workspace.objects.values_list("slug", flat=True).get(pk=workspace_id)
