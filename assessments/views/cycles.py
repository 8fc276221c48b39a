"""Pages: cycles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from assessments.access import Verb
from assessments.queries import answers, calibration, participation
from assessments.queries import cycles as rows
from assessments.services import carrying
from assessments.services import cycles as services
from assessments.services.refusals import Refusal
from assessments.tasks import notices
from assessments.tasks.cycles import ask
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership


@door(Verb.READ, somewhere=True)
def cycles(request: HttpRequest, me: Membership) -> HttpResponse:
    """List the cycles of the workspace."""
    today = timezone.now().date()
    found = rows.cycle_rows(workspace_id=me.workspace_id, reach=me.reach(Verb.READ))
    return render(
        request,
        "cycles/cycles.html",
        {
            "me": me,
            "cycles": [(row, row.overdue(today)) for row in found],
            "may_run": me.may(Verb.RUN_CYCLE),
            "may_answer": me.may(Verb.ANSWER),
        },
    )


@door(Verb.READ)
def cycle(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Show how a cycle stands and what to do next."""
    found = _cycle(me, cycle_id)
    now = timezone.now()
    may_see_people = me.may(Verb.AUDIT)
    return render(
        request,
        "cycles/cycle.html",
        {
            "me": me,
            "cycle": found,
            "overdue": found.overdue(now.date()),
            "tasks": answers.tasks(cycle_id=cycle_id, person_id=me.user_id),
            "board": participation.board(cycle_id=cycle_id) if may_see_people else None,
            "movements": rows.movements(cycle_id=cycle_id),
            "scored_at": rows.last_scored_at(cycle_id=cycle_id),
            "next_run": rows.next_run(rescoring=found.rescoring, now=now),
            "rhythms": rows.RHYTHMS,
            "states": _STATES,
            "workshop": calibration.under_way(workspace_id=me.workspace_id).get(
                cycle_id
            ),
            "may_run": me.may(Verb.RUN_CYCLE),
            "may_answer": me.may(Verb.ANSWER),
        },
    )


# The way of a cycle, in order.
_STATES = (
    ("draft", gettext_lazy("Draft")),
    ("open", gettext_lazy("Open")),
    ("in_review", gettext_lazy("In review")),
    ("locked", gettext_lazy("Locked")),
)


@require_POST
@door(Verb.RUN_CYCLE)
def cycle_open(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Let people answer, and tell them; carry answers over where that was asked for."""
    found = _cycle(me, cycle_id)
    now, by = timezone.now(), caller(request)
    try:
        opened = services.open_(cycle_id=cycle_id, by=by, now=now)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("cycle", me.workspace_slug, cycle_id)
    messages.success(
        request,
        ngettext(
            "People can answer now, and are told by e-mail.",
            "All %(n)s cycles are open, and people are told by e-mail.",
            len(opened),
        )
        % {"n": len(opened)},
    )
    if "carry" in request.POST and found.based_on is not None:
        _carry(request, cycle_id, found.based_on[0])
    for one in opened:
        ask(one, "events")
    notices.ask()
    return redirect("cycle", me.workspace_slug, cycle_id)


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


# ── inside ─────────────────────────────────────────────────────────────────────────


def _cycle(me: Membership, cycle_id: int) -> rows.CycleRow:
    found = rows.cycle(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if found is None:
        raise Http404
    return found


def _carry(request: HttpRequest, cycle_id: int, from_cycle_id: int) -> None:
    try:
        carried = carrying.carry_over(
            cycle_id=cycle_id,
            from_cycle_id=from_cycle_id,
            by=caller(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(
            request,
            ngettext(
                "%(n)s answer was carried over; its person is asked to confirm it.",
                "%(n)s answers were carried over; people are asked to confirm theirs.",
                carried.answers,
            )
            % {"n": carried.answers},
        )


urlpatterns: list[URLPattern] = [
    path("", cycles, name="cycles"),
    path("<int:cycle_id>/", cycle, name="cycle"),
    path("<int:cycle_id>/open/", cycle_open, name="cycle_open"),
    path("<int:cycle_id>/rhythm/", cycle_rhythm, name="cycle_rhythm"),
]
