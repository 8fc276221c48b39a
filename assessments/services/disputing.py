"""Disputing: a disagreement about a topic that has an owner and a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments import access
from assessments.models import Cycle, Dispute, NoticeKind
from assessments.queries import members
from assessments.queries.frameworks import framework
from assessments.services import journal, noticing, settling
from assessments.services.refusals import Refusal, Unfit

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from django.contrib.auth.models import User


class AlreadyDisputed(Refusal):
    """One dispute at a time is open about a topic."""


class NotYours(Refusal):
    """A dispute is resolved by its owner, or by whoever may decide."""


class Resolved(Refusal):
    """The dispute is over."""


@transaction.atomic
def open_(
    *,
    cycle_id: int,
    topic: str,
    text: str,
    owner_id: int,
    due_on: date | None,
    by: User,
    now: datetime,
) -> int:
    """Open a dispute about a topic, tell its owner, and return its id.

    The same dispute opened again by a second click is the same one.
    """
    cycle = settling.held_cycle(cycle_id=cycle_id, by=by)
    settling.check_topic(cycle, topic)
    text = settling.worded(text, "text")
    _check_owner(cycle, owner_id)
    if due_on is None or due_on < now.date():
        raise Unfit("due_on", _("Give a day that has not passed."))
    standing = Dispute.objects.filter(cycle=cycle, topic=topic, resolved_at=None)
    there = standing.select_related("owner").first()
    if there is not None:
        if (there.text, there.owner_id, there.due_on) == (text, owner_id, due_on):
            return there.pk
        raise AlreadyDisputed(
            _("This topic is already disputed; %(owner)s sees to it. Resolve that one.")
            % {"owner": there.owner.get_full_name() or there.owner.get_username()}
        )
    dispute = Dispute.objects.create(
        cycle=cycle,
        topic=topic,
        text=text,
        owner_id=owner_id,
        due_on=due_on,
        opened_by=by,
        opened_at=now,
    )
    journal.record(
        workspace_id=cycle.workspace_id,
        verb="dispute.opened",
        target=("cycle", cycle.pk),
        by=by,
        at=now,
        detail={
            "topic": topic,
            "dispute": dispute.pk,
            "owner": owner_id,
            "due_on": due_on.isoformat(),
        },
        why=text,
    )
    if owner_id != by.pk:
        _tell_owner(cycle, dispute, by, now)
    return dispute.pk


@transaction.atomic
def resolve(
    *,
    cycle_id: int,
    dispute_id: int,
    resolution: str,
    by: User,
    now: datetime,
    level: Decimal | None = None,
) -> None:
    """Close a dispute with a sentence; with a level, that is settled for its topic.

    The same sentence once more changes nothing.
    """
    cycle = settling.live_cycle(cycle_id=cycle_id)
    dispute = Dispute.objects.get(pk=dispute_id, cycle=cycle)
    _check_resolver(cycle, dispute, by)
    resolution = settling.worded(resolution, "resolution")
    if dispute.resolved_at is not None:
        if (dispute.resolution, dispute.resolved_by_id) == (resolution, by.pk):
            return
        raise Resolved(_("This dispute was resolved in the meantime."))
    if level is not None:
        settling.settle(
            cycle_id=cycle_id,
            topic=dispute.topic,
            level=level,
            reason=resolution,
            by=by,
            now=now,
        )
    dispute.resolution = resolution
    dispute.resolved_by = by
    dispute.resolved_at = now
    dispute.save(update_fields=["resolution", "resolved_by", "resolved_at"])
    journal.record(
        workspace_id=cycle.workspace_id,
        verb="dispute.resolved",
        target=("cycle", cycle.pk),
        by=by,
        at=now,
        detail={"topic": dispute.topic, "dispute": dispute.pk},
        why=resolution,
    )


def _check_owner(cycle: Cycle, owner_id: int) -> None:
    """An owner has to see the page on which the dispute stands."""
    standing = members.standing(workspace_id=cycle.workspace_id, user_id=owner_id)
    if standing is None or not standing.may(access.Verb.READ, at=cycle.scope.path):
        raise Unfit("owner", _("Choose somebody who may read this cycle's results."))


def _check_resolver(cycle: Cycle, dispute: Dispute, by: User) -> None:
    standing = members.standing(workspace_id=cycle.workspace_id, user_id=by.pk)
    path = cycle.scope.path
    if standing is not None and (
        standing.may(access.Verb.DECIDE, at=path)
        or (dispute.owner_id == by.pk and standing.may(access.Verb.READ, at=path))
    ):
        return
    raise NotYours(
        _("Only its owner, an assessor or a lead of this workspace resolves a dispute.")
    )


def _tell_owner(cycle: Cycle, dispute: Dispute, by: User, now: datetime) -> None:
    edition = framework(
        sha256=cycle.edition.sha256, language=noticing.language_of(dispute.owner)
    )
    topic = edition.topic(dispute.topic)
    page = reverse(
        "calibration_topic", args=[cycle.workspace.slug, cycle.pk, dispute.topic]
    )
    subject, body = noticing.compose(
        "dispute",
        person=dispute.owner,
        cycle=cycle.title,
        topic=f"{topic.code} {topic.name}",
        text=dispute.text,
        opened_by=by.get_full_name() or by.get_username(),
        due_on=dispute.due_on,
        address=f"{settings.PUBLIC_URL}{page}",
    )
    noticing.notify(
        workspace_id=cycle.workspace_id,
        kind=NoticeKind.DISPUTE,
        key=f"dispute:{dispute.pk}",
        subject=subject,
        body=body,
        person=dispute.owner,
        cycle_id=cycle.pk,
        now=now,
    )
