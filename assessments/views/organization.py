"""Pages: organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.access import Verb
from assessments.forms import organization as forms
from assessments.queries import organization as rows
from assessments.services import organization as services
from assessments.services.refusals import Refusal
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership


@door(Verb.READ, somewhere=True)
def organization(request: HttpRequest, me: Membership) -> HttpResponse:
    """Show the tree of units, services and models."""
    return render(
        request,
        "organization/organization.html",
        {
            "me": me,
            "scopes": rows.scope_rows(
                workspace_id=me.workspace_id, reach=me.reach(Verb.READ)
            ),
            "may_change": me.may(Verb.ADMINISTER),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ADMINISTER)
def scope_new(request: HttpRequest, me: Membership) -> HttpResponse:
    """Add a unit."""
    form = forms.NewUnit(
        request.POST or None, parents=_parents(me), initial=_asked_place(request)
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.add_unit(
                workspace_id=me.workspace_id,
                parent_id=form.cleaned_data["parent"],
                name=form.cleaned_data["name"],
                by=caller(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return _done(request, me, form.cleaned_data["name"])
    return _form(request, me, form, _("Add a unit"))


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ADMINISTER)
def service_new(request: HttpRequest, me: Membership) -> HttpResponse:
    """Add a service or a model."""
    form = forms.NewService(
        request.POST or None, parents=_parents(me), initial=_asked_place(request)
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            services.add_service(
                workspace_id=me.workspace_id,
                parent_id=values["parent"],
                key=values["key"],
                name=values["name"],
                kind=values["kind"],
                by=caller(request),
                now=timezone.now(),
            )
        except services.KeyTaken as refusal:
            form.add_error("key", refusal.sentence)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return _done(request, me, values["name"])
    return _form(request, me, form, _("Add a service or model"))


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ADMINISTER)
def scope_rename(request: HttpRequest, me: Membership, scope_id: int) -> HttpResponse:
    """Give a node another name."""
    scope = _scope(me, scope_id)
    form = forms.Rename(request.POST or None, initial={"name": scope.name})
    if request.method == "POST" and form.is_valid():
        services.rename(
            workspace_id=me.workspace_id,
            scope_id=scope_id,
            name=form.cleaned_data["name"],
            by=caller(request),
            now=timezone.now(),
        )
        return redirect("organization", me.workspace_slug)
    return _form(request, me, form, _("Rename “%(name)s”") % {"name": scope.name})


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ADMINISTER)
def scope_move(request: HttpRequest, me: Membership, scope_id: int) -> HttpResponse:
    """Put a node somewhere else in the tree."""
    scope = _scope(me, scope_id)
    form = forms.Move(
        request.POST or None,
        parents=_parents(me, without=scope),
        initial={"parent": scope.parent_id},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.move(
                workspace_id=me.workspace_id,
                scope_id=scope_id,
                parent_id=form.cleaned_data["parent"],
                by=caller(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("organization", me.workspace_slug)
    return _form(request, me, form, _("Move “%(name)s”") % {"name": scope.name})


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ADMINISTER)
def demo_remove(request: HttpRequest, me: Membership) -> HttpResponse:
    """Ask once, then remove a simulated workspace."""
    if not me.simulated:
        raise Http404
    if request.method == "POST":
        services.remove_workspace(workspace_id=me.workspace_id)
        messages.success(request, _("The demonstration is removed."))
        return redirect("root")
    return render(request, "organization/demo_remove.html", {"me": me})


def _scope(me: Membership, scope_id: int) -> rows.ScopeRow:
    scope = rows.scope_row(workspace_id=me.workspace_id, scope_id=scope_id)
    if scope is None:
        raise Http404
    return scope


def _parents(
    me: Membership, without: rows.ScopeRow | None = None
) -> list[tuple[str, str]]:
    return [
        (str(row.id), row.indented)
        for row in rows.scope_rows(workspace_id=me.workspace_id)
        if row.holds_others
        and (without is None or not row.path.startswith(without.path))
    ]


def _asked_place(request: HttpRequest) -> dict[str, object]:
    return {"parent": request.GET.get("below", "")}


def _done(request: HttpRequest, me: Membership, name: str) -> HttpResponse:
    messages.success(request, _("Added: %(name)s.") % {"name": name})
    return redirect("organization", me.workspace_slug)


def _form(
    request: HttpRequest, me: Membership, form: object, heading: str
) -> HttpResponse:
    errors = getattr(form, "errors", None)
    return render(
        request,
        "organization/scope_form.html",
        {"me": me, "form": form, "heading": heading},
        status=422 if errors else 200,
    )


urlpatterns: list[URLPattern] = [
    path("", organization, name="organization"),
    path("units/new/", scope_new, name="scope_new"),
    path("services/new/", service_new, name="service_new"),
    path("<int:scope_id>/rename/", scope_rename, name="scope_rename"),
    path("<int:scope_id>/move/", scope_move, name="scope_move"),
    path("remove-demonstration/", demo_remove, name="demo_remove"),
]
