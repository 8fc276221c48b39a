"""Pages: the gaps of a cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessments.access import Verb
from assessments.charts import roadmap
from assessments.queries import gaps as rows
from assessments.queries import plan
from assessments.views.doors import door

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership


@door(Verb.READ)
@require_GET
def gaps(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Show what is missing to the targets, and where to begin."""
    found = rows.gaps(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if found is None:
        raise Http404
    return render(
        request,
        "plan/gaps.html",
        {
            "me": me,
            "head": found.header,
            "found": found,
            "picture": _picture(found),
            "expecting": plan.expected_in(
                workspace_id=me.workspace_id,
                cycle_id=cycle_id,
                today=timezone.now().date(),
            ),
            "may_plan": me.may(Verb.PLAN),
        },
    )


def _picture(found: rows.Gaps) -> str:
    if not found.gaps:
        return ""
    drawn = roadmap.impact_by_effort(
        [
            roadmap.Point(
                code=one.code, name=one.name, impact=one.impact, effort=one.effort
            )
            for one in found.gaps
        ],
        efforts=[str(label) for _effort, label in plan.EFFORTS],
        title=_("Gaps by impact and effort"),
    )
    return mark_safe(drawn)  # noqa: S308  # every text in it is escaped by charts.svg


urlpatterns: list[URLPattern] = [
    path("<int:cycle_id>/gaps/", gaps, name="gaps"),
]
