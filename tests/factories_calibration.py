"""Settlements, disputes and workshops; made through the services."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from assessments.models import Dispute, Settlement, Workshop
from assessments.services import disputing, settling, workshops
from tests import factories

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.contrib.auth.models import User

    from assessments.models import Cycle

REASON = "Two of three teams do it."


def settlement(
    cycle: Cycle,
    topic: str = "A.1",
    level: str = "3.0",
    *,
    reason: str = REASON,
    by: User | None = None,
    at: datetime = factories.NOW,
) -> Settlement:
    """Settle a topic; Noa does unless told otherwise."""
    pk = settling.settle(
        cycle_id=cycle.pk,
        topic=topic,
        level=Decimal(level),
        reason=reason,
        by=by or factories.person("noa"),
        now=at,
    )
    return Settlement.objects.get(pk=pk)


def dispute(
    cycle: Cycle,
    topic: str = "A.1",
    *,
    owner: User | None = None,
    due_on: date | None = None,
    text: str = "The pilot is not the rule.",
    by: User | None = None,
    at: datetime = factories.NOW,
) -> Dispute:
    """Open a dispute; Noa does, and Ada owns it unless told otherwise."""
    pk = disputing.open_(
        cycle_id=cycle.pk,
        topic=topic,
        text=text,
        owner_id=(owner or factories.person("ada")).pk,
        due_on=due_on or (at + timedelta(days=7)).date(),
        by=by or factories.person("noa"),
        now=at,
    )
    return Dispute.objects.get(pk=pk)


def workshop(
    cycle: Cycle,
    topic: str = "A.1",
    *,
    by: User | None = None,
    at: datetime = factories.NOW,
) -> Workshop:
    """Start a workshop; Noa leads it unless told otherwise."""
    pk = workshops.start(
        cycle_id=cycle.pk, topic=topic, by=by or factories.person("noa"), now=at
    )
    return Workshop.objects.get(pk=pk)
