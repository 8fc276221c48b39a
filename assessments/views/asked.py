"""Pages: what one person is asked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import Verb
from assessments.forms.participants import HandOver
from assessments.queries import calibration, participation
from assessments.queries.assignments import answering_members, is_guest
from assessments.services import handing, participating
from assessments.services.refusals import Refusal
from assessments.tasks.notices import ask
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership
    from assessments.queries.participation import AskedCycle, DomainCell

# How long the link of a colleague without an account opens.
_LINK_LIFE = timedelta(days=30)


@door(Verb.ANSWER, somewhere=True)
def asked(request: HttpRequest, me: Membership) -> HttpResponse:
    """List what I am asked in every cycle, with what is missing."""
    today = timezone.localdate()
    found = participation.asked_cycles(
        workspace_id=me.workspace_id,
        person_id=me.user_id,
        reach=me.reach(Verb.ANSWER),
    )
    workshops = calibration.under_way(workspace_id=me.workspace_id)
    return render(
        request,
        "participants/asked.html",
        {
            "me": me,
            "cycles": [
                (one, one.overdue(today), workshops.get(one.id)) for one in found
            ],
        },
    )


@require_POST
@door(Verb.ANSWER)
def domain_finish(
    request: HttpRequest, me: Membership, cycle_id: int, domain: str
) -> HttpResponse:
    """Say that I am done with a domain, or that I am not."""
    cycle, cell = _mine(me, cycle_id, domain)
    service = participating.finish
    sentence = _("You are done with %(domain)s. Answering again takes that back.")
    if "undo" in request.POST:
        service = participating.unfinish
        sentence = _("%(domain)s is open for you again.")
    try:
        service(
            cycle_id=cycle.id, domain=domain, person=caller(request), now=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, sentence % {"domain": cell.name})
    if request.POST.get("back") == "domain":
        return redirect("answer_domain", me.workspace_slug, cycle_id, domain)
    return redirect("asked", me.workspace_slug)


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ANSWER)
def hand_over(
    request: HttpRequest, me: Membership, cycle_id: int, domain: str
) -> HttpResponse:
    """Give one of my domains to a colleague, with a note."""
    cycle, cell = _mine(me, cycle_id, domain)
    if not cycle.named:
        # Everybody is asked everything: there is nothing that is mine to give.
        raise Http404
    form = HandOver(request.POST or None, colleagues=_colleagues(me))
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            who = handing.hand_over(
                cycle_id=cycle_id,
                domain=domain,
                person=caller(request),
                note=form.cleaned_data["note"],
                to_id=form.cleaned_data["to"],
                email=form.cleaned_data["email"],
                zone=timezone.get_current_timezone(),
                expires_on=(timezone.localtime(now) + _LINK_LIFE).date(),
                now=now,
            )
        except Refusal as refusal:
            form.blame(getattr(refusal, "field_name", ""), refusal.sentence)
        else:
            ask()
            messages.success(
                request,
                _("%(domain)s is with %(who)s now, who is told by e-mail.")
                % {"domain": cell.name, "who": who},
            )
            return redirect("asked", me.workspace_slug)
    return render(
        request,
        "participants/hand_over.html",
        {"me": me, "cycle": cycle, "domain": cell, "form": form},
        status=422 if form.errors else 200,
    )


def _mine(me: Membership, cycle_id: int, domain: str) -> tuple[AskedCycle, DomainCell]:
    """Return the cycle and the domain, if I am asked for it."""
    found = participation.asked_cycles(
        workspace_id=me.workspace_id,
        person_id=me.user_id,
        reach=me.reach(Verb.ANSWER),
    )
    for cycle in found:
        for cell in cycle.domains:
            if (cycle.id, cell.code) == (cycle_id, domain):
                return cycle, cell
    raise Http404


def _colleagues(me: Membership) -> list[tuple[int, str]]:
    """Return whom I may choose; who came by a link is shown nobody."""
    if is_guest(person_id=me.user_id):
        return []
    members = answering_members(workspace_id=me.workspace_id, path=me.at or "/")
    return [(one.id, one.name) for one in members if one.id != me.user_id]


urlpatterns: list[URLPattern] = [
    path("asked/", asked, name="asked"),
    path(
        "cycles/<int:cycle_id>/asked/<str:domain>/done/",
        domain_finish,
        name="domain_finish",
    ),
    path(
        "cycles/<int:cycle_id>/asked/<str:domain>/hand-over/",
        hand_over,
        name="hand_over",
    ),
]
