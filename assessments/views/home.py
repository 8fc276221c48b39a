"""Pages: home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from assessments.access import Verb
from assessments.queries import calibration, participation
from assessments.queries import home as rows
from assessments.queries.cycles import cycle_rows
from assessments.views.doors import door

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.cycles import CycleRow
    from assessments.queries.home import Standing
    from assessments.queries.members import Membership
    from assessments.queries.participation import AskedCycle


_MOST_CYCLES = 6
_MOST_SOURCES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the checklist of a young workspace."""

    done: bool
    label: str
    why: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a person can do next, with the page where it is done."""

    label: str
    detail: str
    address: str


@door(Verb.ENTER, somewhere=True)
def home(request: HttpRequest, me: Membership) -> HttpResponse:
    """Show what to do next in a workspace, by role; who only answers goes there."""
    may_read = me.standing.may_somewhere(Verb.READ)
    if not may_read:
        return redirect("asked", me.workspace_slug)
    standing = rows.standing(workspace_id=me.workspace_id)
    under_way = cycle_rows(workspace_id=me.workspace_id, reach=me.reach(Verb.READ))
    sources = rows.source_rows(workspace_id=me.workspace_id)
    under_way.sort(key=lambda cycle: cycle.state == "locked")
    return render(
        request,
        "home/home.html",
        {
            "me": me,
            "standing": standing,
            "cycles": under_way[:_MOST_CYCLES],
            "sources": sources[:_MOST_SOURCES],
            "more_sources": len(sources[_MOST_SOURCES:]),
            "steps": _checklist(me, standing),
            "tasks": _tasks(me, under_way),
            "may_read": may_read,
            "may_connect": me.may(Verb.CONNECT),
            "may_run": me.may(Verb.RUN_CYCLE),
        },
    )


def _checklist(me: Membership, standing: Standing) -> list[Step]:
    """Return the way to a first result; empty for others than leads, and when done."""
    if not me.may(Verb.RUN_CYCLE):
        return []
    slug = me.workspace_slug
    steps = [
        Step(
            done=standing.sources > 0,
            label=_("Connect a source"),
            why=_("So that delivery is measured, not only told."),
            address=reverse("source_new", args=[slug]),
        ),
        Step(
            done=standing.cycles > 0,
            label=_("Create a cycle"),
            why=_("Choose what to assess, against which edition."),
            address=reverse("cycle_new", args=[slug]),
        ),
        Step(
            done=standing.people > 1,
            label=_("Add people"),
            why=_("Several vantage points make a score trustworthy."),
            address=reverse("members", args=[slug]),
        ),
        Step(
            done=standing.locked > 0,
            label=_("Lock the first cycle"),
            why=_("It becomes immutable, and its board report can be made."),
            address=reverse("cycles", args=[slug]),
        ),
    ]
    return [] if all(step.done for step in steps) else steps


def _tasks(me: Membership, cycles: list[CycleRow]) -> list[Task]:
    asked = participation.asked_cycles(
        workspace_id=me.workspace_id,
        person_id=me.user_id,
        reach=me.reach(Verb.ANSWER),
    )
    answering = [_answering(me, one) for one in asked if _is_waiting(one)]
    running = [task for cycle in cycles for task in _running(me, cycle)]
    return _meeting(me, cycles) + answering + running


def _meeting(me: Membership, cycles: list[CycleRow]) -> list[Task]:
    """Return the workshops that run now: a room full of people waits there."""
    workshops = calibration.under_way(workspace_id=me.workspace_id)
    return [
        Task(
            label=_("Join the workshop on “%(title)s”") % {"title": cycle.title},
            detail=_("%(name)s leads it; %(topic)s is on the screen.")
            % {"name": workshops[cycle.id].led_by, "topic": workshops[cycle.id].topic},
            address=reverse("workshop", args=[me.workspace_slug, cycle.id]),
        )
        for cycle in cycles
        if cycle.id in workshops
    ]


def _running(me: Membership, cycle: CycleRow) -> list[Task]:
    if cycle.state == "in_review" and me.may(Verb.DECIDE):
        return [
            Task(
                label=_("Review “%(title)s”") % {"title": cycle.title},
                detail=_("Accept, dispute or override what telemetry proposes."),
                address=reverse("results", args=[me.workspace_slug, cycle.id]),
            )
        ]
    if cycle.state == "draft" and me.may(Verb.RUN_CYCLE):
        return [
            Task(
                label=_("Open “%(title)s”") % {"title": cycle.title},
                detail=_("It is a draft: nobody can answer yet."),
                address=reverse("cycle_check", args=[me.workspace_slug, cycle.id]),
            )
        ]
    return []


def _is_waiting(one: AskedCycle) -> bool:
    return one.state == "open" and one.status != "done"


def _answering(me: Membership, one: AskedCycle) -> Task:
    label = _("Answer “%(title)s”")
    if one.progress.answered:
        label = _("Go on with “%(title)s”")
    detail = _("%(unit)s: %(done)s of %(of)s questions answered by you")
    return Task(
        label=label % {"title": one.title},
        detail=detail
        % {
            "unit": one.scope_name,
            "done": one.progress.answered,
            "of": one.progress.of,
        },
        address=reverse("answer_resume", args=[me.workspace_slug, one.id]),
    )


urlpatterns: list[URLPattern] = [path("", home, name="home")]
