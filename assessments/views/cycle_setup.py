"""Pages: setting up a cycle, step by step; each step is kept in the draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import Verb
from assessments.forms import cycles as forms
from assessments.queries import carrying, cycle_templates, participation
from assessments.queries import cycles as rows
from assessments.services import cycles as services
from assessments.services.plans import Changes, Plan
from assessments.services.refusals import Refusal
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse, QueryDict
    from django.utils.functional import _StrPromise

    from assessments.queries.members import Membership

_QUARTER = 3
_MOST_EARLIER = 3
_LEVELS = tuple(f"{Decimal(half) / 2:.1f}" for half in range(2, 11))

# The steps in order: the page of each and what it is called.
_STEPS: tuple[tuple[str, _StrPromise], ...] = (
    ("cycle_edit", gettext_lazy("What and when")),
    ("cycle_domains", gettext_lazy("Domains")),
    ("cycle_targets", gettext_lazy("Targets")),
    ("participants", gettext_lazy("People")),
    ("cycle_course", gettext_lazy("Due date")),
    ("cycle_check", gettext_lazy("Check")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of setting a cycle up, in the progress line."""

    label: str
    address: str
    current: bool
    before: bool


def steps(me: Membership, cycle_id: int | None, here: str) -> list[Step]:
    """Return the progress line; before there is a draft, nothing of it is a link."""
    names = [name for name, _label in _STEPS]
    place = names.index(here)
    return [
        Step(
            label=str(label),
            address=reverse(name, args=[me.workspace_slug, cycle_id])
            if cycle_id
            else "",
            current=name == here,
            before=number < place,
        )
        for number, (name, label) in enumerate(_STEPS)
    ]


def around(me: Membership, cycle_id: int, here: str) -> dict[str, object]:
    """Return what the pages of the steps show around their forms."""
    names = [name for name, _label in _STEPS]
    place = names.index(here)
    last = len(names) - 1
    return {
        "steps": steps(me, cycle_id, here),
        "number": place + 1,
        "together": rows.planned_with(cycle_id=cycle_id),
        "back": _address(me, cycle_id, names[place - 1]) if place else "",
        "onward": _address(me, cycle_id, names[place + 1]) if place < last else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.RUN_CYCLE)
