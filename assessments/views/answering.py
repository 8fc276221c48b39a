"""Pages: answering."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assessments.access import Verb
from assessments.forms.cycles import Answer
from assessments.queries import answers, questions
from assessments.queries import cycles as rows
from assessments.services import answering
from assessments.services.refusals import Refusal
from assessments.tasks.cycles import ask
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from assessments.queries.members import Membership


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
        return redirect("cycle", me.workspace_slug, cycle_id)
    return redirect("answer", me.workspace_slug, cycle_id, topic)


@door(Verb.ANSWER)
def answer_domain(
    request: HttpRequest, me: Membership, cycle_id: int, domain: str
) -> HttpResponse:
    """Show a domain with its questions and my answers."""
    state = _state(me, cycle_id)
    page = questions.domain_page(cycle_id=cycle_id, domain=domain, person_id=me.user_id)
    if page is None:
        raise Http404
    return render(
        request,
        "answering/domain.html",
        {"me": me, "page": page, "closed": answering.closed(state=state)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ANSWER)
def answer(
    request: HttpRequest, me: Membership, cycle_id: int, topic: str
) -> HttpResponse:
    """Show one question, or keep my answer to it."""
    state = _state(me, cycle_id)
    if request.method == "POST":
        return _keep(request, me, cycle_id, topic, state)
    return _question(request, me, cycle_id, topic, state)


def _state(me: Membership, cycle_id: int) -> str:
    state = rows.state_of(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if state is None:
        raise Http404
    return state


def _keep(
    request: HttpRequest, me: Membership, cycle_id: int, topic: str, state: str
) -> HttpResponse:
    form = Answer(request.POST)
    form.is_valid()  # every text is one; what fits is for the service to say
    now = timezone.now()
    quiet = request.headers.get("Accept", "").startswith("application/json")
    try:
        answering.rate(
            cycle_id=cycle_id,
            topic=topic,
            person=caller(request),
            vantage=form.cleaned_data["vantage"] or me.vantage,
            answer=form.answer,
            level=form.level,
            confidence=form.cleaned_data["confidence"],
            rationale=form.cleaned_data["rationale"],
            now=now,
        )
    except answering.NoSuchQuestion as refusal:
        if quiet:
            return JsonResponse({"sentence": refusal.sentence}, status=404)
        raise Http404 from refusal
    except Refusal as refusal:
        if quiet:
            return _refused(refusal)
        return _question(request, me, cycle_id, topic, state, refusal=refusal)
    ask(cycle_id, "answer")
    if quiet:
        return _saved(me, cycle_id, now)
    return redirect(_next(me, cycle_id, topic))


def _refused(refusal: Refusal) -> JsonResponse:
    field = getattr(refusal, "field_name", "")
    return JsonResponse(
        {"sentence": refusal.sentence, "field": field}, status=422 if field else 409
    )


def _saved(me: Membership, cycle_id: int, now: datetime) -> JsonResponse:
    progress = answers.my_progress(cycle_id=cycle_id, person_id=me.user_id)
    return JsonResponse(
        {
            "saved_at": now.strftime("%H:%M"),
            "answered": progress.answered,
            "of": progress.of,
        }
    )


def _next(me: Membership, cycle_id: int, topic: str) -> str:
    found = questions.question(cycle_id=cycle_id, topic=topic, person_id=me.user_id)
    if found is None or found.after is None:
        return reverse("cycle", args=[me.workspace_slug, cycle_id])
    return reverse("answer", args=[me.workspace_slug, cycle_id, found.after])


def _question(
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
    last = found.answer
    given = {
        "choice": last.choice if last else "",
        "confidence": last.confidence if last else "",
        "vantage": last.vantage if last else me.vantage,
        "rationale": last.rationale if last else "",
    }
    if refusal is not None:
        given |= {name: request.POST.get(name, "") for name in given}
    return render(
        request,
        "answering/question.html",
        {
            "me": me,
            "question": found,
            "given": given,
            "closed": answering.closed(state=state),
            "progress": answers.my_progress(cycle_id=cycle_id, person_id=me.user_id),
            "vantages": answers.VANTAGES,
            "confidences": answers.CONFIDENCES,
            "next": _next(me, cycle_id, topic),
            "refusal": refusal,
            "field": getattr(refusal, "field_name", ""),
        },
        status=422 if refusal else 200,
    )


urlpatterns: list[URLPattern] = [
    path("<int:cycle_id>/answer/", answer_resume, name="answer_resume"),
    path(
        "<int:cycle_id>/answer/domain/<str:domain>/",
        answer_domain,
        name="answer_domain",
    ),
    path("<int:cycle_id>/answer/<str:topic>/", answer, name="answer"),
]
