"""The plan's pages: gaps, initiatives, and what became of them."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Grant, Initiative
from assessments.queries import gaps, plan
from assessments.services import planning
from tests import factories, factories_plan, frameworks

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from assessments.models import Cycle
    from assessments.queries.following import Followed
    from tests.assessments.conftest import Telemetry
    from tests.factories import House

pytestmark = pytest.mark.django_db
TARGETS = {"A": "4.0", "B": "3.0", "C": "3.0"}


@pytest.fixture
def cycle(house: House, telemetry: Telemetry) -> Cycle:
    """A scored cycle: A is two levels short, B is there, nobody knows about C."""
    made = factories.cycle(house.workspace, targets=TARGETS)
    return factories_plan.answered(made, {"A": 2, "B": 3})


def domain_of(document: Any, place: int) -> dict[str, Any]:
    """A domain of the first pillar of a plain document."""
    found: dict[str, Any] = document["pillars"][0]["domains"][place]
    return found


def typed(cycle: Cycle, **changes: str) -> dict[str, Any]:
    """What a person types into the form of an initiative."""
    return {
        "title": "Automate the pipeline",
        "text": "Because.",
        "scope": cycle.scope_id,
        "owner": "",
        "start_on": "2026-04-01",
        "due_on": "2026-06-30",
        "effort": "3",
        "domain_1": "A",
        "level_1": "3.0",
    } | changes


# ── gaps ───────────────────────────────────────────────────────────────────────────


def test_a_gap_is_traceable_and_unknown_is_no_gap(house: House, cycle: Cycle) -> None:
    found = gaps.gaps(workspace_id=house.workspace.pk, cycle_id=cycle.pk)
    assert found is not None
    (gap,) = found.gaps
    assert gap.code == "A"
    assert gap.size == 2
    assert gap.impact == 1  # half of what is known
    assert (gap.effort, gap.effort_chosen) == (4, False)
    assert [one.next_level for one in gap.asks] == [3, 3, 3]
    assert gap.asks[0].sentence == "Sentence 3 of A.1."
    assert [one.code for one in found.silences] == ["C"]
    assert found.reached == ("B Domain B",)


def test_people_choose_the_effort_on_an_initiative(house: House, cycle: Cycle) -> None:
    made = factories_plan.initiative(
        house.workspace, cycle=cycle, expected={"A": "3.0"}, effort=1
    )
    found = gaps.gaps(workspace_id=house.workspace.pk, cycle_id=cycle.pk)
    assert found is not None
    (gap,) = found.gaps
    assert (gap.effort, gap.effort_chosen) == (1, True)
    assert [one.id for one in gap.begun] == [made.pk]


def test_the_most_impact_for_the_least_effort_comes_first(
    house: House, telemetry: Telemetry
) -> None:
    document = frameworks.plain()
    domain_of(document, 1)["weight"] = 9
    made = factories.cycle(
        house.workspace, of=factories.edition(document), targets=TARGETS
    )
    factories_plan.answered(made, {"A": 3, "B": 2})
    found = gaps.gaps(workspace_id=house.workspace.pk, cycle_id=made.pk)
    assert found is not None
    assert [(one.rank, one.code) for one in found.gaps] == [(1, "B"), (2, "A")]


def test_what_a_target_rests_on_is_named_where_it_is_weaker(
    house: House, telemetry: Telemetry
) -> None:
    document = frameworks.plain()
    domain_of(document, 0)["prerequisites"] = [
        {"from_level": 4, "domain": code, "level": 3, "why": "So.", "source": ["own"]}
        for code in ("B", "C")
    ]
    made = factories.cycle(
        house.workspace, of=factories.edition(document), targets=TARGETS
    )
    factories_plan.answered(made, {"A": 2, "B": 2})
    found = gaps.gaps(workspace_id=house.workspace.pk, cycle_id=made.pk)
    assert found is not None
    weaker = next(one for one in found.gaps if one.code == "A").weaker
    assert [(one.code, one.level) for one in weaker] == [("B", 2), ("C", None)]


def test_the_page_of_gaps_starts_an_initiative_with_one_click(
    house: House, cycle: Cycle, sign_in: Callable[[str], Client]
) -> None:
    page = sign_in("ada").get(reverse("gaps", args=[house.slug, cycle.pk]))
    content = page.content.decode()
    address = reverse("initiative_new", args=[house.slug])
    assert f"{address}?cycle={cycle.pk}&amp;domain=A" in content
    assert "by size of gap" in content
    assert "<svg" in content
    begun = sign_in("ada").get(f"{address}?cycle={cycle.pk}&domain=A")
    form = begun.context["form"]
    assert form["title"].value() == "Raise Domain A"
    assert (form["domain_1"].value(), form["level_1"].value()) == ("A", "3.0")
    assert form["effort"].value() == 4
    viewed = sign_in("vera").get(reverse("gaps", args=[house.slug, cycle.pk]))
    assert address not in viewed.content.decode()


def test_gaps_of_an_unscored_cycle_say_so(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    bare = factories.cycle(house.workspace)
    page = sign_in("vera").get(reverse("gaps", args=[house.slug, bare.pk]))
    assert b"Not scored yet" in page.content


# ── initiatives ────────────────────────────────────────────────────────────────────


def test_an_initiative_is_written_down_changed_and_moved(
    house: House, cycle: Cycle, sign_in: Callable[[str], Client]
) -> None:
    noa = sign_in("noa")
    new = reverse("initiative_new", args=[house.slug])
    noa.post(f"{new}?cycle={cycle.pk}", typed(cycle))
    answer = noa.post(f"{new}?cycle={cycle.pk}", typed(cycle))  # a second click
    made = Initiative.objects.get()
    assert answer["Location"] == reverse("initiative", args=[house.slug, made.pk])
    edit = reverse("initiative_edit", args=[house.slug, made.pk])
    marker = noa.get(edit).context["form"]["marker"].value()
    noa.post(edit, typed(cycle, title="Other", marker=marker))
    noa.post(
        reverse("initiative_status", args=[house.slug, made.pk]),
        {"status": "under_way", "why": ""},
    )
    made.refresh_from_db()
    assert (made.title, made.status) == ("Other", "under_way")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "Title"),
        ({"start_on": "31.12.2026"}, "Write the date as year-month-day"),
        ({"due_on": "2026-01-01"}, "end on the day that it starts, or later"),
        ({"level_1": ""}, "Choose the level, too."),
        ({"domain_1": ""}, "Choose the domain, too."),
        ({"domain_2": "A", "level_2": "4.0"}, "This domain is above already."),
        ({"domain_1": "Z"}, "Domain 1"),
        ({"scope": "999999"}, "Part of the organization"),
    ],
)
def test_bad_input_is_said_and_what_was_typed_stays(
    house: House,
    cycle: Cycle,
    sign_in: Callable[[str], Client],
    change: dict[str, str],
    said: str,
) -> None:
    address = f"{reverse('initiative_new', args=[house.slug])}?cycle={cycle.pk}"
    answer = sign_in("ada").post(address, typed(cycle) | change)
    content = answer.content.decode()
    assert answer.status_code == 422
    assert said in content
    assert "Because." in content
    assert not Initiative.objects.exists()


def test_two_people_who_edit_lose_nothing(
    house: House, cycle: Cycle, sign_in: Callable[[str], Client]
) -> None:
    made = factories_plan.initiative(
        house.workspace, cycle=cycle, expected={"A": "3.0"}
    )
    edit = reverse("initiative_edit", args=[house.slug, made.pk])
    ada, noa = sign_in("ada"), sign_in("noa")
    marker = ada.get(edit).context["form"]["marker"].value()
    noa.post(edit, typed(cycle, title="Noa wrote this", marker=marker))
    answer = ada.post(edit, typed(cycle, title="Ada wrote that", marker=marker))
    content = answer.content.decode()
    assert answer.status_code == 422
    assert "Noa wrote this" in content
    assert "Ada wrote that" in content
    seen = answer.context["form"]["marker"].value()
    assert seen != marker
    ada.post(edit, typed(cycle, title="Ada wrote that", marker=seen))
    made.refresh_from_db()
    assert made.title == "Ada wrote that"


def test_dropping_without_a_reason_is_said_beside_its_field(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    made = factories_plan.initiative(house.workspace)
    answer = sign_in("ada").post(
        reverse("initiative_status", args=[house.slug, made.pk]),
        {"status": "dropped", "why": ""},
    )
    assert answer.status_code == 422
    assert b"Say why it is dropped" in answer.content


def test_the_list_is_filtered_and_says_what_is_overdue(
    house: House, cycle: Cycle, sign_in: Callable[[str], Client]
) -> None:
    late = factories_plan.initiative(
        house.workspace, cycle=cycle, title="Late one", expected={"A": "3.0"}
    )
    factories_plan.initiative(
        house.workspace, title="Far one", due_on=date(2190, 1, 1), owner=house["noa"]
    )
    vera = sign_in("vera")
    address = reverse("plan", args=[house.slug])

    def shown(**asked: Any) -> list[str]:
        rows = vera.get(address, asked).context["initiatives"]
        return sorted(row.title for row in rows)

    assert shown() == ["Far one", "Late one"]
    assert shown(late="on") == shown(domain="A") == ["Late one"]
    assert shown(owner=house["noa"].pk) == ["Far one"]
    assert shown(status="done") == []
    assert shown(status="nonsense", owner="x") == ["Far one", "Late one"]
    assert "Overdue" in vera.get(address).content.decode()
    planning.move(
        workspace_id=house.workspace.pk,
        initiative_id=late.pk,
        status="done",
        by=house["ada"],
        now=factories.NOW,
    )
    assert shown(status="open") == ["Far one"]
    assert shown(late="on") == []


def test_the_csv_is_what_the_list_shows_and_runs_no_formula(
    house: House, cycle: Cycle, sign_in: Callable[[str], Client]
) -> None:
    factories_plan.initiative(
        house.workspace,
        cycle=cycle,
        title='=HYPERLINK("https://example.org")',
        expected={"A": "3.0", "B": "4.0"},
    )
    factories_plan.initiative(house.workspace, title="Another")
    answer = sign_in("vera").get(
        reverse("plan_csv", args=[house.slug]), {"domain": "A"}
    )
    head, *lines = csv.reader(io.StringIO(answer.content.decode()))
    assert len(lines) == 2
    first = dict(zip(head, lines[0], strict=True))
    assert first["Initiative"].startswith("'=")
    assert (first["Domain"], first["Level before"], first["Expected level"]) == (
        "A",
        "2.0",
        "3.0",
    )
    assert "attachment" in answer["Content-Disposition"]


def test_a_role_over_a_subtree_plans_there_and_sees_no_more(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    east = factories.unit(house.workspace, "East")
    west = factories.unit(house.workspace, "West")
    rui = house.workspace.members.get(user=house["rui"])
    Grant.objects.create(
        member=rui,
        scope=east,
        role="assessor",
    )
    mine = factories_plan.initiative(house.workspace, scope=east, title="Mine")
    other = factories_plan.initiative(house.workspace, scope=west, title="Other")
    client = sign_in("rui")
    page = client.get(reverse("plan", args=[house.slug]))
    assert [row.title for row in page.context["initiatives"]] == ["Mine"]
    for name in ("initiative", "initiative_edit"):
        assert client.get(reverse(name, args=[house.slug, mine.pk])).status_code == 200
        assert client.get(reverse(name, args=[house.slug, other.pk])).status_code == 404
    answer = client.post(
        reverse("initiative_new", args=[house.slug]),
        {
            "title": "Elsewhere",
            "scope": west.pk,
            "start_on": "2026-04-01",
            "due_on": "2026-05-01",
            "effort": "2",
        },
    )
    assert answer.status_code == 422
    assert not Initiative.objects.filter(title="Elsewhere").exists()


def test_another_workspaces_initiative_is_not_found(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    made = factories_plan.initiative(house.workspace)
    for name in ("initiative", "initiative_edit"):
        address = reverse(name, args=[house.other.slug, made.pk])
        assert sign_in("otto").get(address).status_code == 404


# ── followed into the next cycle ───────────────────────────────────────────────────


def followed(house: House, initiative: Initiative) -> Followed:
    row = plan.initiative(
        workspace_id=house.workspace.pk,
        initiative_id=initiative.pk,
        reach=("/",),
        today=date(2026, 7, 1),
    )
    assert row is not None
    return row.followed[0]


def next_cycle(house: House, cycle: Cycle, level: int, *by: str) -> Cycle:
    made = factories.cycle(
        house.workspace,
        of=cycle.edition,
        title="Q2 2026",
        first=date(2026, 4, 1),
        last=date(2026, 6, 30),
    )
    people = [house[name] for name in by or ("rui",)]
    return factories_plan.answered(made, {"A": level}, *people)


@pytest.mark.parametrize(
    ("level", "standing", "reached", "said"),
    [
        (2, "same", False, "has not moved"),
        (3, "up", True, "expected level is reached"),
        (1, "down", False, "down"),
    ],
)
def test_the_next_cycle_says_what_moved(
    house: House,
    cycle: Cycle,
    sign_in: Callable[[str], Client],
    level: int,
    standing: str,
    reached: bool,
    said: str,
) -> None:
    made = factories_plan.initiative(
        house.workspace, cycle=cycle, expected={"A": "3.0"}
    )
    assert followed(house, made).standing == "waiting"
    later = next_cycle(house, cycle, level)
    one = followed(house, made)
    assert (one.standing, one.reached) == (standing, reached)
    assert one.now == level
    assert one.cycle_id == later.pk
    page = sign_in("vera").get(reverse("initiative", args=[house.slug, made.pk]))
    content = page.content.decode()
    assert said in content
    assert "not locked" in content
    assert "Other causes are possible" in content
    block = sign_in("vera").get(reverse("gaps", args=[house.slug, later.pk]))
    assert [row.id for row in block.context["expecting"]] == [made.pk]


def test_a_movement_below_its_uncertainty_says_so(
    house: House, telemetry: Telemetry
) -> None:
    first = factories.cycle(house.workspace, targets=TARGETS)
    for name, level in (("rui", 1), ("noa", 5)):
        factories_plan.answered(first, {"A": level}, house[name])
    made = factories_plan.initiative(
        house.workspace, cycle=first, expected={"A": "3.0"}
    )
    next_cycle(house, first, 2)
    one = followed(house, made)
    assert one.change == 1
    assert one.uncertainty is not None
    assert one.uncertainty > 1
    assert one.standing == "unsure"


def test_no_level_later_is_unknown_and_not_zero(house: House, cycle: Cycle) -> None:
    made = factories_plan.initiative(
        house.workspace, cycle=cycle, expected={"A": "3.0"}
    )
    later = factories.cycle(
        house.workspace,
        of=cycle.edition,
        title="Q2",
        first=date(2026, 4, 1),
        last=date(2026, 6, 30),
    )
    factories_plan.answered(later, {"B": 3})
    one = followed(house, made)
    assert (one.standing, one.now, one.change) == ("unknown", None, None)


def test_another_parts_cycle_tells_nothing(house: House, cycle: Cycle) -> None:
    made = factories_plan.initiative(
        house.workspace, cycle=cycle, expected={"A": "3.0"}
    )
    elsewhere = factories.cycle(
        house.workspace,
        of=cycle.edition,
        scope=factories.unit(house.workspace, "East"),
        title="East",
        first=date(2026, 4, 1),
        last=date(2026, 6, 30),
    )
    factories_plan.answered(elsewhere, {"A": 5})
    assert followed(house, made).standing == "waiting"


# ── as many rows as there are, the same queries ────────────────────────────────────


def test_twice_the_initiatives_cost_no_more_queries(
    house: House, cycle: Cycle, sign_in: Callable[[str], Client]
) -> None:
    later = next_cycle(house, cycle, 3)
    vera = sign_in("vera")
    addresses = [
        reverse("plan", args=[house.slug]),
        reverse("plan_csv", args=[house.slug]),
        reverse("gaps", args=[house.slug, later.pk]),
    ]

    def cost(rows: int) -> list[int]:
        for number in range(rows):
            factories_plan.initiative(
                house.workspace,
                cycle=cycle,
                title=f"Number {rows}.{number}",
                expected={"A": "3.0", "B": "4.0"},
                owner=house["noa"],
            )
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert vera.get(address).status_code == 200
            counts.append(len(queries))
        return counts

    assert cost(3) == cost(3)
