"""What tests are about: workspaces, people, trees; made through the services.

Personas: Ada leads, Rui responds, Noa assesses, Petra leads and runs the platform,
Vera reads, Sam audits; Otto leads another workspace. Further nouns join below.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import TYPE_CHECKING

from django.contrib.auth.models import User

from assessments.access import Role
from assessments.models import Cycle, Edition, Scope, Service, Workspace
from assessments.models.rating import Vantage
from assessments.services import (
    answering,
    cycles,
    editions,
    organization,
    rescoring,
    signing,
)
from assessments.services.plans import Plan
from tests import frameworks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessments.models import Member
    from scoring.events import Json

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


# ── cycles ─────────────────────────────────────────────────────────────────────────


def edition(
    document: Mapping[str, Json] | None = None, *, of: Workspace | None = None
) -> Edition:
    """Publish an edition: the small one of `tests.frameworks` unless told otherwise."""
    pk = editions.load(
        document=document or frameworks.plain(),
        workspace_id=of.pk if of else None,
        publish=True,
        now=NOW,
    )
    return Edition.objects.get(pk=pk)


def cycle(
    workspace: Workspace,
    *,
    state: str = "open",
    title: str = "Q1 2026",
    by: User | None = None,
    of: Edition | None = None,
    scope: Scope | None = None,
    first: date = date(2026, 1, 1),
    last: date = date(2026, 3, 31),
    targets: Mapping[str, str] | None = None,
    left_out: Mapping[str, str] | None = None,
    rescoring: str = "never",
) -> Cycle:
    """Plan a cycle and bring it as far as `state`: draft, open or in_review."""
    by = by or person("ada")
    pk = cycles.create(
        workspace_id=workspace.pk,
        scope_ids=[(scope or root(workspace)).pk],
        plan=Plan(
            edition_id=(of or edition()).pk,
            title=title,
            period_start=first,
            period_end=last,
            targets=targets or {},
            left_out=left_out or {},
            rescoring=rescoring,
        ),
        by=by,
        now=NOW,
    )
    if state != "draft":
        cycles.open_(cycle_id=pk, by=by, now=NOW)
    if state == "in_review":
        signing.start_review(cycle_id=pk, by=by, now=NOW)
    return Cycle.objects.get(pk=pk)


def rating(
    cycle: Cycle,
    topic: str,
    by: User,
    said: int | str = 3,
    *,
    vantage: str = "practitioner",
    confidence: str = "",
    rationale: str = "",
    at: datetime = NOW,
) -> int:
    """Answer a question with a level, "unknown" or "not_applicable"."""
    kept = answering.rate(
        cycle_id=cycle.pk,
        topic=topic,
        person=by,
        vantage=vantage,
        answer="level" if isinstance(said, int) else said,
        level=said if isinstance(said, int) else None,
        confidence=confidence,
        rationale=rationale or ("It is so." if said == "not_applicable" else ""),
        now=at,
    )
    return kept.id


def scored(cycle: Cycle, *, at: datetime = NOW, trigger: str = "answer") -> Cycle:
    """Score an open cycle; ask for the fixture `telemetry` to say what is measured."""
    rescoring.rescore(cycle_id=cycle.pk, trigger=trigger, now=at)
    return cycle


def locked(cycle: Cycle, *, by: User | None = None, at: datetime = NOW) -> Cycle:
    """Review and lock an open cycle that somebody has answered."""
    by = by or person("ada")
    signing.start_review(cycle_id=cycle.pk, by=by, now=at)
    signing.lock(cycle_id=cycle.pk, by=by, now=at)
    cycle.refresh_from_db()
    return cycle
