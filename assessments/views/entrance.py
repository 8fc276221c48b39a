"""Pages before a workspace is chosen: the entrance, help, creating a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from assessments.forms import organization as forms
from assessments.queries import members
from assessments.queries import organization as rows
from assessments.services import organization
from assessments.services.refusals import Refusal
from assessments.views.doors import caller

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

WORDS = (
    (
        _("Scope"),
        _("A part of the organization: the whole, a unit, a service, a model."),
    ),
    (
        _("Cycle"),
        _(
            "One assessment of one scope over one period: draft, open, in review,"
            " locked. A locked cycle can never change again."
        ),
    ),
    (
        _("Edition"),
        _(
            "One release of a framework: its questions, levels, weights and measured"
            " criteria. It never changes once published."
        ),
    ),
    (_("Domain and topic"), _("A domain has topics; a topic is one question.")),
    (
        _("Level"),
        _("A step on the edition's own scale; the edition describes each whole level."),
    ),
    (
        _("Declared, measured, agreed"),
        _(
            "What people answered, what telemetry proposes, what a named person"
            " accepted or decided. The three are never merged."
        ),
    ),
    (
        _("Coverage"),
        _("The share of what should be known that is known. Too little: no level."),
    ),
    (_("Confidence"), _("How sure the people who answered are.")),
    (
        _("Unknown and not applicable"),
        _("Two answers of their own, shown as a dash with the reason; never a zero."),
    ),
    (_("Provisional"), _("Measured from fewer cases than the edition asks for.")),
    (_("Vantage point"), _("From where a person answers: leadership, practitioner, …")),
    (_("Lane"), _("Code or model: both are measured alike and never averaged.")),
    (_("Service"), _("What is delivered: a service or a model, known by its key.")),
    (_("Source"), _("A connected account on a platform, from which telemetry comes.")),
)


@login_required
def root(request: HttpRequest) -> HttpResponse:
    """Go to the only workspace, or let the person choose one."""
    mine = members.memberships(user_id=caller(request).pk)
    if len(mine) == 1:
        return redirect("home", mine[0].workspace_slug)
    return render(request, "home/choose.html", {"memberships": mine})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def workspace_new(request: HttpRequest) -> HttpResponse:
    """Let staff found a workspace, which they then lead."""
    person = caller(request)
    if not person.is_staff:
        raise PermissionDenied
    form = forms.NewWorkspace(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            pk = organization.create_workspace(
                name=form.cleaned_data["name"], by=person, now=timezone.now()
            )
        except Refusal as refusal:
            form.add_error("name", refusal.sentence)
        else:
            return redirect("home", rows.slug_of(workspace_id=pk))
    return render(
        request,
        "home/workspace_new.html",
        {"form": form},
        status=422 if form.errors else 200,
    )


def help_(request: HttpRequest) -> HttpResponse:
    """Explain the product's words and whom to ask."""
    return render(request, "home/help.html", {"words": WORDS})


urlpatterns: list[URLPattern] = [
    path("", root, name="root"),
    path("help/", help_, name="help"),
    path("workspaces/new/", workspace_new, name="workspace_new"),
]
