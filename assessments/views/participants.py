"""Pages: who is asked what in a cycle, and who has answered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import Verb
from assessments.forms import participants as forms
from assessments.queries import cycles as rows
from assessments.queries import participation
from assessments.queries.answers import VANTAGES
from assessments.queries.assignments import answering_members
from assessments.services import inviting, noticing, participating, reminding
from assessments.services.refusals import Refusal
from assessments.tasks import notices
from assessments.views.cycle_setup import around
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from assessments.queries.assignments import Person
    from assessments.queries.members import Membership
    from assessments.queries.participation import Participant

_PAGE = 50
_LINK_LIFE = timedelta(days=30)


@door(Verb.AUDIT)
def participants(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Show who is asked what, and how far they are."""
    cycle = _cycle(me, cycle_id)
    vantage = request.GET.get("vantage", "")
    vantage = vantage if vantage in dict(VANTAGES) else ""
    board = participation.board(cycle_id=cycle_id, vantage=vantage)
    only_waiting = "waiting" in request.GET
    people = board.waiting if only_waiting else board.people
    draft = cycle.state == "draft"
    return render(
        request,
        "participants/setup.html" if draft else "participants/board.html",
        {
            "me": me,
            "cycle": cycle,
            "board": board,
            "page": Paginator(people, _PAGE).get_page(request.GET.get("page")),
            "vantage": vantage,
            "vantages": VANTAGES,
            "only_waiting": only_waiting,
            "failed": [one for one in board.people if one.mail.state == "failed"],
            "per_domain": board.per_domain,
            "may_run": me.may(Verb.RUN_CYCLE),
            "may_change": me.may(Verb.RUN_CYCLE) and cycle.state in ("draft", "open"),
            **(around(me, cycle_id, "participants") if draft else {}),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.RUN_CYCLE)
def participant_add(
    request: HttpRequest, me: Membership, cycle_id: int
) -> HttpResponse:
    """Ask members for some domains."""
    _cycle(me, cycle_id)
    domains = rows.kept_domains(cycle_id=cycle_id)
    form = forms.AddPeople(
        request.POST or None,
        people=[(one.id, _label(one)) for one in _members(me)],
        domains=domains,
        vantages=[("", _("As each person’s own")), *VANTAGES],
        initial={"domains": [code for code, _name in domains]},
    )

    def save() -> None:
        participating.ask(
            cycle_id=cycle_id,
            person_ids=form.cleaned_data["people"],
            domains=form.cleaned_data["domains"],
            vantage=form.cleaned_data["vantage"],
            by=caller(request),
            now=timezone.now(),
        )

    return _form_page(request, me, cycle_id, form, save, title=_("Name people"))


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.RUN_CYCLE)
def participant(
    request: HttpRequest, me: Membership, cycle_id: int, person_id: int
) -> HttpResponse:
    """Change what one member is asked."""
    _cycle(me, cycle_id)
    one = _participant(cycle_id, lambda one: one.person_id == person_id)
    if one.invitation_id is not None:
        raise Http404
    form = forms.Asked(
        request.POST or None,
        domains=rows.kept_domains(cycle_id=cycle_id),
        vantages=VANTAGES,
        initial={
            "domains": [cell.code for cell in one.asked],
            "vantage": one.vantage,
        },
    )

    def save() -> None:
        participating.set_person(
            cycle_id=cycle_id,
            person_id=person_id,
            domains=form.cleaned_data["domains"],
            vantage=form.cleaned_data["vantage"],
            by=caller(request),
            now=timezone.now(),
        )

    return _form_page(request, me, cycle_id, form, save, title=one.name)


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.RUN_CYCLE)
def domain_people(
    request: HttpRequest, me: Membership, cycle_id: int, domain: str
) -> HttpResponse:
    """Choose who is asked for one domain."""
    _cycle(me, cycle_id)
    names = dict(rows.kept_domains(cycle_id=cycle_id))
    if domain not in names:
        raise Http404
    board = participation.board(cycle_id=cycle_id)
    asked = [
        one.person_id
        for one in board.people
        if board.named and any(cell.code == domain for cell in one.asked)
    ]
    form = forms.DomainPeople(
        request.POST if request.method == "POST" else None,
        people=[(one.id, _label(one)) for one in _members(me)],
        initial={"people": asked},
    )

    def save() -> None:
        participating.set_domain(
            cycle_id=cycle_id,
            domain=domain,
            person_ids=form.cleaned_data["people"],
            by=caller(request),
            now=timezone.now(),
        )

    title = f"{domain} {names[domain]}"
    return _form_page(request, me, cycle_id, form, save, title=title)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.RUN_CYCLE)
