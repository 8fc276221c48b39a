"""Pages: how far people agree, what to speak about, settlements and disputes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assessments.access import Verb
from assessments.forms import calibration as forms
from assessments.queries import calibration as queries
from assessments.services import disputing, settling
from assessments.services.refusals import Refusal
from assessments.tasks.cycles import ask
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from decimal import Decimal

    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.calibration import Spread, TopicCalibration
    from assessments.queries.members import Membership

_PER_PAGE = 15
_DAYS_TO_RESOLVE = timedelta(days=7)
_SHOWN: dict[str, Callable[[Spread], bool]] = {
    "discuss": lambda one: one.to_discuss,
    "all": lambda one: True,  # noqa: ARG005  # the signature of a filter
    "settled": lambda one: one.is_settled,
    "disputed": lambda one: one.dispute is not None,
    "unknown": lambda one: one.unknown > 0 or one.levels == 0,
}


@require_GET
@door(Verb.READ)
def calibration(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Show how far people agree, and the topics on which they do not."""
    found = queries.calibration(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if found is None:
        raise Http404
    chosen = forms.Show(
        request.GET,
        shows=_shows(),
        domains=[(one.code, f"{one.code} {one.name}") for one in found.domains],
        sorts=[("apart", _("farthest apart first")), ("edition", _("by domain"))],
    )
    chosen.is_valid()  # what is not understood is left out, and the usual shown
    wanted = chosen.cleaned_data
    rows = _wanted(found.spreads, wanted)
    pages = Paginator(rows, _PER_PAGE)
    return render(
        request,
        "calibration/calibration.html",
        {
            "me": me,
            "head": found,
            "form": chosen,
            "wanted": {key: value for key, value in wanted.items() if value},
            "page": pages.get_page(request.GET.get("page")),
            "to_discuss": sum(one.to_discuss for one in found.spreads),
            "settled": sum(one.is_settled for one in found.spreads),
            "today": timezone.now().date(),
            "may_decide": me.may(Verb.DECIDE),
        },
    )


@require_GET
@door(Verb.READ)
def calibration_topic(
    request: HttpRequest, me: Membership, cycle_id: int, topic: str
) -> HttpResponse:
    """Show one topic with all that is needed to settle it."""
    return _page(request, me, _found(me, cycle_id, topic))


@require_GET
@door(Verb.READ)
def disputes(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Show the disputes of a cycle: the open ones first."""
    found = queries.disputes(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if found is None:
        raise Http404
    return render(
        request,
        "calibration/disputes.html",
        {"me": me, "head": found, "today": timezone.now().date()},
    )


@require_POST
@door(Verb.DECIDE)
def topic_settle(
    request: HttpRequest, me: Membership, cycle_id: int, topic: str
) -> HttpResponse:
    """Keep the agreed level; the scores follow."""
    found = _found(me, cycle_id, topic)
    form = forms.Settle(request.POST, levels=levels(found.spread))

    def act(given: dict[str, Any]) -> None:
        settling.settle(
            cycle_id=cycle_id,
            topic=topic,
            by=caller(request),
            now=timezone.now(),
            **given,
        )

    said = _("Settled. The scores follow in a moment.")
    return _act(request, me, found, {"settle": form}, act, said)


@require_POST
@door(Verb.DECIDE)
def topic_take_back(
    request: HttpRequest, me: Membership, cycle_id: int, topic: str
) -> HttpResponse:
    """Let what people said and decided count again."""
    found = _found(me, cycle_id, topic)

    def act(given: dict[str, Any]) -> None:
        settling.take_back(
            cycle_id=cycle_id,
            topic=topic,
            by=caller(request),
            now=timezone.now(),
            **given,
        )

    said = _("Taken back: what people said and decided counts again.")
    form = forms.TakeBack(request.POST)
    return _act(request, me, found, {"take_back": form}, act, said)


@require_POST
@door(Verb.DECIDE)
def dispute_open(
    request: HttpRequest, me: Membership, cycle_id: int, topic: str
) -> HttpResponse:
    """Open a dispute; its owner is told."""
    found = _found(me, cycle_id, topic)

    def act(given: dict[str, Any]) -> None:
        disputing.open_(
            cycle_id=cycle_id,
            topic=topic,
            text=given["text"],
            owner_id=given["owner"],
            due_on=given["due_on"],
            by=caller(request),
            now=timezone.now(),
        )

    form = forms.Dispute(request.POST, owners=_owners(me, cycle_id))
    said = _("The dispute is open, and its owner is told.")
    return _act(request, me, found, {"dispute": form}, act, said)


@require_POST
@door(Verb.READ)
def dispute_resolve(
    request: HttpRequest, me: Membership, cycle_id: int, dispute_id: int
) -> HttpResponse:
    """Resolve a dispute with a sentence: its owner may, and who decides."""
    topic = queries.disputed_topic(cycle_id=cycle_id, dispute_id=dispute_id)
    if topic is None:
        raise Http404
    found = _found(me, cycle_id, topic)

    def act(given: dict[str, Any]) -> None:
        disputing.resolve(
            cycle_id=cycle_id,
            dispute_id=dispute_id,
            by=caller(request),
            now=timezone.now(),
            **given,
        )

    form = forms.Resolve(request.POST, levels=_resolving_levels(me, found))
    return _act(
        request, me, found, {"resolve": form}, act, _("The dispute is resolved.")
    )


def levels(spread: Spread) -> list[tuple[str, str]]:
    """Return the levels that can be agreed on, in steps of the edition."""
    scale, step = spread.scale, spread.step
    count = int((scale[-1] - scale[0]) / step) + 1
    every: Iterable[Decimal] = (scale[0] + step * number for number in range(count))
    return [(f"{one:.1f}", f"{one:.1f}") for one in every]


# ── inside ─────────────────────────────────────────────────────────────────────────


def _shows() -> list[tuple[str, str]]:
    return [
        ("discuss", _("what to speak about")),
        ("all", _("all topics")),
        ("settled", _("settled topics")),
        ("disputed", _("disputed topics")),
        ("unknown", _("unknown to some or all")),
    ]


def _wanted(spreads: Iterable[Spread], wanted: dict[str, Any]) -> list[Spread]:
    fits = _SHOWN[wanted.get("show") or "discuss"]
    domain = wanted.get("domain")
    rows = [
        one for one in spreads if fits(one) and (not domain or one.domain == domain)
    ]
    if wanted.get("sort") == "edition":
        return rows
    return sorted(rows, key=lambda one: one.disagreement, reverse=True)


def _found(me: Membership, cycle_id: int, topic: str) -> TopicCalibration:
    found = queries.topic_calibration(
        workspace_id=me.workspace_id,
        cycle_id=cycle_id,
        topic=topic,
        names=me.may(Verb.AUDIT) or me.may(Verb.DECIDE),
    )
    if found is None:
        raise Http404
    return found


def _owners(me: Membership, cycle_id: int) -> list[tuple[int, str]]:
    return queries.owner_choices(workspace_id=me.workspace_id, cycle_id=cycle_id)


def _resolving_levels(me: Membership, found: TopicCalibration) -> list[tuple[str, str]]:
    return levels(found.spread) if me.may(Verb.DECIDE) else []


def _act(
    request: HttpRequest,
    me: Membership,
    found: TopicCalibration,
    named: dict[str, Form],
    act: Callable[[dict[str, Any]], None],
    said: str,
) -> HttpResponse:
    """Do what a form asks for, or show the page again with what was typed."""
    (form,) = named.values()
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except Refusal as refusal:
            field = getattr(refusal, "field_name", None)
            form.add_error(field if field in form.fields else None, refusal.sentence)
        else:
            ask(found.cycle_id, "answer")
            messages.success(request, said)
            return redirect(
                "calibration_topic",
                me.workspace_slug,
                found.cycle_id,
                found.spread.code,
            )
    # Somebody may have been quicker: the page shows how things stand now.
    now = _found(me, found.cycle_id, found.spread.code)
    return _page(request, me, now, named)


def _page(
    request: HttpRequest,
    me: Membership,
    found: TopicCalibration,
    refused: dict[str, Form] | None = None,
) -> HttpResponse:
    """Show a topic; what was refused stands where its form is, or above everything."""
    refused = refused or {}
    open_ = _forms(me, found) if found.live else {}
    context: dict[str, Any] = {
        "me": me,
        "head": found,
        "spread": found.spread,
        "today": timezone.now().date(),
        "may_decide": me.may(Verb.DECIDE),
        "may_answer": me.may(Verb.ANSWER),
        "sees_names": me.may(Verb.AUDIT) or me.may(Verb.DECIDE),
    }
    for name, form in refused.items():
        context["refused" if name not in open_ else name] = form
    return render(
        request,
        "calibration/topic.html",
        open_ | context,
        status=422 if refused else 200,
    )


def _forms(me: Membership, found: TopicCalibration) -> dict[str, Form]:
    """Return the forms that are open to this person now."""
    dispute = found.spread.dispute
    open_: dict[str, Form] = {}
    if dispute and (me.may(Verb.DECIDE) or dispute.owner_id == me.user_id):
        open_["resolve"] = forms.Resolve(levels=_resolving_levels(me, found))
    if not me.may(Verb.DECIDE):
        return open_
    open_["settle"] = forms.Settle(levels=levels(found.spread))
    if found.spread.is_settled:
        open_["take_back"] = forms.TakeBack()
    if dispute is None:
        open_["dispute"] = forms.Dispute(
            owners=_owners(me, found.cycle_id),
            initial={"due_on": timezone.now().date() + _DAYS_TO_RESOLVE},
        )
    return open_


urlpatterns: list[URLPattern] = [
    path("<int:cycle_id>/calibration/", calibration, name="calibration"),
    path(
        "<int:cycle_id>/calibration/topics/<str:topic>/",
        calibration_topic,
        name="calibration_topic",
    ),
    path(
        "<int:cycle_id>/calibration/topics/<str:topic>/settle/",
        topic_settle,
        name="topic_settle",
    ),
    path(
        "<int:cycle_id>/calibration/topics/<str:topic>/take-back/",
        topic_take_back,
        name="topic_take_back",
    ),
    path(
        "<int:cycle_id>/calibration/topics/<str:topic>/dispute/",
        dispute_open,
        name="dispute_open",
    ),
    path("<int:cycle_id>/calibration/disputes/", disputes, name="disputes"),
    path(
        "<int:cycle_id>/calibration/disputes/<int:dispute_id>/resolve/",
        dispute_resolve,
        name="dispute_resolve",
    ),
]
