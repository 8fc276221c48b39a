"""Pages: links for sharing a result, and the result that they show to anybody."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from assessments.access import Verb
from assessments.charts import answer
from assessments.forms import sharing as forms
from assessments.queries import cycles as cycle_rows
from assessments.queries import results as queries
from assessments.queries import sharing as rows
from assessments.services import sharing as services
from assessments.services.refusals import Refusal, Unfit
from assessments.views import reading
from assessments.views.doors import caller, door
from assessments.views.results.shared import by_pillar, side_by_side

if TYPE_CHECKING:
    from django.http import HttpRequest

    from assessments.queries.cycles import CycleRow
    from assessments.queries.members import Membership

_USUAL_DAYS = 30


def _cycle(me: Membership, cycle_id: int) -> CycleRow:
    cycle = cycle_rows.cycle(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if cycle is None:
        raise Http404
    return cycle


@door(Verb.RUN_CYCLE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def share_links(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """List a cycle's links; make one, and show it once."""
    cycle = _cycle(me, cycle_id)
    now = timezone.now()
    usual = {"expires_on": timezone.localdate(now) + timedelta(days=_USUAL_DAYS)}
    posted = request.method == "POST"
    form = forms.Share(request.POST.dict() if posted else None, initial=usual)
    address = ""
    if form.is_bound and form.is_valid():
        try:
            address = services.share(
                cycle_id=cycle_id,
                label=form.cleaned_data["label"],
                expires_on=form.cleaned_data["expires_on"],
                zone=ZoneInfo(me.time_zone),
                by=caller(request),
                now=now,
            )
            form = forms.Share(initial=usual)
        except Unfit as unfit:
            form.add_error(unfit.field_name, unfit.sentence)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
    return render(
        request,
        "shared/links.html",
        {
            "me": me,
            "cycle": cycle,
            "form": form,
            "address": address,
            "links": rows.share_rows(cycle_id=cycle_id, now=now),
        },
        status=422 if form.errors else 200,
    )


@door(Verb.RUN_CYCLE)
@require_POST
def share_link_revoke(
    request: HttpRequest, me: Membership, cycle_id: int, link_id: int
) -> HttpResponse:
    """Let a link open nothing any more."""
    _cycle(me, cycle_id)
    if not services.revoke(
        cycle_id=cycle_id, link_id=link_id, by=caller(request), now=timezone.now()
    ):
        raise Http404
    messages.success(request, _("The link is revoked and opens nothing any more."))
    return redirect("share_links", me.workspace_slug, cycle_id)


@never_cache
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Show a result to whoever holds the link.

    A link that is unknown, over or revoked gives the same answer as any other.
    """
    found = services.look(token=token, now=timezone.now())
    if found is None:
        return _apart(render(request, "shared/closed.html", status=404))
    reading.use_zone(request, found.time_zone)
    results = queries.results(cycle_id=found.cycle_id)
    context = {
        "results": results,
        "head": results.header,
        "answer": answer.answer(results),
        "groups": by_pillar(results),
        "metrics": side_by_side(results),
        "view": "profile",
        "expires_at": found.expires_at - timedelta(seconds=1),
    }
    return _apart(render(request, "shared/result.html", context))


def _apart(response: HttpResponse) -> HttpResponse:
    """Keep the address, which is the secret, from other sites and from indexes."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


workspace_patterns: list[URLPattern] = [
    path("<int:cycle_id>/share/", share_links, name="share_links"),
    path(
        "<int:cycle_id>/share/<int:link_id>/revoke/",
        share_link_revoke,
        name="share_link_revoke",
    ),
]
urlpatterns: list[URLPattern] = [path("shared/<str:token>/", shared, name="shared")]
