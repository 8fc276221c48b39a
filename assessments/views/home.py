"""Pages: home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from assessments.access import Verb, allows
from assessments.queries import home as rows
from assessments.queries.cycles import cycle_rows
from assessments.views.doors import door

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.cycles import CycleRow
    from assessments.queries.home import Standing
    from assessments.queries.members import Membership


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


@door(Verb.READ)
def home(request: HttpRequest, me: Membership) -> HttpResponse:
    """Show what to do next in a workspace, by role."""
    standing = rows.standing(workspace_id=me.workspace_id)
    under_way = cycle_rows(workspace_id=me.workspace_id)
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
            "may_connect": allows(me.role, Verb.CONNECT),
            "may_run": allows(me.role, Verb.RUN_CYCLE),
        },
    )


def _checklist(me: Membership, standing: Standing) -> list[Step]:
    """Return the way to a first result; empty for others than leads, and when done."""
    if not allows(me.role, Verb.RUN_CYCLE):
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
    done = rows.answered_by(workspace_id=me.workspace_id, person_id=me.user_id)
    return [
        task for cycle in cycles for task in _tasks_in(me, cycle, done.get(cycle.id, 0))
    ]


def _tasks_in(me: Membership, cycle: CycleRow, answered: int) -> list[Task]:
    address = reverse("cycle", args=[me.workspace_slug, cycle.id])
    if cycle.state == "open" and allows(me.role, Verb.ANSWER):
        return _answering(me, cycle, answered)
    if cycle.state == "in_review" and allows(me.role, Verb.DECIDE):
        return [
            Task(
                label=_("Review “%(title)s”") % {"title": cycle.title},
                detail=_("Accept, dispute or override what telemetry proposes."),
                address=reverse("results", args=[me.workspace_slug, cycle.id]),
            )
        ]
    if cycle.state == "draft" and allows(me.role, Verb.RUN_CYCLE):
        return [
            Task(
                label=_("Open “%(title)s”") % {"title": cycle.title},
                detail=_("It is a draft: nobody can answer yet."),
                address=address,
            )
        ]
    return []


def _answering(me: Membership, cycle: CycleRow, answered: int) -> list[Task]:
    left = cycle.progress.of - answered
    if left <= 0:
        return []
    label = _("Go on with “%(title)s”") if answered else _("Answer “%(title)s”")
    detail = _("%(done)s of %(of)s questions answered by you")
    return [
        Task(
            label=label % {"title": cycle.title},
            detail=detail % {"done": answered, "of": cycle.progress.of},
            address=reverse("answer_resume", args=[me.workspace_slug, cycle.id]),
        )
    ]


urlpatterns: list[URLPattern] = [path("", home, name="home")]
