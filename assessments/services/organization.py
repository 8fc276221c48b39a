"""Workspaces and their organization trees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, ProtectedError, RestrictedError, Value
from django.db.models.functions import Concat, Substr
from django.utils.text import slugify
from django.utils.translation import gettext as _

from assessments.access import Role
from assessments.models import Member, Scope, ScopeKind, Service, Source, Workspace
from assessments.models.rating import Vantage
from assessments.services import file_store, folders, journal
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

_LONGEST_PATH = 400
_LEAVES = (ScopeKind.SERVICE, ScopeKind.MODEL)


class NoSuchScope(Refusal):
    """The node is not one of this workspace."""


class NotMovable(Refusal):
    """The node cannot stand where it was asked to."""


class KeyTaken(Refusal):
    """Another service of the workspace answers to this key."""


class AlreadyMember(Refusal):
    """The person belongs to the workspace already."""


class NotSimulated(Refusal):
    """Only a demonstration may be removed whole."""


class NameMissing(Refusal):
    """A node needs a name."""


@transaction.atomic
def create_workspace(
    *, name: str, by: AbstractBaseUser, now: datetime, simulated: bool = False
) -> int:
    """Create a workspace with the root of its tree, led by its creator."""
    name = _name(name)
    workspace = Workspace.objects.create(
        name=name, slug=_free_slug(name), simulated=simulated, created_at=now
    )
    root = Scope.objects.create(
        workspace=workspace, kind=ScopeKind.ORGANIZATION, name=name, path="/"
    )
    Scope.objects.filter(pk=root.pk).update(path=f"/{root.pk}/")
    Member.objects.create(
        workspace=workspace,
        user_id=by.pk,
        role=Role.LEAD,
        vantage=Vantage.LEADERSHIP,
        joined_at=now,
    )
    journal.record(
        workspace_id=workspace.pk,
        verb="workspace.created",
        target=("workspace", workspace.pk),
        by=by,
        at=now,
        detail={"name": name, "simulated": simulated},
    )
    return workspace.pk


@transaction.atomic
def add_member(
    *,
    workspace_id: int,
    user: AbstractBaseUser,
    role: str,
    vantage: str,
    by: AbstractBaseUser | None,
    now: datetime,
) -> int:
    """Let a person with an account join; return the member's id."""
    if Member.objects.filter(workspace_id=workspace_id, user_id=user.pk).exists():
        raise AlreadyMember(
            _("%(name)s is a member already: change the role below.")
            % {"name": user.get_username()}
        )
    member = Member.objects.create(
        workspace_id=workspace_id,
        user_id=user.pk,
        role=Role(role),
        vantage=vantage,
        joined_at=now,
    )
    journal.record(
        workspace_id=workspace_id,
        verb="member.added",
        target=("member", member.pk),
        by=by,
        at=now,
        detail={"person": user.get_username(), "role": role, "vantage": vantage},
    )
    return member.pk


@transaction.atomic
def add_unit(
    *,
    workspace_id: int,
    parent_id: int,
    name: str,
    by: AbstractBaseUser | None,
    now: datetime,
) -> int:
    """Add a unit below an organization or unit; return its scope's id."""
    scope = _grow(workspace_id, parent_id, ScopeKind.UNIT, _name(name))
    journal.record(
        workspace_id=workspace_id,
        verb="unit.added",
        target=("scope", scope.pk),
        by=by,
        at=now,
        detail={"name": scope.name, "parent": parent_id},
    )
    return scope.pk


@transaction.atomic
def add_service(
    *,
    workspace_id: int,
    parent_id: int,
    key: str,
    name: str,
    kind: str,
    by: AbstractBaseUser | None,
    now: datetime,
) -> int:
    """Add a service or model, which events name by its key; return its id."""
    key = key.strip()
    if not key:
        raise NameMissing(_("Give the key that events use for this service."))
    if Service.objects.filter(workspace_id=workspace_id, key=key).exists():
        raise KeyTaken(
            _("The key “%(key)s” is taken by another service here: choose another key.")
            % {"key": key}
        )
    leaf = ScopeKind.MODEL if kind == ScopeKind.MODEL else ScopeKind.SERVICE
    scope = _grow(workspace_id, parent_id, leaf, _name(name))
    service = Service.objects.create(workspace_id=workspace_id, scope=scope, key=key)
    journal.record(
        workspace_id=workspace_id,
        verb="service.added",
        target=("service", service.pk),
        by=by,
        at=now,
        detail={"name": scope.name, "key": key, "kind": str(leaf)},
    )
    return service.pk


