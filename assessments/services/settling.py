"""Settling: the level that counts for a topic, agreed on by name and reason.

What people said stays as they said it: a settlement stands beside the ratings, and is
taken back by another row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from assessments import access
from assessments.models import Cycle, CycleState, Settlement
from assessments.queries import members
from assessments.queries.frameworks import framework
from assessments.services import journal
from assessments.services.levels import check_level
from assessments.services.refusals import Refusal, Unfit

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from django.contrib.auth.models import User


_LIVE = (CycleState.OPEN, CycleState.IN_REVIEW)
_LONGEST_REASON = 4000


class NotYours(Refusal):
    """Only leads and assessors calibrate."""


class NotNow(Refusal):
    """A cycle is calibrated while it is open or in review."""


class NoSuchTopic(Refusal):
    """The cycle does not ask this."""


class NothingSettled(Refusal):
    """There is no settlement to take back."""


@transaction.atomic
def settle(
    *,
    cycle_id: int,
    topic: str,
    level: Decimal | None,
    reason: str,
    by: User,
    now: datetime,
) -> int:
    """Keep the agreed level of a topic and return its id; the newest counts.

    The same level for the same reason again writes nothing.
    """
    cycle = held_cycle(cycle_id=cycle_id, by=by)
    check_topic(cycle, topic)
    check_level(framework(sha256=cycle.edition.sha256).scale, level)
    return _keep(cycle, topic, level, worded(reason, "reason"), by, now)


@transaction.atomic
def take_back(
    *, cycle_id: int, topic: str, reason: str, by: User, now: datetime
) -> int:
    """Let what people said and decided count again; return the row that says so."""
    cycle = held_cycle(cycle_id=cycle_id, by=by)
    check_topic(cycle, topic)
    reason = worded(reason, "reason")
    last = _newest(cycle, topic)
    if last is None or (last.level is None and last.reason != reason):
        raise NothingSettled(
            _("Nothing is settled here, so there is nothing to take back.")
        )
    return _keep(cycle, topic, None, reason, by, now)


def held_cycle(*, cycle_id: int, by: User) -> Cycle:
    """Return a cycle that this person may calibrate now, held until the end."""
    cycle = live_cycle(cycle_id=cycle_id)
    standing = members.standing(workspace_id=cycle.workspace_id, user_id=by.pk)
    if standing is None or not standing.may(access.Verb.DECIDE, at=cycle.scope.path):
        raise NotYours(_("Only an assessor or a lead of this workspace settles."))
    return cycle


def live_cycle(*, cycle_id: int) -> Cycle:
    """Return a cycle that is open or in review, held until the end."""
    rows = Cycle.objects.select_related("edition", "scope").defer(
        "content", "edition__document"
    )
    cycle = rows.select_for_update(of=("self",), no_key=True).get(pk=cycle_id)
    if cycle.state == CycleState.DRAFT:
        raise NotNow(_("This cycle is still a draft: open it first."))
    if cycle.state not in _LIVE:
        raise NotNow(_("This cycle is locked: what was agreed can no longer change."))
    return cycle


def check_topic(cycle: Cycle, topic: str) -> None:
    """Refuse a topic that the cycle does not ask."""
    edition = framework(sha256=cycle.edition.sha256)
    if all(one.code != topic for one in edition.topics):
        raise NoSuchTopic(
            _("The edition of this cycle has no topic %(topic)s.") % {"topic": topic}
        )
    domain = edition.domain_of(topic).code
    if domain in cycle.left_out:
        raise NoSuchTopic(
            _("%(domain)s is left out of this cycle: %(reason)s")
            % {"domain": domain, "reason": cycle.left_out[domain]}
        )


def worded(text: str, field_name: str) -> str:
    """Return what somebody wrote, without the space around it; it may not be empty."""
    text = text.strip()
    if not text:
        raise Unfit(
            field_name, _("Say why, so that others can follow it months from now.")
        )
    if len(text) > _LONGEST_REASON:
        raise Unfit(
            field_name,
            _("Keep the text within %(most)s characters; it has %(length)s.")
            % {"most": _LONGEST_REASON, "length": len(text)},
        )
    return text


def _newest(cycle: Cycle, topic: str) -> Settlement | None:
    rows = Settlement.objects.filter(cycle=cycle, topic=topic)
    return rows.order_by("-pk").first()


def _keep(
    cycle: Cycle,
    topic: str,
    level: Decimal | None,
    reason: str,
    by: User,
    now: datetime,
) -> int:
    last = _newest(cycle, topic)
    if last is not None and (last.level, last.reason) == (level, reason):
        return last.pk
    row = Settlement.objects.create(
        cycle=cycle,
        topic=topic,
        level=level,
        reason=reason,
        settled_by=by,
        settled_at=now,
    )
    before = None if last is None else last.level
    journal.record(
        workspace_id=cycle.workspace_id,
        verb="settlement.taken_back" if level is None else "settlement.made",
        target=("cycle", cycle.pk),
        by=by,
        at=now,
        detail={"topic": topic, "settlement": row.pk},
        why=reason,
        before={"level": _said(before)},
        after={"level": _said(level)},
    )
    return row.pk


def _said(level: Decimal | None) -> str | None:
    return None if level is None else f"{level:.1f}"
