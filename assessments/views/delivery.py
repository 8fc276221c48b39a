"""Pages: how delivery goes, the deployments behind it, and why one counts as failed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessments.access import Verb
from assessments.charts import delivery as charts
from assessments.charts import delivery_figures, funnel, trends
from assessments.charts import flow as flow_charts
from assessments.charts import strips as strip_charts
from assessments.charts.figures import Step
from assessments.forms.delivery import Chosen, Filters, place
from assessments.queries import delivery as rows
from assessments.queries import events, strips
from assessments.services import dashboards, flow, stages
from assessments.services.facts import Facts
from assessments.views import live
from assessments.views.delivery_cards import lane_row
from assessments.views.doors import door
from assessments.views.figure_files import figure_file
from assessments.views.saved_views import kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest, HttpResponse

    from assessments.charts.figures import Figure
    from assessments.queries.members import Membership


def chosen_filters(request: HttpRequest, me: Membership) -> tuple[Filters, Chosen]:
    """Read the filters of the address; those that cannot be read fall back."""
    reach = me.reach(Verb.READ)
    scopes = rows.scope_choices(workspace_id=me.workspace_id, reach=reach)
    form = Filters(
        request.GET.dict(),
        scopes=[(scope.id, scope.label) for scope in scopes],
        today=timezone.now().date(),
    )
    return form, form.chosen()


@require_GET
@door(Verb.READ, somewhere=True)
def delivery(request: HttpRequest, me: Membership) -> HttpResponse:
    """Show both lanes' metrics and how they went."""
    form, chosen = chosen_filters(request, me)
    standing = rows.standing(workspace_id=me.workspace_id)
    context: dict[str, object] = {
        "me": me,
        "form": form,
        "chosen": chosen,
        "standing": standing,
        "may_connect": me.may(Verb.CONNECT),
        "kept": kept(me, "delivery"),
        "wall": "wall" in request.GET,
    }
    if standing.state == "data":
        context |= _board(me, chosen)
    return live.shown(request, "delivery/delivery.html", "delivery/board.html", context)


def _board(me: Membership, chosen: Chosen) -> dict[str, object]:
    figures = _Figures(me, chosen)
    shown = figures.shown
    return {
        "lanes": [lane_row(lane, figures.goals) for lane in shown.lanes],
        "seen": any(lane.seen for lane in shown.lanes),
        "figures": figures.all(),
        "query": chosen.query(),
    }


class _Figures:
    """What is drawn: all of it for the page, only what is asked for as a file."""

    def __init__(self, me: Membership, chosen: Chosen) -> None:
        self.me, self.chosen = me, chosen
        self.facts = Facts(
            workspace_id=me.workspace_id,
            service_ids=_services(me, chosen),
            first=chosen.first,
            last=chosen.last,
        )

    @cached_property
    def goals(self) -> list[rows.Goal]:
        """What the framework in use asks for."""
        return rows.goals(workspace_id=self.me.workspace_id)

    @cached_property
    def shown(self) -> dashboards.Dashboard:
        """What the figures of the four metrics are drawn from."""
        return dashboards.dashboard(
            workspace_id=self.me.workspace_id,
            service_ids=self.facts.service_ids,
            first=self.chosen.first,
            last=self.chosen.last,
        )

    def all(self) -> list[Figure]:
        """Return every figure, with the way to its file and to what is behind it."""
        query = self.chosen.query()
        events = reverse("deployments", args=[self.me.workspace_slug])
        step = Step(label=_("Deployments behind it"), href=f"{events}?{query}")
        made = (
            one for make in dict.fromkeys(self._makers().values()) for one in make()
        )
        return [
            one.leading_to(csv=f"{_file(self.me, one.name)}?{query}", step=step)
            for one in made
        ]

    def called(self, name: str) -> list[Figure]:
        """Return what is made together with the figure of that name."""
        make = self._makers().get(name)
        return make() if make else []

    def _makers(self) -> dict[str, Callable[[], list[Figure]]]:
        """Return what makes each figure, by its name, in the order of the page."""
        return {
            "stages": self._stages,
            "strips": self._strips,
            **dict.fromkeys(delivery_figures.NAMES, self._metrics),
            **dict.fromkeys(flow_charts.NAMES, self._flow),
        }

    def _stages(self) -> list[Figure]:
        return [funnel.figure(stages.funnel(self.facts))]

    def _metrics(self) -> list[Figure]:
        return delivery_figures.figures(self.shown, _lines(self.goals))

    def _flow(self) -> list[Figure]:
        return flow_charts.made(flow.flow(self.facts))

    def _strips(self) -> list[Figure]:
        first, last = self.chosen.first, self.chosen.last
        found = strips.strips(
            workspace_id=self.me.workspace_id,
            service_ids=self.facts.service_ids,
            # So that the last are found without sorting all of a busy year.
            first=trends.since(self.shown.trends, strips.MOST, first=first),
            last=last,
        )
        return [
            strip_charts.figure(
                found,
                first=first,
                last=last,
                most=strips.MOST,
                href=lambda one: reverse(
                    "deployment", args=[self.me.workspace_slug, one.deployment_id]
                ),
            )
        ]


