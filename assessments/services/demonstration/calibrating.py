"""What the demonstration's people settled together, and what they still dispute."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from assessments.queries import calibration
from assessments.services import disputing, settling

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import User

_SETTLED = 2
_DAYS = 10
_REASON = (
    "We went through it together: two of the four teams work this way today, the others"
    " have begun. We agreed on what the half of them can show."
)
_DISPUTE = (
    "Those who lead see the rule, those who work with it see the exceptions. Look at"
    " two projects of each unit before we settle it."
)


def calibrate(
    *, workspace_id: int, cycle_id: int, assessor: User, lead: User, now: datetime
) -> None:
    """Settle the first blind spots of an open cycle and dispute the next one."""
    spots = [one.topic for one in calibration.blind_spots(cycle_id=cycle_id)]
    for topic in spots[:_SETTLED]:
        found = calibration.topic_calibration(
            workspace_id=workspace_id, cycle_id=cycle_id, topic=topic, names=False
        )
        if found is None or found.spread.middle is None:
            continue
        settling.settle(
            cycle_id=cycle_id,
            topic=topic,
            level=Decimal(found.spread.middle),
            reason=_REASON,
            by=assessor,
            now=now,
        )
    for topic in spots[_SETTLED : _SETTLED + 1]:
        disputing.open_(
            cycle_id=cycle_id,
            topic=topic,
            text=_DISPUTE,
            owner_id=lead.pk,
            due_on=(now + timedelta(days=_DAYS)).date(),
            by=assessor,
            now=now,
        )
