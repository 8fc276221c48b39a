"""Pages: the workshop on a shared screen, and the screens that follow it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.access import Verb
from assessments.forms import calibration as forms
from assessments.queries import assignments
from assessments.queries import calibration as queries
from assessments.services import settling, workshops
from assessments.services.refusals import Refusal
from assessments.tasks.cycles import ask
from assessments.views.calibration import levels
from assessments.views.doors import caller, door
from assessments.views.telling import announced

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from assessments.queries.calibration import Heading, Stage, WorkshopRow
    from assessments.queries.members import Membership


@require_GET
@door(Verb.ENTER)
def workshop(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Show what is on the screen; who leads has the controls below it."""
    return _page(request, me, cycle_id)


@require_GET
@door(Verb.ENTER)
def workshop_stage(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Answer the screens that follow: 204 while nothing has changed."""
    _head(me, cycle_id)
    now = queries.workshop(workspace_id=me.workspace_id, cycle_id=cycle_id)
    mark = queries.mark(cycle_id=cycle_id, workshop=now)
    seen = request.GET.get("seen", "")
    if seen == mark:
        return HttpResponse(status=204)
    context = _on_screen(me, cycle_id, now) | {"mark": mark}
    answer = render(request, "calibration/stage.html", context)
    stage = context["stage"]
    if stage is not None and seen.rpartition(".")[0] != stage.spread.code:
        answer["HX-Trigger"] = announced(
            _("On the screen now: %(name)s") % {"name": stage.spread.name}
        )
    return answer


@require_POST
@door(Verb.DECIDE)
def workshop_start(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Start on the topic asked for, or where people lie farthest apart."""
    _head(me, cycle_id)
    topic = request.POST.get("topic") or queries.most_apart(cycle_id=cycle_id) or ""
    act = partial(workshops.start, topic=topic, now=timezone.now())
    return _act(request, me, cycle_id, act)


@require_POST
@door(Verb.DECIDE)
def workshop_take_over(
    request: HttpRequest, me: Membership, cycle_id: int
) -> HttpResponse:
    """Lead the workshop that somebody else leads."""
    act = partial(workshops.take_over, now=timezone.now())
    return _act(request, me, cycle_id, act)


@require_POST
@door(Verb.DECIDE)
def workshop_show(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Put a topic on the screen, its ratings shown or hidden."""
    act = partial(
        workshops.show,
        topic=request.POST.get("topic", ""),
        revealed=request.POST.get("revealed") == "yes",
    )
    return _act(request, me, cycle_id, act)


@require_POST
@door(Verb.DECIDE)
def workshop_end(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """End it; what was settled stays."""
    return _act(request, me, cycle_id, partial(workshops.end, now=timezone.now()))


@require_POST
@door(Verb.DECIDE)
def workshop_settle(
    request: HttpRequest, me: Membership, cycle_id: int, topic: str
) -> HttpResponse:
    """Keep the level agreed on in the room, and go on where one was."""
    found = queries.topic_calibration(
        workspace_id=me.workspace_id, cycle_id=cycle_id, topic=topic, names=False
    )
    if found is None:
        raise Http404
    form = forms.Settle(request.POST, levels=levels(found.spread))
    if not form.is_valid():
        return _page(request, me, cycle_id, form)
    try:
        settling.settle(
            cycle_id=cycle_id,
            topic=topic,
            by=caller(request),
            now=timezone.now(),
            **form.cleaned_data,
        )
    except Refusal as refusal:
        field = getattr(refusal, "field_name", None)
        form.add_error(field if field in form.fields else None, refusal.sentence)
        return _page(request, me, cycle_id, form)
    ask(cycle_id, "answer")
    messages.success(request, _("Settled: %(topic)s.") % {"topic": topic})
    return redirect("workshop", me.workspace_slug, cycle_id)


# ── inside ─────────────────────────────────────────────────────────────────────────


def _head(me: Membership, cycle_id: int) -> Heading:
    """Return the head of the cycle; 404 if it is not of this workspace."""
    found = queries.heading(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if found is None:
        raise Http404
    return found


def _act(
    request: HttpRequest,
    me: Membership,
    cycle_id: int,
    act: Callable[..., object],
) -> HttpResponse:
    _head(me, cycle_id)
    try:
        act(cycle_id=cycle_id, by=caller(request))
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("workshop", me.workspace_slug, cycle_id)


def _on_screen(
    me: Membership, cycle_id: int, now: WorkshopRow | None
) -> dict[str, Any]:
    """Return what this person may see of what is on the screen."""
    stage: Stage | None = None
    if now is not None and now.live:
        stage = queries.stage(cycle_id=cycle_id, topic=now.topic, person_id=me.user_id)
    return {
        "me": me,
        "cycle_id": cycle_id,
        "workshop": now,
        "stage": stage,
        "concerned": stage is not None and _concerned(me, cycle_id, stage),
        "may_read": me.may(Verb.READ),
        "may_answer": me.may(Verb.ANSWER),
    }


def _concerned(me: Membership, cycle_id: int, stage: Stage) -> bool:
    """Say whether the topic is for this person: read by role, or asked for."""
    if me.may(Verb.READ):
        return True
    asked = assignments.asked_domains(cycle_id=cycle_id, person_id=me.user_id)
    return asked is None or stage.spread.domain in asked


def _page(
    request: HttpRequest,
    me: Membership,
    cycle_id: int,
    refused: forms.Settle | None = None,
) -> HttpResponse:
    head = _head(me, cycle_id)
    now = queries.workshop(workspace_id=me.workspace_id, cycle_id=cycle_id)
    context = _on_screen(me, cycle_id, now)
    stage: Stage | None = context["stage"]
    leads = stage is not None and now is not None and now.led_by_id == me.user_id
    context |= {
        "head": head,
        "mark": queries.mark(cycle_id=cycle_id, workshop=now),
        "may_decide": me.may(Verb.DECIDE),
        "leads": leads,
        "address": request.build_absolute_uri(
            reverse("workshop", args=[me.workspace_slug, cycle_id])
        ),
    }
    if leads and stage is not None:
        context |= _controls(cycle_id, stage)
        context["settle"] = refused or forms.Settle(levels=levels(stage.spread))
    return render(
        request,
        "calibration/workshop.html",
        context,
        status=422 if refused is not None else 200,
    )


def _controls(cycle_id: int, stage: Stage) -> dict[str, Any]:
    """Return where the leader can go from here."""
    agenda = queries.agenda(cycle_id=cycle_id)
    later = [*agenda[stage.position :], *agenda[: stage.position - 1]]
    return {
        "agenda": agenda,
        "next_to_discuss": next((one.code for one in later if one.to_discuss), None),
    }


urlpatterns: list[URLPattern] = [
    path("<int:cycle_id>/calibration/workshop/", workshop, name="workshop"),
    path(
        "<int:cycle_id>/calibration/workshop/stage/",
        workshop_stage,
        name="workshop_stage",
    ),
    path(
        "<int:cycle_id>/calibration/workshop/start/",
        workshop_start,
        name="workshop_start",
    ),
    path(
        "<int:cycle_id>/calibration/workshop/take-over/",
        workshop_take_over,
        name="workshop_take_over",
    ),
    path(
        "<int:cycle_id>/calibration/workshop/show/", workshop_show, name="workshop_show"
    ),
    path("<int:cycle_id>/calibration/workshop/end/", workshop_end, name="workshop_end"),
    path(
        "<int:cycle_id>/calibration/workshop/topics/<str:topic>/settle/",
        workshop_settle,
        name="workshop_settle",
    ),
]
