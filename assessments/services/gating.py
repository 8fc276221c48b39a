"""Gating: reviews of the gates of a journey, their decisions, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments import access
from assessments.models import (
    Cycle,
    CycleState,
    Edition,
    GateCondition,
    GateDecision,
    GateReview,
    GateSignature,
    NoticeKind,
    Scope,
    Workspace,
)
from assessments.queries import gates, members
from assessments.queries.frameworks import framework
from assessments.services import journal, noticing
from assessments.services.refusals import Refusal, Unfit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from django.contrib.auth.models import AbstractBaseUser

    from scoring.events import Json
    from scoring.rubric import Gate

# An owner hears of a condition this long before it is due, then weekly.
_SOON = timedelta(days=7)
_YEARS = range(1970, 2200)


class NoSuchReview(Refusal):
    """The review, or what it should be about, is not there."""


class Decided(Refusal):
    """A decided review never changes: a new one is opened."""


class Overtaken(Refusal):
    """Somebody else changed the findings in between."""


class NotYours(Refusal):
    """This takes a right that the person does not have here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found about a criterion; `met` is None where nobody can say."""

    met: bool | None
    note: str = ""
    link: str = ""

    @property
    def plain(self) -> dict[str, Json]:
        """The finding as it is stored."""
        return {"met": self.met, "note": self.note.strip(), "link": self.link.strip()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What has to be done after a conditional go, by whom and until when."""

    text: str
    owner_id: int
    due_on: date


@transaction.atomic
def open_review(
    *,
    workspace_id: int,
    scope_id: int,
    edition_id: int,
    stage: str,
    by: AbstractBaseUser,
    now: datetime,
) -> int:
    """Open a review of the gate before a stage, or return the one that is open."""
    # One at a time: two clicks open one review.
    Workspace.objects.select_for_update().get(pk=workspace_id)
    scope = Scope.objects.filter(workspace_id=workspace_id, pk=scope_id).first()
    edition = Edition.objects.filter(
        Q(workspace_id=workspace_id) | Q(workspace=None), pk=edition_id
    ).first()
    if (
        scope is None
        or edition is None
        or framework(sha256=edition.sha256).gate_before(stage) is None
    ):
        raise NoSuchReview(_("There is no such gate: open it from the journey."))
    standing = GateReview.objects.filter(
        scope=scope, edition=edition, stage=stage, decided_at=None
    ).first()
    if standing is not None:
        return standing.pk
    cycle = (
        Cycle.objects.filter(scope=scope, edition__key=edition.key)
        .exclude(state=CycleState.DRAFT)
        .defer("content")
        .order_by("-period_end", "-pk")
        .first()
    )
    review = GateReview.objects.create(
        workspace_id=workspace_id,
        scope=scope,
        edition=edition,
        cycle=cycle,
        stage=stage,
        opened_by_id=by.pk,
        opened_at=now,
    )
    journal.record(
        workspace_id=workspace_id,
        verb="gate.opened",
        target=("gate_review", review.pk),
        by=by,
        at=now,
        detail={"scope": scope.pk, "edition": edition.pk, "stage": stage},
    )
    return review.pk


