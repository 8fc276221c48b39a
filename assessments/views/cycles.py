"""Pages: cycles."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import Verb, allows
from assessments.forms import cycles as forms
from assessments.queries import answers, lock_check
from assessments.queries import cycles as rows
from assessments.services import cycles as services
from assessments.services.refusals import Refusal
from assessments.tasks.cycles import ask
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse, QueryDict

    from assessments.queries.members import Membership

_QUARTER = 3
_LEVELS = tuple(f"{Decimal(half) / 2:.1f}" for half in range(2, 11))


@door(Verb.READ)
def cycles(request: HttpRequest, me: Membership) -> HttpResponse:
    """List the cycles of the workspace."""
    today = timezone.now().date()
    found = rows.cycle_rows(workspace_id=me.workspace_id)
    return render(
        request,
        "cycles/cycles.html",
        {
            "me": me,
            "cycles": [(row, row.overdue(today)) for row in found],
            "may_run": allows(me.role, Verb.RUN_CYCLE),
            "may_answer": allows(me.role, Verb.ANSWER),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.RUN_CYCLE)
def cycle_new(request: HttpRequest, me: Membership) -> HttpResponse:
    """Plan a new cycle."""
    scopes = rows.scope_choices(workspace_id=me.workspace_id)
    editions = rows.edition_choices(workspace_id=me.workspace_id)
    if not editions:
        return render(request, "cycles/no_edition.html", {"me": me})
    given = request.POST if request.method == "POST" else request.GET
    scope_id = _chosen(given, "scope", scopes)
    edition_id = _chosen(given, "edition", editions)
    domains = rows.domain_options(scope_id=scope_id, edition_id=edition_id)
    today = timezone.now().date()
    form = forms.Plan(
        request.POST if request.method == "POST" else None,
        scopes=scopes,
        editions=editions,
        rhythms=rows.RHYTHMS,
        domains=domains,
        levels=_LEVELS,
        initial={"scope": scope_id, "edition": edition_id, "rescoring": "weekly"}
        | _quarter(today)
        | {f"target_{one.code}": f"{one.suggested:.1f}" for one in domains},
    )
    if request.method == "POST" and form.is_valid():
        try:
            cycle_id = services.create(
                workspace_id=me.workspace_id,
                by=caller(request),
                now=timezone.now(),
                **_plan(form),
            )
        except services.Unfit as refusal:
            form.blame(refusal.field_name, refusal.sentence)
        else:
            messages.success(request, _("The draft is kept. Open it to let people in."))
            return redirect("cycle", me.workspace_slug, cycle_id)
    return _plan_page(request, me, form, scope_id, edition_id, cycle=None)


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.RUN_CYCLE)
def cycle_edit(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Change a draft."""
    cycle = _cycle(me, cycle_id)
    scopes = rows.scope_choices(workspace_id=me.workspace_id)
    editions = rows.edition_choices(workspace_id=me.workspace_id)
    given = request.POST if request.method == "POST" else request.GET
    scope_id = _chosen(given, "scope", scopes, cycle.scope_id)
    edition_id = _chosen(given, "edition", editions, cycle.edition_id)
    form = forms.Plan(
        request.POST if request.method == "POST" else None,
        scopes=scopes,
        editions=editions,
        rhythms=rows.RHYTHMS,
        domains=rows.domain_options(scope_id=scope_id, edition_id=edition_id),
        levels=_LEVELS,
        initial=_initial(cycle) | {"scope": scope_id, "edition": edition_id},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.revise(
                cycle_id=cycle_id,
                by=caller(request),
                now=timezone.now(),
                **_plan(form),
            )
        except services.Unfit as refusal:
            form.blame(refusal.field_name, refusal.sentence)
        except Refusal as refusal:
            form.blame("", refusal.sentence)
        else:
            return redirect("cycle", me.workspace_slug, cycle_id)
    return _plan_page(request, me, form, scope_id, edition_id, cycle=cycle)


@door(Verb.READ)
def cycle(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Show how a cycle stands and what to do next."""
    found = _cycle(me, cycle_id)
    now = timezone.now()
    may_see_people = allows(me.role, Verb.AUDIT)
    return render(
        request,
        "cycles/cycle.html",
        {
            "me": me,
            "cycle": found,
            "overdue": found.overdue(now.date()),
            "tasks": answers.tasks(cycle_id=cycle_id, person_id=me.user_id),
            "people": answers.people(cycle_id=cycle_id) if may_see_people else None,
            "movements": rows.movements(cycle_id=cycle_id),
            "scored_at": rows.last_scored_at(cycle_id=cycle_id),
            "next_run": rows.next_run(rescoring=found.rescoring, now=now),
            "rhythms": rows.RHYTHMS,
            "states": _STATES,
            "may_run": allows(me.role, Verb.RUN_CYCLE),
            "may_answer": allows(me.role, Verb.ANSWER),
        },
    )


# The way of a cycle, in order.
_STATES = (
    ("draft", "Draft"),
    ("open", "Open"),
    ("in_review", "In review"),
    ("locked", "Locked"),
)


@require_POST
@door(Verb.RUN_CYCLE)
def cycle_open(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Let people answer."""
    return _act(request, me, cycle_id, services.open_, _("People can answer now."))


@require_POST
@door(Verb.RUN_CYCLE)
def cycle_review(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Hold the answers still."""
    sentence = _("The cycle is in review: answers are held as they are.")
    return _act(request, me, cycle_id, services.start_review, sentence)


@require_POST
@door(Verb.RUN_CYCLE)
def cycle_reopen(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Let people answer again."""
    sentence = _("The cycle is open again: people can answer.")
    return _act(request, me, cycle_id, services.reopen, sentence)


@require_POST
@door(Verb.RUN_CYCLE)
def cycle_rhythm(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Set how often the cycle re-scores itself."""
    _cycle(me, cycle_id)
    try:
        services.set_rhythm(
            cycle_id=cycle_id,
            rescoring=request.POST.get("rescoring", ""),
            by=caller(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("The rhythm is set."))
    return redirect("cycle", me.workspace_slug, cycle_id)


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.RUN_CYCLE)
def cycle_lock(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Say what speaks against locking, ask once, then lock."""
    found = _cycle(me, cycle_id)
    now = timezone.now()
    refused = ""
    if request.method == "POST":
        try:
            services.lock(cycle_id=cycle_id, by=caller(request), now=now)
        except Refusal as refusal:
            refused = refusal.sentence
        else:
            messages.success(request, _("The cycle is locked and signed."))
            return redirect("cycle", me.workspace_slug, cycle_id)
    if found.state == "locked":
        return redirect("cycle", me.workspace_slug, cycle_id)
    return render(
        request,
        "cycles/lock.html",
        {
            "me": me,
            "cycle": found,
            "refused": refused,
            "groups": lock_check.lock_check(cycle_id=cycle_id, today=now.date()),
        },
        status=422 if refused else 200,
    )


# ── inside ─────────────────────────────────────────────────────────────────────────


def _cycle(me: Membership, cycle_id: int) -> rows.CycleRow:
    found = rows.cycle(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if found is None:
        raise Http404
    return found


def _act(
    request: HttpRequest,
    me: Membership,
    cycle_id: int,
    service: Callable[..., None],
    sentence: str,
) -> HttpResponse:
    _cycle(me, cycle_id)
    try:
        service(cycle_id=cycle_id, by=caller(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, sentence)
        ask(cycle_id, "events")
    return redirect("cycle", me.workspace_slug, cycle_id)


def _chosen(
    given: QueryDict,
    name: str,
    choices: list[tuple[int, str]],
    otherwise: int | None = None,
) -> int:
    """Return the choice in an address or form, or the first; nonsense is ignored."""
    offered = {str(key): key for key, _label in choices}
    return offered.get(given.get(name, ""), otherwise or choices[0][0])


def _quarter(today: date) -> dict[str, object]:
    """Suggest the running quarter as the period."""
    number = (today.month - 1) // _QUARTER
    start = date(today.year, number * _QUARTER + 1, 1)
    later = date(start.year + number // _QUARTER, (start.month + 2) % 12 + 1, 1)
    return {
        "title": f"Q{number + 1} {today.year}",
        "period_start": start,
        "period_end": later - timedelta(days=1),
    }


def _initial(cycle: rows.CycleRow) -> dict[str, object]:
    return {
        "title": cycle.title,
        "period_start": cycle.period_start,
        "period_end": cycle.period_end,
        "due_on": cycle.due_on,
        "rescoring": cycle.rescoring,
        **{f"target_{code}": level for code, level in cycle.targets.items()},
        **{f"out_{code}": True for code in cycle.left_out},
        **{f"reason_{code}": reason for code, reason in cycle.left_out.items()},
    }


class _Plan(TypedDict):
    scope_id: int
    edition_id: int
    title: str
    period_start: date
    period_end: date
    due_on: date | None
    rescoring: str
    targets: dict[str, str]
    left_out: dict[str, str]


def _plan(form: forms.Plan) -> _Plan:
    values = form.cleaned_data
    return {
        "scope_id": values["scope"],
        "edition_id": values["edition"],
        "title": values["title"],
        "period_start": values["period_start"],
        "period_end": values["period_end"],
        "due_on": values["due_on"],
        "rescoring": values["rescoring"],
        "targets": form.targets,
        "left_out": form.left_out,
    }


def _plan_page(
    request: HttpRequest,
    me: Membership,
    form: forms.Plan,
    scope_id: int,
    edition_id: int,
    *,
    cycle: rows.CycleRow | None,
) -> HttpResponse:
    return render(
        request,
        "cycles/plan.html",
        {
            "me": me,
            "form": form,
            "cycle": cycle,
            "scopes": rows.scope_choices(workspace_id=me.workspace_id),
            "editions": rows.edition_choices(workspace_id=me.workspace_id),
            "scope_id": scope_id,
            "edition_id": edition_id,
        },
        status=422 if form.errors else 200,
    )


urlpatterns: list[URLPattern] = [
    path("", cycles, name="cycles"),
    path("new/", cycle_new, name="cycle_new"),
    path("<int:cycle_id>/", cycle, name="cycle"),
    path("<int:cycle_id>/edit/", cycle_edit, name="cycle_edit"),
    path("<int:cycle_id>/open/", cycle_open, name="cycle_open"),
    path("<int:cycle_id>/review/", cycle_review, name="cycle_review"),
    path("<int:cycle_id>/reopen/", cycle_reopen, name="cycle_reopen"),
    path("<int:cycle_id>/rhythm/", cycle_rhythm, name="cycle_rhythm"),
    path("<int:cycle_id>/lock/", cycle_lock, name="cycle_lock"),
]
