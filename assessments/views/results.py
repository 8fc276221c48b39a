"""Pages: the results of a cycle, from the answer down to the events behind it."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from assessments import access
from assessments.access import Verb
from assessments.charts import answer, profile
from assessments.forms import decisions as forms
from assessments.queries import results as queries
from assessments.queries.results import history, origins
from assessments.services import agreeing
from assessments.services.refusals import Refusal
from assessments.tasks import cycles as tasks
from assessments.views.doors import door

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.contrib.auth.models import User
    from django.http import HttpRequest

    from assessments.queries.members import Membership
    from assessments.queries.results import CriterionRow, DomainRow, Results

_VIEWS = ("profile", "radar", "history")
_SORTS = ("edition", "gap")
_DECIDABLE = ("open", "in_review")
_WHOLE = ("domain", "pillar", "scope")
# More digits than any id has.
_DIGITS = 19
# Stands for "cannot be told" behind every gap that can.
_LAST = 99


@door(Verb.READ)
@require_GET
def results(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Show the answer, the profile, and what moved."""
    found = _results(me, cycle_id)
    view = _one_of(request, "view", _VIEWS)
    sort = _one_of(request, "sort", _SORTS)
    compare = _one_of(request, "compare", profile.COMPARISONS)
    return render(
        request,
        "results/results.html",
        {
            "me": me,
            "results": found,
            "head": found.header,
            "answer": answer.answer(found),
            "view": view,
            "sort": sort,
            "compare": compare,
            "comparisons": _comparisons(),
            "groups": _groups(found, sort),
            "figure": profile.radar(found, compare=compare)
            if view == "radar"
            else None,
            "history": history.history(results=found) if view == "history" else None,
            "moved": _moved(found),
            "changes": [one for one in found.changes if one.kind in _WHOLE],
            "metrics": _metrics(found),
            "may": _may(me),
        },
    )


@door(Verb.READ)
@require_GET
def freshness(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Answer the page that waits for a scoring: still waiting, or go and look."""
    found = _results(me, cycle_id)
    response = render(
        request, "results/freshness.html", {"me": me, "head": found.header}
    )
    if not found.header.stale:
        response["HX-Trigger"] = json.dumps(
            {"scores-fresh": True, "announce": _("The scores are up to date.")}
        )
    return response


@door(Verb.READ)
@require_GET
def domain_result(
    request: HttpRequest, me: Membership, cycle_id: int, domain: str
) -> HttpResponse:
    """Show a domain: its topics with the spread of ratings, its criteria, and why."""
    found = _results(me, cycle_id)
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
            "may": _may(me),
        },
    )


@door(Verb.READ)
@require_GET
def topic_why(
    request: HttpRequest, me: Membership, cycle_id: int, topic: str
) -> HttpResponse:
    """Walk from a topic's score to the ratings and measurements that it came from."""
    found = _results(me, cycle_id)
    row = found.topic(topic)
    if row is None:
        raise Http404
    may = _may(me)
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
                all_people=may["audit"],
            ),
            "changes": [
                one
                for one in found.changes
                if one.kind == "topic" and one.code == row.code
            ],
            "may": may,
        },
    )


@door(Verb.READ)
@require_GET
def criterion(
    request: HttpRequest, me: Membership, cycle_id: int, criterion: str
) -> HttpResponse:
    """Show declared, measured and agreed on one line, and take a decision."""
    found, row = _criterion(me, cycle_id, criterion)
    form = _form(found, row) if _decidable(me, found) else None
    return _criterion_page(request, me, found, row, form)


@door(Verb.DECIDE)
@require_http_methods(["POST"])
def decide(
    request: HttpRequest, me: Membership, cycle_id: int, criterion: str
) -> HttpResponse:
    """Keep a decision; the scores follow."""
    found, row = _criterion(me, cycle_id, criterion)
    form = _form(found, row, request.POST.dict())
    if form.is_valid():
        refusal = _decided(request, found, row, form)
        if refusal is None:
            tasks.ask(cycle_id, "answer")
            messages.success(
                request,
                _("Your decision on %(code)s is kept. The scores follow in a moment.")
                % {"code": row.code},
            )
            return redirect("criterion", me.workspace_slug, cycle_id, row.code)
        field = getattr(refusal, "field_name", None)
        form.add_error(field if field in form.fields else None, refusal.sentence)
    return _criterion_page(request, me, found, row, form, status=422)


@door(Verb.READ)
@require_GET
def criterion_events(
    request: HttpRequest, me: Membership, cycle_id: int, criterion: str
) -> HttpResponse:
    """List the events that a measurement was counted from."""
    found, row = _criterion(me, cycle_id, criterion)
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
            "may": _may(me),
        },
    )


# ── what the pages share ───────────────────────────────────────────────────────────


