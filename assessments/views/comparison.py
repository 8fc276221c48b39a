"""Page: two cycles side by side, or a cycle against its targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from assessments.access import Verb
from assessments.charts import comparison as charts
from assessments.queries import comparison as queries
from assessments.queries.results import results_of
from assessments.views.doors import door

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from assessments.queries.comparison import Comparable
    from assessments.queries.members import Membership

TARGETS = "targets"


@door(Verb.READ)
@require_GET
def comparison(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Show what differs from the cycle in the address, and which inputs differ."""
    mine = results_of(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if mine is None:
        raise Http404
    others = queries.comparable(
        workspace_id=me.workspace_id,
        cycle_id=cycle_id,
        reach=me.standing.reach(Verb.READ),
    )
    chosen = _chosen(request, others)
    page = {
        "me": me,
        "head": mine.header,
        "others": others,
        "with": chosen,
        "targets": TARGETS,
        "aimed": any(one.target is not None for one in mine.domains),
    }
    if chosen == TARGETS:
        return render(request, "comparison/targets.html", page | {"results": mine})
    if not isinstance(chosen, int):
        return render(request, "comparison/none.html", page)
    found = queries.comparison(before_id=chosen, after_id=cycle_id)
    return render(
        request,
        "comparison/comparison.html",
        page
        | {
            "found": found,
            "both": (found.before, found.after),
            "summary": charts.summary(found),
        },
    )


def _chosen(request: HttpRequest, others: Sequence[Comparable]) -> int | str | None:
    """Return what the address compares with; by itself, the cycle before."""
    asked = request.GET.get("with", "")
    if asked == TARGETS:
        return TARGETS
    known = {str(one.id): one.id for one in others}
    if asked:
        if asked not in known:
            raise Http404
        return known[asked]
    return others[0].id if others else None


urlpatterns: list[URLPattern] = [
    path("<int:cycle_id>/compare/", comparison, name="comparison"),
]
