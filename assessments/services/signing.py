"""From open to locked: reviewed, signed, sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Cycle, CycleState
from assessments.services import computing, contents, journal, rescoring, signatures
from assessments.services.refusals import Refusal
from assessments.services.signatures import NothingAnswered, NotInReview, held

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

    from assessments.services.signatures import SignOff

__all__ = [
    "AlreadyLocked",
    "NotInReview",
    "NotOpen",
    "NothingAnswered",
    "TooFewSigned",
    "lock",
    "reopen",
    "start_review",
]


class NotOpen(Refusal):
    """Only an open cycle can go into review."""


class AlreadyLocked(NotInReview):
    """Somebody, perhaps the same person, has just locked it."""


class TooFewSigned(Refusal):
    """The workspace asks for more signatures than there are."""


@transaction.atomic
def start_review(*, cycle_id: int, by: AbstractBaseUser, now: datetime) -> None:
    """Stop the answers, so that assessors look at something that holds still."""
    cycle = held(cycle_id)
    if cycle.state != CycleState.OPEN:
        raise NotOpen(_("Only an open cycle goes into review: open it first."))
    _move(cycle, CycleState.IN_REVIEW, "cycle.review_started", by, now)


@transaction.atomic
def reopen(*, cycle_id: int, by: AbstractBaseUser, now: datetime) -> None:
    """Let people answer again."""
    cycle = held(cycle_id)
    if cycle.state != CycleState.IN_REVIEW:
        raise NotInReview(_("Only a cycle in review can be reopened."))
    _move(cycle, CycleState.OPEN, "cycle.reopened", by, now)


def lock(
    *,
    cycle_id: int,
    by: AbstractBaseUser,
    now: datetime,
    sha256: str | None = None,
    statement: str = "",
) -> None:
    """Sign for oneself, keep everything that the scores came from, and seal it.

    With `sha256`, only what has that hash is locked: what the person has looked at.
    """
    if sha256 is not None:
        # Stays written even if what comes of it is not what the person has looked at.
        rescoring.rescore(cycle_id=cycle_id, trigger="answer", now=now)
    with transaction.atomic():
        _lock(held(cycle_id), by, now, sha256, statement)


def _lock(
    cycle: Cycle,
    by: AbstractBaseUser,
    now: datetime,
    looked_at: str | None,
    statement: str,
) -> None:
    _check(cycle)
    found = signatures.sign_off(cycle_id=cycle.pk)
    if looked_at is not None and looked_at != found.sha256:
        raise signatures.changed()
    missing = found.missing_with(by.pk)
    if missing:
        raise TooFewSigned(_missing(missing))
    scoring_id = _scored(cycle, now, found, looked_at)
    sha256 = contents.signable(cycle=cycle, scoring_id=scoring_id)
    signatures.put(cycle, by, sha256, statement, now)
    end = journal.head(workspace_id=cycle.workspace_id)
    cycle.locked_by_id = by.pk
    cycle.locked_at = now
    text = contents.content(
        cycle=cycle,
        scoring_id=scoring_id,
        sealing={
            "signatures_needed": found.needed,
            "journal": {"sequence": end.sequence, "sha256": end.sha256},
        },
    )
    digest = contents.digest(text)
    Cycle.objects.filter(pk=cycle.pk).update(
        state=CycleState.LOCKED,
        locked_at=now,
        locked_by_id=by.pk,
        content=text,
        content_sha256=digest,
    )
    journal.about_cycle(cycle, "cycle.locked", by=by, at=now, sha256=digest)


def _check(cycle: Cycle) -> None:
    if cycle.state == CycleState.LOCKED:
        raise AlreadyLocked(_("This cycle is locked already: nothing was done twice."))
    if cycle.state != CycleState.IN_REVIEW:
        raise NotInReview(_("Only a cycle in review can be locked: start the review."))
    if not cycle.ratings.exists():
        raise NothingAnswered(
            _(
                "Nobody has answered a question of this cycle yet, so there is nothing"
                " to lock. Reopen it and let people answer."
            )
        )


def _missing(people: int) -> str:
    return ngettext(
        "%(people)s other person has to sign what is here now before it can be locked.",
        "%(people)s other people have to sign what is here now before it can be"
        " locked.",
        people,
    ) % {"people": people}


def _scored(cycle: Cycle, now: datetime, found: SignOff, looked_at: str | None) -> int:
    """Return the scoring to seal: the one that people looked at, or else a last one."""
    newest = computing.newest(cycle.scorings.all())
    seen = computing.seen(cycle_id=cycle.pk)
    if newest is not None and newest.seen == seen and (looked_at or found.counting):
        return newest.pk
    if looked_at is not None:
        raise signatures.changed()
    return rescoring.score_finally(cycle_id=cycle.pk, now=now)


def _move(
    cycle: Cycle, state: CycleState, verb: str, by: AbstractBaseUser, now: datetime
) -> None:
    Cycle.objects.filter(pk=cycle.pk).update(state=state)
    journal.about_cycle(cycle, verb, by=by, at=now)
