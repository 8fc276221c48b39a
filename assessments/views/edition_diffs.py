"""Pages: two editions side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from assessments.access import Verb
from assessments.queries import edition_diffs
from assessments.queries import editions as rows
from assessments.views.doors import door

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.edition_diffs import Comparison
    from assessments.queries.members import Membership


@require_http_methods(["GET", "HEAD"])
@door(Verb.READ)
def compare(request: HttpRequest, me: Membership, edition_id: int) -> HttpResponse:
    """Choose the edition to compare with; those of the same key stand first."""
    found = rows.edition(workspace_id=me.workspace_id, edition_id=edition_id)
    if found is None:
        raise Http404
    others = edition_diffs.comparable(
        workspace_id=me.workspace_id, edition_id=edition_id
    )
    chosen = request.GET.get("with", "")
    if chosen in {str(number) for number, _label in others}:
        return redirect("edition_diff", me.workspace_slug, edition_id, int(chosen))
    return render(
        request,
        "editions/compare.html",
        {"me": me, "row": found.row, "others": others},
    )


@require_http_methods(["GET", "HEAD"])
@door(Verb.READ)
def diff(
    request: HttpRequest, me: Membership, edition_id: int, before_id: int
) -> HttpResponse:
    """Show what changed from one edition to the other."""
    return render(
        request,
        "editions/diff.html",
        {"me": me, "comparison": _comparison(me, edition_id, before_id)},
    )


@require_http_methods(["GET", "HEAD"])
@door(Verb.READ)
def diff_json(
    _request: HttpRequest, me: Membership, edition_id: int, before_id: int
) -> HttpResponse:
    """Hand out the same as JSON."""
    return JsonResponse(
        _comparison(me, edition_id, before_id).as_json(),
        json_dumps_params={"ensure_ascii": False},
    )


def _comparison(me: Membership, edition_id: int, before_id: int) -> Comparison:
    found = edition_diffs.comparison(
        workspace_id=me.workspace_id, before_id=before_id, after_id=edition_id
    )
    if found is None:
        raise Http404
    return found


urlpatterns: list[URLPattern] = [
    path("<int:edition_id>/compare/", compare, name="edition_compare"),
    path("<int:edition_id>/compare/<int:before_id>/", diff, name="edition_diff"),
    path(
        "<int:edition_id>/compare/<int:before_id>/json/",
        diff_json,
        name="edition_diff_json",
    ),
]
