"""Pages: the platform's catalogue, and who gets what how."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from assessments.access import Verb
from assessments.forms import platform as forms
from assessments.queries import plan
from assessments.queries import platform as rows
from assessments.services import platform as services
from assessments.services.refusals import Refusal
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from django import forms as django_forms
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership


@door(Verb.READ, somewhere=True)
@require_GET
def platform(request: HttpRequest, me: Membership) -> HttpResponse:
    """Show the catalogue: capabilities down, parts of the organization across."""
    return render(
        request,
        "platform/platform.html",
        {
            "me": me,
            "grid": rows.grid(workspace_id=me.workspace_id, reach=me.reach(Verb.READ)),
            "provisions": rows.PROVISIONS,
            "may_plan": me.may(Verb.PLAN),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.PLAN)
def capability_new(request: HttpRequest, me: Membership) -> HttpResponse:
    """Put a capability into the catalogue."""
    form = _offer_form(request, me)
    if request.method == "POST" and form.is_valid():
        try:
            capability_id = services.add(
                workspace_id=me.workspace_id,
                offer=_offer(form),
                by=caller(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            _blame(form, refusal)
        else:
            messages.success(request, _("Added. Say now which units get it, and how."))
            return redirect("capability", me.workspace_slug, capability_id)
    return _form_page(request, me, form, _("Add a capability"))


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.PLAN)
def capability_start(request: HttpRequest, me: Membership) -> HttpResponse:
    """Begin the catalogue with what a platform usually offers."""
    offered = rows.suggestions(workspace_id=me.workspace_id)
    form = forms.Start(
        request.POST if request.method == "POST" else None, suggestions=offered
    )
    if request.method == "POST" and form.is_valid():
        chosen = set(form.cleaned_data["chosen"])
        added = services.begin(
            workspace_id=me.workspace_id,
            offers=[
                services.Offer(name=one.name, text=one.text, area=one.area[:80])
                for one in offered
                if one.code in chosen
            ],
            by=caller(request),
            now=timezone.now(),
        )
        messages.success(
            request,
            ngettext("%(n)s capability added.", "%(n)s capabilities added.", added)
            % {"n": added},
        )
        return redirect("platform", me.workspace_slug)
    return render(
        request,
        "platform/start.html",
        {"me": me, "form": form, "offered": offered},
        status=422 if form.errors else 200,
    )


@door(Verb.READ, somewhere=True)
@require_GET
def capability(
    request: HttpRequest, me: Membership, capability_id: int
) -> HttpResponse:
    """Show a capability, and the form with which units say how they get it."""
    return _page(request, me, _capability(me, capability_id))


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.PLAN)
def capability_edit(
    request: HttpRequest, me: Membership, capability_id: int
) -> HttpResponse:
    """Describe a capability anew."""
    found = _capability(me, capability_id)
    form = _offer_form(request, me, found)
    if request.method == "POST" and form.is_valid():
        try:
            services.revise(
                workspace_id=me.workspace_id,
                capability_id=capability_id,
                offer=_offer(form),
                by=caller(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            _blame(form, refusal)
        else:
            return redirect("capability", me.workspace_slug, capability_id)
    return _form_page(request, me, form, _("Change “%(name)s”") % {"name": found.name})


@require_POST
@door(Verb.PLAN, somewhere=True)
def capability_access(
    request: HttpRequest, me: Membership, capability_id: int
) -> HttpResponse:
    """Say for the parts that one plans for how they get a capability."""
    found = _capability(me, capability_id)
    form = _access_form(request, me, found)
    if form.is_valid():
        try:
            services.provide(
                workspace_id=me.workspace_id,
                capability_id=capability_id,
                access={
                    scope_id: services.Access(provision=provision, wait_hours=wait)
                    for scope_id, (provision, wait) in form.said().items()
                },
                by=caller(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            _blame(form, refusal)
        else:
            messages.success(request, _("Kept."))
            return redirect("capability", me.workspace_slug, capability_id)
    return _page(request, me, found, form)


@require_POST
@door(Verb.PLAN)
def capability_remove(
    request: HttpRequest, me: Membership, capability_id: int
) -> HttpResponse:
    """Take a capability out of the catalogue."""
    services.remove(
        workspace_id=me.workspace_id,
        capability_id=capability_id,
        by=caller(request),
        now=timezone.now(),
    )
    messages.success(request, _("It is out of the catalogue."))
    return redirect("platform", me.workspace_slug)


# ── what the pages are made of ─────────────────────────────────────────────────────


def _capability(me: Membership, capability_id: int) -> rows.CapabilityRow:
    found = rows.capability(
        workspace_id=me.workspace_id,
        capability_id=capability_id,
        reach=me.reach(Verb.READ),
    )
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    me: Membership,
    found: rows.CapabilityRow,
    form: forms.Access | None = None,
) -> HttpResponse:
    asked = form or _access_form(None, me, found)
    return render(
        request,
        "platform/capability.html",
        {
            "me": me,
            "capability": found,
            "form": asked if asked.cells else None,
            "may_plan": me.may(Verb.PLAN),
        },
        status=422 if form else 200,
    )


def _access_form(
    request: HttpRequest | None, me: Membership, found: rows.CapabilityRow
) -> forms.Access:
    mine = [
        cell for cell in found.cells if me.standing.may(Verb.PLAN, at=cell.unit.path)
    ]
    return forms.Access(
        request.POST if request else None, cells=mine, provisions=rows.PROVISIONS
    )


def _offer_form(
    request: HttpRequest, me: Membership, found: rows.CapabilityRow | None = None
) -> forms.Offer:
    initial = (
        {
            "name": found.name,
            "text": found.text,
            "area": found.area,
            "team": found.team_id,
            "url": found.url,
        }
        if found
        else {}
    )
    return forms.Offer(
        request.POST if request.method == "POST" else None,
        teams=plan.scope_choices(workspace_id=me.workspace_id, reach=("/",)),
        initial=initial,
    )


def _offer(form: forms.Offer) -> services.Offer:
    values = form.cleaned_data
    return services.Offer(
        name=values["name"],
        text=values["text"],
        area=values["area"],
        team_id=values["team"],
        url=values["url"],
    )


def _form_page(
    request: HttpRequest, me: Membership, form: forms.Offer, heading: str
) -> HttpResponse:
    return render(
        request,
        "platform/form.html",
        {"me": me, "form": form, "heading": heading},
        status=422 if form.errors else 200,
    )


def _blame(form: django_forms.Form, refusal: Refusal) -> None:
    field = getattr(refusal, "field_name", None)
    form.add_error(field if field in form.fields else None, refusal.sentence)


urlpatterns: list[URLPattern] = [
    path("", platform, name="platform"),
    path("capabilities/new/", capability_new, name="capability_new"),
    path("capabilities/start/", capability_start, name="capability_start"),
    path("capabilities/<int:capability_id>/", capability, name="capability"),
    path(
        "capabilities/<int:capability_id>/change/",
        capability_edit,
        name="capability_edit",
    ),
    path(
        "capabilities/<int:capability_id>/access/",
        capability_access,
        name="capability_access",
    ),
    path(
        "capabilities/<int:capability_id>/remove/",
        capability_remove,
        name="capability_remove",
    ),
]
