"""What moved, and how old what is known is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from assessments.models import DayRollup, Source
from assessments.queries import portfolio
from assessments.queries.reach import EVERYWHERE
from tests import factories
from tests.assessments.queries.test_heatmap import answered, look

if TYPE_CHECKING:
    from assessments.queries.portfolio import Age

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("telemetry")]
TODAY = date(2026, 3, 31)


def ages(house: factories.House) -> dict[tuple[str, str], Age]:
    found = portfolio.ages(workspace_id=house.workspace.pk, reach=EVERYWHERE)
    return {(one.what, one.name): one for one in found}


def test_only_what_moved_by_its_uncertainty_is_a_mover(house: factories.House) -> None:
    shop, claims = (factories.unit(house.workspace, one) for one in ("Shop", "Claims"))
    factories.locked(answered(house, shop, 2, last=date(2025, 12, 31), title="Before"))
    answered(house, shop, 4)
    factories.locked(answered(house, claims, 3, last=date(2025, 12, 31)))
    answered(house, claims, 3)

    moved = portfolio.moved(look(house))

    assert {one.unit for one in moved.movers} == {"Shop"}
    assert {(one.since, str(one.change)) for one in moved.movers} == {("Before", "2.0")}
    assert all(abs(one.change) >= one.uncertainty for one in moved.movers)
    assert (moved.rises, moved.falls) == (3, 0)
    assert moved.compared == moved.cells == 6


def test_without_an_earlier_cycle_nothing_is_compared(house: factories.House) -> None:
    answered(house, factories.unit(house.workspace, "Shop"), 4)
    moved = portfolio.moved(look(house))
    assert (moved.movers, moved.compared, moved.cells) == ((), 0, 3)


def test_a_unit_is_as_fresh_as_its_newest_service(house: factories.House) -> None:
    shop = factories.unit(house.workspace, "Shop")
    factories.unit(house.workspace, "Claims")
    for key, back in (("checkout", 3), ("basket", 40)):
        DayRollup.objects.create(
            service=factories.service(house.workspace, key, parent=shop),
            lane="code",
            day=TODAY - timedelta(days=back),
            completed=1,
        )

    found = ages(house)

    assert found["deployments", "Shop"].days(TODAY) == 3
    assert not found["deployments", "Shop"].stale(TODAY)
    never = found["deployments", "Claims"]
    assert never.at is None
    assert never.days(TODAY) is None
    assert never.stale(TODAY)


def test_a_source_is_stale_after_two_silent_weeks(house: factories.House) -> None:
    for name, back in (("Quiet", 15), ("Busy", 14)):
        Source.objects.create(
            workspace=house.workspace,
            scope=factories.root(house.workspace),
            kind="push",
            name=name,
            created_at=factories.NOW,
            newest_event_at=datetime(2026, 3, 31, 8, tzinfo=UTC) - timedelta(days=back),
        )

    found = ages(house)

    assert found["source", "Quiet"].stale(TODAY)
    assert not found["source", "Busy"].stale(TODAY)


def test_whoever_reads_a_part_hears_of_its_units_alone(house: factories.House) -> None:
    shop = factories.unit(house.workspace, "Shop")
    factories.unit(house.workspace, "Claims")
    found = portfolio.ages(workspace_id=house.workspace.pk, reach=(shop.path,))
    assert {one.name for one in found} == {"Shop"}
