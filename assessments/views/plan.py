"""Pages: initiatives, as a roadmap and a list."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from assessments.access import Verb
from assessments.charts import roadmap
from assessments.forms import plan as forms
from assessments.queries import plan as rows
from assessments.reports import plan as reports
from assessments.services import planning
from assessments.services.refusals import Refusal
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.http import HttpRequest

    from assessments.queries.members import Membership

# How long a piece of work of each effort is first thought to take.
_DAYS = {1: 14, 2: 60, 3: 91, 4: 270, 5: 455}
_GROUPS = ("status", "domain", "part")


@door(Verb.READ, somewhere=True)
@require_GET
def plan(request: HttpRequest, me: Membership) -> HttpResponse:
    """Show the initiatives as a roadmap and as a list."""
    today = timezone.now().date()
    form = _filter(request, me)
    found = _found(me, form, today)
    group = request.GET.get("group", "")
    group = group if group in _GROUPS else _GROUPS[0]
    return render(
        request,
        "plan/plan.html",
        {
            "me": me,
            "initiatives": found,
            "filter": form,
            "filtered": any(form.cleaned_data.values()),
            "query": request.GET.urlencode(),
            "group": group,
            "groups": _groups(),
            "picture": _picture(found, group, today),
            "overdue": sum(one.overdue for one in found),
            "may_plan": me.standing.may_somewhere(Verb.PLAN),
        },
    )


@door(Verb.READ, somewhere=True)
@require_GET
def plan_csv(request: HttpRequest, me: Membership) -> HttpResponse:
    """Give the list as it is filtered."""
    found = _found(me, _filter(request, me), timezone.now().date())
    answer = HttpResponse(reports.table(found), content_type="text/csv; charset=utf-8")
    name = f"plan-{me.workspace_slug}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.PLAN, somewhere=True)
def initiative_new(request: HttpRequest, me: Membership) -> HttpResponse:
    """Write an initiative down, pre-filled where it begins at a gap."""
    cycles = rows.cycle_choices(workspace_id=me.workspace_id, reach=me.reach(Verb.READ))
    ground = _ground(request, me, cycles)
    form = _form(request, me, ground, initial=_begun(request, me, ground))
    if request.method == "POST" and form.is_valid():
        try:
            initiative_id = planning.start(
                workspace_id=me.workspace_id,
                draft=_draft(form),
                cycle_id=ground.cycle_id if ground else None,
                by=caller(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            _blame(form, refusal)
        else:
            messages.success(request, _("The initiative is in the plan."))
            return redirect("initiative", me.workspace_slug, initiative_id)
    return render(
        request,
        "plan/form.html",
        {
            "me": me,
            "form": form,
            "heading": _("New initiative"),
            "ground": ground,
            "cycles": cycles,
        },
        status=422 if form.errors else 200,
    )


@door(Verb.READ, somewhere=True)
@require_GET
def initiative(
    request: HttpRequest, me: Membership, initiative_id: int
) -> HttpResponse:
    """Show an initiative, and what became of what was expected of it."""
    return _page(request, me, _one(me, initiative_id), None)


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.PLAN, somewhere=True)
def initiative_edit(
    request: HttpRequest, me: Membership, initiative_id: int
) -> HttpResponse:
    """Change an initiative; what somebody else changed meanwhile is shown."""
    found = _one(me, initiative_id, Verb.PLAN)
    ground = (
        rows.ground(workspace_id=me.workspace_id, cycle_id=found.cycle_id)
        if found.cycle_id
        else None
    )
    form = _form(request, me, ground, initial=_initial(found))
    overtaken = False
    if request.method == "POST" and form.is_valid():
        try:
            planning.revise(
                workspace_id=me.workspace_id,
                initiative_id=initiative_id,
                draft=_draft(form),
                marker=form.cleaned_data["marker"],
                by=caller(request),
                now=timezone.now(),
            )
        except planning.Overtaken as refusal:
            overtaken = True
            form.add_error(None, refusal.sentence)
            found = _one(me, initiative_id, Verb.PLAN)
            # Whoever saves again has seen what stands now.
            form.data = {**request.POST.dict(), "marker": found.marker}
        except Refusal as refusal:
            _blame(form, refusal)
        else:
            messages.success(request, _("Your changes are kept."))
            return redirect("initiative", me.workspace_slug, initiative_id)
    return render(
        request,
        "plan/form.html",
        {
            "me": me,
            "form": form,
            "heading": _("Change “%(title)s”") % {"title": found.title},
            "ground": ground,
            "standing": found if overtaken else None,
            "initiative": found,
        },
        status=422 if form.errors else 200,
    )


@require_POST
@door(Verb.PLAN, somewhere=True)
def initiative_status(
    request: HttpRequest, me: Membership, initiative_id: int
) -> HttpResponse:
    """Say how an initiative stands."""
    found = _one(me, initiative_id, Verb.PLAN)
    form = forms.Status(request.POST, statuses=rows.STATUSES)
    if form.is_valid():
        try:
            planning.move(
                workspace_id=me.workspace_id,
                initiative_id=initiative_id,
                by=caller(request),
                now=timezone.now(),
                **form.cleaned_data,
            )
        except Refusal as refusal:
            _blame(form, refusal)
        else:
            return redirect("initiative", me.workspace_slug, initiative_id)
    return _page(request, me, found, form)


# ── what the pages are made of ─────────────────────────────────────────────────────


def _page(
    request: HttpRequest,
    me: Membership,
    found: rows.InitiativeRow,
    form: forms.Status | None,
) -> HttpResponse:
    return render(
        request,
        "plan/initiative.html",
        {
            "me": me,
            "initiative": found,
            "form": form
            or forms.Status(statuses=rows.STATUSES, initial={"status": found.status}),
            "may_plan": me.standing.may(Verb.PLAN, at=found.scope_path),
        },
        status=422 if form else 200,
    )


def _one(
    me: Membership, initiative_id: int, verb: Verb = Verb.READ
) -> rows.InitiativeRow:
    found = rows.initiative(
        workspace_id=me.workspace_id,
        initiative_id=initiative_id,
        reach=me.reach(verb),
        today=timezone.now().date(),
    )
    if found is None:
        raise Http404
    return found


def _found(me: Membership, form: forms.Filter, today: date) -> list[rows.InitiativeRow]:
    return rows.initiatives(
        workspace_id=me.workspace_id,
        reach=me.reach(Verb.READ),
        today=today,
        **form.cleaned_data,
    )


def _filter(request: HttpRequest, me: Membership) -> forms.Filter:
    form = forms.Filter(
        request.GET,
        statuses=rows.STATUSES,
        owners=rows.people(workspace_id=me.workspace_id),
    )
    form.is_valid()  # what is not offered is left out of `cleaned_data`
    return form


def _form(
    request: HttpRequest,
    me: Membership,
    ground: rows.Ground | None,
    *,
    initial: dict[str, object],
) -> forms.Initiative:
    return forms.Initiative(
        request.POST if request.method == "POST" else None,
        scopes=rows.scope_choices(
            workspace_id=me.workspace_id, reach=me.reach(Verb.PLAN)
        ),
        owners=rows.people(workspace_id=me.workspace_id),
        efforts=rows.EFFORTS,
        domains=ground.domains if ground else (),
        levels=ground.levels if ground else (),
        initial=initial,
    )


def _ground(
    request: HttpRequest, me: Membership, cycles: Sequence[rows.CycleChoice]
) -> rows.Ground | None:
    """Return the cycle in the address, or else the newest one."""
    asked = request.GET.get("cycle", "")
    offered = [one.id for one in cycles]
    if asked == "none" or not offered:
        return None
    chosen = next((pk for pk in offered if str(pk) == asked), offered[0])
    return rows.ground(workspace_id=me.workspace_id, cycle_id=chosen)


def _begun(
    request: HttpRequest, me: Membership, ground: rows.Ground | None
) -> dict[str, object]:
    """Return what a new initiative starts with."""
    today = timezone.now().date()
    code = request.GET.get("domain", "")
    domain = ground.domain(code) if ground else None
    effort = domain.effort if domain else 3
    begun: dict[str, object] = {
        "owner": me.user_id,
        "start_on": today,
        "due_on": today + timedelta(days=_DAYS[effort]),
        "effort": effort,
    }
    if ground:
        begun["scope"] = ground.scope_id
    if domain:
        begun["title"] = _("Raise %(name)s") % {"name": domain.name}
        begun["domain_1"] = domain.code
        if domain.next_level is not None:
            begun["level_1"] = f"{domain.next_level:.1f}"
    return begun


def _initial(found: rows.InitiativeRow) -> dict[str, object]:
    initial: dict[str, object] = {
        "title": found.title,
        "text": found.text,
        "scope": found.scope_id,
        "owner": found.owner_id,
        "start_on": found.start_on,
        "due_on": found.due_on,
        "effort": found.effort,
        "marker": found.marker,
    }
    for line, one in enumerate(found.followed, start=1):
        initial[f"domain_{line}"] = one.domain
        initial[f"level_{line}"] = f"{one.expected:.1f}"
    return initial


def _draft(form: forms.Initiative) -> planning.Draft:
    values = form.cleaned_data
    return planning.Draft(
        title=values["title"],
        text=values["text"],
        scope_id=values["scope"],
        owner_id=values["owner"],
        start_on=values["start_on"],
        due_on=values["due_on"],
        effort=values["effort"],
        expected=values["expected"],
    )


def _blame(form: forms.Initiative | forms.Status, refusal: Refusal) -> None:
    field = getattr(refusal, "field_name", None)
    form.add_error(field if field in form.fields else None, refusal.sentence)


def _groups() -> list[tuple[str, str]]:
    return [
        ("status", _("Status")),
        ("domain", _("Domain")),
        ("part", _("Part of the organization")),
    ]


def _picture(found: list[rows.InitiativeRow], group: str, today: date) -> str:
    if not found:
        return ""
    bars = [
        roadmap.Bar(
            title=one.title,
            group=_group_of(one, group),
            start=one.start_on,
            due=one.due_on,
            status=one.status,
            status_label=one.status_label,
            overdue=one.overdue,
        )
        for one in found
    ]
    order = {str(label): place for place, (_key, label) in enumerate(rows.STATUSES)}
    bars.sort(key=lambda bar: (order.get(bar.group, 0), bar.group, bar.start))
    drawn = roadmap.roadmap(bars, today=today, title=_("Roadmap"))
    return mark_safe(drawn)  # noqa: S308  # every text in it is escaped by charts.svg


def _group_of(one: rows.InitiativeRow, group: str) -> str:
    match group:
        case "domain":
            if not one.followed:
                return _("No domain")
            return f"{one.followed[0].domain} {one.followed[0].name}"
        case "part":
            return one.scope_name
    return one.status_label


urlpatterns: list[URLPattern] = [
    path("", plan, name="plan"),
    path("list.csv", plan_csv, name="plan_csv"),
    path("initiatives/new/", initiative_new, name="initiative_new"),
    path("initiatives/<int:initiative_id>/", initiative, name="initiative"),
    path(
        "initiatives/<int:initiative_id>/change/",
        initiative_edit,
        name="initiative_edit",
    ),
    path(
        "initiatives/<int:initiative_id>/status/",
        initiative_status,
        name="initiative_status",
    ),
]
