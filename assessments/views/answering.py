"""Pages: answering, one question in focus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import Verb
from assessments.forms.answers import Answer
from assessments.queries import answers, questions
from assessments.queries import at_hand as beside
from assessments.queries import cycles as rows
from assessments.services import answering, preferences
from assessments.services.refusals import Refusal
from assessments.tasks.cycles import ask
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from assessments.queries.answers import AnswerRow
    from assessments.queries.at_hand import AtHand
    from assessments.queries.members import Membership
    from assessments.queries.questions import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A question as the page shows it, with what its form holds."""

    question: Question
    given: dict[str, str]
    closed: str
    next: str
    at_hand: AtHand | None = None  # None: the browser asks for it
    refusal: Refusal | None = None
    field: str = ""
    other: AnswerRow | None = None  # what was answered elsewhere meanwhile


# ── lists ──────────────────────────────────────────────────────────────────────────


@door(Verb.ANSWER)
def answer_resume(
    request: HttpRequest,  # noqa: ARG001  # the signature of a view
    me: Membership,
    cycle_id: int,
) -> HttpResponse:
    """Go to the first question without an answer, or to the list when all have one."""
    _state(me, cycle_id)
    topic = answers.first_unanswered(cycle_id=cycle_id, person_id=me.user_id)
    if topic is None:
        return redirect("answer_overview", me.workspace_slug, cycle_id)
    return redirect("answer", me.workspace_slug, cycle_id, topic)


@never_cache
@door(Verb.ANSWER)
def answer_overview(
    request: HttpRequest, me: Membership, cycle_id: int
) -> HttpResponse:
    """Show all that I am asked, by domain, to jump to any question."""
    state = _state(me, cycle_id)
    show = request.GET.get("show", questions.ALL)
    labels = {
        questions.ALL: _("All"),
        questions.UNANSWERED: _("Not answered"),
        questions.CARRIED: _("To confirm"),
        questions.CHANGED: _("Wording changed"),
        questions.COMMENTED: _("With comments"),
    }
    show = show if show in labels else questions.ALL
    found = questions.overview(cycle_id=cycle_id, person_id=me.user_id, show=show)
    return render(
        request,
        "answering/overview.html",
        {
            "me": me,
            "overview": found,
            "closed": answering.closed(state=state),
            "show": show,
            "filters": [(key, labels[key], found.counts[key]) for key in labels],
        },
    )


@never_cache
@door(Verb.ANSWER)
def answer_domain(
    request: HttpRequest, me: Membership, cycle_id: int, domain: str
) -> HttpResponse:
    """Show a domain with its questions and my answers, to check them."""
    state = _state(me, cycle_id)
    page = questions.domain_page(cycle_id=cycle_id, domain=domain, person_id=me.user_id)
    if page is None:
        raise Http404
    return render(
        request,
        "answering/domain.html",
        {"me": me, "page": page, "closed": answering.closed(state=state)},
    )


# ── one question ───────────────────────────────────────────────────────────────────


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ANSWER)
def answer(
    request: HttpRequest, me: Membership, cycle_id: int, topic: str
) -> HttpResponse:
    """Show one question, or keep my answer to it."""
    state = _state(me, cycle_id)
    if request.method == "POST":
        return _keep(request, me, cycle_id, topic, state)
    return _page(request, me, cycle_id, topic, state)


@never_cache
@door(Verb.ANSWER)
def answer_cards(
    request: HttpRequest, me: Membership, cycle_id: int, domain: str
) -> HttpResponse:
    """Give all questions of a domain at once, so that moving on needs no connection."""
    closed = answering.closed(state=_state(me, cycle_id))
    found = questions.domain_questions(
        cycle_id=cycle_id, domain=domain, person_id=me.user_id
    )
    if found is None:
        raise Http404
    cards = [_card(me, one, closed) for one in found]
    return render(
        request,
        "answering/cards.html",
        {"me": me, "cards": cards} | _words(me, cycle_id),
    )


@never_cache
@door(Verb.ANSWER)
def answer_at_hand(
    request: HttpRequest, me: Membership, cycle_id: int, topic: str
) -> HttpResponse:
    """Give what is at hand beside a question, once it may be seen."""
    _state(me, cycle_id)
    asked = questions.domain_of(cycle_id=cycle_id, topic=topic, person_id=me.user_id)
    if asked is None:
        raise Http404
    found = beside.at_hand(cycle_id=cycle_id, topic=topic, person_id=me.user_id)
    return render(request, "answering/at_hand.html", {"me": me, "at_hand": found})


@require_POST
@door(Verb.ANSWER)
def answer_shortcuts(
    request: HttpRequest, me: Membership, cycle_id: int
) -> HttpResponse:
    """Switch the shortcuts of a single key on or off, for me and everywhere."""
    _state(me, cycle_id)
    preferences.set_shortcuts(user_id=me.user_id, on=request.POST.get("on") == "on")
    return HttpResponse(status=204)


