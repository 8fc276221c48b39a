"""Two cycles side by side: what moved, and which inputs differ."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.queries import comparison as queries
from assessments.queries.reach import EVERYWHERE
from assessments.services import agreeing, settling
from tests import factories, frameworks

if TYPE_CHECKING:
    from assessments.models import Cycle, Edition
    from assessments.queries.comparison import Comparison, DomainComparison
    from tests.assessments.conftest import Telemetry

HOUR = 3600.0
BEFORE = date(2025, 12, 31)
NOW = date(2026, 3, 31)
pytestmark = pytest.mark.django_db


def said(
    house: factories.House,
    last: date,
    levels: dict[str, dict[str, int]],
    *,
    of: Edition | None = None,
) -> Cycle:
    """An open cycle in which people gave levels, by person and topic."""
    cycle = factories.cycle(
        house.workspace,
        title=f"Until {last}",
        first=last - timedelta(days=60),
        last=last,
        of=of,
    )
    for name, given in levels.items():
        for topic, level in given.items():
            factories.rating(cycle, topic, house[name], level)
    return cycle


def compared(before: Cycle, after: Cycle) -> Comparison:
    for cycle in (before, after):
        factories.scored(cycle)
    return queries.comparison(before_id=before.pk, after_id=after.pk)


def domain(found: Comparison, code: str) -> DomainComparison:
    return next(one for one in found.domains if one.code == code)


def test_both_levels_stand_side_by_side_with_their_change_and_uncertainty(
    house: factories.House, telemetry: Telemetry
) -> None:
    everybody = ("rui", "ada", "noa")
    before = said(house, BEFORE, {name: {"B.1": 2, "C.1": 3} for name in everybody})
    after = said(house, NOW, {name: {"B.1": 4, "C.1": 3} for name in everybody})

    found = compared(before, after)

    row = domain(found, "B")
    assert (row.agreed.before, row.agreed.after) == (Decimal("2.0"), Decimal("4.0"))
    assert row.agreed.change == Decimal("2.0")
    assert row.movement is not None
    assert row.movement.significant
    assert [one.code for one in found.moved] == ["B"]
    assert [one.code for one in row.topics] == ["B.1"]
    assert not domain(found, "C").explained
    assert domain(found, "A").agreed.change is None  # nobody said anything


def test_people_are_counted_by_vantage_point_and_never_named(
    house: factories.House, telemetry: Telemetry
) -> None:
    before = said(
        house,
        BEFORE,
        {"rui": {"A.1": 2, "A.2": 2}, "ada": {"A.1": 4}, "noa": {"A.1": 3, "B.1": 3}},
    )
    after = said(
        house,
        NOW,
        {"rui": {"A.1": 3, "A.2": 4}, "ada": {"A.1": 2}, "petra": {"A.1": 3}},
    )

    (voices,) = domain(compared(before, after), "A").voices

    assert voices.label == "Practitioner"
    assert (voices.raised, voices.lowered) == (1, 1)
    assert (voices.joined, voices.left) == (1, 1)
    assert voices.topics == ("A.1", "A.2")


def test_measurements_that_moved_keep_value_n_and_interval(
    house: factories.House, telemetry: Telemetry
) -> None:
    before = said(house, BEFORE, {"rui": {"B.1": 3}})
    after = said(house, NOW, {"rui": {"B.1": 3}})
    telemetry.values = {"B.M1": 40 * HOUR, "A.M1": HOUR}
    factories.scored(before)
    telemetry.values = {"B.M1": 2 * HOUR, "A.M1": HOUR}
    factories.scored(after)

    found = queries.comparison(before_id=before.pk, after_id=after.pk)

    (reading,) = domain(found, "B").readings
    assert reading.before is not None
    assert reading.after is not None
    assert (reading.before.value, reading.after.value) == (40 * HOUR, 2 * HOUR)
    assert (reading.after.n, reading.after.low) == (40, 2 * HOUR)
    assert reading.apart
    measured = domain(found, "B").columns[1]
    assert measured.column == "measured"
    assert measured.change == Decimal("1.0")
    assert domain(found, "A").readings == ()  # the same as before


def test_a_measurement_that_became_known_is_no_jump_from_zero(
    house: factories.House, telemetry: Telemetry
) -> None:
    before = factories.scored(said(house, BEFORE, {"rui": {"B.1": 3}}))
    telemetry.values = {"B.M1": 2 * HOUR}
    after = factories.scored(said(house, NOW, {"rui": {"B.1": 3}}))

    row = domain(queries.comparison(before_id=before.pk, after_id=after.pk), "B")

    assert row.columns[1].change is None
    assert row.readings[0].apart is None


def test_decisions_and_settlements_of_both_are_told(
    house: factories.House, telemetry: Telemetry
) -> None:
    telemetry.values = {"B.M1": 2 * HOUR}
    before = factories.scored(said(house, BEFORE, {"rui": {"B.1": 3, "C.1": 3}}))
    after = factories.scored(said(house, NOW, {"rui": {"B.1": 3, "C.1": 3}}))
    agreeing.decide(
        cycle_id=after.pk,
        criterion="B.M1",
        verb="accept",
        level=None,
        reason="",
        expires_on=None,
        by=house["noa"],
        now=factories.NOW,
    )
    settling.settle(
        cycle_id=after.pk,
        topic="C.1",
        level=Decimal("4.0"),
        reason="We looked together.",
        by=house["noa"],
        now=factories.NOW,
    )

    found = compared(before, after)

    (decisions,) = domain(found, "B").decisions
    assert decisions.before is None
    assert decisions.after is not None
    assert decisions.after.verb == "accept"
    (settlements,) = domain(found, "C").settlements
    assert settlements.before is None
    assert settlements.after is not None
    assert settlements.after.reason == "We looked together."


def test_only_what_both_editions_have_is_compared_and_the_rest_is_listed(
    house: factories.House, telemetry: Telemetry
) -> None:
    old = factories.edition()
    changed = frameworks.plain(
        {
            "code": "process",
            "name": "Process",
            "domains": [
                frameworks.domain(
                    "B",
                    frameworks.topic("B.1", question="How far is this done, really?"),
                    criteria=[frameworks.criterion("B.M1", "B.1")],
                ),
                frameworks.domain("D", frameworks.topic("D.1")),
            ],
        },
        version="2",
    )
    before = said(house, BEFORE, {"rui": {"B.1": 3}}, of=old)
    after = said(house, NOW, {"rui": {"B.1": 3}}, of=factories.edition(changed))

    found = compared(before, after)

    assert found.editions_differ
    assert [one.code for one in found.domains] == ["B"]
    assert [one.code for one in found.gone] == ["A", "C"]
    assert [one.code for one in found.new] == ["D"]
    assert [part.code for part in domain(found, "B").rubric] == ["B.1"]


def test_only_scored_cycles_of_the_same_framework_within_reach_can_be_compared(
    house: factories.House, telemetry: Telemetry
) -> None:
    shop = factories.unit(house.workspace, "Shop")
    mine = factories.scored(said(house, NOW, {"rui": {"B.1": 3}}))
    earlier = factories.scored(said(house, BEFORE, {"rui": {"B.1": 3}}))
    beside = factories.scored(factories.cycle(house.workspace, scope=shop, last=NOW))
    factories.cycle(house.workspace, title="Not scored", scope=shop)
    factories.cycle(house.workspace, title="A draft", state="draft")

    def ids(reach: tuple[str, ...]) -> list[int]:
        rows = queries.comparable(
            workspace_id=house.workspace.pk, cycle_id=mine.pk, reach=reach
        )
        return [one.id for one in rows]

    assert ids(EVERYWHERE) == [earlier.pk, beside.pk]
    assert ids((shop.path,)) == [beside.pk]


def test_more_answers_and_domains_take_no_more_queries(
    house: factories.House, telemetry: Telemetry
) -> None:
    def count(levels: dict[str, dict[str, int]]) -> int:
        before = factories.scored(said(house, BEFORE, levels))
        after = factories.scored(said(house, NOW, levels))
        with CaptureQueriesContext(connection) as asked:
            queries.comparison(before_id=before.pk, after_id=after.pk)
        return len(asked)

    count({"rui": {"B.1": 3}})  # editions are parsed once per process
    few = count({"rui": {"B.1": 3}})
    everything = dict.fromkeys(("A.1", "A.2", "A.3", "B.1", "C.1"), 3)
    assert count(dict.fromkeys(("rui", "ada", "noa"), everything)) == few
