"""Who is asked what: the domains of a cycle that a person is to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.access import Role, Standing, Verb
from assessments.models import Assignment, Invitation, Member, Vantage

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A member who may answer at some part of the organization."""

    id: int
    name: str
    vantage: str
    vantage_label: str
    email: str


def asked_domains(*, cycle_id: int, person_id: int) -> frozenset[str] | None:
    """Return the codes of the domains that a person is asked for; None: all of them.

    A cycle that names nobody asks everybody for everything, but for guests: who came
    by a link answers what the link was for, and nothing else.
    """
    assignments = Assignment.objects.filter(cycle_id=cycle_id)
    mine = frozenset(
        assignments.filter(person_id=person_id).values_list("domain", flat=True)
    )
    if mine or names_people(cycle_id=cycle_id) or is_guest(person_id=person_id):
        return mine
    return None


def names_people(*, cycle_id: int) -> bool:
    """Say whether a cycle asks those it names, and nobody else."""
    links = Invitation.objects.filter(cycle_id=cycle_id, revoked_at=None)
    return Assignment.objects.filter(cycle_id=cycle_id).exists() or links.exists()


def is_guest(*, person_id: int) -> bool:
    """Say whether an account was made by a link."""
    return Invitation.objects.filter(person_id=person_id).exists()


def answering_members(*, workspace_id: int, path: str) -> list[Person]:
    """Return the members who may answer at this node, by name; guests are none."""
    members = (
        Member.objects.filter(workspace_id=workspace_id, user__is_active=True)
        .select_related("user")
        .prefetch_related("grants__scope")
    )
    guests = set(
        Invitation.objects.filter(cycle__workspace_id=workspace_id)
        .exclude(person=None)
        .values_list("person_id", flat=True)
    )
    found = [
        _person(member)
        for member in members
        if member.user_id not in guests
        and standing_of(member).may(Verb.ANSWER, at=path)
    ]
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def standing_of(member: Member) -> Standing:
    """Return what a member is, from rows that were read with their grants."""
    return Standing(
        role=Role(member.role),
        grants=tuple((one.scope.path, Role(one.role)) for one in member.grants.all()),
    )


def name_of(user: User) -> str:
    """Return how a person is called on pages."""
    return user.get_full_name() or user.get_username()


def _person(member: Member) -> Person:
    return Person(
        id=member.user_id,
        name=name_of(member.user),
        vantage=member.vantage,
        vantage_label=str(Vantage(member.vantage).label),
        email=member.user.email,
    )
