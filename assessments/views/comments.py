"""Pages: what colleagues say to each other about a topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import Verb
from assessments.queries import comments as rows
from assessments.queries import cycles, questions
from assessments.queries.assignments import is_guest
from assessments.services import commenting
from assessments.services.refusals import Refusal
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from assessments.queries.cycles import CycleRow
    from assessments.queries.members import Membership


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ENTER)
def comments(
    request: HttpRequest, me: Membership, cycle_id: int, topic: str
) -> HttpResponse:
    """Show what was said about a topic, or add to it."""
    cycle = _cycle(me, cycle_id)
    _admit(me, cycle_id, topic)
    if request.method != "POST":
        return _show(request, me, cycle, topic)
    if not me.may(Verb.ANSWER):
        raise PermissionDenied(Verb.ANSWER)
    text = request.POST.get("text", "")
    try:
        written = commenting.write(
            cycle_id=cycle_id,
            topic=topic,
            author=caller(request),
            text=text,
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _show(request, me, cycle, topic, text=text, refused=refusal.sentence)
    if request.headers.get("HX-Request"):
        return _show(request, me, cycle, topic, said=_heard(written))
    return redirect("comments", me.workspace_slug, cycle_id, topic)


@require_POST
@door(Verb.ENTER)
def comment_withdraw(
    request: HttpRequest, me: Membership, cycle_id: int, topic: str, comment_id: int
) -> HttpResponse:
    """Take a comment of one's own back."""
    cycle = _cycle(me, cycle_id)
    _admit(me, cycle_id, topic)
    known = rows.comment_rows(cycle_id=cycle_id, topic=topic, person_id=me.user_id)
    if comment_id not in [one.id for one in known]:
        raise Http404
    try:
        commenting.withdraw(
            cycle_id=cycle_id,
            comment_id=comment_id,
            by=caller(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _show(request, me, cycle, topic, refused=refusal.sentence)
    if request.headers.get("HX-Request"):
        return _show(request, me, cycle, topic, said=_("The comment is taken back."))
    return redirect("comments", me.workspace_slug, cycle_id, topic)


def _cycle(me: Membership, cycle_id: int) -> CycleRow:
    found = cycles.cycle(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if found is None:
        raise Http404
    return found


def _admit(me: Membership, cycle_id: int, topic: str) -> None:
    """Let in who may read the cycle, and who is asked about the topic."""
    if not questions.is_topic(cycle_id=cycle_id, topic=topic):
        raise Http404
    asked = me.may(Verb.ANSWER) and questions.domain_of(
        cycle_id=cycle_id, topic=topic, person_id=me.user_id
    )
    if not asked and not me.may(Verb.READ):
        raise Http404


def _show(
    request: HttpRequest,
    me: Membership,
    cycle: CycleRow,
    topic: str,
    *,
    text: str = "",
    refused: str = "",
    said: str = "",
) -> HttpResponse:
    hidden = me.may(Verb.ANSWER) and questions.is_unseen(
        cycle_id=cycle.id, topic=topic, person_id=me.user_id
    )
    context = {
        "me": me,
        "cycle": cycle,
        "topic": topic,
        "hidden": hidden,
        "comments": []
        if hidden
        else rows.comment_rows(cycle_id=cycle.id, topic=topic, person_id=me.user_id),
        # Who came by a link learns nobody's name.
        "colleagues": []
        if is_guest(person_id=me.user_id)
        else rows.colleagues(cycle_id=cycle.id, topic=topic),
        "may_write": me.may(Verb.ANSWER) and cycle.state != "locked",
        "may_answer": me.may(Verb.ANSWER),
        "text": text,
        "refused": refused,
        "said": said,
    }
    fragment = bool(request.headers.get("HX-Request"))
    template = "answering/comments.html" if fragment else "answering/comments_page.html"
    return render(request, template, context, status=422 if refused else 200)


def _heard(written: commenting.Written) -> str:
    said = [_("The comment is kept.")]
    if written.told:
        names = ", ".join(written.told)
        said.append(_("%(names)s will be told by e-mail.") % {"names": names})
    if written.unknown:
        names = ", ".join(f"@{name}" for name in written.unknown)
        said.append(
            _("Nobody who may read this is called %(names)s.") % {"names": names}
        )
    return " ".join(said)


urlpatterns: list[URLPattern] = [
    path("<int:cycle_id>/answer/<str:topic>/comments/", comments, name="comments"),
    path(
        "<int:cycle_id>/answer/<str:topic>/comments/<int:comment_id>/withdraw/",
        comment_withdraw,
        name="comment_withdraw",
    ),
]
