"""Agreeing: a named assessor accepts, disputes or overrides what telemetry proposes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from assessments import access
from assessments.models import Cycle, CycleState, Decision, Proposal, Verb
from assessments.queries import members
from assessments.queries.frameworks import framework
from assessments.services import journal
from assessments.services.levels import check_level
from assessments.services.refusals import Refusal, Unfit

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from django.contrib.auth.models import AbstractBaseUser

    from scoring.rubric import Edition as Framework

_DECIDABLE = (CycleState.OPEN, CycleState.IN_REVIEW)


class NotDecidable(Refusal):
    """Decisions are taken while a cycle is open or in review."""


class NotYours(Refusal):
    """Only leads and assessors decide."""


class NoSuchCriterion(Refusal):
    """The cycle does not measure this."""


class NothingProposed(Refusal):
    """There is no level to accept or dispute."""


@transaction.atomic
def decide(
    *,
    cycle_id: int,
    criterion: str,
    verb: str,
    by: AbstractBaseUser,
    now: datetime,
    level: Decimal | None = None,
    reason: str = "",
    expires_on: date | None = None,
) -> int:
    """Keep a decision about a criterion and return its id; the newest counts."""
    cycle = (
        Cycle.objects.select_related("edition", "scope")
        .defer("content", "edition__document")
        .get(pk=cycle_id)
    )
    _check_standing(cycle, by)
    edition = framework(sha256=cycle.edition.sha256)
    _check_criterion(edition, cycle, criterion)
    proposed = _proposed(cycle_id, criterion)
    if verb not in Verb.values:
        raise Unfit("verb", _("Choose to accept, dispute or override."))
    reason = reason.strip()
    if verb == Verb.OVERRIDE:
        _check_override(edition, level, reason, expires_on)
    else:
        level = proposed if verb == Verb.ACCEPT else None
        _check_answer_to_proposal(Verb(verb), proposed, reason)
    if expires_on is not None and expires_on <= now.date():
        raise Unfit("expires_on", _("The expiry date has to lie in the future."))
    decision = Decision.objects.create(
        cycle=cycle,
        criterion=criterion,
        verb=verb,
        proposed=proposed,
        level=level,
        reason=reason,
        expires_on=expires_on,
        decided_by_id=by.pk,
        decided_at=now,
    )
    journal.record(
        workspace_id=cycle.workspace_id,
        verb="decision.taken",
        target=("cycle", cycle.pk),
        by=by,
        at=now,
        detail={"criterion": criterion, "verb": verb, "decision": decision.pk},
    )
    return decision.pk


def _check_standing(cycle: Cycle, by: AbstractBaseUser) -> None:
    standing = members.standing(workspace_id=cycle.workspace_id, user_id=by.pk)
    if standing is None or not standing.may(access.Verb.DECIDE, at=cycle.scope.path):
        raise NotYours(_("Only an assessor or a lead of this workspace decides."))
    if cycle.state == CycleState.DRAFT:
        raise NotDecidable(_("This cycle is still a draft: open it first."))
    if cycle.state not in _DECIDABLE:
        raise NotDecidable(
            _("This cycle is locked: its decisions can no longer be changed.")
        )


def _check_criterion(edition: Framework, cycle: Cycle, criterion: str) -> None:
    try:
        edition.criterion(criterion)
    except KeyError:
        raise NoSuchCriterion(
            _("The edition of this cycle has no criterion %(criterion)s.")
            % {"criterion": criterion}
        ) from None
    domain = edition.domain_of(criterion).code
    if domain in cycle.left_out:
        raise NoSuchCriterion(
            _("%(domain)s is left out of this cycle: %(left_out)s")
            % {"domain": domain, "left_out": cycle.left_out[domain]}
        )


def _proposed(cycle_id: int, criterion: str) -> Decimal | None:
    """Return the level that the newest scoring proposes."""
    newest = (
        Proposal.objects.filter(scoring__cycle_id=cycle_id, criterion=criterion)
        .order_by("-scoring_id")
        .first()
    )
    return newest.level if newest else None


def _check_answer_to_proposal(
    verb: Verb, proposed: Decimal | None, reason: str
) -> None:
    if proposed is None:
        raise NothingProposed(
            _(
                "Telemetry proposes no level here, so there is nothing to"
                " accept or dispute. Override it with a level if you know"
                " better."
            )
        )
    if verb == Verb.DISPUTE and not reason:
        raise Unfit("reason", _("Say why the measured level is not right."))


def _check_override(
    edition: Framework,
    level: Decimal | None,
    reason: str,
    expires_on: date | None,
) -> None:
    check_level(edition.scale, level)
    if not reason:
        raise Unfit("reason", _("Say why another level counts than the measured one."))
    if expires_on is None:
        raise Unfit(
            "expires_on",
            _("Give the last day of the override: the measurement counts again then."),
        )
