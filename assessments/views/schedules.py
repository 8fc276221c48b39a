"""Pages: schedules, planned in plain words; when they run next, and what came of it."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from assessments.access import Verb
from assessments.forms import schedules as forms
from assessments.queries import schedule_choices as offered
from assessments.queries import schedules as rows
from assessments.queries import timing
from assessments.services import scheduling
from assessments.services.refusals import Refusal, Unfit
from assessments.tasks import schedules as tasks
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership

_LOOK = "look"


@door(Verb.READ)
@require_GET
def schedules(request: HttpRequest, me: Membership) -> HttpResponse:
    """List the schedules, those that failed first."""
    return render(
        request,
        "schedules/schedules.html",
        {
            "me": me,
            "schedules": rows.schedule_rows(workspace_id=me.workspace_id),
            "rhythms": rows.rhythms(workspace_id=me.workspace_id),
            "now": timezone.now(),
            "may_run": me.may(Verb.RUN_CYCLE),
        },
    )


@door(Verb.READ)
@require_GET
def schedule(request: HttpRequest, me: Membership, schedule_id: int) -> HttpResponse:
    """Show one schedule: the next three runs, and what came of the last ones."""
    found = _found(me, schedule_id)
    return render(
        request,
        "schedules/schedule.html",
        {
            "me": me,
            "schedule": found,
            "next_runs": timing.next_runs(
                cron=found.cron, zone=found.time_zone, after=timezone.now()
            ),
            "runs": rows.run_rows(schedule_id=schedule_id),
            "may_run": me.may(Verb.RUN_CYCLE),
        },
    )


@door(Verb.RUN_CYCLE)
@require_http_methods(["GET", "HEAD", "POST"])
def schedule_new(request: HttpRequest, me: Membership) -> HttpResponse:
    """Plan a schedule."""

    def plan(wish: scheduling.Wish) -> int:
        return scheduling.plan(
            workspace_id=me.workspace_id,
            wish=wish,
            by=caller(request),
            now=timezone.now(),
        )

    initial = {
        "every": timing.MONTHLY,
        "at": time(6),
        "day": "1",
        "time_zone": me.time_zone,
        "language": get_language(),
    }
    return _form_page(request, me, _("Plan a schedule"), initial, plan)


@door(Verb.RUN_CYCLE)
@require_http_methods(["GET", "HEAD", "POST"])
def schedule_edit(
    request: HttpRequest, me: Membership, schedule_id: int
) -> HttpResponse:
    """Plan a schedule anew."""
    found = _found(me, schedule_id)

    def change(wish: scheduling.Wish) -> int:
        scheduling.change(
            workspace_id=me.workspace_id,
            schedule_id=schedule_id,
            wish=wish,
            by=caller(request),
            now=timezone.now(),
        )
        return schedule_id

    rhythm = timing.rhythm_of(found.cron)
    initial: dict[str, object] = {
        "task": found.task,
        "cycle": found.cycle_id,
        "every": rhythm.every,
        "at": rhythm.at,
        "weekday": rhythm.weekday,
        "day": rhythm.day,
        "line": rhythm.line,
        "time_zone": found.time_zone,
        "report_kind": found.report_kind,
        "language": found.language or get_language(),
        "attached": found.attached,
        "people": found.people,
        "emails": "\n".join(found.emails),
    }
    return _form_page(request, me, _("Change the schedule"), initial, change)


@door(Verb.RUN_CYCLE)
@require_POST
def schedule_pause(
    request: HttpRequest, me: Membership, schedule_id: int
) -> HttpResponse:
    """Let a schedule rest."""
    return _done(request, me, schedule_id, scheduling.pause, _("Paused."))


@door(Verb.RUN_CYCLE)
@require_POST
def schedule_resume(
    request: HttpRequest, me: Membership, schedule_id: int
) -> HttpResponse:
    """Let a schedule go on."""
    return _done(request, me, schedule_id, scheduling.resume, _("It goes on."))


@door(Verb.RUN_CYCLE)
@require_POST
def schedule_run(
    request: HttpRequest, me: Membership, schedule_id: int
) -> HttpResponse:
    """Run a schedule at once."""

    def run(**asked: object) -> None:
        tasks.ask(scheduling.run_now(**asked))  # type: ignore[arg-type]  # as `_done` asks

    said = _("It is being run; reload this page to see what came of it.")
    return _done(request, me, schedule_id, run, said)


@door(Verb.RUN_CYCLE)
@require_POST
def schedule_remove(
    request: HttpRequest, me: Membership, schedule_id: int
) -> HttpResponse:
    """Remove a schedule; its reports stay."""
    _found(me, schedule_id)
    scheduling.remove(
        workspace_id=me.workspace_id,
        schedule_id=schedule_id,
        by=caller(request),
        now=timezone.now(),
    )
    messages.success(request, _("The schedule is removed; its reports stay."))
    return redirect("schedules", me.workspace_slug)


# ── what the pages are made of ─────────────────────────────────────────────────────


def _found(me: Membership, schedule_id: int) -> rows.ScheduleRow:
    found = rows.schedule_row(workspace_id=me.workspace_id, schedule_id=schedule_id)
    if found is None:
        raise Http404
    return found


def _done(
    request: HttpRequest,
    me: Membership,
    schedule_id: int,
    deed: Callable[..., object],
    said: str,
) -> HttpResponse:
    _found(me, schedule_id)
    deed(
        workspace_id=me.workspace_id,
        schedule_id=schedule_id,
        by=caller(request),
        now=timezone.now(),
    )
    messages.success(request, said)
    return redirect("schedule", me.workspace_slug, schedule_id)


def _form_page(
    request: HttpRequest,
    me: Membership,
    heading: str,
    initial: dict[str, object],
    keep: Callable[[scheduling.Wish], int],
) -> HttpResponse:
    form = forms.Plan(
        request.POST if request.method == "POST" else None,
        choices={
            "task": offered.TASKS,
            "every": timing.RHYTHMS,
            "cycle": offered.cycle_choices(workspace_id=me.workspace_id),
            "report_kind": offered.report_choices(),
            "people": offered.people_choices(workspace_id=me.workspace_id),
        },
        initial=initial,
    )
    looked: dict[str, object] = {}
    if form.is_bound and form.is_valid():
        try:
            if _LOOK in request.POST:
                looked = _looked(form)
            else:
                return redirect("schedule", me.workspace_slug, keep(_wish(form)))
        except Unfit as refusal:
            form.blame(refusal.field_name, refusal.sentence)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
    return render(
        request,
        "schedules/form.html",
        {"me": me, "form": form, "heading": heading, **looked},
        status=422 if form.errors else 200,
    )


def _looked(form: forms.Plan) -> dict[str, object]:
    """Return what was entered, told back in words and with the next three runs."""
    wish = _wish(form)
    try:
        coming = timing.next_runs(
            cron=wish.cron, zone=wish.time_zone, after=timezone.now()
        )
    except timing.NoSuchTime as flaw:
        raise Unfit("line", str(flaw)) from flaw
    return {"words": timing.words(wish.cron), "next_runs": coming}


def _wish(form: forms.Plan) -> scheduling.Wish:
    asked = form.cleaned_data
    rhythm = timing.Rhythm(
        every=asked["every"],
        at=asked["at"] or time(6),
        weekday=asked["weekday"] or 0,
        day=asked["day"] or "1",
        line=asked["line"],
    )
    return scheduling.Wish(
        task=asked["task"],
        cycle_id=asked["cycle"],
        cron=rhythm.cron,
        time_zone=asked["time_zone"],
        report_kind=asked["report_kind"],
        language=asked["language"],
        attached=asked["attached"],
        people=tuple(asked["people"]),
        emails=asked["emails"],
    )


urlpatterns: list[URLPattern] = [
    path("", schedules, name="schedules"),
    path("new/", schedule_new, name="schedule_new"),
    path("<int:schedule_id>/", schedule, name="schedule"),
    path("<int:schedule_id>/edit/", schedule_edit, name="schedule_edit"),
    path("<int:schedule_id>/pause/", schedule_pause, name="schedule_pause"),
    path("<int:schedule_id>/resume/", schedule_resume, name="schedule_resume"),
    path("<int:schedule_id>/run/", schedule_run, name="schedule_run"),
    path("<int:schedule_id>/remove/", schedule_remove, name="schedule_remove"),
]
