"""Pages: plans kept under a name, and a cycle planned again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import Verb
from assessments.forms.cycles import Period, TemplateName
from assessments.queries import cycle_templates as rows
from assessments.queries import cycles
from assessments.services import cycle_templates as services
from assessments.services.refusals import Refusal
from assessments.views.cycle_setup import quarter
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership


@door(Verb.RUN_CYCLE)
def cycle_templates(request: HttpRequest, me: Membership) -> HttpResponse:
    """List the plans to start from."""
    found = rows.template_rows(workspace_id=me.workspace_id)
    return render(request, "cycles/templates.html", {"me": me, "templates": found})


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.RUN_CYCLE)
def cycle_from_template(
    request: HttpRequest, me: Membership, template_id: int
) -> HttpResponse:
    """Begin a cycle from a plan: only title and period are asked for."""
    found = rows.template_rows(workspace_id=me.workspace_id)
    template = next((one for one in found if one.id == template_id), None)
    if template is None:
        raise Http404
    form = Period(request.POST or None, initial=quarter(timezone.localdate()))
    if request.method == "POST" and form.is_valid():
        try:
            cycle_id = services.start(
                workspace_id=me.workspace_id,
                template_id=template_id,
                title=form.cleaned_data["title"],
                period_start=form.cleaned_data["period_start"],
                period_end=form.cleaned_data["period_end"],
                by=caller(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.blame(getattr(refusal, "field_name", ""), refusal.sentence)
        else:
            return redirect("cycle_check", me.workspace_slug, cycle_id)
    return render(
        request,
        "cycles/from_template.html",
        {"me": me, "template": template, "form": form},
        status=422 if form.errors else 200,
    )


@require_POST
@door(Verb.RUN_CYCLE)
def cycle_template_forget(
    request: HttpRequest, me: Membership, template_id: int
) -> HttpResponse:
    """Remove a template."""
    services.forget(
        workspace_id=me.workspace_id,
        template_id=template_id,
        by=caller(request),
        now=timezone.now(),
    )
    messages.success(request, _("The template is gone; started cycles stay."))
    return redirect("cycle_templates", me.workspace_slug)


@require_POST
@door(Verb.RUN_CYCLE)
def cycle_template_keep(
    request: HttpRequest, me: Membership, cycle_id: int
) -> HttpResponse:
    """Keep a cycle's plan under a name."""
    _there(me, cycle_id)
    form = TemplateName(request.POST)
    try:
        services.keep(
            cycle_id=cycle_id,
            name=form.data.get("name", ""),
            by=caller(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("cycle", me.workspace_slug, cycle_id)
    messages.success(request, _("The plan is kept: start new cycles from it."))
    return redirect("cycle_templates", me.workspace_slug)


@require_POST
@door(Verb.RUN_CYCLE)
def cycle_again(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Plan the next period of a cycle."""
    _there(me, cycle_id)
    try:
        draft_id = services.again(
            cycle_id=cycle_id, by=caller(request), now=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("cycle", me.workspace_slug, cycle_id)
    return redirect("cycle_check", me.workspace_slug, draft_id)


def _there(me: Membership, cycle_id: int) -> None:
    if cycles.state_of(workspace_id=me.workspace_id, cycle_id=cycle_id) is None:
        raise Http404


urlpatterns: list[URLPattern] = [
    path("templates/", cycle_templates, name="cycle_templates"),
    path(
        "templates/<int:template_id>/", cycle_from_template, name="cycle_from_template"
    ),
    path(
        "templates/<int:template_id>/forget/",
        cycle_template_forget,
        name="cycle_template_forget",
    ),
    path("<int:cycle_id>/template/", cycle_template_keep, name="cycle_template_keep"),
    path("<int:cycle_id>/again/", cycle_again, name="cycle_again"),
]
