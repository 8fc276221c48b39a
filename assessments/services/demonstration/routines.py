"""What the demonstration's organization has done by itself, and who is warned.

Nothing of it leaves this machine: a simulated workspace writes mails and sends none.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from assessments.models import AlertKind, Cycle, CycleState
from assessments.services import alert_channels, alerting, scheduling

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.contrib.auth.models import User

    from assessments.models import Scope
    from assessments.services.demonstration.story import Planned, Story, Warned

_BEFORE = timedelta(days=1)


def begin(
    story: Story,
    root: Scope,
    people: Mapping[str, User],
    *,
    by: User,
    now: datetime,
) -> None:
    """Plan the schedules and add the channels of the story."""
    for planned in story.schedules:
        scheduling.plan(
            workspace_id=root.workspace_id,
            wish=_wish(planned, root, people),
            by=by,
            # Planned long enough ago, the first run is due as soon as a worker comes.
            now=now - timedelta(days=planned.planned_days_ago),
        )
    for warned in story.channels:
        alert_channels.add(
            workspace_id=root.workspace_id,
            wish=_channel(warned),
            by=by,
            # A channel is told of what begins after it was added.
            now=now - _BEFORE,
        )
    alerting.watch(workspace_id=root.workspace_id, now=now)


def _wish(planned: Planned, root: Scope, people: Mapping[str, User]) -> scheduling.Wish:
    return scheduling.Wish(
        task=planned.task,
        cron=planned.cron,
        time_zone=planned.time_zone,
        cycle_id=_open_cycle(root) if planned.of_the_whole else None,
        report_kind=planned.report,
        language=planned.language,
        people=tuple(people[name].pk for name in planned.people),
    )


def _open_cycle(root: Scope) -> int:
    cycles = Cycle.objects.filter(scope=root, state=CycleState.OPEN)
    return cycles.order_by("period_end", "pk").values_list("pk", flat=True)[0]


def _channel(warned: Warned) -> alert_channels.Wish:
    return alert_channels.Wish(
        name=warned.name,
        kind=warned.kind,
        address=warned.address,
        topics=tuple(AlertKind.values),
        language=warned.language,
    )
