"""Pages: the weekly review of error budgets, and its note."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from assessments.access import Verb
from assessments.forms.service_level_acts import Note
from assessments.queries import service_levels as rows
from assessments.services.refusals import Refusal
from assessments.services.service_levels import reviewing
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership

_WEEK = timedelta(days=7)


@door(Verb.READ, somewhere=True)
@require_GET
def this_week(request: HttpRequest, me: Membership) -> HttpResponse:  # noqa: ARG001  # a view's signature
    """Lead to the week that it is."""
    first = rows.monday(timezone.now().date())
    return redirect("service_level_week", me.workspace_slug, first)


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.READ, somewhere=True)
def week(request: HttpRequest, me: Membership, first: date) -> HttpResponse:
    """Show what a week did to every budget; keep what is noted about it."""
    now = timezone.now()
    if not rows.begins_week(first, today=now.date()):
        raise Http404
    form = None
    if request.method == "POST":
        form = Note(request.POST)
        if form.is_valid() and _kept(request, me, first, form):
            messages.success(request, _("The note is kept."))
            return redirect("service_level_week", me.workspace_slug, first)
    found = rows.week(
        workspace_id=me.workspace_id,
        first=first,
        now=now,
        reach=me.reach(Verb.READ),
    )
    return render(
        request,
        "service_levels/week.html",
        {
            "me": me,
            "week": found,
            "form": form or _form(found),
            "before": first - _WEEK,
            "after": None if first + _WEEK > now.date() else first + _WEEK,
            "noted": rows.noted_weeks(workspace_id=me.workspace_id),
            "may_plan": me.may(Verb.PLAN),
        },
        status=422 if form else 200,
    )


def _form(found: rows.Week) -> Note:
    standing = found.note.text if found.note else ""
    return Note(initial={"text": standing, "seen": standing})


def _kept(request: HttpRequest, me: Membership, first: date, form: Note) -> bool:
    if not me.may(Verb.PLAN):
        raise PermissionDenied(Verb.PLAN)
    try:
        reviewing.note(
            workspace_id=me.workspace_id,
            week=first,
            by=caller(request),
            now=timezone.now(),
            **form.cleaned_data,
        )
    except reviewing.Overtaken as refusal:
        form.add_error(None, refusal.sentence)
        standing = rows.note_of(workspace_id=me.workspace_id, first=first)
        # Whoever saves again has seen what stands now.
        form.data = {**request.POST.dict(), "seen": standing.text if standing else ""}
        return False
    except Refusal as refusal:
        form.add_error("text", refusal.sentence)
        return False
    return True