@transaction.atomic
def rename(
    *,
    workspace_id: int,
    scope_id: int,
    name: str,
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Give a node another name."""
    scope = _scope(workspace_id, scope_id)
    old, scope.name = scope.name, _name(name)
    scope.save(update_fields=["name"])
    journal.record(
        workspace_id=workspace_id,
        verb="scope.renamed",
        target=("scope", scope_id),
        by=by,
        at=now,
        detail={"from": old, "to": scope.name},
    )


@transaction.atomic
def move(
    *,
    workspace_id: int,
    scope_id: int,
    parent_id: int,
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Put a node, with all below it, under another organization or unit."""
    scope = _scope(workspace_id, scope_id)
    parent = _parent(workspace_id, parent_id)
    if scope.parent_id is None:
        raise NotMovable(_("The organization itself is the top of the tree."))
    if parent.path.startswith(scope.path):
        raise NotMovable(
            _("“%(name)s” cannot stand below itself.") % {"name": scope.name}
        )
    old_path, old_parent = scope.path, scope.parent_id
    new_path = _path(parent, scope.pk)
    below = Scope.objects.filter(workspace_id=workspace_id, path__startswith=old_path)
    below.update(
        path=Concat(Value(new_path), Substr(F("path"), Value(len(old_path) + 1)))
    )
    Scope.objects.filter(pk=scope.pk).update(parent=parent)
    journal.record(
        workspace_id=workspace_id,
        verb="scope.moved",
        target=("scope", scope_id),
        by=by,
        at=now,
        detail={"from": old_parent, "to": parent_id},
    )


@transaction.atomic
def remove_workspace(*, workspace_id: int) -> None:
    """Remove a demonstration with everything in it, and the people made for it."""
    workspace = Workspace.objects.filter(pk=workspace_id).first()
    if workspace is None or not workspace.simulated:
        raise NotSimulated(_("Only a demonstration can be removed."))
    people = set(
        User.objects.filter(memberships__workspace=workspace, is_staff=False)
        .exclude(memberships__in=Member.objects.exclude(workspace=workspace))
        .values_list("pk", flat=True)
    )
    mine = Source.objects.filter(workspace=workspace).values_list("pk", flat=True)
    folders.clear([folders.of_reports(workspace_id), *map(folders.of_source, mine)])
    file_store.forget(workspace_id=workspace_id)
    # The guards ask the workspace whether it is simulated: it goes last.
    for rows in (workspace.gate_reviews, workspace.cycles, workspace.journal):
        rows.all().delete()
    for edition in workspace.editions.order_by("-pk"):
        edition.delete()  # copies before what they were copied from
    workspace.delete()
    for person in User.objects.filter(pk__in=people):
        try:
            with transaction.atomic():
                person.delete()
        except (ProtectedError, RestrictedError):
            # They left a trace elsewhere, which keeps its author.
            User.objects.filter(pk=person.pk).update(is_active=False)


def _grow(workspace_id: int, parent_id: int, kind: ScopeKind, name: str) -> Scope:
    parent = _parent(workspace_id, parent_id)
    scope = Scope.objects.create(
        workspace_id=workspace_id, parent=parent, kind=kind, name=name, path="/"
    )
    scope.path = _path(parent, scope.pk)
    scope.save(update_fields=["path"])
    return scope


def _scope(workspace_id: int, scope_id: int) -> Scope:
    scope = Scope.objects.filter(workspace_id=workspace_id, pk=scope_id).first()
    if scope is None:
        raise NoSuchScope(_("That part of the organization does not exist (any more)."))
    return scope


def _parent(workspace_id: int, parent_id: int) -> Scope:
    parent = _scope(workspace_id, parent_id)
    if parent.kind in _LEAVES:
        raise NotMovable(
            _("Nothing stands below “%(name)s”: choose a unit or the organization.")
            % {"name": parent.name}
        )
    return parent


def _path(parent: Scope, pk: int) -> str:
    path = f"{parent.path}{pk}/"
    if len(path) > _LONGEST_PATH:
        raise NotMovable(_("The tree is too deep there: choose a place further up."))
    return path


def _name(name: str) -> str:
    name = name.strip()
    if not name:
        raise NameMissing(_("Give a name."))
    return name[:120]


def _free_slug(name: str) -> str:
    base = slugify(name)[:50] or "workspace"
    taken = set(
        Workspace.objects.filter(slug__startswith=base).values_list("slug", flat=True)
    )
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
