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
from django.views.decorators.http import require_http_methods, require_POST

from assessments.access import Role, Verb
from assessments.forms import organization as forms
from assessments.queries import members as rows
from assessments.queries import organization
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
        {"me": me, "person": person, "form": form, "grant": _new_grant(me, None)},
        status=422 if form.errors else 200,
    )


@require_POST
@door(Verb.ADMINISTER)
def grant_new(request: HttpRequest, me: Membership, member_id: int) -> HttpResponse:
    """Give a member a role over a part of the organization."""
    person = _person(me, member_id)
    form = _new_grant(me, request.POST)
    if form.is_valid():
        membership.grant(
            workspace_id=me.workspace_id,
            member_id=member_id,
            scope_id=form.cleaned_data["scope"],
            role=form.cleaned_data["role"],
            by=caller(request),
            now=timezone.now(),
        )
        messages.success(request, _("Given: %(name)s.") % {"name": person.name})
    else:
        messages.error(request, _("Choose a part of the organization and a role."))
    return redirect("member", me.workspace_slug, member_id)


@require_POST
@door(Verb.ADMINISTER)
def grant_withdraw(
    request: HttpRequest, me: Membership, member_id: int, grant_id: int
) -> HttpResponse:
    """Take a role over a part of the organization away."""
    _person(me, member_id)
    membership.withdraw_grant(
        workspace_id=me.workspace_id,
        member_id=member_id,
        grant_id=grant_id,
        by=caller(request),
        now=timezone.now(),
    )
    messages.success(request, _("Taken away."))
    return redirect("member", me.workspace_slug, member_id)


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


def _new_grant(me: Membership, data: QueryDict | None) -> forms.NewGrant:
    scopes = organization.scope_rows(workspace_id=me.workspace_id)
    return forms.NewGrant(
        data,
        scopes=[(str(scope.id), scope.indented) for scope in scopes],
        roles=_roles(),
    )


def _roles() -> list[tuple[str, str]]:
    return [(role.value, role.label) for role in Role]


urlpatterns: list[URLPattern] = [
    path("", members, name="members"),
    path("<int:member_id>/", member, name="member"),
    path("<int:member_id>/remove/", member_remove, name="member_remove"),
    path("<int:member_id>/grants/", grant_new, name="grant_new"),
    path(
        "<int:member_id>/grants/<int:grant_id>/withdraw/",
        grant_withdraw,
        name="grant_withdraw",
    ),
]
