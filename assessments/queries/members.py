"""Who belongs to which workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import User

from assessments.access import Role
from assessments.models import Member, Source, Vantage

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A signed-in person inside one workspace."""

    member_id: int
    user_id: int
    role: Role
    vantage: str
    workspace_id: int
    workspace_slug: str
    workspace_name: str
    simulated: bool


def _membership(member: Member) -> Membership:
    return Membership(
        member_id=member.pk,
        user_id=member.user_id,
        role=Role(member.role),
        vantage=member.vantage,
        workspace_id=member.workspace_id,
        workspace_slug=member.workspace.slug,
        workspace_name=member.workspace.name,
        simulated=member.workspace.simulated,
    )


def membership(*, user_id: int, workspace_slug: str) -> Membership | None:
    """Return the person's membership in that workspace, or None."""
    member = (
        Member.objects.select_related("workspace")
        .filter(user_id=user_id, workspace__slug=workspace_slug)
        .first()
    )
    return _membership(member) if member else None


def memberships(*, user_id: int) -> list[Membership]:
    """Return every workspace that the person belongs to, by name."""
    members = Member.objects.select_related("workspace").filter(user_id=user_id)
    return [_membership(member) for member in members.order_by("workspace__name", "pk")]


def nobody_yet() -> bool:
    """Return whether there is no account with which anybody could sign in."""
    return not User.objects.filter(is_active=True).exists()


def real_sources(*, workspace_id: int) -> list[str]:
    """Return the names of the workspace's sources whose telemetry is not simulated."""
    sources = Source.objects.filter(workspace_id=workspace_id, simulated=False)
    return list(sources.order_by("name", "pk").values_list("name", flat=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """One person of a workspace, for the list of members."""

    id: int
    user_id: int
    username: str
    name: str
    email: str
    role: Role
    vantage: str
    vantage_label: str
    joined_at: datetime
    last_login: datetime | None


def member_rows(*, workspace_id: int) -> list[MemberRow]:
    """Return everybody who belongs to the workspace, by name."""
    members = Member.objects.filter(workspace_id=workspace_id).select_related("user")
    return [
        MemberRow(
            id=member.pk,
            user_id=member.user_id,
            username=member.user.username,
            name=member.user.get_full_name() or member.user.username,
            email=member.user.email,
            role=Role(member.role),
            vantage=member.vantage,
            vantage_label=member.get_vantage_display(),
            joined_at=member.joined_at,
            last_login=member.user.last_login,
        )
        for member in members.order_by("user__username", "pk")
    ]


def leads(*, workspace_id: int) -> list[str]:
    """Return the names of those who may give another role."""
    rows = member_rows(workspace_id=workspace_id)
    return [row.name for row in rows if row.role is Role.LEAD]


def vantage_choices() -> list[tuple[str, str]]:
    """Return the vantage points with their labels."""
    return list(Vantage.choices)
