"""Cycles: planned as drafts, for one unit or many, then opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.models import Campaign, Cycle, CycleState, Rhythm, Workspace
from assessments.queries.answers import kept
from assessments.queries.frameworks import framework_of
from assessments.services import journal, participating, plans
from assessments.services.refusals import Refusal, Unfit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from django.contrib.auth.models import User

    from assessments.services.plans import Changes, Plan
    from scoring.events import Json


class NotDraft(Refusal):
    """Only a draft can be edited, opened or discarded."""


class Locked(Refusal):
    """A locked cycle does not change."""


@transaction.atomic
def create(
    *,
    workspace_id: int,
    scope_ids: Sequence[int],
    plan: Plan,
    by: User,
    now: datetime,
    based_on_id: int | None = None,
) -> int:
    """Create a draft for each part of the organization; return the first one's id.

    Several of them are one campaign: they share this plan until they are opened.
    """
    columns = plans.checked(workspace_id, plan)
    scopes = plans.checked_scopes(workspace_id, scope_ids)
    campaign_id = _campaign(workspace_id, plan, now) if len(scopes) > 1 else None
    made = [
        Cycle.objects.create(
            workspace_id=workspace_id,
            scope_id=scope_id,
            campaign_id=campaign_id,
            based_on_id=based_on_id,
            created_by_id=by.pk,
            created_at=now,
            **columns,
        )
        for scope_id in scopes
    ]
    for cycle in made:
        journal.about_cycle(cycle, "cycle.created", by=by, at=now)
    return made[0].pk


@transaction.atomic
def start(
    *,
    workspace_id: int,
    scope_ids: Sequence[int],
    plan: Plan,
    by: User,
    now: datetime,
) -> int:
    """Create a draft, or return the same person's draft that begins alike.

    A form that is sent twice, or again after going back, makes no twin.
    """
    Workspace.objects.select_for_update().get(pk=workspace_id)
    twin = Cycle.objects.filter(
        workspace_id=workspace_id,
        scope_id__in=scope_ids,
        edition_id=plan.edition_id,
        title=plan.title.strip(),
        period_start=plan.period_start,
        period_end=plan.period_end,
        state=CycleState.DRAFT,
        created_by_id=by.pk,
    ).first()
    if twin is None:
        return create(
            workspace_id=workspace_id, scope_ids=scope_ids, plan=plan, by=by, now=now
        )
    return _arrange(twin, scope_ids, plans.plan_of(twin), by, now)


@transaction.atomic
def revise(
    *,
    cycle_id: int,
    changes: Changes,
    by: User,
    now: datetime,
    scope_ids: Sequence[int] | None = None,
) -> int:
    """Change a draft and those planned with it; return the draft to go on with.

    Nothing of a cycle that people have seen changes under them.
    """
    cycle = _draft(cycle_id)
    if scope_ids is None:
        scope_ids = [one.scope_id for one in plans.drafted_together(cycle)]
    plan = plans.changed(cycle.workspace_id, plans.plan_of(cycle), changes)
    return _arrange(cycle, scope_ids, plan, by, now)


@transaction.atomic
def discard(*, cycle_id: int, by: User, now: datetime) -> None:
    """Remove a draft; nobody has been asked anything yet."""
    cycle = _draft(cycle_id)
    journal.about_cycle(cycle, "cycle.discarded", by=by, at=now)
    cycle.delete()


@transaction.atomic
def open_(*, cycle_id: int, by: User, now: datetime) -> list[int]:
    """Let people answer, here and in the drafts planned with it, and tell them.

    Return the cycles that are open now.
    """
    cycle = _locked_row(cycle_id)
    if cycle.state != CycleState.DRAFT:
        raise NotDraft(_("This cycle was opened before."))
    together = plans.drafted_together(cycle)
    for one in together:
        Cycle.objects.filter(pk=one.pk).update(state=CycleState.OPEN)
        one.state = CycleState.OPEN
        journal.about_cycle(one, "cycle.opened", by=by, at=now)
        participating.tell_everybody(cycle=one, by=by, now=now)
    return [one.pk for one in together]


@transaction.atomic
def set_rhythm(*, cycle_id: int, rescoring: str, by: User, now: datetime) -> None:
    """Say how often the cycle re-scores itself."""
    cycle = _locked_row(cycle_id)
    if cycle.state == CycleState.LOCKED:
        raise Locked(_("A locked cycle is not scored again."))
    if rescoring not in Rhythm.values:
        raise Unfit("rescoring", _("Choose how often the cycle re-scores itself."))
    if cycle.rescoring == rescoring:
        return
    Cycle.objects.filter(pk=cycle_id).update(rescoring=rescoring)
    journal.about_cycle(cycle, "cycle.rhythm_set", by=by, at=now, rescoring=rescoring)


@transaction.atomic
def set_due(
    *,
    cycle_id: int,
    due_on: date | None,
    remind_every_days: int | None,
    by: User,
    now: datetime,
) -> None:
    """Say until when answers are due, and how often to remind: until it is locked."""
    cycle = _locked_row(cycle_id)
    if cycle.state == CycleState.LOCKED:
        raise Locked(_("A locked cycle takes no answers any more."))
    wanted = (
        plans.check_due(due_on, cycle.period_start),
        plans.check_reminders(remind_every_days),
    )
    before = (cycle.due_on, cycle.remind_every_days)
    if wanted == before:
        return
    Cycle.objects.filter(pk=cycle_id).update(
        due_on=wanted[0], remind_every_days=wanted[1]
    )
    journal.record(
        workspace_id=cycle.workspace_id,
        verb="cycle.due_set",
        target=("cycle", cycle.pk),
        by=by,
        at=now,
        detail={"title": cycle.title},
        before=_dates(*before),
        after=_dates(*wanted),
    )


def _dates(due_on: date | None, days: int | None) -> dict[str, Json]:
    return {
        "due_on": due_on.isoformat() if due_on else None,
        "remind_every_days": days,
    }


def _arrange(
    cycle: Cycle,
    scope_ids: Sequence[int],
    plan: Plan,
    by: User,
    now: datetime,
) -> int:
    """Let there be one draft with this plan for each scope; return one's id."""
    columns = plans.checked(cycle.workspace_id, plan)
    scopes = plans.checked_scopes(cycle.workspace_id, scope_ids)
    # The draft in hand comes first: it moves to another scope before it goes.
    drafts = sorted(plans.drafted_together(cycle), key=lambda one: one.pk != cycle.pk)
    if len(scopes) > 1 and cycle.campaign_id is None:
        cycle.campaign_id = _campaign(cycle.workspace_id, plan, now)
    taken = {one.scope_id for one in drafts}
    missing = [pk for pk in scopes if pk not in taken]
    going_on = []
    for one in drafts:
        if one.scope_id not in scopes:
            if not missing:
                journal.about_cycle(one, "cycle.discarded", by=by, at=now)
                one.delete()
                continue
            one.scope_id = missing.pop(0)
        going_on.append(one)
    going_on += [
        _another(cycle, scope_id, columns, by, now, like=going_on[0])
        for scope_id in missing
    ]
    for one in going_on:
        Cycle.objects.filter(pk=one.pk).update(
            scope_id=one.scope_id, campaign_id=cycle.campaign_id, **columns
        )
        codes = kept(framework_of(cycle_id=one.pk), plan.left_out)
        participating.trim(cycle_id=one.pk, codes=[domain.code for domain in codes])
        journal.about_cycle(one, "cycle.revised", by=by, at=now)
    return going_on[0].pk


