"""Pages: the register of evidence, one piece of it, and what may be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from assessments.access import Verb
from assessments.forms import evidence as forms
from assessments.queries import evidence as rows
from assessments.services import evidencing, sniffing, supporting
from assessments.services.refusals import Refusal
from assessments.views import evidence_adding as adding
from assessments.views import sizes
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership

# More digits than any id has.
_DIGITS = 18


@require_safe
@door(Verb.READ, somewhere=True)
def evidence(request: HttpRequest, me: Membership) -> HttpResponse:
    """List the register; filters stay in the address."""
    choices = rows.choices(me=me)
    form = forms.Look(
        request.GET.dict(),
        choices={
            "kind": list(rows.KINDS),
            "domain": list(choices.domains),
            "owner": list(choices.owners),
            "state": list(rows.STATES),
        },
    )
    form.is_valid()  # what is none of the choices is not looked for
    wanted = {name: value for name, value in form.cleaned_data.items() if value}
    page = rows.register(
        me=me,
        filters=rows.Filters(
            words=wanted.get("q", ""),
            kind=wanted.get("kind", ""),
            domain=wanted.get("domain", ""),
            owner=int(wanted["owner"]) if "owner" in wanted else None,
            state=wanted.get("state", ""),
        ),
        number=_number(request.GET.get("page", "")) or 1,
        today=timezone.localdate(),
    )
    return render(
        request,
        "evidence/register.html",
        {
            "me": me,
            "form": form,
            "page": page,
            "filtered": bool(wanted),
            "query": urlencode(wanted),
            "may_add": _may_add(me),
        },
    )


@sizes.takes(sizes.evidence_bytes)
@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ANSWER_ALL, somewhere=True)
def evidence_new(request: HttpRequest, me: Membership) -> HttpResponse:
    """Add to the register what no topic needs yet."""
    asked = request.POST if request.method == "POST" else request.GET
    kind = asked.get("kind", adding.FILE)
    if kind not in adding.KINDS:
        raise Http404
    desk = _desk(me, asked.get("cycle", "")) if kind == adding.TELEMETRY else None
    desk = desk or adding.Desk(me=me, today=timezone.localdate())
    form = desk.form(kind, request if request.method == "POST" else None)
    if request.method == "POST":
        added = desk.take(kind, form, by=caller(request), now=timezone.now())
        if added is not None:
            _say_added(request, new=added.new)
            return redirect("evidence_piece", me.workspace_slug, added.evidence_id)
    return render(
        request,
        "evidence/new.html",
        {
            "me": me,
            "kind": kind,
            "kinds": rows.KINDS,
            "form": form,
            "cycle_id": desk.cycle_id,
            "cycles": rows.open_cycles(me=me) if kind == adding.TELEMETRY else (),
            "measures": desk.measures,
            **limits(),
        },
        status=422 if form.errors else 200,
    )


@require_safe
@door(Verb.ENTER)
def evidence_piece(
    request: HttpRequest, me: Membership, evidence_id: int
) -> HttpResponse:
    """Show a piece with its hash, its dates and what it supports."""
    found = _found(me, evidence_id)
    may_add = _may_add(me) and found.row.withdrawn_at is None
    cycles = rows.open_cycles(me=me) if may_add else []
    chosen = _number(request.GET.get("cycle", ""))
    topics = (
        rows.topic_options(cycle_id=chosen)
        if chosen in [cycle.id for cycle in cycles]
        else []
    )
    return render(
        request,
        "evidence/piece.html",
        {
            "me": me,
            "piece": found.row,
            "detail": found,
            "may_read": bool(me.reach(Verb.READ)),
            "may_change": _may_change(me, found.row),
            "cycles": cycles,
            "chosen": chosen,
            "attach": forms.AttachTo(topics=list(topics)) if topics else None,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ANSWER, somewhere=True)
def evidence_change(
    request: HttpRequest, me: Membership, evidence_id: int
) -> HttpResponse:
    """Change what is said about a piece; the content itself never changes."""
    found = _changeable(me, evidence_id)
    today = timezone.localdate()
    form = forms.Particulars(
        request.POST.dict() if request.method == "POST" else None,
        owners=adding.owners_for(me),
        initial={
            "title": found.title,
            "origin": found.origin,
            "note": found.note,
            "owner": found.owner_id,
            "dated_on": found.dated_on,
            "expires_on": found.expires_on,
        },
    )
    if form.is_valid():
        try:
            evidencing.change(
                workspace_id=me.workspace_id,
                evidence_id=evidence_id,
                said=adding.said_in(form, me, today),
                by=caller(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            adding.refuse(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("evidence_piece", me.workspace_slug, evidence_id)
    return render(
        request,
        "evidence/change.html",
        {"me": me, "piece": found, "form": form},
        status=422 if form.errors else 200,
    )


@require_POST
@door(Verb.ANSWER, somewhere=True)
def evidence_withdraw(
    request: HttpRequest, me: Membership, evidence_id: int
) -> HttpResponse:
    """Offer a piece no longer."""
    _changeable(me, evidence_id)
    evidencing.withdraw(
        workspace_id=me.workspace_id,
        evidence_id=evidence_id,
        why=request.POST.get("why", "")[:1000],
        by=caller(request),
        now=timezone.now(),
    )
    messages.success(
        request,
        _("Withdrawn: it is no longer offered. Locked cycles keep what they rely on."),
    )
    return redirect("evidence_piece", me.workspace_slug, evidence_id)


@require_POST
@door(Verb.ANSWER, somewhere=True)
def evidence_offer(
    request: HttpRequest, me: Membership, evidence_id: int
) -> HttpResponse:
    """Take a withdrawal back."""
    _changeable(me, evidence_id)
    evidencing.offer_again(
        workspace_id=me.workspace_id,
        evidence_id=evidence_id,
        by=caller(request),
        now=timezone.now(),
    )
    messages.success(request, _("Offered again."))
    return redirect("evidence_piece", me.workspace_slug, evidence_id)


@require_POST
@door(Verb.ANSWER_ALL, somewhere=True)
def evidence_attach(
    request: HttpRequest, me: Membership, evidence_id: int
) -> HttpResponse:
    """Let a piece of the register support a topic of an open cycle."""
    _found(me, evidence_id)
    chosen = _number(request.POST.get("cycle", ""))
    if chosen not in [cycle.id for cycle in rows.open_cycles(me=me)]:
        raise Http404
    try:
        new = supporting.support(
            evidence_id=evidence_id,
            place=supporting.Place(
                cycle_id=chosen or 0, topic=request.POST.get("topic", "")
            ),
            by=caller(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        said = _("Attached.") if new else _("It supports this topic already.")
        messages.success(request, said)
    return redirect("evidence_piece", me.workspace_slug, evidence_id)


def limits() -> dict[str, object]:
    """Return what forms say about files before they are sent."""
    return {
        "most_bytes": sniffing.most_bytes(),
        "most_mebibytes": sniffing.most_bytes() // 1024**2,
        "endings": ", ".join(sniffing.endings()),
        "accept": ",".join(f".{ending}" for ending in sniffing.endings()),
    }


def _say_added(request: HttpRequest, *, new: bool) -> None:
    if new:
        messages.success(request, _("Added to the register."))
    else:
        messages.info(request, _("You had added this before: here it is."))


def _found(me: Membership, evidence_id: int) -> rows.Detail:
    found = rows.detail(me=me, evidence_id=evidence_id, today=timezone.localdate())
    if found is None:
        raise Http404
    return found


def _changeable(me: Membership, evidence_id: int) -> rows.EvidenceRow:
    found = _found(me, evidence_id).row
    if not _may_change(me, found):
        raise Http404
    return found


def _may_add(me: Membership) -> bool:
    return bool(me.reach(Verb.ANSWER_ALL))


def _may_change(me: Membership, row: rows.EvidenceRow) -> bool:
    """Owners, whoever added it, and leads; readers only read."""
    if not me.reach(Verb.ANSWER):
        return False
    return me.user_id in (row.owner_id, row.added_by_id) or me.may(Verb.RUN_CYCLE)


def _desk(me: Membership, cycle: str) -> adding.Desk | None:
    chosen = _number(cycle)
    if chosen is None:
        return None
    if chosen not in [one.id for one in rows.open_cycles(me=me)]:
        raise Http404
    return adding.Desk(
        me=me,
        today=timezone.localdate(),
        cycle_id=chosen,
        measures=rows.measure_options(cycle_id=chosen),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < _DIGITS else None


urlpatterns: list[URLPattern] = [
    path("", evidence, name="evidence"),
    path("new/", evidence_new, name="evidence_new"),
    path("<int:evidence_id>/", evidence_piece, name="evidence_piece"),
    path("<int:evidence_id>/change/", evidence_change, name="evidence_change"),
    path("<int:evidence_id>/withdraw/", evidence_withdraw, name="evidence_withdraw"),
    path("<int:evidence_id>/offer/", evidence_offer, name="evidence_offer"),
    path("<int:evidence_id>/attach/", evidence_attach, name="evidence_attach"),
]
