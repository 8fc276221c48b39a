"""Who belongs to a workspace: being invited, changed, removed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from assessments.access import Role
from assessments.models import Grant, Member, Scope, Workspace
from assessments.services import journal, organization
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

    from scoring.events import Json


class NoSuchMember(Refusal):
    """The member is not one of this workspace."""


class NoSuchPart(Refusal):
    """The part is not one of this organization."""


class LastLead(Refusal):
    """A workspace without a lead could never be led again."""


class Ambiguous(Refusal):
    """Several accounts match what was typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """A new member; the password is known only here, for an account made just now."""

    member_id: int
    username: str
    password: str | None


@transaction.atomic
def invite(
    *,
    workspace_id: int,
    login: str,
    role: str,
    vantage: str,
    by: AbstractBaseUser,
    now: datetime,
) -> Invited:
    """Let a person join by user name or e-mail; make an account when there is none."""
    user, password = _account(login.strip())
    member_id = organization.add_member(
        workspace_id=workspace_id,
        user=user,
        role=role,
        vantage=vantage,
        by=by,
        now=now,
    )
    return Invited(member_id=member_id, username=user.username, password=password)


@transaction.atomic
def change_member(
    *,
    workspace_id: int,
    member_id: int,
    role: str,
    vantage: str,
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Give a member another role or vantage point."""
    member = _member(workspace_id, member_id)
    if role != Role.LEAD:
        _keep_a_lead(member)
    before: dict[str, Json] = {"role": member.role, "vantage": member.vantage}
    member.role, member.vantage = Role(role), vantage
    member.save(update_fields=["role", "vantage"])
    journal.record(
        workspace_id=workspace_id,
        verb="member.changed",
        target=("member", member_id),
        by=by,
        at=now,
        detail={"from": before, "to": {"role": role, "vantage": vantage}},
    )


@transaction.atomic
def grant(
    *,
    workspace_id: int,
    member_id: int,
    scope_id: int,
    role: str,
    by: AbstractBaseUser,
    now: datetime,
) -> int:
    """Give a member a role over a part of the organization; one role for each part."""
    member = _member(workspace_id, member_id)
    scope = Scope.objects.filter(workspace_id=workspace_id, pk=scope_id).first()
    if scope is None:
        raise NoSuchPart(_("Choose a part of this organization."))
    before = Grant.objects.filter(member=member, scope=scope).first()
    given, _made = Grant.objects.update_or_create(
        member=member, scope=scope, defaults={"role": Role(role)}
    )
    journal.record(
        workspace_id=workspace_id,
        verb="grant.given",
        target=("member", member_id),
        by=by,
        at=now,
        detail={"scope": scope.pk},
        before={"role": before.role} if before else None,
        after={"role": role},
    )
    return given.pk


@transaction.atomic
def withdraw_grant(
    *,
    workspace_id: int,
    member_id: int,
    grant_id: int,
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Take a role over a part of the organization away; gone already is well too."""
    member = _member(workspace_id, member_id)
    given = Grant.objects.filter(member=member, pk=grant_id).first()
    if given is None:
        return
    journal.record(
        workspace_id=workspace_id,
        verb="grant.withdrawn",
        target=("member", member_id),
        by=by,
        at=now,
        detail={"scope": given.scope_id},
        before={"role": given.role},
    )
    given.delete()


@transaction.atomic
def remove_member(
    *, workspace_id: int, member_id: int, by: AbstractBaseUser, now: datetime
) -> None:
    """End a membership; what the person answered stays."""
    member = _member(workspace_id, member_id)
    _keep_a_lead(member)
    journal.record(
        workspace_id=workspace_id,
        verb="member.removed",
        target=("member", member_id),
        by=by,
        at=now,
        detail={"person": member.user.get_username(), "role": member.role},
    )
    member.delete()


def _account(login: str) -> tuple[User, str | None]:
    found = list(
        User.objects.filter(Q(username__iexact=login) | Q(email__iexact=login))
    )
    if len(found) > 1:
        raise Ambiguous(
            _("Several accounts match “%(login)s”: give the user name instead.")
            % {"login": login}
        )
    if found:
        return found[0], None
    password = secrets.token_urlsafe(12)
    email = login if "@" in login else ""
    user = get_user_model().objects.create_user(
        username=login, email=email, password=password
    )
    return user, password


def _member(workspace_id: int, member_id: int) -> Member:
    # Two leads who demote each other at the same moment queue here.
    Workspace.objects.select_for_update().get(pk=workspace_id)
    members = Member.objects.select_related("user")
    member = members.filter(workspace_id=workspace_id, pk=member_id).first()
    if member is None:
        raise NoSuchMember(_("That person is not a member (any more)."))
    return member


def _keep_a_lead(member: Member) -> None:
    if member.role != Role.LEAD:
        return
    leads = Member.objects.filter(workspace_id=member.workspace_id, role=Role.LEAD)
    if not leads.exclude(pk=member.pk).exists():
        raise LastLead(
            _(
                "This is the only lead: make somebody else a lead first, so"
                " that the workspace can still be run."
            )
        )
