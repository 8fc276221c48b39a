"""Pages: where the whole organization stands, what moved and what is stale."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessments.access import Verb
from assessments.charts import portfolio as charts
from assessments.charts.figures import Step
from assessments.queries import delivery
from assessments.queries import heatmap as maps
from assessments.queries import portfolio as rows
from assessments.services import model_health
from assessments.views import live
from assessments.views.doors import door
from assessments.views.figure_files import figure_file
from assessments.views.heatmap import painted
from assessments.views.saved_views import kept

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.charts.figures import Figure
    from assessments.queries.heatmap import HeatMap
    from assessments.queries.members import Membership
    from assessments.queries.portfolio import Age, Mover

_WINDOW_DAYS = 90


@door(Verb.READ, somewhere=True)
@require_GET
def portfolio(request: HttpRequest, me: Membership) -> HttpResponse:
    """Show the heat map, the movers, how fresh all is, and the models' health."""
    editions, found = _map(request, me)
    context = {
        "me": me,
        "editions": editions,
        "map": found,
        "rows": painted(me, found, "agreed") if found else (),
        "title": charts.standing(found) if found else "",
        "show": "agreed",
        "steps": range(found.lowest, found.highest + 1) if found else (),
        "figures": _figures(me, found, request.GET.urlencode()),
        "kept": kept(me, "portfolio"),
        "wall": "wall" in request.GET,
    }
    return live.shown(
        request, "dashboards/portfolio.html", "dashboards/portfolio_board.html", context
    )


@door(Verb.READ, somewhere=True)
@require_GET
def portfolio_figure(request: HttpRequest, me: Membership, name: str) -> HttpResponse:
    """Give the numbers of one figure."""
    _editions, found = _map(request, me)
    return figure_file(_figures(me, found, request.GET.urlencode()), name)


def _map(
    request: HttpRequest, me: Membership
) -> tuple[tuple[tuple[str, str], ...], HeatMap | None]:
    """Return the frameworks to choose from, and the map of the chosen one."""
    reach = me.reach(Verb.READ)
    editions = maps.choices(workspace_id=me.workspace_id, reach=reach).editions
    keys = dict(editions)
    asked = request.GET.get("edition", "")
    key = asked if asked in keys else next(iter(keys), None)
    if key is None:
        return editions, None
    return editions, maps.heat_map(
        workspace_id=me.workspace_id, reach=reach, edition_key=key
    )


def _figures(me: Membership, found: HeatMap | None, query: str) -> list[Figure]:
    made = [_movers(me, found)] if found else []
    return [
        one.leading_to(
            csv=f"{reverse('portfolio_figure', args=[me.workspace_slug, one.name])}"
            f"?{query}",
            step=step,
        )
        for one, step in (*made, _freshness(me), _models(me))
    ]


def _movers(me: Membership, found: HeatMap) -> tuple[Figure, Step]:
    def href(one: Mover) -> str:
        return reverse(
            "domain_result", args=[me.workspace_slug, one.cycle_id, one.code]
        )

    changes = f"{reverse('heatmap', args=[me.workspace_slug])}?show=change"
    return (
        charts.movers(found, rows.moved(found), href),
        Step(label=_("Every change on the heat map"), href=changes),
    )


def _freshness(me: Membership) -> tuple[Figure, Step]:
    today = timezone.now().date()
    found = rows.ages(workspace_id=me.workspace_id, reach=me.reach(Verb.READ))

    def href(one: Age) -> str:
        if one.what == "source":
            return reverse("source", args=[me.workspace_slug, one.id])
        if one.what == "assessment":
            return f"{reverse('practices', args=[me.workspace_slug])}?unit={one.id}"
        return f"{reverse('deployments', args=[me.workspace_slug])}?scope={one.id}"

    return (
        charts.freshness(found, today, href),
        Step(
            label=_("How the sources are doing"),
            href=reverse("sources", args=[me.workspace_slug]),
        ),
    )


def _models(me: Membership) -> tuple[Figure, Step]:
    last = timezone.now().date()
    found = model_health.health(
        workspace_id=me.workspace_id,
        service_ids=delivery.service_ids(
            workspace_id=me.workspace_id, scope_id=None, reach=me.reach(Verb.READ)
        ),
        first=last - timedelta(days=_WINDOW_DAYS - 1),
        last=last,
    )
    return (
        charts.health(found),
        Step(
            label=_("Every model and what is known of it"),
            href=reverse("models", args=[me.workspace_slug]),
        ),
    )
