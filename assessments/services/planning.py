"""Planning: initiatives, what they are expected to change, and how they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import (
    Expectation,
    Initiative,
    InitiativeStatus,
    Member,
    Scope,
    Workspace,
)
from assessments.queries import plan
from assessments.services import journal
from assessments.services.refusals import Refusal, Unfit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from decimal import Decimal

    from django.contrib.auth.models import AbstractBaseUser

    from scoring.events import Json

_LONGEST_TITLE = 160
_YEARS = range(1970, 2200)
_EFFORTS = range(1, 6)
_CLOSED = (InitiativeStatus.DONE, InitiativeStatus.DROPPED)


class NoSuchInitiative(Refusal):
    """The initiative is not one of this workspace."""


class Overtaken(Refusal):
    """Somebody else changed the initiative while this change was being written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What people write about an initiative."""

    title: str
    text: str
    scope_id: int
    owner_id: int | None
    start_on: date
    due_on: date
    effort: int
    # Domain code -> the level that is expected afterwards.
    expected: Mapping[str, Decimal]


@transaction.atomic
def start(
    *,
    workspace_id: int,
    draft: Draft,
    cycle_id: int | None,
    by: AbstractBaseUser,
    now: datetime,
) -> int:
    """Keep a new initiative and return its id; sent twice, it is one initiative."""
    # One at a time: a double click must not get past the look for its twin.
    Workspace.objects.select_for_update().get(pk=workspace_id)
    title = _checked(workspace_id, draft)
    ground = _ground(workspace_id, draft, cycle_id)
    twin = Initiative.objects.filter(
        workspace_id=workspace_id, scope_id=draft.scope_id, title__iexact=title
    ).exclude(status__in=_CLOSED)
    standing = twin.order_by("pk").first()
    if standing is not None:
        if standing.created_by_id == by.pk and standing.start_on == draft.start_on:
            return standing.pk
        raise Unfit(
            "title",
            _("An open initiative has this title here: choose another title."),
        )
    one = Initiative.objects.create(
        workspace_id=workspace_id,
        cycle_id=cycle_id,
        created_by_id=by.pk,
        created_at=now,
        scope_id=draft.scope_id,
        title=title,
        text=draft.text.strip(),
        owner_id=draft.owner_id,
        start_on=draft.start_on,
        due_on=draft.due_on,
        effort=draft.effort,
    )
    _expect(one, draft.expected, ground)
    journal.record(
        workspace_id=workspace_id,
        verb="initiative.started",
        target=("initiative", one.pk),
        by=by,
        at=now,
        after=_told(one),
    )
    return one.pk


@transaction.atomic
def revise(
    *,
    workspace_id: int,
    initiative_id: int,
    draft: Draft,
    marker: str,
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Change an initiative that still is what `marker` says it was."""
    one = _held(workspace_id, initiative_id)
    if plan.marker(one) != marker:
        raise Overtaken(
            _(
                "Somebody else changed this initiative while you were writing. What"
                " you typed is below, with what stands now beside it: look at both"
                " and save again."
            )
        )
    title = _checked(workspace_id, draft)
    ground = _ground(workspace_id, draft, one.cycle_id)
    before = _told(one)
    one.title, one.text = title, draft.text.strip()
    one.scope_id, one.owner_id = draft.scope_id, draft.owner_id
    one.start_on, one.due_on = draft.start_on, draft.due_on
    one.effort = draft.effort
    one.save()
    _expect(one, draft.expected, ground)
    after = _told(one)
    if before != after:
        journal.record(
            workspace_id=workspace_id,
            verb="initiative.revised",
            target=("initiative", initiative_id),
            by=by,
            at=now,
            before=before,
            after=after,
        )


