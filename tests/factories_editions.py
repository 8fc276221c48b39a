"""Drafts of editions for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from assessments.models import Edition
from assessments.queries import edition_parts
from assessments.services import editing
from tests import factories

if TYPE_CHECKING:
    from assessments.models import Workspace
    from assessments.queries.edition_parts import Kind, Part
    from scoring.events import Json


def draft(
    of: Edition,
    workspace: Workspace,
    *,
    version: str = "2",
    key: str = "",
    title: str = "",
) -> Edition:
    """Copy a published edition into a draft of the workspace."""
    pk = editing.copy(
        edition_id=of.pk,
        workspace_id=workspace.pk,
        key=key or of.key,
        version=version,
        title=title or of.title,
        by=factories.person("ada"),
        now=factories.NOW,
    )
    return Edition.objects.get(pk=pk)


def part(draft: Edition, kind: Kind, code: str = "") -> Part:
    """Return a part of a draft as it is stored now."""
    draft.refresh_from_db()
    return cast("Part", edition_parts.find(draft.document, kind, code))


def edited(
    draft: Edition,
    kind: Kind,
    code: str = "",
    /,
    *,
    opened: str | None = None,
    **fields: Json,
) -> Edition:
    """Change fields of a part, as somebody who has just opened it."""
    editing.change(
        edition_id=draft.pk,
        workspace_id=cast("int", draft.workspace_id),
        kind=kind,
        code=code,
        opened=part(draft, kind, code).digest() if opened is None else opened,
        fields=fields,
        by=factories.person("ada"),
        now=factories.NOW,
    )
    draft.refresh_from_db()
    return draft
