"""Pages: from a score down to ratings, measurements and the events behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assessments.access import Verb
from assessments.charts import trio
from assessments.charts.figures import Step
from assessments.queries import plan
from assessments.queries.calibration import open_disputes
from assessments.queries.evidence import domain_standing
from assessments.queries.results import history, origins
from assessments.queries.results.agreements import settlements
from assessments.views.doors import door
from assessments.views.figure_files import figure_file
from assessments.views.results.shared import found_criterion, found_results, may

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.charts.figures import Figure
    from assessments.queries.following import Followed
    from assessments.queries.members import Membership
    from assessments.queries.plan import InitiativeRow
    from assessments.queries.results import Results

# More digits than any id has.
_DIGITS = 19


@door(Verb.READ)
@require_GET
def domain_result(
    request: HttpRequest, me: Membership, cycle_id: int, domain: str
) -> HttpResponse:
    """Show a domain: its topics with the spread of ratings, its criteria, and why."""
    found = found_results(me, cycle_id)
    row = found.domain(domain)
    if row is None:
        raise Http404
    codes = [one.code for one in found.domains]
    place = codes.index(row.code)
    under = {row.code, *(one.code for one in row.topics)}
    return render(
        request,
        "results/domain.html",
        {
            "me": me,
            "results": found,
            "head": found.header,
            "domain": row,
            "steps": range(found.thresholds.lowest, found.thresholds.highest + 1),
            "previous": found.domains[place - 1] if place else None,
            "next": found.domains[place + 1] if place + 1 < len(codes) else None,
            "changes": [one for one in found.changes if one.code in under],
            "figure": _over_time(me, found, row.code),
            "may": may(me),
            "standing": domain_standing(
                cycle_id=cycle_id, today=timezone.localdate()
            ).get(row.code),
            "settled": [
                one
                for topic, one in settlements(cycle_id=cycle_id).items()
                if topic in under
            ],
            "disputes": [
                one for one in open_disputes(cycle_id=cycle_id) if one.topic in under
            ],
            "expected": _expected(me, cycle_id, row.code),
        },
    )


def _over_time(me: Membership, found: Results, code: str) -> Figure:
    place = [me.workspace_slug, found.header.cycle_id]
    return trio.figure(
        history.history(results=found), code, found.thresholds
    ).leading_to(
        csv=reverse("domain_figure", args=[*place, code]),
        step=Step(
            label=_("All domains over time"),
            href=f"{reverse('results', args=place)}?view=history",
        ),
    )


@door(Verb.READ)
@require_GET
def domain_figure(
    _request: HttpRequest, me: Membership, cycle_id: int, domain: str
) -> HttpResponse:
    """Give a domain's levels over time as a file."""
    found = found_results(me, cycle_id)
    if found.domain(domain) is None:
        raise Http404
    figure = _over_time(me, found, domain)
    return figure_file([figure], figure.name)


def _expected(
    me: Membership, cycle_id: int, code: str
) -> list[tuple[InitiativeRow, Followed]]:
    """Return the initiatives that expected a change of a domain in this cycle."""
    found = plan.expected_in(
        workspace_id=me.workspace_id, cycle_id=cycle_id, today=timezone.localdate()
    )
    return [
        (one, each) for one in found for each in one.followed if each.domain == code
    ]


@door(Verb.READ)
@require_GET
def topic_why(
    request: HttpRequest, me: Membership, cycle_id: int, topic: str
) -> HttpResponse:
    """Walk from a topic's score to the ratings and measurements that it came from."""
    found = found_results(me, cycle_id)
    row = found.topic(topic)
    if row is None:
        raise Http404
    mine = may(me)
    return render(
        request,
        "results/why.html",
        {
            "me": me,
            "results": found,
            "head": found.header,
            "topic": row,
            "domain": found.domain(row.domain),
            "steps": range(found.thresholds.lowest, found.thresholds.highest + 1),
            "criteria": [one for one in found.criteria if one.topic == row.code],
            "ratings": origins.rating_rows(
                cycle_id=cycle_id,
                topic=row.code,
                reader_id=me.user_id,
                all_people=mine["audit"],
            ),
            "changes": [
                one
                for one in found.changes
                if one.kind == "topic" and one.code == row.code
            ],
            "may": mine,
        },
    )


@door(Verb.READ)
@require_GET
def criterion_events(
    request: HttpRequest, me: Membership, cycle_id: int, criterion: str
) -> HttpResponse:
    """List the events that a measurement was counted from."""
    found, row = found_criterion(me, cycle_id, criterion)
    metric = request.GET.get("metric", "")
    if metric and metric not in {one.metric for one in row.measurements}:
        raise Http404
    after = request.GET.get("after", "")
    page = origins.event_page(
        results=found,
        criterion=row,
        metric=metric,
        after=int(after) if after.isdecimal() and len(after) < _DIGITS else None,
    )
    return render(
        request,
        "results/events.html",
        {
            "me": me,
            "head": found.header,
            "results": found,
            "criterion": row,
            "domain": found.domain(row.domain),
            "metric": metric,
            "measured": [one for one in row.measurements if metric in ("", one.metric)],
            "page": page,
            "first": not after,
            "may": may(me),
        },
    )