def _services(me: Membership, chosen: Chosen) -> list[int] | None:
    return rows.service_ids(
        workspace_id=me.workspace_id,
        scope_id=chosen.scope_id,
        reach=me.reach(Verb.READ),
    )


def _file(me: Membership, name: str) -> str:
    return reverse("delivery_figure", args=[me.workspace_slug, name])


@require_GET
@door(Verb.READ, somewhere=True)
def delivery_figure(request: HttpRequest, me: Membership, name: str) -> HttpResponse:
    """Give the numbers of one figure, as the address' filters have them."""
    _form, chosen = chosen_filters(request, me)
    return figure_file(_Figures(me, chosen).called(name), name)


def _lines(goals: Iterable[rows.Goal]) -> dict[str, charts.Line]:
    """Return the goals that both lanes share: one level line a figure is readable."""
    by_metric: dict[str, set[tuple[float, str]]] = {}
    for goal in goals:
        by_metric.setdefault(goal.metric, set()).add((goal.value, goal.words))
    return {
        metric: charts.Line(value=value, words=said)
        for metric, found in by_metric.items()
        if len(found) == 1
        for value, said in found
    }


@require_GET
@door(Verb.READ, somewhere=True)
def deployments(request: HttpRequest, me: Membership) -> HttpResponse:
    """List deployments, newest first, with the dashboard's filters kept."""
    form, chosen = chosen_filters(request, me)
    found = rows.deployments(
        workspace_id=me.workspace_id,
        scope_id=chosen.scope_id,
        lane=chosen.lane,
        first=chosen.first,
        last=chosen.last,
        only=chosen.only,
        before=place(request.GET.get("before", "")),
        reach=me.reach(Verb.READ),
    )
    return render(
        request,
        "delivery/deployments.html",
        {
            "me": me,
            "form": form,
            "chosen": chosen,
            "deployments": found.rows,
            "query": chosen.query(),
            "older": chosen.query(before=found.older) if found.older else "",
            "paged": bool(request.GET.get("before")),
            "standing": rows.standing(workspace_id=me.workspace_id),
            "may_connect": me.may(Verb.CONNECT),
        },
    )


@require_GET
@door(Verb.READ, somewhere=True)
def deployment(request: HttpRequest, me: Membership, event_id: int) -> HttpResponse:
    """Say on one screen why a deployment counts as failed, and what it carried."""
    event = events.event_row(
        workspace_id=me.workspace_id, event_id=event_id, reach=me.reach(Verb.READ)
    )
    if event is None or event.kind != "deployment":
        raise Http404
    fields = {field.name: field for field in event.fields}
    verdict = event.verdict
    recovery = (
        (verdict.restored_at - event.at).total_seconds()
        if verdict is not None and verdict.restored_at is not None
        else None
    )
    return render(
        request,
        "delivery/deployment.html",
        {
            "me": me,
            "event": event,
            "fields": fields,
            "verdict": verdict,
            "tier": rows.TIERS.get(verdict.tier) if verdict else "",
            "tier_name": rows.TIER_NAMES.get(verdict.tier) if verdict else "",
            "recovery": recovery,
            "more": event.carried_count - len(event.carried),
        },
    )


urlpatterns: list[URLPattern] = [
    path("", delivery, name="delivery"),
    path("figures/<slug:name>.csv", delivery_figure, name="delivery_figure"),
    path("deployments/", deployments, name="deployments"),
    path("deployments/<int:event_id>/", deployment, name="deployment"),
]
