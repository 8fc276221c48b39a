"""Pages: dashboards that a person keeps under a name, or shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessments.access import Verb
from assessments.forms import saved_views as forms
from assessments.queries import saved_views as rows
from assessments.services import saved_views as services
from assessments.services.refusals import Unfit
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership
    from assessments.queries.saved_views import ViewRow


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A view with its address, and whether this person may change it."""

    row: ViewRow
    page: str
    href: str
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a dashboard offers of its own views."""

    page: str
    views: list[View]
    may_share: bool


def kept(me: Membership, page: str) -> Kept:
    """Return the views of one dashboard."""
    found = rows.view_rows(workspace_id=me.workspace_id, user_id=me.user_id, page=page)
    return Kept(
        page=page,
        views=[_view(me, row) for row in found],
        may_share=me.may(Verb.PLAN),
    )


def _view(me: Membership, row: ViewRow) -> View:
    address = reverse(row.page, args=[me.workspace_slug])
    return View(
        row=row,
        page=str(forms.PAGES[row.page]),
        href=f"{address}?{row.query}" if row.query else address,
        # What is shared can be tidied up after somebody has left.
        may_change=row.mine or (row.shared and me.may(Verb.ADMINISTER)),
    )


@door(Verb.READ, somewhere=True)
@require_GET
def saved_views(request: HttpRequest, me: Membership) -> HttpResponse:
    """List what this person keeps, and what others share."""
    found = rows.view_rows(workspace_id=me.workspace_id, user_id=me.user_id)
    return render(
        request,
        "dashboards/views.html",
        {"me": me, "views": [_view(me, row) for row in found]},
    )


@door(Verb.READ, somewhere=True)
@require_http_methods(["GET", "HEAD", "POST"])
def saved_view_new(request: HttpRequest, me: Membership) -> HttpResponse:
    """Keep a dashboard as it is shown under a name."""
    sent = request.POST if request.method == "POST" else None
    form = forms.Keep(sent, initial=request.GET.dict())
    if not me.may(Verb.PLAN):
        del form.fields["shared"]
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        try:
            services.keep(
                workspace_id=me.workspace_id,
                name=values["name"],
                page=values["page"],
                query=values["query"],
                shared=values.get("shared", False),
                by=caller(request),
                now=timezone.now(),
            )
        except Unfit as unfit:
            form.add_error(unfit.field_name, unfit.sentence)
        else:
            messages.success(request, _("The view is saved."))
            address = reverse(values["page"], args=[me.workspace_slug])
            return redirect(f"{address}?{values['query']}")
    return _form(request, me, form, _("Save a view"))


@door(Verb.READ, somewhere=True)
@require_http_methods(["GET", "HEAD", "POST"])
def saved_view_rename(
    request: HttpRequest, me: Membership, view_id: int
) -> HttpResponse:
    """Give a view another name."""
    row = _changeable(me, view_id)
    sent = request.POST if request.method == "POST" else None
    form = forms.Name(sent, initial={"name": row.name})
    if form.is_bound and form.is_valid():
        try:
            services.rename(
                view_id=row.id,
                name=form.cleaned_data["name"],
                by=caller(request),
                now=timezone.now(),
            )
        except Unfit as unfit:
            form.add_error(unfit.field_name, unfit.sentence)
        else:
            return redirect("saved_views", me.workspace_slug)
    return _form(request, me, form, _("Rename a view"))


@door(Verb.READ, somewhere=True)
@require_POST
def saved_view_delete(
    request: HttpRequest, me: Membership, view_id: int
) -> HttpResponse:
    """Forget a view."""
    row = _changeable(me, view_id)
    services.delete(view_id=row.id, by=caller(request), now=timezone.now())
    messages.success(request, _("“%(name)s” is deleted.") % {"name": row.name})
    return redirect("saved_views", me.workspace_slug)


def _changeable(me: Membership, view_id: int) -> ViewRow:
    """Return a view that this person may change; one that they cannot see is none."""
    found = rows.view_rows(workspace_id=me.workspace_id, user_id=me.user_id)
    view = next((_view(me, row) for row in found if row.id == view_id), None)
    if view is None:
        raise Http404
    if not view.may_change:
        raise PermissionDenied(Verb.ADMINISTER)
    return view.row


def _form(
    request: HttpRequest, me: Membership, form: forms.Name, title: str
) -> HttpResponse:
    return render(
        request,
        "dashboards/view_form.html",
        {"me": me, "form": form, "title": title},
        status=422 if form.errors else 200,
    )


urlpatterns: list[URLPattern] = [
    path("", saved_views, name="saved_views"),
    path("new/", saved_view_new, name="saved_view_new"),
    path("<int:view_id>/rename/", saved_view_rename, name="saved_view_rename"),
    path("<int:view_id>/delete/", saved_view_delete, name="saved_view_delete"),
]