def _state(me: Membership, cycle_id: int) -> str:
    state = rows.state_of(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if state is None:
        raise Http404
    return state


# ── keeping an answer ──────────────────────────────────────────────────────────────


def _keep(
    request: HttpRequest, me: Membership, cycle_id: int, topic: str, state: str
) -> HttpResponse:
    form = Answer(request.POST)
    form.is_valid()  # every text is one; what fits is for the service to say
    now = timezone.now()
    quiet = request.headers.get("Accept", "").startswith("application/json")
    if form.cleaned_data.get("person") not in (None, me.user_id):
        return _of_somebody_else()
    try:
        kept = answering.rate(
            cycle_id=cycle_id,
            topic=topic,
            person=caller(request),
            vantage=form.cleaned_data["vantage"] or me.vantage,
            answer=form.answer,
            level=form.level,
            confidence=form.cleaned_data["confidence"],
            rationale=form.cleaned_data["rationale"],
            now=now,
            seen=form.cleaned_data.get("seen"),
        )
    except answering.NoSuchQuestion as refusal:
        if quiet:
            return JsonResponse({"sentence": refusal.sentence}, status=404)
        raise Http404 from refusal
    except Refusal as refusal:
        if quiet:
            return _refused(me, cycle_id, topic, refusal)
        return _page(request, me, cycle_id, topic, state, refusal=refusal)
    ask(cycle_id, "answer")
    if quiet:
        return _saved(kept, now)
    return redirect(_after(me, cycle_id, topic))


def _of_somebody_else() -> JsonResponse:
    """Refuse what a browser kept for one person and sends as another."""
    sentence = _("You are signed in as somebody else than who gave this answer.")
    return JsonResponse({"sentence": sentence, "person": True}, status=403)


def _refused(
    me: Membership, cycle_id: int, topic: str, refusal: Refusal
) -> JsonResponse:
    field = getattr(refusal, "field_name", "")
    said: dict[str, object] = {"sentence": refusal.sentence, "field": field}
    if isinstance(refusal, answering.Conflict):
        said["other"] = _other(me, cycle_id, topic)
    return JsonResponse(said, status=422 if field else 409)


def _other(me: Membership, cycle_id: int, topic: str) -> dict[str, object] | None:
    found = answers.my_answer(cycle_id=cycle_id, topic=topic, person_id=me.user_id)
    if found is None:
        return None
    return {
        "id": found.id,
        "label": found.label,
        "choice": found.choice,
        "confidence": found.confidence,
        "vantage": found.vantage,
        "rationale": found.rationale,
        "at": _moment(found.rated_at),
    }


def _saved(kept: answering.Kept, now: datetime) -> JsonResponse:
    progress = kept.progress()
    return JsonResponse(
        {
            "id": kept.id,
            "saved_at": _moment(now),
            "answered": progress.answered,
            "of": progress.of,
        }
    )


def _moment(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"


# ── showing a question ─────────────────────────────────────────────────────────────


def _page(
    request: HttpRequest,
    me: Membership,
    cycle_id: int,
    topic: str,
    state: str,
    *,
    refusal: Refusal | None = None,
) -> HttpResponse:
    found = questions.question(cycle_id=cycle_id, topic=topic, person_id=me.user_id)
    if found is None:
        raise Http404
    card = _card(
        me,
        found,
        answering.closed(state=state),
        at_hand=beside.at_hand(cycle_id=cycle_id, topic=topic, person_id=me.user_id),
        refusal=refusal,
        typed=request.POST if refusal else None,
    )
    context = {"me": me, "card": card, "question": found}
    status = 200 if refusal is None else (409 if card.other else 422)
    return render(
        request,
        "answering/question.html",
        context | _words(me, cycle_id),
        status=status,
    )


def _card(
    me: Membership,
    found: Question,
    closed: str,
    *,
    at_hand: AtHand | None = None,
    refusal: Refusal | None = None,
    typed: dict[str, str] | None = None,
) -> Card:
    last = found.answer
    given = {
        "choice": last.choice if last else "",
        "confidence": last.confidence if last else "",
        "vantage": last.vantage if last else found.vantage or me.vantage,
        "rationale": last.rationale if last else "",
    }
    if typed is not None:
        given |= {name: typed.get(name, "") for name in given}
    return Card(
        question=found,
        given=given,
        closed=closed,
        next=_next(me, found),
        at_hand=at_hand,
        refusal=refusal,
        field=getattr(refusal, "field_name", ""),
        other=last if isinstance(refusal, answering.Conflict) else None,
    )


def _words(me: Membership, cycle_id: int) -> dict[str, object]:
    """Return what every question of a page needs beside itself."""
    return {
        "progress": answers.my_progress(cycle_id=cycle_id, person_id=me.user_id),
        "vantages": answers.VANTAGES,
        "confidences": answers.CONFIDENCES,
    }


def _after(me: Membership, cycle_id: int, topic: str) -> str:
    found = questions.question(cycle_id=cycle_id, topic=topic, person_id=me.user_id)
    if found is None:
        return reverse("answer_overview", args=[me.workspace_slug, cycle_id])
    return _next(me, found)


def _next(me: Membership, found: Question) -> str:
    """Return where to go on: the domain's next question, or a look at its answers."""
    place = [me.workspace_slug, found.cycle_id]
    if found.after is None:
        return reverse("answer_domain", args=[*place, found.domain])
    return reverse("answer", args=[*place, found.after])


urlpatterns: list[URLPattern] = [
    path("<int:cycle_id>/questions/", answer_overview, name="answer_overview"),
    path("<int:cycle_id>/answer/", answer_resume, name="answer_resume"),
    path(
        "<int:cycle_id>/answer/domain/<str:domain>/",
        answer_domain,
        name="answer_domain",
    ),
    path(
        "<int:cycle_id>/answer/domain/<str:domain>/cards/",
        answer_cards,
        name="answer_cards",
    ),
    path(
        "<int:cycle_id>/answer/set/shortcuts/",
        answer_shortcuts,
        name="answer_shortcuts",
    ),
    path("<int:cycle_id>/answer/<str:topic>/", answer, name="answer"),
    path(
        "<int:cycle_id>/answer/<str:topic>/at-hand/",
        answer_at_hand,
        name="answer_at_hand",
    ),
]
