"""Setting a cycle up, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from assessments.models import Campaign, Cycle, Notice
from tests import factories, frameworks
from tests import factories_participation as made

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.factories import House

    SignIn = Callable[[str], Client]

pytestmark = pytest.mark.usefixtures("telemetry")


def _at(house: House, name: str, *args: object) -> str:
    return reverse(name, args=[house.slug, *args])


def _start(house: House, **changes: object) -> dict[str, object]:
    return {
        "scope": [str(factories.root(house.workspace).pk)],
        "edition": str(factories.edition().pk),
        "title": "Q2 2026",
        "period_start": "2026-04-01",
        "period_end": "2026-06-30",
    } | changes


def test_without_a_published_edition_a_new_cycle_says_where_to_get_one(
    house: House, sign_in: SignIn
) -> None:
    page = sign_in("ada").get(_at(house, "cycle_new"))
    assert b"No published edition" in page.content


def test_each_step_is_kept_and_leads_to_the_next(house: House, sign_in: SignIn) -> None:
    ada = sign_in("ada")
    page = ada.get(_at(house, "cycle_new"))
    factories.edition()
    page = ada.get(_at(house, "cycle_new"))
    assert b"Step 1 of 6" in page.content
    answer = ada.post(_at(house, "cycle_new"), _start(house))
    cycle = Cycle.objects.get()
    assert cycle.targets == {"A": "3.0", "B": "3.0", "C": "3.0"}  # the usual advice
    steps: list[tuple[str, dict[str, str], str]] = [
        ("cycle_domains", {"out_C": "on", "reason_C": "Not ours."}, "cycle_targets"),
        ("cycle_targets", {"target_A": "2.5", "target_B": ""}, "participants"),
        (
            "cycle_course",
            {
                "due_on": "2026-06-10",
                "remind_every_days": "5",
                "unanchored": "on",
                "rescoring": "daily",
            },
            "cycle_check",
        ),
    ]
    assert answer["Location"] == _at(house, "cycle_domains", cycle.pk)
    for name, typed, following in steps:
        answer = ada.post(_at(house, name, cycle.pk), typed)
        assert answer["Location"] == _at(house, following, cycle.pk)
    cycle.refresh_from_db()
    assert (cycle.targets, cycle.left_out) == ({"A": "2.5"}, {"C": "Not ours."})
    assert (cycle.remind_every_days, cycle.unanchored) == (5, True)
    assert (str(cycle.due_on), cycle.rescoring) == ("2026-06-10", "daily")
    text = ada.get(_at(house, "cycle_check", cycle.pk)).content.decode()
    assert "C left out: Not ours." in text
    assert "every 5 days" in text
    ada.post(_at(house, "cycle_open", cycle.pk))
    assert Cycle.objects.get().state == "open"


def test_going_back_and_sending_again_makes_no_twin(
    house: House, sign_in: SignIn
) -> None:
    ada = sign_in("ada")
    first = ada.post(_at(house, "cycle_new"), _start(house))
    pk = Cycle.objects.get().pk
    ada.post(_at(house, "cycle_targets", pk), {"target_A": "4.0"})
    again = ada.post(_at(house, "cycle_new"), _start(house))
    assert first["Location"] == again["Location"]
    assert Cycle.objects.get().targets == {"A": "4.0"}


@pytest.mark.parametrize(
    ("go", "following"), [("back", "cycle_edit"), ("check", "cycle_check")]
)
def test_the_other_buttons_keep_what_was_typed_too(
    house: House, sign_in: SignIn, go: str, following: str
) -> None:
    cycle = factories.cycle(house.workspace, state="draft")
    answer = sign_in("ada").post(
        _at(house, "cycle_domains", cycle.pk),
        {"go": go, "out_B": "on", "reason_B": "Later."},
    )
    assert answer["Location"] == _at(house, following, cycle.pk)
    assert Cycle.objects.get().left_out == {"B": "Later."}


def test_a_step_with_mistakes_comes_back_with_everything_that_was_entered(
    house: House, sign_in: SignIn
) -> None:
    ada = sign_in("ada")
    bad = _start(house, title="", period_end="soon")
    page = ada.post(_at(house, "cycle_new"), bad)
    assert page.status_code == 422
    text = page.content.decode()
    assert "error-summary" in text
    assert 'value="2026-04-01"' in text
    assert 'value="soon"' in text
    page = ada.post(_at(house, "cycle_new"), _start(house, period_end="2026-03-01"))
    assert "The period ends before it starts" in page.content.decode()
    assert not Cycle.objects.exists()
    cycle = factories.cycle(house.workspace, state="draft")
    page = ada.post(_at(house, "cycle_domains", cycle.pk), {"out_C": "on"})
    assert page.status_code == 422
    assert "Say why C is left out" in page.content.decode()
    page = ada.post(
        _at(house, "cycle_course", cycle.pk),
        {"remind_every_days": "500", "rescoring": "never", "due_on": "2025-01-01"},
    )
    assert page.status_code == 422
    assert 'value="500"' in page.content.decode()


@pytest.mark.parametrize(
    ("first", "last", "year"),
    [("0001-01-01", "2026-06-30", 1), ("2026-04-01", "9999-12-31", 9999)],
)
def test_a_period_in_a_year_that_nobody_can_mean_is_refused(
    house: House, sign_in: SignIn, first: str, last: str, year: int
) -> None:
    plan = _start(house, period_start=first, period_end=last)
    page = sign_in("ada").post(_at(house, "cycle_new"), plan)
    assert page.status_code == 422
    assert f"The year {year} is not believable" in page.content.decode()
    assert not Cycle.objects.exists()


def test_an_open_cycle_keeps_its_plan_and_says_what_can_be_changed(
    house: House, sign_in: SignIn
) -> None:
    ada = sign_in("ada")
    cycle = factories.cycle(house.workspace)
    page = ada.post(_at(house, "cycle_edit", cycle.pk), _start(house, title="Other"))
    assert page.status_code == 422
    assert b"Only a draft can be changed" in page.content
    assert Cycle.objects.get().title == "Q1 2026"
    assert ada.get(_at(house, "cycle_edit", cycle.pk)).status_code == 302
    ada.post(
        _at(house, "cycle_course", cycle.pk),
        {"due_on": "2026-03-20", "remind_every_days": "2"},
    )
    cycle.refresh_from_db()
    assert (str(cycle.due_on), cycle.remind_every_days) == ("2026-03-20", 2)
    entry = house.workspace.journal.get(verb="cycle.due_set")
    assert entry.before == {"due_on": None, "remind_every_days": None}
    assert entry.after == {"due_on": "2026-03-20", "remind_every_days": 2}


def test_another_edition_drops_what_it_does_not_have(
    house: House, sign_in: SignIn
) -> None:
    cycle = factories.cycle(
        house.workspace, state="draft", targets={"A": "4"}, left_out={"C": "No."}
    )
    made.asked(cycle, house["rui"], domains=["A", "B"])
    small = frameworks.plain(
        {
            "code": "one",
            "name": "One",
            "domains": [frameworks.domain("A", frameworks.topic("A.1"))],
        },
        key="smaller",
    )
    other = factories.edition(small)
    plan = _start(house, edition=str(other.pk))
    sign_in("ada").post(_at(house, "cycle_edit", cycle.pk), plan)
    cycle.refresh_from_db()
    assert cycle.edition == other
    assert (cycle.targets, cycle.left_out) == ({"A": "4.0"}, {})
    assert [row.domain for row in cycle.assignments.all()] == ["A"]


# ── several units ──────────────────────────────────────────────────────────────────


def test_several_units_are_several_cycles_with_one_plan(
    house: House, sign_in: SignIn
) -> None:
    ada = sign_in("ada")
    units = [factories.unit(house.workspace, name) for name in ("North", "South")]
    chosen = [str(unit.pk) for unit in units]
    ada.post(_at(house, "cycle_new"), _start(house, scope=chosen))
    north, south = Cycle.objects.order_by("pk")
    assert north.campaign == south.campaign == Campaign.objects.get()
    ada.post(
        _at(house, "cycle_domains", north.pk), {"out_A": "on", "reason_A": "Later."}
    )
    ada.post(
        _at(house, "participant_add", north.pk),
        {"people": [str(house["rui"].pk)], "domains": ["B", "C"], "vantage": ""},
    )
    for cycle in Cycle.objects.all():
        assert cycle.left_out == {"A": "Later."}
        assert {row.domain for row in cycle.assignments.all()} == {"B", "C"}
    page = ada.get(_at(house, "cycle_check", south.pk))
    assert b"Open all 2 for answers" in page.content
    ada.post(_at(house, "cycle_open", south.pk))
    assert set(Cycle.objects.values_list("state", flat=True)) == {"open"}
    assert Notice.objects.filter(person=house["rui"]).count() == 2


def test_units_come_and_go_while_it_is_a_draft(house: House, sign_in: SignIn) -> None:
    ada = sign_in("ada")
    north, south, west = (
        factories.unit(house.workspace, name) for name in ("North", "South", "West")
    )
    ada.post(_at(house, "cycle_new"), _start(house, scope=[north.pk, south.pk]))
    first = Cycle.objects.order_by("pk")[0]
    made.asked(first, house["rui"], domains=["B"])
    answer = ada.post(
        _at(house, "cycle_edit", first.pk), _start(house, scope=[south.pk, west.pk])
    )
    assert answer["Location"] == _at(house, "cycle_domains", first.pk)
    assert {one.scope for one in Cycle.objects.all()} == {south, west}
    ada.post(_at(house, "cycle_edit", first.pk), _start(house, scope=[west.pk]))
    (left,) = Cycle.objects.all()
    assert (left.scope, left.assignments.count()) == (west, 1)


def test_a_draft_is_discarded_and_nothing_else_is(
    house: House, sign_in: SignIn
) -> None:
    ada = sign_in("ada")
    draft = factories.cycle(house.workspace, state="draft")
    answer = ada.post(_at(house, "cycle_discard", draft.pk))
    assert answer["Location"] == _at(house, "cycles")
    cycle = factories.cycle(house.workspace, of=draft.edition)
    ada.post(_at(house, "cycle_discard", cycle.pk))
    assert Cycle.objects.get() == cycle
