"""Pages: review, sign-off, lock and correction of a cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import Verb
from assessments.queries import cycles as rows
from assessments.queries import lock_check, revisions
from assessments.queries.sealed import sealed
from assessments.services import revising, signatures, signing
from assessments.services.refusals import Refusal
from assessments.tasks.cycles import ask
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from assessments.queries.members import Membership


@require_POST
@door(Verb.RUN_CYCLE)
def cycle_review(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Hold the answers still."""
    sentence = _("The cycle is in review: answers are held as they are.")
    return _act(request, me, cycle_id, signing.start_review, sentence)


@require_POST
@door(Verb.RUN_CYCLE)
def cycle_reopen(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Let people answer again."""
    sentence = _("The cycle is open again: people can answer.")
    return _act(request, me, cycle_id, signing.reopen, sentence)


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.SIGN)
def cycle_sign(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Say what speaks against this result, and let the person sign it by name."""
    found = _cycle(me, cycle_id)
    refused = ""
    if request.method == "POST":
        try:
            signatures.sign(
                cycle_id=cycle_id,
                by=caller(request),
                sha256=request.POST.get("sha256", ""),
                statement=request.POST.get("statement", ""),
                now=timezone.now(),
            )
        except Refusal as refusal:
            refused = refusal.sentence
        else:
            messages.success(request, _("Signed, by name."))
            return redirect("cycle_sign", me.workspace_slug, cycle_id)
    if found.state == "locked":
        return redirect("cycle", me.workspace_slug, cycle_id)
    return _page(request, me, found, "signing/sign.html", refused)


@require_POST
@door(Verb.SIGN)
def cycle_sign_ask(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Ask others by mail to sign."""
    _cycle(me, cycle_id)
    offered = {str(pk): pk for pk, _name in _others(me)}
    chosen = [offered[key] for key in request.POST.getlist("person") if key in offered]
    address = reverse("cycle_sign", args=[me.workspace_slug, cycle_id])
    try:
        asked = signatures.ask(
            cycle_id=cycle_id,
            person_ids=chosen,
            by=caller(request),
            address=f"{settings.PUBLIC_URL}{address}",
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(
            request,
            ngettext(
                "%(people)s person is asked by mail.",
                "%(people)s people are asked by mail.",
                asked,
            )
            % {"people": asked}
            if asked
            else _("Nobody new was asked: choose people who were not asked yet."),
        )
    return redirect("cycle_sign", me.workspace_slug, cycle_id)


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.RUN_CYCLE)
def cycle_lock(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Say what speaks against locking, ask once, then lock."""
    found = _cycle(me, cycle_id)
    refused = ""
    if request.method == "POST":
        try:
            signing.lock(
                cycle_id=cycle_id,
                by=caller(request),
                now=timezone.now(),
                sha256=request.POST.get("sha256"),
                statement=request.POST.get("statement", ""),
            )
        except signing.AlreadyLocked as refusal:
            messages.info(request, refusal.sentence)
            return redirect("cycle", me.workspace_slug, cycle_id)
        except Refusal as refusal:
            refused = refusal.sentence
        else:
            messages.success(request, _("The cycle is locked and signed."))
            return redirect("cycle", me.workspace_slug, cycle_id)
    if found.state == "locked":
        return redirect("cycle", me.workspace_slug, cycle_id)
    return _page(request, me, found, "signing/lock.html", refused)


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.RUN_CYCLE)
def cycle_correct(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Ask what is wrong with a locked result, then begin its revision."""
    found = _cycle(me, cycle_id)
    refused = ""
    if request.method == "POST":
        try:
            new = revising.start(
                cycle_id=cycle_id,
                reason=request.POST.get("reason", ""),
                by=caller(request),
                now=timezone.now(),
            )
        except revising.Revised as refusal:
            messages.info(request, refusal.sentence)
            return redirect("cycle", me.workspace_slug, refusal.cycle_id)
        except Refusal as refusal:
            refused = refusal.sentence
        else:
            ask(new, "answer")
            messages.success(
                request,
                _(
                    "The revision is in review. Decide and settle here, or reopen it"
                    " for answers."
                ),
            )
            return redirect("cycle", me.workspace_slug, new)
    return render(
        request,
        "signing/correct.html",
        {
            "me": me,
            "cycle": found,
            "refused": refused,
            "reason": request.POST.get("reason", ""),
            "correction": revisions.correction(cycle_id=cycle_id),
        },
        status=422 if refused else 200,
    )


@door(Verb.READ)
def cycle_changes(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Show what a revision changed against the cycle that it corrects."""
    found = _cycle(me, cycle_id)
    differences = revisions.differences(cycle_id=cycle_id, names=me.may(Verb.AUDIT))
    if differences is None:
        messages.info(request, _("This cycle corrects no other one."))
        return redirect("cycle", me.workspace_slug, cycle_id)
    return render(
        request,
        "signing/changes.html",
        {
            "me": me,
            "cycle": found,
            "differences": differences,
            "correction": revisions.correction(cycle_id=cycle_id),
        },
    )


@door(Verb.AUDIT)
def cycle_sealed(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Hand out a locked cycle as the file that verifies without the product."""
    _cycle(me, cycle_id)
    text = sealed(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if text is None:
        messages.info(request, _("A cycle can be handed out once it is locked."))
        return redirect("cycle", me.workspace_slug, cycle_id)
    response = HttpResponse(text, content_type="application/json")
    name = f"{me.workspace_slug}-cycle-{cycle_id}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# ── inside ─────────────────────────────────────────────────────────────────────────


def _page(
    request: HttpRequest,
    me: Membership,
    cycle: rows.CycleRow,
    template: str,
    refused: str,
) -> HttpResponse:
    groups = lock_check.lock_check(cycle_id=cycle.id, today=timezone.now().date())
    sign_off = signatures.sign_off(cycle_id=cycle.id)
    return render(
        request,
        template,
        {
            "me": me,
            "cycle": cycle,
            "refused": refused,
            "statement": request.POST.get("statement", ""),
            "groups": groups,
            "sign_off": sign_off,
            "signed_by_me": me.user_id in sign_off.counting,
            "missing": sign_off.missing_with(me.user_id),
            "others": [
                one
                for one in _others(me)
                if one[0] not in {me.user_id, *sign_off.counting}
            ],
            "may_run": me.may(Verb.RUN_CYCLE),
        },
        status=422 if refused else 200,
    )


def _others(me: Membership) -> list[tuple[int, str]]:
    return revisions.signers(workspace_id=me.workspace_id, path=me.at or "")


def _cycle(me: Membership, cycle_id: int) -> rows.CycleRow:
    found = rows.cycle(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if found is None:
        raise Http404
    return found


def _act(
    request: HttpRequest,
    me: Membership,
    cycle_id: int,
    service: Callable[..., None],
    sentence: str,
) -> HttpResponse:
    _cycle(me, cycle_id)
    try:
        service(cycle_id=cycle_id, by=caller(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, sentence)
        ask(cycle_id, "events")
    return redirect("cycle", me.workspace_slug, cycle_id)


urlpatterns: list[URLPattern] = [
    path("<int:cycle_id>/review/", cycle_review, name="cycle_review"),
    path("<int:cycle_id>/reopen/", cycle_reopen, name="cycle_reopen"),
    path("<int:cycle_id>/sign/", cycle_sign, name="cycle_sign"),
    path("<int:cycle_id>/sign/ask/", cycle_sign_ask, name="cycle_sign_ask"),
    path("<int:cycle_id>/lock/", cycle_lock, name="cycle_lock"),
    path("<int:cycle_id>/correct/", cycle_correct, name="cycle_correct"),
    path("<int:cycle_id>/changes/", cycle_changes, name="cycle_changes"),
    path("<int:cycle_id>/sealed.json", cycle_sealed, name="cycle_sealed"),
]