def _results(me: Membership, cycle_id: int) -> Results:
    found = queries.results_of(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if found is None:
        raise Http404
    return found


def _criterion(
    me: Membership, cycle_id: int, code: str
) -> tuple[Results, CriterionRow]:
    found = _results(me, cycle_id)
    row = found.criterion(code)
    if row is None:
        raise Http404
    return found, row


def _may(me: Membership) -> dict[str, bool]:
    """Return what the reader's role opens, by the verb's name."""
    return {verb.value: access.allows(me.role, verb) for verb in Verb}


def _one_of(request: HttpRequest, name: str, choices: Sequence[str]) -> str:
    """Return the choice in the address, or the first one."""
    chosen = request.GET.get(name, "")
    return chosen if chosen in choices else choices[0]


def _comparisons() -> list[tuple[str, str]]:
    return [
        ("target", _("Target")),
        ("declared", _("Declared")),
        ("measured", _("Measured")),
    ]


def _groups(found: Results, sort: str) -> list[tuple[Any, list[DomainRow]]]:
    """Return domains under their pillars, or all in one row by their gap."""
    if sort == "gap":
        by_gap = sorted(
            found.domains, key=lambda one: _LAST if one.gap is None else -one.gap
        )
        return [(None, by_gap)]
    pillars = {pillar.code: pillar for pillar in found.pillars}
    return [
        (pillars[code], list(domains))
        for code, domains in groupby(found.domains, key=lambda one: one.pillar)
    ]


def _moved(found: Results) -> list[DomainRow]:
    """Return the domains whose agreed level moved, the largest first."""
    moved = [one for one in found.domains if one.movement and one.movement.change]
    return sorted(moved, key=_size_of_movement, reverse=True)


def _size_of_movement(domain: DomainRow) -> tuple[bool, float]:
    movement = domain.movement
    if movement is None or movement.change is None:
        return False, 0.0
    return movement.significant, abs(float(movement.change))


def _metrics(found: Results) -> list[dict[str, Any]]:
    """Return the delivery metrics with the two lanes side by side."""
    names: dict[str, str] = {}
    for lane in found.delivery:
        names |= {one.metric: one.name for one in lane.metrics}
    return [
        {"name": name, "lanes": [(lane, lane.metric(key)) for lane in found.delivery]}
        for key, name in names.items()
    ]


# ── deciding ───────────────────────────────────────────────────────────────────────


def _decidable(me: Membership, found: Results) -> bool:
    return access.allows(me.role, Verb.DECIDE) and found.header.state in _DECIDABLE


def _verbs(row: CriterionRow) -> Iterator[tuple[str, str]]:
    if row.measured is not None:
        yield "accept", _("Accept: the measured level counts")
        yield "dispute", _("Dispute: the declared level counts until it is settled")
    yield "override", _("Override: another level counts, until a date")


def _form(
    found: Results, row: CriterionRow, data: dict[str, Any] | None = None
) -> forms.Decide:
    lowest, highest = found.thresholds.lowest, found.thresholds.highest
    halves = [half / 2 for half in range(lowest * 2, highest * 2 + 1)]
    return forms.Decide(
        data,
        verbs=_verbs(row),
        levels=[(f"{level:.1f}", f"{level:.1f}") for level in halves],
    )


def _decided(
    request: HttpRequest, found: Results, row: CriterionRow, form: forms.Decide
) -> Refusal | None:
    """Keep the decision; return why not, if it was refused."""
    try:
        agreeing.decide(
            cycle_id=found.header.cycle_id,
            criterion=row.code,
            by=cast("User", request.user),  # the door lets nobody else in
            now=timezone.now(),
            **form.cleaned_data,
        )
    except Refusal as refusal:
        return refusal
    return None


def _criterion_page(
    request: HttpRequest,
    me: Membership,
    found: Results,
    row: CriterionRow,
    form: forms.Decide | None,
    *,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "results/criterion.html",
        {
            "me": me,
            "results": found,
            "head": found.header,
            "criterion": row,
            "domain": found.domain(row.domain),
            "form": form,
            "decisions": origins.decision_rows(
                cycle_id=found.header.cycle_id, criterion=row.code
            ),
            "may": _may(me),
        },
        status=status,
    )


urlpatterns: list[URLPattern] = [
    path("<int:cycle_id>/results/", results, name="results"),
    path("<int:cycle_id>/results/freshness/", freshness, name="results_freshness"),
    path(
        "<int:cycle_id>/results/domains/<str:domain>/",
        domain_result,
        name="domain_result",
    ),
    path("<int:cycle_id>/results/topics/<str:topic>/", topic_why, name="topic_why"),
    path(
        "<int:cycle_id>/results/criteria/<str:criterion>/", criterion, name="criterion"
    ),
    path(
        "<int:cycle_id>/results/criteria/<str:criterion>/decide/",
        decide,
        name="decide",
    ),
    path(
        "<int:cycle_id>/results/criteria/<str:criterion>/events/",
        criterion_events,
        name="criterion_events",
    ),
]
