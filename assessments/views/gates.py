"""Pages: the journey of a programme, and the reviews of its gates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.access import Verb
from assessments.forms import gates as forms
from assessments.queries import gates as rows
from assessments.queries import plan
from assessments.services import gating
from assessments.services.refusals import Refusal
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django import forms as django_forms
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership


@door(Verb.READ, somewhere=True)
@require_GET
def journey(request: HttpRequest, me: Membership) -> HttpResponse:
    """Show where a part of the organization stands on its way."""
    reach = me.reach(Verb.READ)
    scopes = plan.scope_choices(workspace_id=me.workspace_id, reach=reach)
    editions = rows.edition_choices(workspace_id=me.workspace_id)
    scope_id = _chosen(request, "scope", scopes)
    edition_id = _chosen(request, "edition", editions)
    found = (
        rows.journey(
            workspace_id=me.workspace_id,
            scope_id=scope_id,
            edition_id=edition_id,
            reach=reach,
        )
        if scope_id and edition_id
        else None
    )
    return render(
        request,
        "gates/journey.html",
        {
            "me": me,
            "journey": found,
            "scopes": scopes,
            "editions": editions,
            "conditions": rows.open_conditions(
                workspace_id=me.workspace_id,
                reach=reach,
                today=timezone.now().date(),
            ),
            "may_plan": found is not None
            and me.standing.may(Verb.PLAN, at=found.scope_path),
        },
    )


@require_POST
@door(Verb.PLAN, somewhere=True)
def gate_open(request: HttpRequest, me: Membership) -> HttpResponse:
    """Open a review of a gate, or go to the one that is open."""
    scope_id, edition_id = _number(request, "scope"), _number(request, "edition")
    _allow(me, Verb.PLAN, plan.path_of(workspace_id=me.workspace_id, scope_id=scope_id))
    try:
        review_id = gating.open_review(
            workspace_id=me.workspace_id,
            scope_id=scope_id,
            edition_id=edition_id,
            stage=request.POST.get("stage", ""),
            by=caller(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("journey", me.workspace_slug)
    return redirect("gate_review", me.workspace_slug, review_id)


@door(Verb.READ, somewhere=True)
@require_GET
def gate_review(request: HttpRequest, me: Membership, review_id: int) -> HttpResponse:
    """Show a review: what is asked, what was found, what was decided."""
    return _page(request, me, _review(me, review_id))


@require_POST
@door(Verb.PLAN, somewhere=True)
def gate_findings(request: HttpRequest, me: Membership, review_id: int) -> HttpResponse:
    """Write down what was found about each criterion."""
    found = _review(me, review_id)
    _allow(me, Verb.PLAN, found.scope_path)
    form = forms.Findings(request.POST, rows=found.findings, marker=found.marker)
    if form.is_valid():
        try:
            gating.record_findings(
                workspace_id=me.workspace_id,
                review_id=review_id,
                findings={
                    code: gating.Finding(met=met, note=note, link=link)
                    for code, (met, note, link) in form.found().items()
                },
                marker=form.cleaned_data["marker"],
                by=caller(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            _blame(request, form, refusal, found.marker)
        else:
            messages.success(request, _("The findings are kept."))
            return redirect("gate_review", me.workspace_slug, review_id)
    return _page(request, me, found, findings=form)


@require_POST
@door(Verb.SIGN, somewhere=True)
def gate_decide(request: HttpRequest, me: Membership, review_id: int) -> HttpResponse:
    """Decide, and sign by name."""
    found = _review(me, review_id)
    _allow(me, Verb.SIGN, found.scope_path)
    form = _decide_form(request, me, found)
    if form.is_valid():
        values = form.cleaned_data
        try:
            gating.decide(
                workspace_id=me.workspace_id,
                review_id=review_id,
                decision=values["decision"],
                reason=values["reason"],
                conditions=[
                    gating.Condition(text=text, owner_id=owner, due_on=due)
                    for text, owner, due in values["conditions"]
                ],
                marker=values["marker"],
                by=caller(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            _blame(request, form, refusal, found.marker)
        else:
            messages.success(request, _("The decision is kept, signed by you."))
            return redirect("gate_review", me.workspace_slug, review_id)
    return _page(request, me, found, deciding=form)


@require_POST
@door(Verb.SIGN, somewhere=True)
def gate_sign(request: HttpRequest, me: Membership, review_id: int) -> HttpResponse:
    """Put one's name under a decision."""
    found = _review(me, review_id)
    _allow(me, Verb.SIGN, found.scope_path)
    try:
        gating.sign(
            workspace_id=me.workspace_id,
            review_id=review_id,
            by=caller(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("gate_review", me.workspace_slug, review_id)


@require_POST
@door(Verb.READ, somewhere=True)
def condition_met(
    request: HttpRequest, me: Membership, condition_id: int
) -> HttpResponse:
    """Say that a condition is met: its owner does, or somebody who plans there."""
    found = rows.condition(workspace_id=me.workspace_id, condition_id=condition_id)
    if found is None:
        raise Http404
    review_id, owner_id, place = found
    _review(me, review_id)
    if owner_id != me.user_id:
        _allow(me, Verb.PLAN, place)
    gating.meet(
        workspace_id=me.workspace_id,
        condition_id=condition_id,
        by=caller(request),
        now=timezone.now(),
    )
    return redirect("gate_review", me.workspace_slug, review_id)


# ── what the pages are made of ─────────────────────────────────────────────────────


def _page(
    request: HttpRequest,
    me: Membership,
    found: rows.ReviewRow,
    *,
    findings: forms.Findings | None = None,
    deciding: forms.Decide | None = None,
) -> HttpResponse:
    may_plan = me.standing.may(Verb.PLAN, at=found.scope_path)
    may_sign = me.standing.may(Verb.SIGN, at=found.scope_path)
    open_ = found.decided_at is None
    signed = any(one.person_id == me.user_id for one in found.signatures)
    bad = bool((findings and findings.errors) or (deciding and deciding.errors))
    if open_ and findings is None and may_plan:
        findings = forms.Findings(rows=found.findings, marker=found.marker)
    if open_ and deciding is None and may_sign:
        deciding = _decide_form(None, me, found)
    return render(
        request,
        "gates/review.html",
        {
            "me": me,
            "review": found,
            "findings": findings if open_ else None,
            "deciding": deciding if open_ else None,
            "may_plan": may_plan,
            "may_countersign": may_sign and not open_ and not signed,
        },
        status=422 if bad else 200,
    )


def _decide_form(
    request: HttpRequest | None, me: Membership, found: rows.ReviewRow
) -> forms.Decide:
    return forms.Decide(
        request.POST if request else None,
        decisions=rows.DECISIONS,
        people=plan.people(workspace_id=me.workspace_id, reading=found.scope_path),
        marker=found.marker,
    )


def _review(me: Membership, review_id: int) -> rows.ReviewRow:
    found = rows.review(
        workspace_id=me.workspace_id,
        review_id=review_id,
        reach=me.reach(Verb.READ),
        today=timezone.now().date(),
    )
    if found is None:
        raise Http404
    return found


def _blame(
    request: HttpRequest, form: django_forms.Form, refusal: Refusal, marker: str
) -> None:
    field = getattr(refusal, "field_name", None)
    form.add_error(field if field in form.fields else None, refusal.sentence)
    if isinstance(refusal, gating.Overtaken):
        # Whoever saves again has seen what stands now.
        form.data = {**request.POST.dict(), "marker": marker}


def _allow(me: Membership, verb: Verb, place: str | None) -> None:
    """Let those go on who may do this at a place of this workspace."""
    if place is None:
        raise Http404
    if not me.standing.may(verb, at=place):
        raise PermissionDenied(verb)


def _chosen(
    request: HttpRequest, name: str, offered: Sequence[tuple[int, str]]
) -> int | None:
    """Return the choice in the address, or the first one."""
    asked = request.GET.get(name, "")
    keys = [key for key, _label in offered]
    return next((key for key in keys if str(key) == asked), keys[0] if keys else None)


def _number(request: HttpRequest, name: str) -> int:
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0


urlpatterns: list[URLPattern] = [
    path("", journey, name="journey"),
    path("gates/open/", gate_open, name="gate_open"),
    path("gates/<int:review_id>/", gate_review, name="gate_review"),
    path("gates/<int:review_id>/findings/", gate_findings, name="gate_findings"),
    path("gates/<int:review_id>/decide/", gate_decide, name="gate_decide"),
    path("gates/<int:review_id>/sign/", gate_sign, name="gate_sign"),
    path(
        "gates/conditions/<int:condition_id>/met/", condition_met, name="condition_met"
    ),
]
