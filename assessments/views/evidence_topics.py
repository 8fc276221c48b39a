"""Pages of a cycle: the evidence of one topic, and how each domain is backed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments.access import Verb
from assessments.forms import evidence as forms
from assessments.queries import cycles
from assessments.queries import evidence as rows
from assessments.services import supporting
from assessments.services.refusals import Refusal
from assessments.views import evidence_adding as adding
from assessments.views import sizes
from assessments.views.doors import caller, door
from assessments.views.evidence import limits
from assessments.views.telling import announced

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership

_ATTACH = "attach"


@require_safe
@door(Verb.ANSWER)
def evidence_panel(
    request: HttpRequest, me: Membership, cycle_id: int, topic: str
) -> HttpResponse:
    """Show what supports a topic; the part alone where a page asks for it."""
    return _show(request, me, _panel(request, me, cycle_id, topic))


@sizes.takes(sizes.evidence_bytes)
@require_POST
@door(Verb.ANSWER)
def evidence_add(
    request: HttpRequest, me: Membership, cycle_id: int, topic: str
) -> HttpResponse:
    """Add a piece, or attach one of the register, to a topic."""
    panel = _panel(request, me, cycle_id, topic)
    kind = request.POST.get("kind", "")
    if kind == _ATTACH:
        return _attach(request, me, panel)
    if kind not in adding.KINDS:
        raise Http404
    desk = _desk(me, panel)
    form = desk.form(kind, request)
    added = desk.take(kind, form, by=caller(request), now=timezone.now())
    if added is None:
        return _show(request, me, panel, sent={kind: form})
    said = _("Added.") if added.new else _("You had added this before; it is attached.")
    return _done(request, me, panel, said)


@require_POST
@door(Verb.ANSWER)
def evidence_detach(
    request: HttpRequest, me: Membership, cycle_id: int, topic: str, support_id: int
) -> HttpResponse:
    """Take a piece away from a topic; it stays in the register."""
    panel = _panel(request, me, cycle_id, topic)
    try:
        supporting.unsupport(
            support_id=support_id,
            place=_place(me, panel),
            by=caller(request),
            now=timezone.now(),
            any_hand=me.may(Verb.RUN_CYCLE),
        )
    except Refusal as refusal:
        return _show(request, me, panel, refused=refusal.sentence)
    return _done(request, me, panel, _("Removed from this topic."))


@require_safe
@door(Verb.READ)
def cycle_evidence(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Show how each domain of a cycle is backed."""
    cycle = cycles.cycle(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if cycle is None:
        raise Http404
    standing = rows.domain_standing(cycle_id=cycle_id, today=timezone.localdate())
    return render(
        request,
        "evidence/cycle.html",
        {
            "me": me,
            "cycle": cycle,
            "standings": list(standing.values()),
            "met": sum(one.meets for one in standing.values()),
            "may_answer": me.may(Verb.ANSWER),
        },
    )


def _panel(
    request: HttpRequest, me: Membership, cycle_id: int, topic: str
) -> rows.Panel:
    panel = rows.panel(
        me=me,
        cycle_id=cycle_id,
        topic=topic,
        find=request.GET.get("find", "")[:200],
        today=timezone.localdate(),
    )
    if panel is None:
        raise Http404
    if not rows.asked_here(me=me, cycle_id=cycle_id, topic=topic):
        raise PermissionDenied(topic)
    return panel


def _place(me: Membership, panel: rows.Panel) -> supporting.Place:
    return supporting.Place(
        cycle_id=panel.cycle_id, topic=panel.topic, reviewing=me.may(Verb.DECIDE)
    )


def _desk(me: Membership, panel: rows.Panel) -> adding.Desk:
    return adding.Desk(
        me=me,
        today=timezone.localdate(),
        cycle_id=panel.cycle_id,
        measures=panel.measures,
        place=_place(me, panel),
    )


def _attach(request: HttpRequest, me: Membership, panel: rows.Panel) -> HttpResponse:
    form = forms.Attach(request.POST.dict(), offers=list(panel.offers), prefix=_ATTACH)
    if request.POST.get(form.add_prefix("evidence")) in {
        str(piece.row.id) for piece in panel.pieces
    }:
        return _done(request, me, panel, _("It supports this topic already."))
    if not form.is_valid():
        return _show(request, me, panel, sent={_ATTACH: form})
    try:
        supporting.support(
            evidence_id=int(form.cleaned_data["evidence"]),
            place=_place(me, panel),
            by=caller(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _show(request, me, panel, sent={_ATTACH: form})
    return _done(request, me, panel, _("Attached."))


def _done(
    request: HttpRequest, me: Membership, panel: rows.Panel, said: str
) -> HttpResponse:
    if request.headers.get("HX-Request") != "true":
        messages.success(request, said)
        return redirect(
            "evidence_panel", me.workspace_slug, panel.cycle_id, panel.topic
        )
    fresh = _panel(request, me, panel.cycle_id, panel.topic)
    answer = _show(request, me, fresh, said=said)
    answer["HX-Trigger"] = announced(said)
    return answer


def _show(
    request: HttpRequest,
    me: Membership,
    panel: rows.Panel,
    *,
    sent: dict[str, Form] | None = None,
    said: str = "",
    refused: str = "",
) -> HttpResponse:
    desk = _desk(me, panel)
    sent = sent or {}
    sheets: dict[str, Form] = {
        kind: sent.get(kind) or desk.form(kind) for kind in adding.KINDS
    }
    sheets[_ATTACH] = sent.get(_ATTACH) or forms.Attach(
        offers=list(panel.offers), prefix=_ATTACH
    )
    part = request.headers.get("HX-Request") == "true"
    return render(
        request,
        f"evidence/{'panel' if part else 'topic'}.html",
        {
            "me": me,
            "panel": panel,
            "sheets": sheets,
            "opened": next(iter(sent), _ATTACH if panel.found else ""),
            "closed": supporting.closed(
                state=panel.state, reviewing=me.may(Verb.DECIDE)
            ),
            "any_hand": me.may(Verb.RUN_CYCLE),
            "said": said,
            "refused": refused,
            **limits(),
        },
        status=422 if sent or refused else 200,
    )


urlpatterns: list[URLPattern] = [
    path("<int:cycle_id>/evidence/", cycle_evidence, name="cycle_evidence"),
    path(
        "<int:cycle_id>/answer/<str:topic>/evidence/",
        evidence_panel,
        name="evidence_panel",
    ),
    path(
        "<int:cycle_id>/answer/<str:topic>/evidence/add/",
        evidence_add,
        name="evidence_add",
    ),
    path(
        "<int:cycle_id>/answer/<str:topic>/evidence/<int:support_id>/remove/",
        evidence_detach,
        name="evidence_detach",
    ),
]
