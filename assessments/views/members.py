"""Pages: members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from assessments.access import Role, Verb
from assessments.forms import organization as forms
from assessments.queries import members as rows
from assessments.services import membership
from assessments.services.refusals import Refusal
from assessments.views.doors import caller, door

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, QueryDict

    from assessments.queries.members import MemberRow, Membership


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ADMINISTER)
def members(request: HttpRequest, me: Membership) -> HttpResponse:
    """List the members; let another person join."""
    form = _new_member(request.POST or None)
    invited = None
    if request.method == "POST" and form.is_valid():
        try:
            invited = membership.invite(
                workspace_id=me.workspace_id,
                by=caller(request),
                now=timezone.now(),
                **form.cleaned_data,
            )
        except Refusal as refusal:
            form.add_error("login", refusal.sentence)
        else:
            form = _new_member(None)
    people = rows.member_rows(workspace_id=me.workspace_id)
    return render(
        request,
        "organization/members.html",
        {"me": me, "people": people, "form": form, "invited": invited},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@door(Verb.ADMINISTER)
def member(request: HttpRequest, me: Membership, member_id: int) -> HttpResponse:
    """Change a member's role and vantage point."""
    person = _person(me, member_id)
    form = forms.ChangeMember(
        request.POST or None,
        roles=_roles(),
        vantages=rows.vantage_choices(),
        initial={"role": person.role.value, "vantage": person.vantage},
    )
    if request.method == "POST" and form.is_valid():
        try:
            membership.change_member(
                workspace_id=me.workspace_id,
                member_id=member_id,
                by=caller(request),
                now=timezone.now(),
                **form.cleaned_data,
            )
        except Refusal as refusal:
            form.add_error("role", refusal.sentence)
        else:
            messages.success(request, _("Changed: %(name)s.") % {"name": person.name})
            return redirect("members", me.workspace_slug)
    return render(
        request,
        "organization/member.html",
        {"me": me, "person": person, "form": form},
        status=422 if form.errors else 200,
    )


@require_http_methods(["POST"])
@door(Verb.ADMINISTER)
def member_remove(request: HttpRequest, me: Membership, member_id: int) -> HttpResponse:
    """End a membership."""
    person = _person(me, member_id)
    try:
        membership.remove_member(
            workspace_id=me.workspace_id,
            member_id=member_id,
            by=caller(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("member", me.workspace_slug, member_id)
    messages.success(
        request,
        _("%(name)s is no longer a member; their answers stay.")
        % {"name": person.name},
    )
    return redirect("members", me.workspace_slug)


def _person(me: Membership, member_id: int) -> MemberRow:
    people = rows.member_rows(workspace_id=me.workspace_id)
    found = next((person for person in people if person.id == member_id), None)
    if found is None:
        raise Http404
    return found


def _new_member(data: QueryDict | None) -> forms.NewMember:
    return forms.NewMember(
        data,
        roles=_roles(),
        vantages=rows.vantage_choices(),
        initial={"role": Role.RESPONDENT.value},
    )


def _roles() -> list[tuple[str, str]]:
    return [(role.value, role.label) for role in Role]


urlpatterns: list[URLPattern] = [
    path("", members, name="members"),
    path("<int:member_id>/", member, name="member"),
    path("<int:member_id>/remove/", member_remove, name="member_remove"),
]
