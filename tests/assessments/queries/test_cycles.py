"""Cycles for show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from assessments.queries import cycles as rows
from assessments.services import rescoring, signing
from tests import factories
from tests.factories import NOW

if TYPE_CHECKING:
    from tests.assessments.conftest import Telemetry
    from tests.factories import House


def test_a_cycle_of_another_workspace_is_not_there(house: House) -> None:
    cycle = factories.cycle(house.workspace)
    mine, other = house.workspace.pk, house.other.pk
    assert rows.cycle(workspace_id=mine, cycle_id=cycle.pk) is not None
    assert rows.cycle(workspace_id=other, cycle_id=cycle.pk) is None
    assert rows.state_of(workspace_id=other, cycle_id=cycle.pk) is None
    assert rows.cycle_rows(workspace_id=other) == []


def test_the_list_and_the_page_count_alike(house: House) -> None:
    cycle = factories.cycle(house.workspace)
    for name in ("rui", "noa"):
        factories.rating(cycle, "A.1", house[name])
    (listed,) = rows.cycle_rows(workspace_id=house.workspace.pk)
    assert listed == rows.cycle(workspace_id=house.workspace.pk, cycle_id=cycle.pk)
    assert (listed.progress.answered, listed.progress.of, listed.raters) == (1, 5, 2)


def test_a_cycle_is_stale_until_its_answers_are_scored(
    house: House, telemetry: Telemetry
) -> None:
    cycle = factories.cycle(house.workspace)
    assert rows.is_stale(cycle_id=cycle.pk)
    rescoring.rescore(cycle_id=cycle.pk, trigger="events", now=NOW)
    assert not rows.is_stale(cycle_id=cycle.pk)
    factories.rating(cycle, "A.1", house["rui"])
    assert rows.is_stale(cycle_id=cycle.pk)
    assert not rows.is_stale(
        cycle_id=factories.cycle(house.workspace, of=cycle.edition, state="draft").pk
    )


def test_movements_are_told_with_their_causes_newest_first(
    house: House, telemetry: Telemetry
) -> None:
    cycle = factories.cycle(house.workspace)
    for hour, level in enumerate((2, 3)):
        factories.rating(cycle, "C.1", house["rui"], level)
        rescoring.rescore(
            cycle_id=cycle.pk, trigger="answer", now=NOW + timedelta(hours=hour)
        )
    rescoring.rescore(
        cycle_id=cycle.pk, trigger="schedule", period="2026-03-02", now=NOW
    )
    scheduled, moved = rows.movements(cycle_id=cycle.pk)
    assert (scheduled.period, scheduled.changes) == ("2026-03-02", ())
    assert moved.topics == 1
    assert (
        moved.changes[0].sentence
        == "C Domain C: declared and agreed rose from 2.0 to 3.0."
    )
    assert moved.changes[0].because == "One person answered C.1 anew."


@pytest.mark.parametrize(
    ("rhythm", "moment"),
    [
        ("never", None),
        ("daily", datetime(2026, 3, 3, tzinfo=UTC)),
        ("weekly", datetime(2026, 3, 9, tzinfo=UTC)),
    ],
)
def test_the_next_run_is_where_the_next_period_begins(
    rhythm: str, moment: datetime | None
) -> None:
    assert rows.next_run(rescoring=rhythm, now=NOW) == moment


def test_the_advice_is_level_three_first_and_one_level_a_cycle(
    house: House, telemetry: Telemetry
) -> None:
    edition = factories.edition()
    scope = factories.root(house.workspace)
    new = rows.domain_options(scope_id=scope.pk, edition_id=edition.pk)
    assert [(one.last, one.suggested) for one in new] == [(None, Decimal(3))] * 3
    _locked_at(house, {"A": 1, "B": 2, "C": 4})
    again = rows.domain_options(scope_id=scope.pk, edition_id=edition.pk)
    assert [one.suggested for one in again] == [Decimal(2), Decimal(3), Decimal(4)]
    _locked_at(house, {"A": 3, "B": 4, "C": 5})
    higher = rows.domain_options(scope_id=scope.pk, edition_id=edition.pk)
    assert [one.suggested for one in higher] == [Decimal(4), Decimal(5), Decimal(5)]


def _locked_at(house: House, levels: dict[str, int]) -> None:
    cycle = factories.cycle(house.workspace)
    for topic in ("A.1", "A.2", "A.3", "B.1", "C.1"):
        factories.rating(cycle, topic, house["rui"], levels[topic[0]])
    signing.start_review(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    signing.lock(cycle_id=cycle.pk, by=house["ada"], now=NOW)


def test_only_published_editions_of_the_product_or_of_mine_are_offered(
    house: House,
) -> None:
    from tests import frameworks

    shipped = factories.edition()
    mine = factories.edition(frameworks.plain(key="mine"), of=house.workspace)
    factories.edition(frameworks.plain(key="theirs"), of=house.other)
    offered = rows.edition_choices(workspace_id=house.workspace.pk)
    assert {pk for pk, _label in offered} == {shipped.pk, mine.pk}
