"""Pages: rings, pipeline, levels and planes, each from the newest assessment of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessments.access import Verb
from assessments.charts import practices as charts
from assessments.charts.figures import Step
from assessments.queries import delivery, drifting
from assessments.queries import practices as rows
from assessments.views import live
from assessments.views.doors import door
from assessments.views.figure_files import figure_file
from assessments.views.saved_views import kept

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.charts.figures import Figure
    from assessments.queries.delivery import ScopeChoice
    from assessments.queries.members import Membership

_WINDOW_DAYS = 90


@door(Verb.READ, somewhere=True)
@require_GET
def practices(request: HttpRequest, me: Membership) -> HttpResponse:
    """Show the four pictures of one unit."""
    units = _units(me)
    chosen = _chosen(request, units)
    context = {
        "me": me,
        "units": units,
        "chosen": chosen,
        "figures": _figures(me, chosen, request.GET.urlencode()),
        "kept": kept(me, "practices"),
        "wall": "wall" in request.GET,
    }
    return live.shown(
        request, "dashboards/practices.html", "dashboards/figures.html", context
    )


@door(Verb.READ, somewhere=True)
@require_GET
def practices_figure(request: HttpRequest, me: Membership, name: str) -> HttpResponse:
    """Give the numbers of one picture."""
    chosen = _chosen(request, _units(me))
    return figure_file(_figures(me, chosen, request.GET.urlencode()), name)


def _units(me: Membership) -> list[ScopeChoice]:
    """Return what can be assessed: the organization and its units."""
    found = delivery.scope_choices(
        workspace_id=me.workspace_id, reach=me.reach(Verb.READ)
    )
    return [one for one in found if one.kind in ("organization", "unit")]


def _chosen(request: HttpRequest, units: list[ScopeChoice]) -> ScopeChoice | None:
    asked = request.GET.get("unit", "")
    return next((one for one in units if str(one.id) == asked), None)


def _figures(me: Membership, chosen: ScopeChoice | None, query: str) -> list[Figure]:
    reach = me.reach(Verb.READ)
    last = timezone.now().date()
    stream = drifting.stream(
        workspace_id=me.workspace_id,
        reach=reach,
        first=last - timedelta(days=_WINDOW_DAYS - 1),
        last=last,
    )
    titles = rows.offered(workspace_id=me.workspace_id, keys=charts.KEYS)
    made = []
    for key in charts.KEYS:
        found = rows.standing(
            workspace_id=me.workspace_id,
            reach=reach,
            edition_key=key,
            scope_id=chosen.id if chosen else None,
        )
        if found is None:
            one = charts.unassessed(
                key, titles.get(key, key), unit=chosen.name if chosen else ""
            )
            made.append(one.leading_to(step=_start(me)))
            continue
        one = charts.figure(
            found,
            stream=stream,
            href=lambda shown, code: reverse(
                "domain_result", args=[me.workspace_slug, shown.cycle_id, code]
            ),
        )
        file = reverse("practices_figure", args=[me.workspace_slug, key])
        results = reverse("results", args=[me.workspace_slug, found.cycle_id])
        made.append(
            one.leading_to(
                csv=f"{file}?{query}",
                step=Step(label=_("Why: the results of this cycle"), href=results),
            )
        )
    return made


def _start(me: Membership) -> Step:
    if me.may(Verb.RUN_CYCLE):
        return Step(
            label=_("Start an assessment"),
            href=reverse("cycle_new", args=[me.workspace_slug]),
        )
    return Step(
        label=_("See the cycles"), href=reverse("cycles", args=[me.workspace_slug])
    )
