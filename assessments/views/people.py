"""Pages: what is kept of people's names in telemetry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import Verb
from assessments.forms import people as forms
from assessments.queries import people as rows
from assessments.services import people as services
from assessments.services.refusals import Refusal
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ADMINISTER)
def people_names(request: HttpRequest, me: Membership) -> HttpResponse:
    """Decide what is kept of people."""
    found = rows.handling(workspace_id=me.workspace_id)
    form = forms.Handling(
        request.POST or None,
        initial={"keep": forms.NOTHING if found.leave_out else forms.PSEUDONYMS},
    )
    if request.method == "POST" and form.is_valid():
        services.choose(
            workspace_id=me.workspace_id,
            leave_out=form.cleaned_data["keep"] == forms.NOTHING,
            by=caller(request),
            now=timezone.now(),
        )
        messages.success(request, _("Kept. It holds for what arrives from now on."))
        return redirect("people_names", me.workspace_slug)
    return render(
        request,
        "organization/people.html",
        {"me": me, "form": form, "found": found},
        status=422 if form.errors else 200,
    )


@require_POST
@door(Verb.ADMINISTER)
def people_key(request: HttpRequest, me: Membership) -> HttpResponse:
    """Make a new key for pseudonyms."""
    try:
        services.rotate(
            workspace_id=me.workspace_id, by=caller(request), now=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("There is a new key. The old one is gone."))
    return redirect("people_names", me.workspace_slug)


urlpatterns = [
    path("organization/people/", people_names, name="people_names"),
    path("organization/people/key/", people_key, name="people_key"),
]
