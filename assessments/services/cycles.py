"""Cycles: created and edited as drafts, opened, reviewed, locked."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from assessments.models import (
    Cycle,
    CycleState,
    Edition,
    EditionState,
    Rhythm,
    Scope,
)
from assessments.queries.frameworks import framework
from assessments.services import contents, journal, rescoring
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from django.contrib.auth.models import AbstractBaseUser

    from scoring.rubric import Edition as Framework

_LONGEST_TITLE = 160
# Windows reach back from a period: outside of these years they cannot be counted.
_YEARS = range(1970, 2200)


class NotDraft(Refusal):
    """Only a draft can be edited or opened."""


class NotOpen(Refusal):
    """Only an open cycle can go into review."""


class NotInReview(Refusal):
    """Only a cycle in review can be reopened or locked."""


class Locked(Refusal):
    """A locked cycle does not change."""


class NothingAnswered(Refusal):
    """A cycle without any answer has nothing to lock."""


class Unfit(Refusal):
    """A cycle cannot look like this; `field_name` says which part is wrong."""

    def __init__(self, field_name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field_name = field_name


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    scope_id: int
    edition_id: int
    title: str
    period_start: date
    period_end: date
    due_on: date | None
    targets: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    rescoring: str = Rhythm.NEVER


@transaction.atomic
def create(
    *,
    workspace_id: int,
    scope_id: int,
    edition_id: int,
    title: str,
    period_start: date,
    period_end: date,
    by: AbstractBaseUser,
    now: datetime,
    due_on: date | None = None,
    targets: Mapping[str, str] | None = None,
    left_out: Mapping[str, str] | None = None,
    rescoring: str = Rhythm.NEVER,
) -> int:
    """Create a draft; targets and domains left out are keyed by domain code."""
    plan = _Plan(
        scope_id=scope_id,
        edition_id=edition_id,
        title=title.strip(),
        period_start=period_start,
        period_end=period_end,
        due_on=due_on,
        targets=targets or {},
        left_out=left_out or {},
        rescoring=rescoring,
    )
    cycle = Cycle.objects.create(
        workspace_id=workspace_id,
        created_by_id=by.pk,
        created_at=now,
        **_checked(workspace_id, plan),
    )
    _journal(cycle, "cycle.created", by, now)
    return cycle.pk


@transaction.atomic
def revise(
    *,
    cycle_id: int,
    scope_id: int,
    edition_id: int,
    title: str,
    period_start: date,
    period_end: date,
    by: AbstractBaseUser,
    now: datetime,
    due_on: date | None = None,
    targets: Mapping[str, str] | None = None,
    left_out: Mapping[str, str] | None = None,
    rescoring: str = Rhythm.NEVER,
) -> None:
    """Change a draft; nothing of a cycle that people have seen changes under them."""
    cycle = _locked_row(cycle_id)
    if cycle.state != CycleState.DRAFT:
        raise NotDraft(
            "Only a draft can be changed: this cycle was opened already."
            " Its rhythm of re-scoring can still be set on its page."
        )
    plan = _Plan(
        scope_id=scope_id,
        edition_id=edition_id,
        title=title.strip(),
        period_start=period_start,
        period_end=period_end,
        due_on=due_on,
        targets=targets or {},
        left_out=left_out or {},
        rescoring=rescoring,
    )
    Cycle.objects.filter(pk=cycle_id).update(**_checked(cycle.workspace_id, plan))
    _journal(cycle, "cycle.revised", by, now)


@transaction.atomic
def open_(*, cycle_id: int, by: AbstractBaseUser, now: datetime) -> None:
    """Let people answer."""
    cycle = _move(
        cycle_id,
        CycleState.DRAFT,
        CycleState.OPEN,
        NotDraft("This cycle was opened before."),
    )
    _journal(cycle, "cycle.opened", by, now)


@transaction.atomic
def start_review(*, cycle_id: int, by: AbstractBaseUser, now: datetime) -> None:
    """Stop the answers, so that assessors look at something that holds still."""
    cycle = _move(
        cycle_id,
        CycleState.OPEN,
        CycleState.IN_REVIEW,
        NotOpen("Only an open cycle goes into review: open it first."),
    )
    _journal(cycle, "cycle.review_started", by, now)


@transaction.atomic
def reopen(*, cycle_id: int, by: AbstractBaseUser, now: datetime) -> None:
    """Let people answer again."""
    cycle = _move(
        cycle_id,
        CycleState.IN_REVIEW,
        CycleState.OPEN,
        NotInReview("Only a cycle in review can be reopened."),
    )
    _journal(cycle, "cycle.reopened", by, now)


@transaction.atomic
def set_rhythm(
    *, cycle_id: int, rescoring: str, by: AbstractBaseUser, now: datetime
) -> None:
    """Say how often the cycle re-scores itself."""
    cycle = _locked_row(cycle_id)
    if cycle.state == CycleState.LOCKED:
        raise Locked("A locked cycle is not scored again.")
    if rescoring not in Rhythm.values:
        raise Unfit("rescoring", "Choose how often the cycle re-scores itself.")
    if cycle.rescoring == rescoring:
        return
    Cycle.objects.filter(pk=cycle_id).update(rescoring=rescoring)
    _journal(cycle, "cycle.rhythm_set", by, now, rescoring=rescoring)


@transaction.atomic
def lock(*, cycle_id: int, by: AbstractBaseUser, now: datetime) -> None:
    """Score a last time, keep everything that the scores came from, and seal it."""
    cycle = _locked_row(cycle_id)
    if cycle.state == CycleState.LOCKED:
        raise NotInReview("This cycle is locked already.")
    if cycle.state != CycleState.IN_REVIEW:
        raise NotInReview("Only a cycle in review can be locked: start the review.")
    if not cycle.ratings.exists():
        raise NothingAnswered(
            "Nobody has answered a question of this cycle yet, so there is nothing to"
            " lock. Reopen it and let people answer."
        )
    scoring_id = rescoring.score_finally(cycle_id=cycle_id, now=now)
    cycle.locked_by_id = by.pk
    cycle.locked_at = now
    text = contents.content(cycle=cycle, scoring_id=scoring_id)
    digest = contents.digest(text)
    Cycle.objects.filter(pk=cycle_id).update(
        state=CycleState.LOCKED,
        locked_at=now,
        locked_by_id=by.pk,
        content=text,
        content_sha256=digest,
    )
    _journal(cycle, "cycle.locked", by, now, sha256=digest)


def _locked_row(cycle_id: int) -> Cycle:
    """Return the cycle and hold it: nobody writes to it until this is done."""
    return Cycle.objects.select_for_update(of=("self",)).get(pk=cycle_id)


def _move(
    cycle_id: int, before: CycleState, after: CycleState, refusal: Refusal
) -> Cycle:
    if not Cycle.objects.filter(pk=cycle_id, state=before).update(state=after):
        raise refusal
    return Cycle.objects.get(pk=cycle_id)


def _journal(
    cycle: Cycle, verb: str, by: AbstractBaseUser, now: datetime, **detail: str
) -> None:
    journal.record(
        workspace_id=cycle.workspace_id,
        verb=verb,
        target=("cycle", cycle.pk),
        by=by,
        at=now,
        detail={"title": cycle.title, **detail},
    )


# ── what a plan has to hold ────────────────────────────────────────────────────────


def _checked(workspace_id: int, plan: _Plan) -> dict[str, object]:
    """Return the columns of a plan, or refuse it."""
    if not plan.title:
        raise Unfit("title", "Give the cycle a title, for example “Q4 2026”.")
    if len(plan.title) > _LONGEST_TITLE:
        raise Unfit("title", f"Keep the title within {_LONGEST_TITLE} characters.")
    _check_period(plan)
    if plan.rescoring not in Rhythm.values:
        raise Unfit("rescoring", "Choose how often the cycle re-scores itself.")
    if not Scope.objects.filter(workspace_id=workspace_id, pk=plan.scope_id).exists():
        raise Unfit("scope", "Choose a part of this organization.")
    edition = _edition(workspace_id, plan.edition_id)
    left_out = _left_out(edition, plan.left_out)
    return {
        "scope_id": plan.scope_id,
        "edition_id": plan.edition_id,
        "title": plan.title,
        "period_start": plan.period_start,
        "period_end": plan.period_end,
        "due_on": plan.due_on,
        "targets": _targets(edition, plan.targets, left_out),
        "left_out": left_out,
        "rescoring": plan.rescoring,
    }


def _check_period(plan: _Plan) -> None:
    for name in ("period_start", "period_end"):
        year = getattr(plan, name).year
        if year not in _YEARS:
            raise Unfit(name, f"The year {year} is not believable: correct it.")
    if plan.period_end < plan.period_start:
        raise Unfit("period_end", "The period ends before it starts: swap the dates.")
    if plan.due_on and plan.due_on < plan.period_start:
        raise Unfit("due_on", "Answers cannot be due before the period starts.")


def _edition(workspace_id: int, edition_id: int) -> Framework:
    offered = Q(workspace_id=workspace_id) | Q(workspace=None)
    row = (
        Edition.objects.filter(offered, pk=edition_id, state=EditionState.PUBLISHED)
        .only("sha256")
        .first()
    )
    if row is None:
        raise Unfit("edition", "Choose one of the published editions.")
    return framework(sha256=row.sha256)


def _left_out(edition: Framework, given: Mapping[str, str]) -> dict[str, str]:
    known = [domain.code for domain in edition.domains]
    left_out = {}
    for code, reason in given.items():
        if code not in known:
            raise Unfit(f"left_out_{code}", f"The edition has no domain {code}.")
        if not reason.strip():
            raise Unfit(f"reason_{code}", f"Say why {code} is left out, or keep it in.")
        left_out[code] = reason.strip()
    if len(left_out) == len(known):
        raise Unfit("left_out", "Keep at least one domain in the cycle.")
    return {code: left_out[code] for code in known if code in left_out}


def _targets(
    edition: Framework, given: Mapping[str, str], left_out: Mapping[str, str]
) -> dict[str, str]:
    targets = {}
    for domain in edition.domains:
        text = given.get(domain.code, "").strip()
        if text and domain.code not in left_out:
            targets[domain.code] = _level(edition, domain.code, text)
    for code in given:
        if code not in [domain.code for domain in edition.domains]:
            raise Unfit(f"target_{code}", f"The edition has no domain {code}.")
    return targets


def _level(edition: Framework, code: str, text: str) -> str:
    scale = edition.scale
    sentence = (
        f"The target of {code} is a level from {scale.minimum} to {scale.maximum}"
        f" in steps of {scale.step}, or empty."
    )
    try:
        level = Decimal(text)
    except InvalidOperation:
        raise Unfit(f"target_{code}", sentence) from None
    if not (level.is_finite() and scale.minimum <= level <= scale.maximum):
        raise Unfit(f"target_{code}", sentence)
    if level % scale.step:
        raise Unfit(f"target_{code}", sentence)
    return f"{level:.1f}"
