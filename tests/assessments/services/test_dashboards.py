"""A dashboard: each metric now, and in as many days before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from assessments.models import DayRollup
from assessments.services import daily, dashboards
from tests import factories

if TYPE_CHECKING:
    from assessments.models import Service

pytestmark = pytest.mark.django_db
LAST = date(2026, 3, 31)


def roll(service: Service, back: int, *, failed: int = 0) -> None:
    day = LAST - timedelta(days=back)
    DayRollup.objects.create(
        service=service,
        lane="code",
        day=day,
        completed=2,
        successful=2 - failed,
        failed=failed,
    )
    # As whoever writes rollups does: the sums of that day no longer hold.
    daily.mark_stale(service.workspace_id, {("code", day)})


def look(house: factories.House, *services: Service) -> dashboards.LaneView:
    shown = dashboards.dashboard(
        workspace_id=house.workspace.pk,
        service_ids=[service.pk for service in services] or None,
        first=LAST - timedelta(days=29),
        last=LAST,
    )
    return shown.lanes[0]


def test_the_period_before_is_as_long_and_ends_the_day_before(
    house: factories.House,
) -> None:
    service = factories.service(house.workspace, "checkout")
    for back in range(30):
        roll(service, back)
    for back in range(30, 60):
        roll(service, back, failed=1)
    roll(service, 61, failed=1)
    card = {c.metric: c for c in look(house).cards}["change_fail_rate"]
    assert (card.now.value, card.now.n) == (0.0, 60)
    assert (card.before.value, card.before.n) == (0.5, 60)
    assert not card.higher_is_better


def test_a_period_before_without_a_deployment_is_zero_if_any_was_seen_earlier(
    house: factories.House,
) -> None:
    service = factories.service(house.workspace, "checkout")
    roll(service, 3)
    card = {c.metric: c for c in look(house).cards}["deployment_frequency"]
    assert card.before.value is None
    roll(service, 200)
    card = {c.metric: c for c in look(house).cards}["deployment_frequency"]
    assert card.before.value == 0


def test_other_services_and_workspaces_are_left_out(house: factories.House) -> None:
    mine = factories.service(house.workspace, "checkout")
    other = factories.service(house.workspace, "basket")
    foreign = factories.service(house.other, "checkout")
    for service in (mine, other, foreign):
        roll(service, 3)
    card = {c.metric: c for c in look(house, mine).cards}["change_fail_rate"]
    assert card.now.n == 2
    assert {c.metric: c for c in look(house).cards}["change_fail_rate"].now.n == 4


def test_nothing_known_is_unknown_with_a_reason_in_every_card(
    house: factories.House,
) -> None:
    lane = look(house)
    assert not lane.seen
    assert all(card.now.value is None and card.now.because for card in lane.cards)
    assert len(lane.cards) == 5
