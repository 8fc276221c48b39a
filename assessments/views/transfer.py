"""Pages: a whole workspace as a file, asked for, watched and downloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.access import Verb
from assessments.queries import exports_of_workspaces as rows
from assessments.services.transferring import asking
from assessments.tasks import transfer as tasks
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from django.http import HttpRequest

    from assessments.queries.members import Membership


@require_GET
@door(Verb.ADMINISTER)
def transfer(request: HttpRequest, me: Membership) -> HttpResponse:
    """Say what an export holds, list those there are; the list alone for htmx."""
    listed = rows.exports(workspace_id=me.workspace_id)
    context = {
        "me": me,
        "exports": listed,
        "moving": any(export.moving for export in listed),
        "arrival": rows.arrival(workspace_id=me.workspace_id),
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, f"transfer/{'list' if part else 'transfer'}.html", context)


@require_POST
@door(Verb.ADMINISTER)
def export_new(request: HttpRequest, me: Membership) -> HttpResponse:
    """Ask for an export; while one is under way, that one will do."""
    export_id = asking.ask(
        workspace_id=me.workspace_id, by=caller(request), now=timezone.now()
    )
    if export_id is None:
        messages.info(request, _("An export is being made already."))
    else:
        transaction.on_commit(lambda: tasks.export.delay(export_id), robust=True)
        messages.success(request, _("The export is being made."))
    return redirect("transfer", me.workspace_slug)


@require_GET
@door(Verb.ADMINISTER)
def export_file(_request: HttpRequest, me: Membership, export_id: int) -> HttpResponse:
    """Give a finished export away as a file to keep."""
    name = rows.export_file(workspace_id=me.workspace_id, export_id=export_id)
    place = asking.place_of(name) if name else None
    if place is None or not place.is_file():
        raise Http404
    answer = FileResponse(
        place.open("rb"),
        as_attachment=True,
        filename=f"{me.workspace_slug}.zip",
        content_type="application/zip",
        headers={
            "Cache-Control": "private, no-store",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
    return cast("HttpResponse", answer)


urlpatterns: list[URLPattern] = [
    path("move/", transfer, name="transfer"),
    path("move/new/", export_new, name="export_new"),
    path("move/<int:export_id>/file/", export_file, name="export_file"),
]
