"""Pages: the reports of a cycle, asked for, watched and downloaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.access import Verb
from assessments.queries import reports as rows
from assessments.services import reporting
from assessments.services.refusals import Refusal
from assessments.tasks import reports as tasks
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from django.http import HttpRequest

    from assessments.queries.members import Membership


def _head(me: Membership, cycle_id: int) -> rows.CycleHead:
    cycle = rows.cycle_head(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if cycle is None:
        raise Http404
    return cycle


@require_GET
@door(Verb.READ)
def reports(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """List a cycle's reports and offer to make one; the list alone for htmx."""
    cycle = _head(me, cycle_id)
    private = me.may(Verb.AUDIT)
    listed = rows.report_rows(
        workspace_id=me.workspace_id, cycle=cycle, private=private
    )
    context = {
        "me": me,
        "cycle": cycle,
        "reports": listed,
        "moving": any(report.moving for report in listed),
        "templates": rows.templates(private=private),
        "languages": settings.LANGUAGES,
        "language": get_language(),
        "may_ask": me.may(Verb.RUN_CYCLE),
    }
    part = request.headers.get("HX-Request") == "true"
    return render(request, f"reports/{'list' if part else 'reports'}.html", context)


@require_POST
@door(Verb.RUN_CYCLE)
def report_new(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Ask for a report; the same scores give the one that is there."""
    cycle = _head(me, cycle_id)
    kind = request.POST.get("kind", "")
    try:
        asked = reporting.ask(
            cycle_id=cycle.id,
            kind=kind,
            language=request.POST.get("language") or get_language() or "",
            named="named" in request.POST,
            by=caller(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        if asked.new:
            transaction.on_commit(lambda: tasks.render.delay(asked.report_id))
            messages.success(request, _("The report is being made."))
        else:
            messages.info(request, _("These scores already have this report."))
    return redirect("reports", me.workspace_slug, cycle.id)


@require_GET
@door(Verb.READ)
def report_file(
    _request: HttpRequest, me: Membership, cycle_id: int, report_id: int
) -> HttpResponse:
    """Give a finished report away as a file to keep."""
    found = rows.report_file(
        workspace_id=me.workspace_id,
        cycle_id=cycle_id,
        report_id=report_id,
        private=me.may(Verb.AUDIT),
    )
    if found is None:
        raise Http404
    place = Path(settings.REPORTS_DIR) / found.stored_as
    if not place.is_file():
        raise Http404
    return HttpResponse(
        place.read_bytes(),
        content_type=found.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{found.offered_as}"',
            "Cache-Control": "private, no-store",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "ETag": f'"{found.sha256}"',
        },
    )


urlpatterns: list[URLPattern] = [
    path("<int:cycle_id>/reports/", reports, name="reports"),
    path("<int:cycle_id>/reports/new/", report_new, name="report_new"),
    path(
        "<int:cycle_id>/reports/<int:report_id>/file/", report_file, name="report_file"
    ),
]
