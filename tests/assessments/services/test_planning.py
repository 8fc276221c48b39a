"""Initiatives: started once, changed by one person at a time, moved with a trace."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from assessments.models import Expectation, Initiative, JournalEntry
from assessments.queries import plan
from assessments.services import organization, planning
from assessments.services.refusals import Unfit
from tests import factories, factories_plan
from tests.factories import NOW

if TYPE_CHECKING:
    from tests.assessments.conftest import Telemetry
    from tests.factories import House


def test_the_level_before_is_that_of_the_cycle(
    house: House, telemetry: Telemetry
) -> None:
    cycle = factories_plan.answered(factories.cycle(house.workspace), {"A": 2})
    made = factories_plan.initiative(
        house.workspace, cycle=cycle, expected={"A": "3.0", "B": "3.0"}
    )
    found = {one.domain: one for one in made.expectations.all()}
    assert found["A"].level_before == 2
    assert found["A"].level_after == 3
    assert found["B"].level_before is None  # nobody answered: unknown, not zero
    assert found["A"].edition_key == cycle.edition.key


def test_a_level_before_stays_as_it_was_first_found(
    house: House, telemetry: Telemetry
) -> None:
    cycle = factories_plan.answered(factories.cycle(house.workspace), {"A": 2})
    made = factories_plan.initiative(
        house.workspace, cycle=cycle, expected={"A": "3.0"}
    )
    factories_plan.answered(cycle, {"A": 4})
    _revise(house, made, factories_plan.draft(cycle.scope, expected={"A": "5.0"}))
    one = Expectation.objects.get(initiative=made)
    assert one.level_before == 2
    assert one.level_after == 5


def test_sent_twice_it_is_one_initiative(house: House) -> None:
    first = factories_plan.initiative(house.workspace)
    assert factories_plan.initiative(house.workspace) == first
    assert JournalEntry.objects.filter(verb="initiative.started").count() == 1


def test_somebody_elses_title_is_not_taken_again(house: House) -> None:
    factories_plan.initiative(house.workspace)
    with pytest.raises(Unfit, match="another title") as refused:
        factories_plan.initiative(
            house.workspace, by=house["noa"], title="AUTOMATE the pipeline"
        )
    assert refused.value.field_name == "title"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"due_on": date(2026, 3, 31)}, "due_on"),
        ({"start_on": date(1066, 1, 1)}, "start_on"),
        ({"due_on": date(9999, 1, 1)}, "due_on"),
        ({"effort": 6}, "effort"),
        ({"effort": 0}, "effort"),
        ({"expected": {"Z": Decimal(3)}}, ""),
        ({"expected": {"A": Decimal("3.3")}}, ""),
        ({"expected": {"A": Decimal(9)}}, ""),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    house: House, change: dict[str, object], field: str
) -> None:
    cycle = factories.cycle(house.workspace)
    draft = replace(factories_plan.draft(cycle.scope), **change)  # type: ignore[arg-type]  # by field
    with pytest.raises(Unfit) as refused:
        planning.start(
            workspace_id=house.workspace.pk,
            draft=draft,
            cycle_id=cycle.pk,
            by=house["ada"],
            now=NOW,
        )
    assert refused.value.field_name == field
    assert not Initiative.objects.exists()


def test_nothing_of_another_workspace_gets_in(house: House) -> None:
    foreign = factories.cycle(house.other, by=house["otto"])
    mine = factories.root(house.workspace)
    for draft, cycle_id in (
        (factories_plan.draft(foreign.scope), None),
        (factories_plan.draft(mine), foreign.pk),
        (factories_plan.draft(mine, owner=house["otto"]), None),
        (factories_plan.draft(mine, expected={"A": "3.0"}), None),
    ):
        with pytest.raises(Unfit):
            planning.start(
                workspace_id=house.workspace.pk,
                draft=draft,
                cycle_id=cycle_id,
                by=house["ada"],
                now=NOW,
            )


def test_an_edit_that_somebody_overtook_changes_nothing(house: House) -> None:
    made = factories_plan.initiative(house.workspace)
    seen = plan.marker(made)
    scope = factories.root(house.workspace)
    _revise(house, made, factories_plan.draft(scope, title="Noa's title"))
    with pytest.raises(planning.Overtaken):
        planning.revise(
            workspace_id=house.workspace.pk,
            initiative_id=made.pk,
            draft=factories_plan.draft(scope, title="Ada's title"),
            marker=seen,
            by=house["ada"],
            now=NOW,
        )
    made.refresh_from_db()
    assert made.title == "Noa's title"


def test_a_change_is_kept_with_before_and_after(house: House) -> None:
    made = factories_plan.initiative(house.workspace)
    _revise(
        house, made, factories_plan.draft(factories.root(house.workspace), effort=5)
    )
    entry = JournalEntry.objects.get(verb="initiative.revised")
    assert (entry.before["effort"], entry.after["effort"]) == (3, 5)


def test_a_change_that_changes_nothing_leaves_no_trace(house: House) -> None:
    made = factories_plan.initiative(house.workspace)
    _revise(house, made, factories_plan.draft(factories.root(house.workspace)))
    assert not JournalEntry.objects.filter(verb="initiative.revised").exists()


def test_a_status_moves_once_and_closes_what_is_done(house: House) -> None:
    made = factories_plan.initiative(house.workspace)
    for _click in range(2):
        _move(house, made, "done")
    made.refresh_from_db()
    assert (made.status, made.closed_on) == ("done", NOW.date())
    entry = JournalEntry.objects.get(verb="initiative.moved")
    assert (entry.before, entry.after) == ({"status": "proposed"}, {"status": "done"})
    _move(house, made, "under_way")
    made.refresh_from_db()
    assert made.closed_on is None


def test_dropping_takes_a_reason_and_no_status_is_made_up(house: House) -> None:
    made = factories_plan.initiative(house.workspace)
    with pytest.raises(Unfit) as refused:
        _move(house, made, "dropped")
    assert refused.value.field_name == "why"
    with pytest.raises(Unfit):
        _move(house, made, "perhaps")
    _move(house, made, "dropped", why="The vendor left.")
    assert JournalEntry.objects.get(verb="initiative.moved").why == "The vendor left."


def test_an_initiative_of_another_workspace_is_not_there(house: House) -> None:
    made = factories_plan.initiative(house.workspace)
    with pytest.raises(planning.NoSuchInitiative):
        planning.move(
            workspace_id=house.other.pk,
            initiative_id=made.pk,
            status="done",
            by=house["otto"],
            now=NOW,
        )


def _revise(house: House, made: Initiative, draft: planning.Draft) -> None:
    made.refresh_from_db()
    planning.revise(
        workspace_id=house.workspace.pk,
        initiative_id=made.pk,
        draft=draft,
        marker=plan.marker(made),
        by=house["noa"],
        now=NOW,
    )


def _move(house: House, made: Initiative, status: str, why: str = "") -> None:
    planning.move(
        workspace_id=house.workspace.pk,
        initiative_id=made.pk,
        status=status,
        why=why,
        by=house["ada"],
        now=NOW,
    )


def test_a_demonstration_goes_with_all_that_was_planned_in_it(house: House) -> None:
    home = factories.workspace("Show", led_by=house["ada"], simulated=True)
    edition = factories_plan.staged()
    factories_plan.initiative(
        home, cycle=factories.cycle(home, of=edition), expected={"A": "3.0"}
    )
    opened = factories_plan.review(home, edition)
    factories_plan.decided(
        opened,
        "conditional_go",
        conditions=(factories_plan.condition(house["ada"]),),
    )
    factories_plan.capability(home, team=factories.root(home))
    organization.remove_workspace(workspace_id=home.pk)
    assert not Initiative.objects.exists()
