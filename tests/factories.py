"""What tests are about: workspaces, people, trees; made through the services.

Personas: Ada leads, Rui responds, Noa assesses, Petra leads and runs the platform,
Vera reads, Sam audits; Otto leads another workspace. Further nouns join below.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

from django.contrib.auth.models import User

from assessments.access import Role
from assessments.models import Scope, Service, Workspace
from assessments.models.rating import Vantage
from assessments.services import organization

if TYPE_CHECKING:
    from assessments.models import Member

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "correct-horse-battery"

_number = count(1)

PERSONAS: dict[str, tuple[Role, Vantage]] = {
    "ada": (Role.LEAD, Vantage.LEADERSHIP),
    "rui": (Role.RESPONDENT, Vantage.PRACTITIONER),
    "noa": (Role.ASSESSOR, Vantage.OVERSIGHT),
    "petra": (Role.LEAD, Vantage.PRACTITIONER),
    "vera": (Role.VIEWER, Vantage.LEADERSHIP),
    "sam": (Role.AUDITOR, Vantage.OVERSIGHT),
}


def person(username: str | None = None, *, staff: bool = False) -> User:
    """Make an account, or find it; its password is PASSWORD."""
    username = username or f"person-{next(_number)}"
    found = User.objects.filter(username=username).first()
    if found is not None:
        return found
    return User.objects.create_user(
        username=username,
        email=f"{username}@example.org",
        password=PASSWORD,
        first_name=username.capitalize(),
        is_staff=staff,
    )


def workspace(
    name: str = "Northwind", *, led_by: User | None = None, simulated: bool = False
) -> Workspace:
    """Make a workspace; its lead is Ada unless told otherwise."""
    pk = organization.create_workspace(
        name=name, by=led_by or person("ada"), now=NOW, simulated=simulated
    )
    return Workspace.objects.get(pk=pk)


def root(workspace: Workspace) -> Scope:
    """Return the top of the workspace's tree."""
    return Scope.objects.get(workspace=workspace, parent=None)


def member(
    workspace: Workspace,
    role: Role = Role.RESPONDENT,
    *,
    user: User | None = None,
    vantage: Vantage = Vantage.PRACTITIONER,
) -> Member:
    """Let a person join."""
    pk = organization.add_member(
        workspace_id=workspace.pk,
        user=user or person(),
        role=role,
        vantage=vantage,
        by=None,
        now=NOW,
    )
    return workspace.members.get(pk=pk)


def unit(
    workspace: Workspace, name: str = "Unit", parent: Scope | None = None
) -> Scope:
    """Add a unit to the tree."""
    pk = organization.add_unit(
        workspace_id=workspace.pk,
        parent_id=(parent or root(workspace)).pk,
        name=name,
        by=None,
        now=NOW,
    )
    return Scope.objects.get(pk=pk)


def service(
    workspace: Workspace,
    key: str | None = None,
    *,
    kind: str = "service",
    parent: Scope | None = None,
) -> Service:
    """Add a service, or a model with `kind="model"`."""
    key = key or f"service-{next(_number)}"
    pk = organization.add_service(
        workspace_id=workspace.pk,
        parent_id=(parent or root(workspace)).pk,
        key=key,
        name=key.replace("-", " ").capitalize(),
        kind=kind,
        by=None,
        now=NOW,
    )
    return Service.objects.get(pk=pk)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A workspace with every persona in it, and Otto next door."""

    workspace: Workspace
    people: dict[str, User]
    other: Workspace

    @property
    def slug(self) -> str:
        """The workspace's name in addresses."""
        return self.workspace.slug

    def __getitem__(self, name: str) -> User:
        return self.people[name]


def house() -> House:
    """Make a workspace with all personas; Otto leads another one."""
    home = workspace(led_by=person("ada"))
    people = {name: person(name) for name in (*PERSONAS, "otto")}
    for name, (role, vantage) in PERSONAS.items():
        if name != "ada":
            member(home, role, user=people[name], vantage=vantage)
    other = workspace("Elsewhere", led_by=people["otto"])
    return House(workspace=home, people=people, other=other)