def participant_invite(
    request: HttpRequest, me: Membership, cycle_id: int
) -> HttpResponse:
    """Invite somebody without an account; show the link once."""
    cycle = _cycle(me, cycle_id)
    domains = rows.kept_domains(cycle_id=cycle_id)
    today = timezone.localdate()
    until = max(cycle.due_on or today, today) + _LINK_LIFE
    longest = today + inviting.LONGEST_LIFE - timedelta(days=1)
    form = forms.Invite(
        request.POST or None,
        domains=domains,
        vantages=VANTAGES,
        initial={
            "domains": [code for code, _name in domains],
            "vantage": "practitioner",
            "expires_on": min(until, longest),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            invited = participating.invite(
                cycle_id=cycle_id,
                zone=timezone.get_current_timezone(),
                by=caller(request),
                now=timezone.now(),
                **form.cleaned_data,
            )
        except Refusal as refusal:
            form.blame(getattr(refusal, "field_name", ""), refusal.sentence)
        else:
            notices.ask()
            return _links(request, me, cycle, invited)
    return _form(request, me, cycle, form, title=_("Invite by a link"))


@never_cache
@require_POST
@door(Verb.RUN_CYCLE)
def invitation_renew(
    request: HttpRequest, me: Membership, cycle_id: int, invitation_id: int
) -> HttpResponse:
    """Make a new link, for one that was lost; show it once."""
    cycle = _cycle(me, cycle_id)
    try:
        invited = inviting.renew(
            cycle_id=cycle_id,
            invitation_id=invitation_id,
            by=caller(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("participants", me.workspace_slug, cycle_id)
    notices.ask()
    return _links(request, me, cycle, [invited])


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.RUN_CYCLE)
def invitation_revoke(
    request: HttpRequest, me: Membership, cycle_id: int, invitation_id: int
) -> HttpResponse:
    """Ask once, then let a link open nothing any more."""
    cycle = _cycle(me, cycle_id)
    one = _participant(cycle_id, lambda one: one.invitation_id == invitation_id)
    if request.method != "POST":
        return _sure(request, me, cycle, one)
    return _act(
        request,
        me,
        cycle_id,
        lambda: inviting.revoke(
            cycle_id=cycle_id,
            invitation_id=invitation_id,
            by=caller(request),
            now=timezone.now(),
        ),
        _("The link of %(name)s opens nothing any more; answers stay."),
        {"name": one.name},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.RUN_CYCLE)
def participant_remove(
    request: HttpRequest, me: Membership, cycle_id: int, person_id: int
) -> HttpResponse:
    """Ask once, then ask a person nothing more."""
    cycle = _cycle(me, cycle_id)
    one = _participant(cycle_id, lambda one: one.person_id == person_id)
    if request.method != "POST":
        return _sure(request, me, cycle, one)
    return _act(
        request,
        me,
        cycle_id,
        lambda: participating.remove(
            cycle_id=cycle_id,
            person_id=person_id,
            by=caller(request),
            now=timezone.now(),
        ),
        _("%(name)s is asked nothing more; answers stay."),
        {"name": one.name},
    )


@require_POST
@door(Verb.RUN_CYCLE)
def participants_everybody(
    request: HttpRequest, me: Membership, cycle_id: int
) -> HttpResponse:
    """Ask everybody for everything, instead of naming people."""
    _cycle(me, cycle_id)
    return _act(
        request,
        me,
        cycle_id,
        lambda: participating.ask_everybody(
            cycle_id=cycle_id, by=caller(request), now=timezone.now()
        ),
        _("Everybody who may answer is asked everything."),
        {},
    )


@require_POST
@door(Verb.RUN_CYCLE)
def participants_remind(
    request: HttpRequest, me: Membership, cycle_id: int
) -> HttpResponse:
    """Remind one person, or all who are not done."""
    _cycle(me, cycle_id)
    try:
        written = reminding.remind(
            cycle_id=cycle_id,
            person_id=_number(request, "person"),
            invitation_id=_number(request, "invitation"),
            vantage=request.POST.get("vantage", ""),
            by=caller(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        notices.ask()
        messages.success(request, _reminded(written))
    return redirect("participants", me.workspace_slug, cycle_id)


@require_POST
@door(Verb.RUN_CYCLE)
def mails_again(request: HttpRequest, me: Membership, cycle_id: int) -> HttpResponse:
    """Try mails anew that could not be sent."""
    _cycle(me, cycle_id)
    noticing.try_again(cycle_id=cycle_id)
    notices.ask()
    messages.success(request, _("The mails are tried again within a minute."))
    return redirect("participants", me.workspace_slug, cycle_id)


# ── inside ─────────────────────────────────────────────────────────────────────────


def _cycle(me: Membership, cycle_id: int) -> rows.CycleRow:
    found = rows.cycle(workspace_id=me.workspace_id, cycle_id=cycle_id)
    if found is None:
        raise Http404
    return found


def _participant(cycle_id: int, is_meant: Callable[[Participant], bool]) -> Participant:
    people = participation.board(cycle_id=cycle_id).people
    found = next((one for one in people if is_meant(one)), None)
    if found is None:
        raise Http404
    return found


def _members(me: Membership) -> list[Person]:
    return answering_members(workspace_id=me.workspace_id, path=me.at or "/")


def _label(one: Person) -> str:
    return f"{one.name} · {one.vantage_label}"


def _number(request: HttpRequest, name: str) -> int | None:
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdigit() else None


def _reminded(written: int) -> str:
    if not written:
        return _("Nobody to remind: all are done, or were written to today already.")
    return ngettext(
        "A reminder goes to %(n)s person.",
        "A reminder goes to %(n)s people.",
        written,
    ) % {"n": written}


def _act(
    request: HttpRequest,
    me: Membership,
    cycle_id: int,
    service: Callable[[], None],
    sentence: str,
    values: dict[str, str],
) -> HttpResponse:
    try:
        service()
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, sentence % values)
    return redirect("participants", me.workspace_slug, cycle_id)


def _form_page(
    request: HttpRequest,
    me: Membership,
    cycle_id: int,
    form: forms.Blamed,
    save: Callable[[], None],
    *,
    title: str,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except Refusal as refusal:
            form.blame(getattr(refusal, "field_name", ""), refusal.sentence)
        else:
            notices.ask()
            return redirect("participants", me.workspace_slug, cycle_id)
    return _form(request, me, _cycle(me, cycle_id), form, title=title)


def _form(
    request: HttpRequest,
    me: Membership,
    cycle: rows.CycleRow,
    form: forms.Blamed,
    *,
    title: str,
) -> HttpResponse:
    return render(
        request,
        "participants/form.html",
        {"me": me, "cycle": cycle, "form": form, "title": title},
        status=422 if form.errors else 200,
    )


def _links(
    request: HttpRequest,
    me: Membership,
    cycle: rows.CycleRow,
    invited: list[inviting.Invited],
) -> HttpResponse:
    return render(
        request,
        "participants/links.html",
        {"me": me, "cycle": cycle, "invited": invited},
    )


def _sure(
    request: HttpRequest, me: Membership, cycle: rows.CycleRow, one: Participant
) -> HttpResponse:
    return render(
        request,
        "participants/remove.html",
        {"me": me, "cycle": cycle, "person": one},
    )


urlpatterns: list[URLPattern] = [
    path("<int:cycle_id>/participants/", participants, name="participants"),
    path("<int:cycle_id>/participants/add/", participant_add, name="participant_add"),
    path(
        "<int:cycle_id>/participants/invite/",
        participant_invite,
        name="participant_invite",
    ),
    path(
        "<int:cycle_id>/participants/everybody/",
        participants_everybody,
        name="participants_everybody",
    ),
    path(
        "<int:cycle_id>/participants/remind/",
        participants_remind,
        name="participants_remind",
    ),
    path("<int:cycle_id>/participants/mails/", mails_again, name="mails_again"),
    path(
        "<int:cycle_id>/participants/<int:person_id>/", participant, name="participant"
    ),
    path(
        "<int:cycle_id>/participants/<int:person_id>/remove/",
        participant_remove,
        name="participant_remove",
    ),
    path(
        "<int:cycle_id>/participants/domain/<str:domain>/",
        domain_people,
        name="domain_people",
    ),
    path(
        "<int:cycle_id>/participants/link/<int:invitation_id>/renew/",
        invitation_renew,
        name="invitation_renew",
    ),
    path(
        "<int:cycle_id>/participants/link/<int:invitation_id>/revoke/",
        invitation_revoke,
        name="invitation_revoke",
    ),
]
