"""Sign-off: people sign a cycle in review by name, on the hash of what is to be locked.

Whatever changes afterwards gives another hash: a signature is kept and counts no
more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from assessments import models
from assessments.models import CycleState, NoticeKind, Signature
from assessments.services import computing, contents, journal, noticing, rescoring
from assessments.services.refusals import Refusal, Unfit

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

NEEDED = (1, 2)
_LONGEST_STATEMENT = 2000


class NotInReview(Refusal):
    """Only a cycle in review can be signed, reopened or locked."""


class NothingAnswered(Refusal):
    """A cycle without any answer has nothing to sign or lock."""


class Changed(Refusal):
    """What was looked at is no longer what would be signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """One signature; one that no longer counts is for something else than what is."""

    person_id: int
    name: str
    statement: str
    signed_at: datetime
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """How far a cycle is signed."""

    sha256: str  # of what is to be locked; empty before the first scoring
    needed: int
    signed: tuple[Signed, ...]

    @property
    def counting(self) -> frozenset[int]:
        """Who signed what is there now."""
        return frozenset(one.person_id for one in self.signed if one.counts)

    @property
    def outdated(self) -> bool:
        """Whether there is a signature that no longer counts."""
        return any(not one.counts for one in self.signed)

    def missing_with(self, person_id: int) -> int:
        """Return how many others still have to sign if this person does."""
        return max(0, self.needed - len(self.counting | {person_id}))


def sign_off(*, cycle_id: int) -> SignOff:
    """Return how far a cycle is signed, as things stand."""
    cycle = models.Cycle.objects.defer("content").get(pk=cycle_id)
    newest = computing.newest(cycle.scorings.all())
    sha256 = contents.signable(cycle=cycle, scoring_id=newest.pk) if newest else ""
    rows = cycle.signatures.select_related("person").order_by("pk")
    needed = models.Workspace.objects.values_list("signatures_needed", flat=True)
    return SignOff(
        sha256=sha256,
        needed=needed.get(pk=cycle.workspace_id),
        signed=tuple(
            Signed(
                person_id=row.person_id,
                name=row.person.get_full_name() or row.person.get_username(),
                statement=row.statement,
                signed_at=row.signed_at,
                counts=row.sha256 == sha256,
            )
            for row in rows
        ),
    )


def sign(
    *, cycle_id: int, by: AbstractBaseUser, sha256: str, now: datetime, statement: str
) -> None:
    """Sign what is to be locked; `sha256` is what the person has looked at.

    Signing the same twice is signing it once.
    """
    if len(statement) > _LONGEST_STATEMENT:
        raise Unfit(
            "statement",
            _("Keep the statement within %(most)s characters.")
            % {"most": _LONGEST_STATEMENT},
        )
    # Answers and agreements that no scoring has seen yet belong to what is signed.
    rescoring.rescore(cycle_id=cycle_id, trigger="answer", now=now)
    with transaction.atomic():
        cycle = held(cycle_id)
        if cycle.state != CycleState.IN_REVIEW:
            raise NotInReview(
                _("Only a cycle in review can be signed: start the review.")
            )
        if not cycle.ratings.exists():
            raise NothingAnswered(
                _("Nobody has answered a question yet, so there is nothing to sign.")
            )
        if sign_off(cycle_id=cycle_id).sha256 != sha256:
            raise changed()
        put(cycle, by, sha256, statement.strip(), now)


def put(
    cycle: models.Cycle,
    by: AbstractBaseUser,
    sha256: str,
    statement: str,
    now: datetime,
) -> None:
    """Write a signature, once, in the transaction of a caller that holds the cycle."""
    _row, made = Signature.objects.get_or_create(
        cycle=cycle,
        person_id=by.pk,
        sha256=sha256,
        defaults={"statement": statement, "signed_at": now},
    )
    if made:
        journal.record(
            workspace_id=cycle.workspace_id,
            verb="cycle.signed",
            target=("cycle", cycle.pk),
            by=by,
            at=now,
            detail={"title": cycle.title, "sha256": sha256},
            why=statement,
        )


@transaction.atomic
def ask(
    *,
    cycle_id: int,
    person_ids: Collection[int],
    by: AbstractBaseUser,
    address: str,
    now: datetime,
) -> int:
    """Ask people by mail to sign; return how many were not asked for this before."""
    cycle = held(cycle_id)
    if cycle.state != CycleState.IN_REVIEW:
        raise NotInReview(_("Only a cycle in review can be signed: start the review."))
    sha256 = sign_off(cycle_id=cycle_id).sha256
    asked = []
    for person in User.objects.filter(pk__in=person_ids).order_by("pk"):
        subject, body = noticing.compose(
            "sign_off", person=person, cycle=cycle, asked_by=by, address=address
        )
        notice = noticing.notify(
            workspace_id=cycle.workspace_id,
            kind=NoticeKind.SIGN_OFF,
            key=f"sign_off:{cycle_id}:{person.pk}:{sha256[:16]}",
            subject=subject,
            body=body,
            now=now,
            person=person,
            cycle_id=cycle_id,
        )
        asked += [person.pk] if notice else []
    if asked:
        journal.record(
            workspace_id=cycle.workspace_id,
            verb="cycle.sign_off_asked",
            target=("cycle", cycle_id),
            by=by,
            at=now,
            detail={"title": cycle.title, "people": list(asked)},
        )
    return len(asked)


@transaction.atomic
def set_needed(
    *, workspace_id: int, needed: int, by: AbstractBaseUser, now: datetime
) -> None:
    """Say how many people have to sign a cycle before it is locked: one or two."""
    rows = models.Workspace.objects.select_for_update(no_key=True)
    workspace = rows.get(pk=workspace_id)
    if needed not in NEEDED:
        raise Unfit("needed", _("Choose whether one person signs, or two do."))
    if workspace.signatures_needed == needed:
        return
    models.Workspace.objects.filter(pk=workspace_id).update(signatures_needed=needed)
    journal.record(
        workspace_id=workspace_id,
        verb="workspace.signatures_set",
        target=("workspace", workspace_id),
        by=by,
        at=now,
        before={"signatures_needed": workspace.signatures_needed},
        after={"signatures_needed": needed},
    )


def changed() -> Changed:
    """Return the refusal of somebody who has looked at something else."""
    return Changed(
        _(
            "Something has changed since you opened this page, and it has been scored"
            " again. Look at what is here now, then sign."
        )
    )


def held(cycle_id: int) -> models.Cycle:
    """Return the cycle and hold it: nobody writes to it until this is done."""
    return models.Cycle.objects.select_for_update(of=("self",)).get(pk=cycle_id)