@transaction.atomic
def move(
    *,
    workspace_id: int,
    initiative_id: int,
    status: str,
    by: AbstractBaseUser,
    now: datetime,
    why: str = "",
) -> None:
    """Give an initiative another status; the one that it has changes nothing."""
    one = _held(workspace_id, initiative_id)
    if status not in InitiativeStatus.values:
        raise Unfit("status", _("Choose a status of the list."))
    if status == one.status:
        return
    why = why.strip()
    if status == InitiativeStatus.DROPPED and not why:
        raise Unfit("why", _("Say why it is dropped: others will ask."))
    before = one.status
    one.status = status
    one.closed_on = now.date() if status in _CLOSED else None
    one.save(update_fields=["status", "closed_on"])
    journal.record(
        workspace_id=workspace_id,
        verb="initiative.moved",
        target=("initiative", initiative_id),
        by=by,
        at=now,
        why=why,
        before={"status": before},
        after={"status": status},
    )


def _held(workspace_id: int, initiative_id: int) -> Initiative:
    """Return the initiative, which nobody else changes until this is done."""
    found = (
        Initiative.objects.select_for_update()
        .filter(workspace_id=workspace_id, pk=initiative_id)
        .first()
    )
    if found is None:
        raise NoSuchInitiative(_("This initiative does not exist (any more)."))
    return found


def _checked(workspace_id: int, draft: Draft) -> str:
    """Refuse what an initiative cannot look like; return its title."""
    title = draft.title.strip()
    if not title or len(title) > _LONGEST_TITLE:
        raise Unfit("title", _("Give a title of up to 160 characters."))
    if not Scope.objects.filter(workspace_id=workspace_id, pk=draft.scope_id).exists():
        raise Unfit("scope", _("Choose a part of this organization."))
    if (
        draft.owner_id is not None
        and not Member.objects.filter(
            workspace_id=workspace_id, user_id=draft.owner_id
        ).exists()
    ):
        raise Unfit("owner", _("The owner has to be a member of this workspace."))
    for name in ("start_on", "due_on"):
        if getattr(draft, name).year not in _YEARS:
            raise Unfit(name, _("Write a year between 1970 and 2199."))
    if draft.start_on > draft.due_on:
        raise Unfit("due_on", _("It has to end on the day that it starts, or later."))
    if draft.effort not in _EFFORTS:
        raise Unfit("effort", _("Choose an effort of the list."))
    return title


def _ground(
    workspace_id: int, draft: Draft, cycle_id: int | None
) -> plan.Ground | None:
    """Return the cycle that it answers to, once the expectations fit it."""
    ground = (
        plan.ground(workspace_id=workspace_id, cycle_id=cycle_id)
        if cycle_id is not None
        else None
    )
    if ground is None:
        if cycle_id is not None:
            raise Unfit("", _("That cycle does not exist (any more)."))
        if draft.expected:
            raise Unfit("", _("Choose a cycle first: its levels are what changes."))
        return None
    for code, level in draft.expected.items():
        if ground.domain(code) is None:
            raise Unfit(
                "",
                _("The cycle “%(cycle)s” has no domain %(code)s.")
                % {"cycle": ground.title, "code": code},
            )
        if f"{level:.1f}" not in ground.levels:
            raise Unfit("", _("Choose an expected level of the framework's scale."))
    return ground


def _expect(
    one: Initiative, expected: Mapping[str, Decimal], ground: plan.Ground | None
) -> None:
    """Write the expectations; a level before is kept as it was first found."""
    standing = {each.domain: each for each in one.expectations.all()}
    for code, each in standing.items():
        if code not in expected:
            each.delete()
    for code, level in expected.items():
        domain = ground.domain(code) if ground else None
        if code in standing:
            standing[code].level_after = level
            standing[code].save(update_fields=["level_after"])
        elif ground and domain:
            Expectation.objects.create(
                initiative=one,
                edition_key=ground.edition_key,
                domain=code,
                level_before=domain.level,
                level_after=level,
            )


def _told(one: Initiative) -> dict[str, Json]:
    expected = Expectation.objects.filter(initiative=one)
    return {
        "title": one.title,
        "text": one.text,
        "scope": one.scope_id,
        "owner": one.owner_id,
        "start_on": one.start_on.isoformat(),
        "due_on": one.due_on.isoformat(),
        "effort": one.effort,
        "expected": {each.domain: f"{each.level_after:.1f}" for each in expected},
    }