def cycle_new(request: HttpRequest, me: Membership) -> HttpResponse:
    """Begin a cycle: what is assessed, against what, over which period."""
    scopes = rows.scope_choices(workspace_id=me.workspace_id)
    editions = rows.edition_choices(workspace_id=me.workspace_id)
    if not editions:
        return render(request, "cycles/no_edition.html", {"me": me})
    form = forms.Start(
        _sent(request),
        scopes=scopes,
        editions=editions,
        initial={"scope": [scopes[0][0]], "edition": _usual_edition(me, editions)}
        | quarter(timezone.localdate()),
    )
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        options = rows.domain_options(
            scope_id=values["scope"][0], edition_id=values["edition"]
        )
        try:
            cycle_id = services.start(
                workspace_id=me.workspace_id,
                scope_ids=values["scope"],
                plan=Plan(
                    edition_id=values["edition"],
                    title=values["title"],
                    period_start=values["period_start"],
                    period_end=values["period_end"],
                    targets={one.code: f"{one.suggested:.1f}" for one in options},
                    rescoring="weekly",
                ),
                by=caller(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.blame(getattr(refusal, "field_name", ""), refusal.sentence)
        else:
            return redirect("cycle_domains", me.workspace_slug, cycle_id)
    return render(
        request,
        "cycles/setup_start.html",
        {
            "me": me,
            "form": form,
            "cycle": None,
            "steps": steps(me, None, "cycle_edit"),
            "number": 1,
            "together": [],
            "templates": cycle_templates.template_rows(workspace_id=me.workspace_id),
            "earlier": _earlier(me),
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.RUN_CYCLE)
def cycle_edit(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Change what a draft is about."""
    cycle = _cycle(me, cycle_id)
    together = rows.planned_with(cycle_id=cycle_id)
    form = forms.Start(
        _sent(request),
        scopes=rows.scope_choices(workspace_id=me.workspace_id),
        editions=rows.edition_choices(workspace_id=me.workspace_id),
        initial={
            "scope": [scope_id for _pk, scope_id, _name in together],
            "edition": cycle.edition_id,
            "title": cycle.title,
            "period_start": cycle.period_start,
            "period_end": cycle.period_end,
        },
    )

    def save() -> int:
        values = form.cleaned_data
        changes = Changes(
            title=values["title"],
            edition_id=values["edition"],
            period_start=values["period_start"],
            period_end=values["period_end"],
        )
        if values["edition"] != cycle.edition_id:
            options = rows.domain_options(
                scope_id=values["scope"][0], edition_id=values["edition"]
            )
            changes["targets"] = {
                one.code: cycle.targets.get(one.code, f"{one.suggested:.1f}")
                for one in options
            }
        return services.revise(
            cycle_id=cycle_id,
            scope_ids=values["scope"],
            changes=changes,
            by=caller(request),
            now=timezone.now(),
        )

    return _step(request, me, cycle, form, save, here="cycle_edit", page="start")


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.RUN_CYCLE)
def cycle_domains(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Leave domains of a draft out, each with a reason."""
    cycle = _cycle(me, cycle_id)
    form = forms.Domains(
        _sent(request),
        domains=_options(cycle),
        initial={
            **{f"out_{code}": True for code in cycle.left_out},
            **{f"reason_{code}": reason for code, reason in cycle.left_out.items()},
        },
    )

    def save() -> int:
        return services.revise(
            cycle_id=cycle_id,
            changes={"left_out": form.left_out},
            by=caller(request),
            now=timezone.now(),
        )

    return _step(request, me, cycle, form, save, here="cycle_domains", page="domains")


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.RUN_CYCLE)
def cycle_targets(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Choose the level to reach in each domain of a draft."""
    cycle = _cycle(me, cycle_id)
    options = [one for one in _options(cycle) if one.code not in cycle.left_out]
    form = forms.Targets(
        _sent(request),
        domains=options,
        levels=_LEVELS,
        initial={f"target_{code}": level for code, level in cycle.targets.items()},
    )

    def save() -> int:
        return services.revise(
            cycle_id=cycle_id,
            changes={"targets": form.targets},
            by=caller(request),
            now=timezone.now(),
        )

    return _step(request, me, cycle, form, save, here="cycle_targets", page="targets")


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.RUN_CYCLE)
def cycle_course(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Set due date and reminders; of a draft, also how it goes about answers."""
    cycle = _cycle(me, cycle_id)
    initial: dict[str, object] = {
        "due_on": cycle.due_on,
        "remind_every_days": cycle.remind_every_days,
        "unanchored": cycle.unanchored,
        "rescoring": cycle.rescoring,
    }
    if cycle.state != "draft":
        return _due(request, me, cycle, initial)
    form = forms.Course(_sent(request), rhythms=rows.RHYTHMS, initial=initial)

    def save() -> int:
        values = form.cleaned_data
        return services.revise(
            cycle_id=cycle_id,
            changes={
                "due_on": values["due_on"],
                "remind_every_days": values["remind_every_days"],
                "unanchored": values["unanchored"],
                "rescoring": values["rescoring"],
            },
            by=caller(request),
            now=timezone.now(),
        )

    return _step(request, me, cycle, form, save, here="cycle_course", page="course")


@door(Verb.RUN_CYCLE)
def cycle_check(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Show the whole plan of a draft before it is opened."""
    cycle = _cycle(me, cycle_id)
    if cycle.state != "draft":
        return redirect("cycle", me.workspace_slug, cycle_id)
    carried = None
    if cycle.based_on is not None:
        carried = carrying.carry_preview(
            edition_id=cycle.edition_id, from_cycle_id=cycle.based_on[0]
        )
    return render(
        request,
        "cycles/setup_check.html",
        {
            "me": me,
            "cycle": cycle,
            "domains": rows.kept_domains(cycle_id=cycle_id),
            "board": participation.board(cycle_id=cycle_id),
            "carried": carried,
            "template_form": forms.TemplateName(initial={"name": cycle.title}),
            **around(me, cycle_id, "cycle_check"),
        },
    )


@require_POST
@door(Verb.RUN_CYCLE)
def cycle_discard(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Remove a draft."""
    cycle = _cycle(me, cycle_id)
    try:
        services.discard(cycle_id=cycle_id, by=caller(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("cycle", me.workspace_slug, cycle_id)
    messages.success(
        request, _("The draft “%(title)s” is gone.") % {"title": cycle.title}
    )
    return redirect("cycles", me.workspace_slug)


# ── inside ─────────────────────────────────────────────────────────────────────────


def _step(
    request: HttpRequest,
    me: Membership,
    cycle: rows.CycleRow,
    form: forms.Step,
    save: Callable[[], int],
    *,
    here: str,
    page: str,
) -> HttpResponse:
    """Keep a step and go where the button says, or show it with what was typed."""
    if cycle.state != "draft" and request.method != "POST":
        return redirect("cycle", me.workspace_slug, cycle.id)
    if request.method == "POST" and form.is_valid():
        try:
            cycle_id = save()
        except Refusal as refusal:
            form.blame(getattr(refusal, "field_name", ""), refusal.sentence)
        else:
            return redirect(_next(request, me, cycle_id, here))
    return render(
        request,
        f"cycles/setup_{page}.html",
        {"me": me, "cycle": cycle, "form": form, **around(me, cycle.id, here)},
        status=422 if form.errors else 200,
    )


def _next(request: HttpRequest, me: Membership, cycle_id: int, here: str) -> str:
    names = [name for name, _label in _STEPS]
    place = names.index(here)
    going = request.POST.get("go", "")
    if going == "check":
        return _address(me, cycle_id, "cycle_check")
    return _address(me, cycle_id, names[place - 1 if going == "back" else place + 1])


def _due(
    request: HttpRequest,
    me: Membership,
    cycle: rows.CycleRow,
    initial: dict[str, object],
) -> HttpResponse:
    form = forms.Due(_sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_due(
                cycle_id=cycle.id,
                due_on=form.cleaned_data["due_on"],
                remind_every_days=form.cleaned_data["remind_every_days"],
                by=caller(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.blame(getattr(refusal, "field_name", ""), refusal.sentence)
        else:
            messages.success(request, _("Due date and reminders are set."))
            return redirect("participants", me.workspace_slug, cycle.id)
    return render(
        request,
        "cycles/due.html",
        {"me": me, "cycle": cycle, "form": form},
        status=422 if form.errors else 200,
    )


def _earlier(me: Membership) -> list[rows.CycleRow]:
    """Return the latest cycles that were opened: one may want the same again."""
    found = rows.cycle_rows(workspace_id=me.workspace_id)
    return [one for one in found if one.state != "draft"][:_MOST_EARLIER]


def _usual_edition(me: Membership, editions: list[tuple[int, str]]) -> int:
    """Return the edition that was used last and is still offered."""
    offered = {pk for pk, _label in editions}
    used = (one.edition_id for one in rows.cycle_rows(workspace_id=me.workspace_id))
    return next((pk for pk in used if pk in offered), editions[0][0])


def _sent(request: HttpRequest) -> QueryDict | None:
    """Return what was sent; nothing ticked is something sent, too."""
    return request.POST if request.method == "POST" else None


def _cycle(me: Membership, cycle_id: int) -> rows.CycleRow:
    found = rows.cycle(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if found is None:
        raise Http404
    return found


def _options(cycle: rows.CycleRow) -> list[rows.DomainOption]:
    return rows.domain_options(scope_id=cycle.scope_id, edition_id=cycle.edition_id)


def _address(me: Membership, cycle_id: int, name: str) -> str:
    return reverse(name, args=[me.workspace_slug, cycle_id])


def quarter(today: date) -> dict[str, object]:
    """Suggest the running quarter as the period."""
    number = (today.month - 1) // _QUARTER
    start = date(today.year, number * _QUARTER + 1, 1)
    later = date(start.year + number // _QUARTER, (start.month + 2) % 12 + 1, 1)
    return {
        "title": f"Q{number + 1} {today.year}",
        "period_start": start,
        "period_end": later - timedelta(days=1),
    }


urlpatterns: list[URLPattern] = [
    path("new/", cycle_new, name="cycle_new"),
    path("<int:cycle_id>/setup/", cycle_edit, name="cycle_edit"),
    path("<int:cycle_id>/setup/domains/", cycle_domains, name="cycle_domains"),
    path("<int:cycle_id>/setup/targets/", cycle_targets, name="cycle_targets"),
    path("<int:cycle_id>/setup/course/", cycle_course, name="cycle_course"),
    path("<int:cycle_id>/setup/check/", cycle_check, name="cycle_check"),
    path("<int:cycle_id>/discard/", cycle_discard, name="cycle_discard"),
]
