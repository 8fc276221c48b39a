"""Dashboards with their filters, kept under a name.

What a person keeps for themselves concerns nobody else; what is shared is recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import SavedView
from assessments.services import journal
from assessments.services.refusals import Unfit

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User
    from django.db.models import QuerySet

# Nobody finds anything among more, and each page lists them.
MOST = 50


@transaction.atomic
def keep(
    *,
    workspace_id: int,
    name: str,
    page: str,
    query: str,
    shared: bool,
    by: User,
    now: datetime,
) -> int:
    """Keep a page with its filters under a name."""
    mine = SavedView.objects.filter(workspace_id=workspace_id, owner=by)
    if mine.count() >= MOST:
        raise Unfit(
            "name", _("You keep %(n)s views here. Delete one first.") % {"n": MOST}
        )
    view = SavedView.objects.create(
        workspace_id=workspace_id,
        owner=by,
        name=_free(mine, name),
        page=page,
        query=query,
        shared=shared,
        created_at=now,
    )
    if shared:
        _tell(view, "saved_view.shared", by, now)
    return view.pk


@transaction.atomic
def rename(*, view_id: int, name: str, by: User, now: datetime) -> None:
    """Give a view another name."""
    view = SavedView.objects.select_for_update().get(pk=view_id)
    others = SavedView.objects.filter(
        workspace_id=view.workspace_id, owner_id=view.owner_id
    )
    view.name = _free(others.exclude(pk=view_id), name)
    view.save(update_fields=["name"])
    if view.shared:
        _tell(view, "saved_view.renamed", by, now)


@transaction.atomic
def delete(*, view_id: int, by: User, now: datetime) -> None:
    """Forget a view."""
    view = SavedView.objects.select_for_update().get(pk=view_id)
    if view.shared:
        _tell(view, "saved_view.deleted", by, now)
    view.delete()


def _free(taken: QuerySet[SavedView], name: str) -> str:
    name = " ".join(name.split())
    if taken.filter(name=name).exists():
        raise Unfit("name", _("You have a view of this name. Name this one otherwise."))
    return name


def _tell(view: SavedView, verb: str, by: User, now: datetime) -> None:
    journal.record(
        workspace_id=view.workspace_id,
        verb=verb,
        target=("saved_view", view.pk),
        by=by,
        at=now,
        detail={"name": view.name, "page": view.page, "query": view.query},
    )
