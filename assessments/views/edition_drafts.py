"""Pages: drafts of editions, from the copy to publishing or discarding them."""

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
from assessments.forms import edition_editor as forms
from assessments.queries import edition_drafts
from assessments.queries import editions as rows
from assessments.queries.edition_parts import Kind
from assessments.services import editing, editions
from assessments.services.refusals import Refusal, Unfit
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.edition_drafts import Draft
    from assessments.queries.members import Membership

_WHOLE = (Kind.GENERAL, Kind.SCALE, Kind.SCORING)


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ADMINISTER)
def copy(request: HttpRequest, me: Membership, edition_id: int) -> HttpResponse:
    """Copy a published edition into a draft."""
    found = rows.edition(workspace_id=me.workspace_id, edition_id=edition_id)
    if found is None:
        raise Http404
    offer = edition_drafts.version_to_offer(
        workspace_id=me.workspace_id, edition_id=edition_id
    )
    start = {"title": found.row.title, "key": found.row.key, "version": offer}
    form = forms.Copy(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            draft_id = editing.copy(
                edition_id=edition_id,
                workspace_id=me.workspace_id,
                key=form.cleaned_data["key"],
                version=form.cleaned_data["version"],
                title=form.cleaned_data["title"],
                by=caller(request),
                now=timezone.now(),
            )
        except Unfit as refusal:
            form.add_error(refusal.field_name, refusal.sentence)
        except editing.Broken as refusal:
            for place, sentence in refusal.defects:
                form.add_error(place if place in form.fields else None, sentence)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("The copy is here: a draft that you can edit."))
            return redirect("edition_edit", me.workspace_slug, draft_id)
    return render(
        request,
        "editions/edit_copy.html",
        {"me": me, "row": found.row, "form": form},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD"])
@door(Verb.ADMINISTER)
def edit(request: HttpRequest, me: Membership, edition_id: int) -> HttpResponse:
    """Show a draft as an outline, with what was edited."""
    draft = draft_of(me, edition_id)
    whole = [(kind.value, draft.marks(kind)) for kind in _WHOLE]
    return render(
        request,
        "editions/edit.html",
        {"me": me, "draft": draft, "whole": whole, "tree": draft.tree},
    )


@require_http_methods(["GET", "HEAD"])
@door(Verb.ADMINISTER)
def publishing(request: HttpRequest, me: Membership, edition_id: int) -> HttpResponse:
    """Show what publishing a draft would change, and ask once."""
    draft = draft_of(me, edition_id)
    return render(
        request,
        "editions/edit_publish.html",
        {"me": me, "draft": draft, "comparison": draft.comparison},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ADMINISTER)
def discard(request: HttpRequest, me: Membership, edition_id: int) -> HttpResponse:
    """Delete a draft, after asking once; anything else stays and says why."""
    found = rows.edition(workspace_id=me.workspace_id, edition_id=edition_id)
    if found is None:
        raise Http404
    refused = ""
    if request.method == "POST":
        try:
            editing.discard(
                edition_id=edition_id,
                workspace_id=me.workspace_id,
                by=caller(request),
                now=timezone.now(),
            )
        except editions.NotThere as refusal:
            raise Http404 from refusal
        except Refusal as refusal:
            refused = refusal.sentence
        else:
            messages.success(request, _("The draft is discarded."))
            return redirect("editions", me.workspace_slug)
    return render(
        request,
        "editions/edit_discard.html",
        {"me": me, "row": found.row, "refused": refused},
        status=409 if refused else 200,
    )


def draft_of(me: Membership, edition_id: int) -> Draft:
    """Return a draft of the workspace, or answer that there is none."""
    found = edition_drafts.draft(workspace_id=me.workspace_id, edition_id=edition_id)
    if found is None:
        raise Http404
    return found


urlpatterns: list[URLPattern] = [
    path("<int:edition_id>/copy/", copy, name="edition_copy"),
    path("<int:edition_id>/edit/", edit, name="edition_edit"),
    path("<int:edition_id>/edit/publish/", publishing, name="edition_publishing"),
    path("<int:edition_id>/edit/discard/", discard, name="edition_discard"),
]
