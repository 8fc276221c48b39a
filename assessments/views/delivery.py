"""Pages: how delivery goes, the deployments behind it, and why one counts as failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessments.access import Verb
from assessments.charts import delivery as charts
from assessments.charts import trends, words
from assessments.forms.delivery import Chosen, Filters, place
from assessments.queries import delivery as rows
from assessments.queries import events
from assessments.services import dashboards
from assessments.views.doors import door

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership
    from scoring.metrics import Measurement


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """A card in words: what a template shows without thinking."""

    metric: str
    name: str
    meaning: str
    value: str
    interval: str
    companions: str
    n: int
    coverage: float | None
    provisional: bool
    because: str
    change: str
    reading: str  # better | worse | same | none
    goal: rows.Goal | None
    goal_met: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneRow:
    """One lane's cards."""

    lane: str
    label: str
    seen: bool
    cards: tuple[CardRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """A figure with the words that say what it shows, and its table's kind."""

    name: str
    title: str
    drawn: bool
    note: str


def _filters(request: HttpRequest, me: Membership) -> tuple[Filters, Chosen]:
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
    form, chosen = _filters(request, me)
    standing = rows.standing(workspace_id=me.workspace_id)
    context: dict[str, object] = {
        "me": me,
        "form": form,
        "chosen": chosen,
        "standing": standing,
        "may_connect": me.may(Verb.CONNECT),
        "may_administer": me.may(Verb.ADMINISTER),
    }
    if standing.state == "data":
        context |= _board(me, chosen)
    return render(request, "delivery/delivery.html", context)


def _board(me: Membership, chosen: Chosen) -> dict[str, object]:
    shown = dashboards.dashboard(
        workspace_id=me.workspace_id,
        service_ids=rows.service_ids(
            workspace_id=me.workspace_id,
            scope_id=chosen.scope_id,
            reach=me.reach(Verb.READ),
        ),
        first=chosen.first,
        last=chosen.last,
    )
    goals = rows.goals(workspace_id=me.workspace_id)
    figures = charts.figures(shown.trends, _lines(goals))
    return {
        "lanes": [_lane(lane, goals) for lane in shown.lanes],
        "seen": any(lane.seen for lane in shown.lanes),
        "trends": shown.trends,
        "bins": _bins(shown),
        "figures": _figure_rows(shown, figures),
        "drawings": figures,
        "query": chosen.query(),
    }


def _bins(shown: dashboards.Dashboard) -> list[tuple[str, list[int]]]:
    counted = [trends.binned(trend.weeks) for trend in shown.trends]
    return [
        (label, [counts[place] for counts in counted])
        for place, label in enumerate(trends.bin_labels())
    ]


def _figure_rows(
    shown: dashboards.Dashboard, figures: dict[str, charts.Figure]
) -> list[FigureRow]:
    notes = {
        "frequency": _(
            "Whole weeks of the period, weeks without a deployment included."
        ),
        "lead": _("By week of the deployment; gaps are weeks without a known change."),
        "fail": _("Each point looks back 30 days; shaded: interval (95 %)."),
        "recovery": _(
            "By week of the failed deployment; failures still open are not in."
        ),
    }
    return [
        FigureRow(name=name, title=title, drawn=name in figures, note=notes[name])
        for name, title in charts.titles(shown.trends).items()
    ]


def _lines(goals: list[rows.Goal]) -> dict[str, charts.Line]:
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


def _lane(lane: dashboards.LaneView, goals: list[rows.Goal]) -> LaneRow:
    wanted = {goal.metric: goal for goal in goals if goal.lane == lane.lane}
    return LaneRow(
        lane=lane.lane,
        label=lane.label,
        seen=lane.seen,
        cards=tuple(_card(card, wanted.get(card.metric)) for card in lane.cards),
    )


def _card(card: dashboards.Card, goal: rows.Goal | None) -> CardRow:
    now = card.now
    change, reading = _change(card)
    return CardRow(
        metric=card.metric,
        name=card.name,
        meaning=card.meaning,
        value=words.quantity(now.value, now.unit),
        interval=words.interval(now.low, now.high, now.unit),
        companions=_companions(now),
        n=now.n,
        coverage=now.coverage,
        provisional=now.provisional,
        because=now.because,
        change=change,
        reading=reading,
        goal=goal,
        goal_met=None if goal is None or now.value is None else goal.met(now.value),
    )


def _companions(now: Measurement) -> str:
    said = []
    if (p95 := now.detail.get("p95_s")) is not None:
        said.append(_("P95 {value}").format(value=words.duration(p95)))
    if still_open := now.detail.get("open"):
        said.append(_("{count} still open").format(count=int(still_open)))
    if now.metric == "change_fail_rate" and now.value is not None:
        said.append(
            _("{failed} of {total} deployments").format(
                failed=int(now.detail.get("failed") or 0), total=now.n
            )
        )
    busy = now.detail.get("median_on_deploying_weeks")
    if busy is not None:
        said.append(
            _("median {value} in weeks with any").format(value=words.number(busy))
        )
    return ", ".join(said)


def _change(card: dashboards.Card) -> tuple[str, str]:
    """Say how a value moved against the period before, in words and sign."""
    now, before = card.now.value, card.before.value
    if now is None:
        return "", "none"
    if before is None:
        return _("nothing known of the period before"), "none"
    was = words.quantity(before, card.before.unit)
    if now == before:
        return _("= unchanged"), "same"
    up = now > before
    said = (_("▲ up from {was}") if up else _("▼ down from {was}")).format(was=was)
    if _within(card.now, before) or _within(card.before, now):
        return _("{said}, within its uncertainty").format(said=said), "same"
    better = up is card.higher_is_better
    word = _("better") if better else _("worse")
    return f"{said}, {word}", "better" if better else "worse"


def _within(measured: Measurement, value: float) -> bool:
    if measured.low is None or measured.high is None:
        return False
    return measured.low <= value <= measured.high


@require_GET
@door(Verb.READ, somewhere=True)
def deployments(request: HttpRequest, me: Membership) -> HttpResponse:
    """List deployments, newest first, with the dashboard's filters kept."""
    form, chosen = _filters(request, me)
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
    path("deployments/", deployments, name="deployments"),
    path("deployments/<int:event_id>/", deployment, name="deployment"),
]
