"""Which topic a piece of evidence supports; a locked cycle keeps what it had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Cycle, CycleState, Evidence, Support
from assessments.queries.frameworks import framework
from assessments.services import journal
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

_CLOSED = {
    CycleState.DRAFT: gettext_lazy(
        "This cycle is still a draft. Evidence can be added once a lead has opened it."
    ),
    CycleState.IN_REVIEW: gettext_lazy(
        "This cycle is in review: assessors and leads may still add evidence or remove"
        " it. Ask one of them, or ask a lead to reopen the cycle."
    ),
    CycleState.LOCKED: gettext_lazy(
        "This cycle is locked: its evidence stays as it is. Add yours to the next one."
    ),
}


class Closed(Refusal):
    """The cycle takes no evidence now."""


class NoSuchTopic(Refusal):
    """The cycle does not ask about this."""


class NotYours(Refusal):
    """Somebody else attached it."""


class Withdrawn(Refusal):
    """The evidence is no longer offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A topic of a cycle that evidence is for.

    `reviewing` says that the person also works on it while the cycle is in review.
    """

    cycle_id: int
    topic: str
    reviewing: bool = False


def closed(*, state: str, reviewing: bool) -> str:
    """Return why a cycle in this state takes no evidence; empty while it does."""
    if reviewing and state == CycleState.IN_REVIEW:
        return ""
    return str(_CLOSED.get(CycleState(state), ""))


def check(*, workspace_id: int, place: Place) -> None:
    """Refuse a place that takes no evidence."""
    cycle = _cycle(workspace_id, place.cycle_id)
    sentence = closed(state=cycle.state, reviewing=place.reviewing)
    if sentence:
        raise Closed(sentence)
    edition = framework(sha256=cycle.edition.sha256)
    try:
        domain = edition.domain_of(place.topic)
        edition.topic(place.topic)
    except KeyError:
        raise NoSuchTopic(
            _("The edition of this cycle has no topic %(topic)s.")
            % {"topic": place.topic}
        ) from None
    if domain.code in cycle.left_out:
        raise NoSuchTopic(
            _("%(domain)s is left out of this cycle: %(reason)s")
            % {"domain": domain.code, "reason": cycle.left_out[domain.code]}
        )


@transaction.atomic
def support(
    *, evidence_id: int, place: Place, by: AbstractBaseUser, now: datetime
) -> bool:
    """Let evidence support a topic; False when it did already."""
    evidence = Evidence.objects.select_for_update().get(pk=evidence_id)
    check(workspace_id=evidence.workspace_id, place=place)
    if evidence.withdrawn_at is not None:
        raise Withdrawn(
            _("“%(title)s” was withdrawn and is no longer offered.")
            % {"title": evidence.title}
        )
    made, new = Support.objects.get_or_create(
        evidence=evidence,
        cycle_id=place.cycle_id,
        topic=place.topic,
        defaults={"added_by_id": by.pk, "added_at": now},
    )
    if new:
        journal.record(
            workspace_id=evidence.workspace_id,
            verb="support.added",
            target=("cycle", place.cycle_id),
            by=by,
            at=now,
            detail={"support": made.pk, "evidence": evidence.pk, "topic": place.topic},
        )
    return new


@transaction.atomic
def unsupport(
    *,
    support_id: int,
    place: Place,
    by: AbstractBaseUser,
    now: datetime,
    any_hand: bool = False,
) -> None:
    """Take evidence away from a topic: what one attached oneself, or with `any_hand`.

    The evidence stays in the register. What is gone already stays gone.
    """
    row = (
        Support.objects.select_related("evidence")
        .filter(pk=support_id, cycle_id=place.cycle_id, topic=place.topic)
        .first()
    )
    if row is None:
        return
    check(workspace_id=row.evidence.workspace_id, place=place)
    if row.added_by_id != by.pk and not any_hand:
        raise NotYours(
            _("Somebody else attached this. Ask them, or a lead, to remove it.")
        )
    row.delete()
    journal.record(
        workspace_id=row.evidence.workspace_id,
        verb="support.removed",
        target=("cycle", place.cycle_id),
        by=by,
        at=now,
        detail={
            "support": support_id,
            "evidence": row.evidence_id,
            "topic": place.topic,
        },
    )


def _cycle(workspace_id: int, cycle_id: int) -> Cycle:
    rows = Cycle.objects.select_related("edition").defer("content", "edition__document")
    # Held, so that it is not locked between this look and what follows.
    held = rows.select_for_update(of=("self",), no_key=True)
    cycle = held.filter(workspace_id=workspace_id, pk=cycle_id).first()
    if cycle is None:
        raise NoSuchTopic(_("This cycle does not exist (any more)."))
    return cycle