def _another(
    cycle: Cycle,
    scope_id: int,
    columns: dict[str, object],
    by: User,
    now: datetime,
    *,
    like: Cycle,
) -> Cycle:
    made = Cycle.objects.create(
        workspace_id=cycle.workspace_id,
        scope_id=scope_id,
        campaign_id=cycle.campaign_id,
        created_by_id=by.pk,
        created_at=now,
        **columns,
    )
    participating.copy(from_cycle_id=like.pk, to_cycle_id=made.pk, by=by, now=now)
    journal.about_cycle(made, "cycle.created", by=by, at=now)
    return made


def _campaign(workspace_id: int, plan: Plan, now: datetime) -> int:
    return Campaign.objects.create(
        workspace_id=workspace_id, title=plan.title.strip(), created_at=now
    ).pk


def _draft(cycle_id: int) -> Cycle:
    cycle = _locked_row(cycle_id)
    if cycle.state != CycleState.DRAFT:
        raise NotDraft(
            _(
                "Only a draft can be changed: this cycle was opened already."
                " Its participants, its due date and its rhythm of re-scoring can"
                " still be set."
            )
        )
    return cycle


def _locked_row(cycle_id: int) -> Cycle:
    """Return the cycle and hold it: nobody writes to it until this is done."""
    return Cycle.objects.select_for_update(of=("self",)).get(pk=cycle_id)
