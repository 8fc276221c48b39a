"""Plans kept under a name, and a cycle planned again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from assessments.models import Cycle, CycleTemplate, Invitation
from assessments.services import cycle_templates, cycles
from assessments.services.refusals import Unfit
from tests import factories, frameworks
from tests import factories_participation as made
from tests.factories import NOW

if TYPE_CHECKING:
    from tests.assessments.conftest import Telemetry
    from tests.factories import House


@pytest.fixture
def planned(house: House) -> Cycle:
    """An open cycle with people, reminders, a due date and a domain left out."""
    cycle = factories.cycle(
        house.workspace, state="draft", targets={"A": "4"}, left_out={"C": "Not ours."}
    )
    made.asked(cycle, house["rui"], domains=["A", "B"], vantage="consumer")
    made.invited(cycle, domains=["B"])
    cycles.revise(
        cycle_id=cycle.pk,
        changes={
            "due_on": date(2026, 3, 21),
            "remind_every_days": 7,
            "unanchored": True,
        },
        by=house["ada"],
        now=NOW,
    )
    cycles.open_(cycle_id=cycle.pk, by=house["ada"], now=NOW)
    cycle.refresh_from_db()
    return cycle


def _same(draft: Cycle, house: House) -> None:
    assert draft.state == "draft"
    assert draft.left_out == {"C": "Not ours."}
    assert (draft.remind_every_days, draft.unanchored) == (7, True)
    rows = draft.assignments.filter(person=house["rui"])
    assert {(row.domain, row.vantage) for row in rows} == {
        ("A", "consumer"),
        ("B", "consumer"),
    }
    guest = Invitation.objects.get(cycle=draft)
    assert (guest.email, guest.domains) == ("kim@example.org", ["B"])


def test_a_kept_plan_starts_another_period(house: House, planned: Cycle) -> None:
    ada = house["ada"]
    pk = cycle_templates.keep(cycle_id=planned.pk, name=" Quarterly ", by=ada, now=NOW)
    assert pk == cycle_templates.keep(
        cycle_id=planned.pk, name="Quarterly", by=ada, now=NOW
    )
    assert CycleTemplate.objects.get().name == "Quarterly"
    draft = Cycle.objects.get(
        pk=cycle_templates.start(
            workspace_id=house.workspace.pk,
            template_id=pk,
            title="Q2 2026",
            period_start=date(2026, 4, 1),
            period_end=date(2026, 6, 30),
            by=ada,
            now=NOW,
        )
    )
    _same(draft, house)
    assert draft.targets == {"A": "4.0"}
    assert draft.due_on == date(2026, 6, 20)  # ten days before the end, as before
    assert draft.based_on is None


def test_again_takes_the_next_period_and_the_advice(
    house: House, planned: Cycle, telemetry: Telemetry
) -> None:
    for topic, level in (("A.1", 1), ("A.2", 1), ("A.3", 1), ("B.1", 3)):
        factories.rating(planned, topic, house["rui"], level)
    factories.locked(planned)
    pk = cycle_templates.again(cycle_id=planned.pk, by=house["ada"], now=NOW)
    draft = Cycle.objects.get(pk=pk)
    _same(draft, house)
    assert draft.title == "Q2 2026"
    assert (draft.period_start, draft.period_end) == (
        date(2026, 4, 1),
        date(2026, 6, 30),
    )
    assert draft.based_on == planned
    assert draft.targets == {"A": "2.0", "B": "3.0"}  # one level, and level 3 first
    twice = cycle_templates.again(cycle_id=planned.pk, by=house["ada"], now=NOW)
    assert twice == pk


def test_again_uses_the_newest_version_and_what_it_still_has(
    house: House, planned: Cycle
) -> None:
    newer = frameworks.plain(
        {
            "code": "one",
            "name": "One",
            "domains": [
                frameworks.domain("A", frameworks.topic("A.1")),
                frameworks.domain("D", frameworks.topic("D.1")),
            ],
        },
        version="2",
    )
    second = factories.edition(newer)
    pk = cycle_templates.again(cycle_id=planned.pk, by=house["ada"], now=NOW)
    draft = Cycle.objects.get(pk=pk)
    assert draft.edition == second
    assert draft.left_out == {}
    assert [row.domain for row in draft.assignments.all()] == ["A"]
    assert not Invitation.objects.filter(cycle=draft).exists()


def test_who_left_is_not_asked_again(house: House, planned: Cycle) -> None:
    house.workspace.members.filter(user=house["rui"]).delete()
    pk = cycle_templates.again(cycle_id=planned.pk, by=house["ada"], now=NOW)
    assert not Cycle.objects.get(pk=pk).assignments.exists()


def test_a_template_needs_a_name_and_is_of_one_workspace(
    house: House, planned: Cycle
) -> None:
    ada = house["ada"]
    with pytest.raises(Unfit):
        cycle_templates.keep(cycle_id=planned.pk, name=" ", by=ada, now=NOW)
    pk = cycle_templates.keep(cycle_id=planned.pk, name="Mine", by=ada, now=NOW)
    other = house.other.pk
    with pytest.raises(cycle_templates.NoSuchTemplate):
        cycle_templates.start(
            workspace_id=other,
            template_id=pk,
            title="X",
            period_start=date(2026, 4, 1),
            period_end=date(2026, 6, 30),
            by=house["otto"],
            now=NOW,
        )
    cycle_templates.forget(
        workspace_id=other, template_id=pk, by=house["otto"], now=NOW
    )
    assert CycleTemplate.objects.exists()
    cycle_templates.forget(
        workspace_id=house.workspace.pk, template_id=pk, by=ada, now=NOW
    )
    assert not CycleTemplate.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "until", "title"),
    [
        ("2026-01-01", "2026-03-31", "2026-06-30", "Q2 2026"),
        ("2026-10-01", "2026-12-31", "2027-03-31", "Q1 2027"),
        ("2026-02-01", "2026-02-28", "2026-03-31", "T, from 2026-03-01"),
        ("2026-01-01", "2026-12-31", "2027-12-31", "T, from 2027-01-01"),
        ("2026-01-05", "2026-01-18", "2026-02-01", "T, from 2026-01-19"),
    ],
)
def test_the_next_period_is_as_long_and_called_as_people_call_it(
    first: str, last: str, until: str, title: str
) -> None:
    start, end = cycle_templates.next_period(
        date.fromisoformat(first), date.fromisoformat(last)
    )
    assert start == date.fromisoformat(last) + timedelta(days=1)
    assert end == date.fromisoformat(until)
    assert cycle_templates.title_of("T, from 2025-01-01", start, end) == title
