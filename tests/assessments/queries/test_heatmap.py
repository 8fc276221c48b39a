"""Domains × units, read from stored scores."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.queries import heatmap as queries
from assessments.queries.reach import EVERYWHERE
from tests import factories

if TYPE_CHECKING:
    from assessments.models import Cycle, Scope
    from assessments.queries.heatmap import Cell, HeatMap

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("telemetry")]
TOPICS = ("A.1", "A.2", "A.3", "B.1", "C.1")


def answered(
    house: factories.House,
    scope: Scope,
    level: int = 3,
    *,
    last: date = date(2026, 3, 31),
    topics: tuple[str, ...] = TOPICS,
    **plan: object,
) -> Cycle:
    """A scored cycle of a unit whose topics Rui and Ada answered alike."""
    cycle = factories.cycle(
        house.workspace,
        scope=scope,
        first=date(last.year, last.month, 1),
        last=last,
        **plan,  # type: ignore[arg-type]  # a plan of keywords
    )
    for topic in topics:
        for name in ("rui", "ada"):
            factories.rating(cycle, topic, house[name], level)
    return factories.scored(cycle)


def look(house: factories.House, **asked: object) -> HeatMap:
    """The heat map of the small framework."""
    found = queries.heat_map(
        workspace_id=house.workspace.pk,
        **({"reach": EVERYWHERE, "edition_key": "small"} | asked),  # type: ignore[arg-type]  # keywords
    )
    assert found is not None
    return found


def cell(found: HeatMap, code: str, unit: str) -> Cell:
    """One cell, by the names on its sides."""
    place = [one.name for one in found.units].index(unit)
    return next(line for line in found.lines if line.code == code).cells[place]


def test_each_unit_shows_its_newest_scored_cycle(house: factories.House) -> None:
    shop = factories.unit(house.workspace, "Shop")
    answered(house, shop, 2, last=date(2025, 12, 31), title="Before")
    answered(house, shop, 4, title="Now")
    factories.cycle(
        house.workspace,
        scope=shop,
        title="Later",
        first=date(2026, 4, 1),
        last=date(2026, 6, 30),
    )  # open, and not scored yet

    found = look(house)

    assert [(one.name, one.cycle_title) for one in found.units] == [("Shop", "Now")]
    assert [pillar.name for pillar in found.pillars] == ["Process", "People"]
    assert cell(found, "A", "Shop").agreed == Decimal("4.0")
    assert found.units[0].level == Decimal("4.0")


def test_a_change_is_counted_from_the_last_locked_cycle_of_the_unit(
    house: factories.House,
) -> None:
    shop, claims = (factories.unit(house.workspace, one) for one in ("Shop", "Claims"))
    factories.locked(answered(house, shop, 2, last=date(2025, 12, 31), title="Before"))
    answered(house, shop, 4)
    answered(house, claims, 4)

    found = look(house)

    moved = cell(found, "B", "Shop").movement
    assert moved is not None
    assert (moved.before, moved.change) == (Decimal("2.0"), Decimal("2.0"))
    assert moved.significant
    assert found.units[0].previous_title == "Before"
    assert cell(found, "B", "Claims").movement is None


def test_a_missing_level_keeps_its_reason_and_is_no_zero(
    house: factories.House,
) -> None:
    shop = factories.unit(house.workspace, "Shop")
    answered(
        house, shop, topics=("A.1", "B.1"), left_out={"C": "Not here."}, targets={}
    )

    found = look(house)

    a, b, c = (cell(found, code, "Shop") for code in "ABC")
    assert a.agreed is None
    assert any(said.startswith("Agreed:") for said in a.because)
    assert a.coverage == Decimal("0.25")
    assert b.agreed == Decimal("3.0")
    assert b.gap is None  # no target
    assert c.left_out == "Not here."


def test_a_part_of_the_tree_shows_nothing_beside_it(house: factories.House) -> None:
    shop, claims = (factories.unit(house.workspace, one) for one in ("Shop", "Claims"))
    answered(house, shop)
    answered(house, claims)

    found = look(house, reach=(claims.path,))

    assert [one.name for one in found.units] == ["Claims"]
    nothing = queries.choices(workspace_id=house.workspace.pk, reach=("/0/",))
    assert nothing.editions == ()


def test_another_workspace_and_another_framework_show_nothing(
    house: factories.House,
) -> None:
    answered(house, factories.unit(house.workspace, "Shop"))

    def of(workspace_id: int, key: str) -> HeatMap | None:
        return queries.heat_map(
            workspace_id=workspace_id, reach=EVERYWHERE, edition_key=key
        )

    assert of(house.other.pk, "small") is None
    assert of(house.workspace.pk, "other") is None


def test_units_stand_in_the_order_asked_for(house: factories.House) -> None:
    for name, level in (("Shop", 4), ("Claims", 2), ("Billing", 3)):
        answered(house, factories.unit(house.workspace, name), level)
    unknown = factories.unit(house.workspace, "Unknown")
    answered(house, unknown, topics=("A.1",))

    def names(order: str) -> list[str]:
        return [one.name for one in queries.in_order(look(house), order).units]

    assert names("place") == ["Shop", "Claims", "Billing", "Unknown"]
    assert names("name") == ["Billing", "Claims", "Shop", "Unknown"]
    assert names("level") == ["Claims", "Billing", "Shop", "Unknown"]
    by_level = queries.in_order(look(house), "level")
    assert cell(by_level, "A", "Shop").agreed == Decimal("4.0")


def test_more_units_take_no_more_queries(house: factories.House) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            look(house)
        return len(asked)

    for name in ("Shop", "Claims"):
        answered(house, factories.unit(house.workspace, name))
    look(house)  # editions are parsed once per process
    few = count()
    for name in ("Billing", "Risk"):
        answered(house, factories.unit(house.workspace, name))
    assert count() == few
