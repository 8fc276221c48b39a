"""The platform's catalogue: what is offered, and who gets it how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import (
    Capability,
    CapabilityAccess,
    Provision,
    Scope,
    Workspace,
)
from assessments.services import journal
from assessments.services.refusals import Refusal, Unfit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

    from scoring.events import Json

_LONGEST_NAME = 120
_LONGEST_WAIT = 24 * 365 * 2
_ADDRESSES = ("https://", "http://")


class NoSuchCapability(Refusal):
    """The catalogue of this workspace has no such capability."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What people write about a capability."""

    name: str
    text: str = ""
    area: str = ""
    team_id: int | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How a part gets a capability; without a provision it follows the part above."""

    provision: str = ""
    wait_hours: int | None = None


@transaction.atomic
def add(*, workspace_id: int, offer: Offer, by: AbstractBaseUser, now: datetime) -> int:
    """Put a capability into the catalogue; return its id."""
    # One at a time: two clicks must not both find the name free.
    Workspace.objects.select_for_update().get(pk=workspace_id)
    offer_name = _checked(workspace_id, offer)
    made = Capability.objects.create(
        workspace_id=workspace_id,
        name=offer_name,
        text=offer.text.strip(),
        area=offer.area.strip(),
        team_id=offer.team_id,
        url=offer.url.strip(),
    )
    _record("capability.added", made, by=by, now=now)
    return made.pk


@transaction.atomic
def begin(
    *,
    workspace_id: int,
    offers: Iterable[Offer],
    by: AbstractBaseUser,
    now: datetime,
) -> int:
    """Put a starting list into the catalogue; return how many were not there yet."""
    Workspace.objects.select_for_update().get(pk=workspace_id)
    standing = set(
        Capability.objects.filter(workspace_id=workspace_id).values_list(
            "name", flat=True
        )
    )
    fresh = [one for one in offers if one.name not in standing]
    for one in fresh:
        add(workspace_id=workspace_id, offer=one, by=by, now=now)
    return len(fresh)


@transaction.atomic
def revise(
    *,
    workspace_id: int,
    capability_id: int,
    offer: Offer,
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Describe a capability anew."""
    one = _held(workspace_id, capability_id)
    before = _told(one)
    one.name = _checked(workspace_id, offer, besides=capability_id)
    one.text, one.area = offer.text.strip(), offer.area.strip()
    one.team_id, one.url = offer.team_id, offer.url.strip()
    one.save()
    if _told(one) != before:
        _record("capability.revised", one, by=by, now=now, before=before)


@transaction.atomic
def remove(
    *, workspace_id: int, capability_id: int, by: AbstractBaseUser, now: datetime
) -> None:
    """Take a capability out of the catalogue; twice is once."""
    one = Capability.objects.filter(workspace_id=workspace_id, pk=capability_id).first()
    if one is None:
        return
    journal.record(
        workspace_id=workspace_id,
        verb="capability.removed",
        target=("capability", one.pk),
        by=by,
        at=now,
        before=_told(one),
    )
    one.delete()


@transaction.atomic
def provide(
    *,
    workspace_id: int,
    capability_id: int,
    access: Mapping[int, Access],
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Say for parts of the organization how they get a capability."""
    one = _held(workspace_id, capability_id)
    scopes = set(
        Scope.objects.filter(workspace_id=workspace_id, pk__in=access).values_list(
            "pk", flat=True
        )
    )
    if scopes != set(access):
        raise Unfit("", _("Choose parts of this organization."))
    standing = {row.scope_id: row for row in one.access.filter(scope__in=scopes)}
    before: dict[str, Json] = {}
    after: dict[str, Json] = {}
    for scope_id, wanted in access.items():
        _check_access(wanted)
        row = standing.get(scope_id)
        had = (
            Access(provision=row.provision, wait_hours=row.wait_hours) if row else None
        )
        if wanted == (had or Access()):
            continue
        before[str(scope_id)] = had.provision if had else ""
        after[str(scope_id)] = wanted.provision
        _set(one, scope_id, wanted, row, now)
    if after:
        journal.record(
            workspace_id=workspace_id,
            verb="capability.provided",
            target=("capability", capability_id),
            by=by,
            at=now,
            before=before,
            after=after,
        )


def _set(
    one: Capability,
    scope_id: int,
    wanted: Access,
    row: CapabilityAccess | None,
    now: datetime,
) -> None:
    if not wanted.provision:
        if row is not None:
            row.delete()
        return
    CapabilityAccess.objects.update_or_create(
        capability=one,
        scope_id=scope_id,
        defaults={
            "provision": wanted.provision,
            "wait_hours": wanted.wait_hours,
            "recorded_at": now,
        },
    )


def _check_access(wanted: Access) -> None:
    if wanted.provision and wanted.provision not in Provision.values:
        raise Unfit("", _("Choose how it is got from the list."))
    if wanted.wait_hours is None:
        return
    if wanted.provision not in (Provision.SELF_SERVICE, Provision.TICKET):
        raise Unfit(
            "", _("A waiting time belongs to self-service or a ticket: choose one.")
        )
    if not 0 <= wanted.wait_hours <= _LONGEST_WAIT:
        raise Unfit("", _("Write the waiting time in hours, up to two years."))


def _checked(workspace_id: int, offer: Offer, *, besides: int | None = None) -> str:
    name = offer.name.strip()
    if not name or len(name) > _LONGEST_NAME:
        raise Unfit("name", _("Give a name of up to 120 characters."))
    taken = Capability.objects.filter(workspace_id=workspace_id, name=name)
    if besides is not None:
        taken = taken.exclude(pk=besides)
    if taken.exists():
        raise Unfit("name", _("The catalogue has this name already."))
    if offer.team_id is not None:
        team = Scope.objects.filter(workspace_id=workspace_id, pk=offer.team_id)
        if not team.exists():
            raise Unfit("team", _("Choose a part of this organization."))
    url = offer.url.strip()
    if url and not url.lower().startswith(_ADDRESSES):
        raise Unfit("url", _("Write a web address that begins with https://."))
    return name


def _held(workspace_id: int, capability_id: int) -> Capability:
    found = (
        Capability.objects.select_for_update()
        .filter(workspace_id=workspace_id, pk=capability_id)
        .first()
    )
    if found is None:
        raise NoSuchCapability(_("This capability is not in the catalogue (any more)."))
    return found


def _told(one: Capability) -> dict[str, Json]:
    return {
        "name": one.name,
        "text": one.text,
        "area": one.area,
        "team": one.team_id,
        "url": one.url,
    }


def _record(
    verb: str,
    one: Capability,
    *,
    by: AbstractBaseUser,
    now: datetime,
    before: dict[str, Json] | None = None,
) -> None:
    journal.record(
        workspace_id=one.workspace_id,
        verb=verb,
        target=("capability", one.pk),
        by=by,
        at=now,
        before=before,
        after=_told(one),
    )