@transaction.atomic
def record_findings(
    *,
    workspace_id: int,
    review_id: int,
    findings: Mapping[str, Finding],
    marker: str,
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Write down what was found, if nobody else did so since `marker`."""
    review = _open(workspace_id, review_id)
    _check_marker(review, marker)
    known = {one.code for one in _gate(review).criteria}
    strange = set(findings) - known
    if strange:
        raise Unfit(
            "", _("This gate has no criterion %s.") % ", ".join(sorted(strange))
        )
    before = dict(review.findings)
    after: dict[str, Json] = {code: one.plain for code, one in findings.items()}
    if before == after:
        return
    review.findings = after
    review.save(update_fields=["findings"])
    journal.record(
        workspace_id=workspace_id,
        verb="gate.examined",
        target=("gate_review", review_id),
        by=by,
        at=now,
        before=before,
        after=after,
    )


@transaction.atomic
def decide(
    *,
    workspace_id: int,
    review_id: int,
    decision: str,
    reason: str,
    conditions: Sequence[Condition],
    marker: str,
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Decide and sign by name; from now on the review stays as it is."""
    review = _held(workspace_id, review_id)
    if review.decided_at is not None:
        again = review.signatures.filter(person_id=by.pk).exists()
        if again and review.decision == decision:
            return
        raise Decided(
            _("This gate is decided already. Open a new review to decide anew.")
        )
    _check_signer(review, by)
    _check_marker(review, marker)
    reason = reason.strip()
    _check_decision(review, decision, reason, conditions)
    review.decision, review.reason, review.decided_at = decision, reason, now
    review.save(update_fields=["decision", "reason", "decided_at"])
    GateSignature.objects.create(review=review, person_id=by.pk, signed_at=now)
    for one in conditions:
        _set(review, one, now=now)
    journal.record(
        workspace_id=workspace_id,
        verb="gate.decided",
        target=("gate_review", review_id),
        by=by,
        at=now,
        why=reason,
        after={
            "decision": decision,
            "conditions": [
                {
                    "text": one.text,
                    "owner": one.owner_id,
                    "due_on": one.due_on.isoformat(),
                }
                for one in conditions
            ],
        },
    )


@transaction.atomic
def sign(
    *, workspace_id: int, review_id: int, by: AbstractBaseUser, now: datetime
) -> None:
    """Put one's name under a decision that was taken; twice is once."""
    review = _held(workspace_id, review_id)
    _check_signer(review, by)
    if review.decided_at is None:
        raise NotYours(_("There is no decision to sign yet: whoever decides signs."))
    _signature, made = GateSignature.objects.get_or_create(
        review=review, person_id=by.pk, defaults={"signed_at": now}
    )
    if made:
        journal.record(
            workspace_id=workspace_id,
            verb="gate.signed",
            target=("gate_review", review_id),
            by=by,
            at=now,
        )


@transaction.atomic
def meet(
    *, workspace_id: int, condition_id: int, by: AbstractBaseUser, now: datetime
) -> None:
    """Say that a condition is met; twice is once."""
    found = GateCondition.objects.filter(review__workspace_id=workspace_id)
    if not found.filter(pk=condition_id, met_at=None).update(
        met_at=now, met_by_id=by.pk
    ):
        if not found.filter(pk=condition_id).exists():
            raise NoSuchReview(_("This condition does not exist (any more)."))
        return
    journal.record(
        workspace_id=workspace_id,
        verb="gate.condition_met",
        target=("gate_condition", condition_id),
        by=by,
        at=now,
    )


def remind(*, now: datetime) -> int:
    """Tell owners of conditions that fall due or are late; return how many notices."""
    today = now.date()
    waiting = GateCondition.objects.filter(
        met_at=None, due_on__lte=today + _SOON
    ).select_related("review", "owner")
    told = [_remind(one, today, now=now) for one in waiting]
    return sum(one is not None for one in told)


@transaction.atomic
def _remind(one: GateCondition, today: date, *, now: datetime) -> int | None:
    late = one.due_on < today
    week = today.isocalendar()
    turn = f"{week.year}-W{week.week:02}" if late else "soon"
    return _notify(one, f"condition:{one.pk}:{turn}", late=late, now=now)


def _set(review: GateReview, one: Condition, *, now: datetime) -> None:
    made = GateCondition.objects.create(
        review=review, text=one.text.strip(), owner_id=one.owner_id, due_on=one.due_on
    )
    _notify(made, f"condition:{made.pk}:set", late=False, now=now)


def _notify(one: GateCondition, key: str, *, late: bool, now: datetime) -> int | None:
    subject, body = noticing.compose(
        "condition",
        person=one.owner,
        condition=one,
        late=late,
        workspace=one.review.workspace.name,
        address=_address(one.review),
    )
    return noticing.notify(
        workspace_id=one.review.workspace_id,
        kind=NoticeKind.CONDITION,
        key=key,
        subject=subject,
        body=body,
        now=now,
        person=one.owner,
        cycle_id=one.review.cycle_id,
    )


def _address(review: GateReview) -> str:
    place = reverse("gate_review", args=[review.workspace.slug, review.pk])
    return f"{settings.PUBLIC_URL}{place}"


# ── what is refused ────────────────────────────────────────────────────────────────


def _held(workspace_id: int, review_id: int) -> GateReview:
    found = (
        GateReview.objects.select_for_update(of=("self",))
        .select_related("scope", "edition")
        .filter(workspace_id=workspace_id, pk=review_id)
        .first()
    )
    if found is None:
        raise NoSuchReview(_("This review does not exist (any more)."))
    return found


def _open(workspace_id: int, review_id: int) -> GateReview:
    review = _held(workspace_id, review_id)
    if review.decided_at is not None:
        raise Decided(_("This gate is decided: what was found then stays as it is."))
    return review


def _gate(review: GateReview) -> Gate:
    gate = framework(sha256=review.edition.sha256).gate_before(review.stage)
    if gate is None:
        raise NoSuchReview(_("The edition has no such gate (any more)."))
    return gate


def _check_marker(review: GateReview, marker: str) -> None:
    if gates.marker(review.findings) != marker:
        raise Overtaken(
            _(
                "Somebody else changed the findings in between. Look at what stands"
                " now, then save again."
            )
        )


def _check_signer(review: GateReview, by: AbstractBaseUser) -> None:
    standing = members.standing(workspace_id=review.workspace_id, user_id=by.pk)
    if standing is None or not standing.may(access.Verb.SIGN, at=review.scope.path):
        raise NotYours(_("Deciding a gate takes somebody who may sign here."))


def _check_decision(
    review: GateReview,
    decision: str,
    reason: str,
    conditions: Sequence[Condition],
) -> None:
    if decision not in GateDecision.values:
        raise Unfit("decision", _("Choose a decision."))
    if not reason:
        raise Unfit("reason", _("Give the reason: it is kept with your name."))
    conditional = decision == GateDecision.CONDITIONAL_GO
    if decision == GateDecision.GO and not _all_met(review):
        raise Unfit(
            "decision",
            _(
                "A go takes every criterion met, and unknown does not count as met."
                " Choose a conditional go, recycle or stop."
            ),
        )
    if conditional and not conditions:
        raise Unfit("decision", _("A conditional go needs a condition: add one below."))
    if conditions and not conditional:
        raise Unfit(
            "decision", _("Conditions belong to a conditional go: choose it, or none.")
        )
    for one in conditions:
        _check_condition(review, one)


def _all_met(review: GateReview) -> bool:
    return all(
        review.findings.get(one.code, {}).get("met") is True
        for one in _gate(review).criteria
    )


def _check_condition(review: GateReview, one: Condition) -> None:
    if not one.text.strip():
        raise Unfit("", _("Say what each condition asks for."))
    if one.due_on.year not in _YEARS:
        raise Unfit("", _("Write a year between 1970 and 2199."))
    owner = members.standing(workspace_id=review.workspace_id, user_id=one.owner_id)
    if owner is None or not owner.may(access.Verb.READ, at=review.scope.path):
        raise Unfit("", _("The owner has to be somebody who may read this review."))
