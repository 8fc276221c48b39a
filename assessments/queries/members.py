"""Who belongs to which workspace."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db.models import Prefetch

from assessments.access import Role, Standing, Verb
from assessments.models import Cycle, Grant, Member, Source, Vantage

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet


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
    time_zone: str
    standing: Standing
    # The node that the page in hand is about; None: the whole workspace.
    at: str | None = None

    def may(self, verb: Verb) -> bool:
        """Say whether the person may do this here."""
        return self.standing.may(verb, at=self.at)

    def reach(self, verb: Verb) -> tuple[str, ...]:
        """Return the paths under which the person may do this; ("/",) is everywhere."""
        return self.standing.reach(verb)


def _membership(member: Member) -> Membership:
    return Membership(
        standing=_standing(member),
        member_id=member.pk,
        user_id=member.user_id,
        role=Role(member.role),
        vantage=member.vantage,
        workspace_id=member.workspace_id,
        workspace_slug=member.workspace.slug,
        workspace_name=member.workspace.name,
        simulated=member.workspace.simulated,
        time_zone=member.workspace.time_zone,
    )


def _standing(member: Member) -> Standing:
    return Standing(
        role=Role(member.role),
        grants=tuple((one.scope.path, Role(one.role)) for one in member.grants.all()),
    )


def standing(*, workspace_id: int, user_id: int) -> Standing | None:
    """Return what the person is in that workspace, or None."""
    member = _members().filter(workspace_id=workspace_id, user_id=user_id).first()
    return _standing(member) if member else None


def with_standing(*, workspace_id: int) -> list[tuple[User, Standing]]:
    """Return everybody of the workspace with what they are in it."""
    found = _members().filter(workspace_id=workspace_id).select_related("user")
    return [(member.user, _standing(member)) for member in found]


def _members() -> QuerySet[Member]:
    """Return members with their grants, in two queries however many there are."""
    grants = Prefetch("grants", Grant.objects.select_related("scope"))
    return Member.objects.select_related("workspace").prefetch_related(grants)


def membership(
    *, user_id: int, workspace_slug: str, cycle_id: int | None = None
) -> Membership | None:
    """Return the person's membership in that workspace, or None.

    With a cycle, as it counts at the cycle's part of the organization.
    """
    found = _members().filter(user_id=user_id, workspace__slug=workspace_slug)
    member = found.first()
    if member is None:
        return None
    mine = _membership(member)
    if cycle_id is None or not mine.standing.grants:
        return mine
    cycles = Cycle.objects.filter(workspace_id=mine.workspace_id, pk=cycle_id)
    path = cycles.values_list("scope__path", flat=True).first()
    return replace(mine, at=path)


def memberships(*, user_id: int) -> list[Membership]:
    """Return every workspace that the person belongs to, by name."""
    members = _members().filter(user_id=user_id)
    return [_membership(member) for member in members.order_by("workspace__name", "pk")]


def nobody_yet() -> bool:
    """Return whether there is no account with which anybody could sign in."""
    return not User.objects.filter(is_active=True).exists()


def real_sources(*, workspace_id: int) -> list[str]:
    """Return the names of the workspace's sources whose telemetry is not simulated."""
    sources = Source.objects.filter(workspace_id=workspace_id, simulated=False)
    return list(sources.order_by("name", "pk").values_list("name", flat=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRow:
    """A role over one part of the organization."""

    id: int
    role: Role
    scope_name: str


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
    grants: tuple[GrantRow, ...]


def member_rows(*, workspace_id: int) -> list[MemberRow]:
    """Return everybody who belongs to the workspace, by name."""
    members = _members().filter(workspace_id=workspace_id).select_related("user")
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
            grants=tuple(
                GrantRow(id=one.pk, role=Role(one.role), scope_name=one.scope.name)
                for one in member.grants.all()
            ),
        )
        for member in members.order_by("user__username", "pk")
    ]


def leads(*, workspace_id: int) -> list[str]:
    """Return the names of those who may give another role."""
    rows = member_rows(workspace_id=workspace_id)
    return [row.name for row in rows if row.role is Role.LEAD]


def vantage_choices() -> list[tuple[str, str]]:
    """Return the vantage points with their labels."""
    return [(point.value, str(point.label)) for point in Vantage]
