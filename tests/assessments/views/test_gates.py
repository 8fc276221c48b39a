"""The journey's pages: stages, gates and their reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import GateReview
from assessments.queries import gates
from tests import factories, factories_plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from assessments.models import Edition
    from tests.assessments.conftest import Telemetry
    from tests.factories import House

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(house: House) -> Edition:
    """An edition with three stages and a gate before the last."""
    return factories_plan.staged()


@pytest.fixture
def review(house: House, edition: Edition) -> GateReview:
    """An open review of the gate."""
    return factories_plan.review(house.workspace, edition)


def journey(house: House, edition: Edition) -> gates.Journey:
    """Where the organization stands."""
    found = gates.journey(
        workspace_id=house.workspace.pk,
        scope_id=factories.root(house.workspace).pk,
        edition_id=edition.pk,
        reach=("/",),
    )
    assert found is not None
    return found


def test_a_programme_goes_on_by_its_baseline_and_its_gates(
    house: House, edition: Edition, telemetry: Telemetry
) -> None:
    assert journey(house, edition).current.name == "Calibrate"
    cycle = factories.cycle(house.workspace, of=edition)
    factories.locked(factories_plan.answered(cycle, 3))
    assert journey(house, edition).current.name == "Organize"
    opened = factories_plan.review(house.workspace, edition)
    assert journey(house, edition).current.name == "Organize"
    factories_plan.decided(
        opened, "conditional_go", conditions=(factories_plan.condition(house["noa"]),)
    )
    now = journey(house, edition)
    assert now.current.name == "Model"
    assert now.stages[2].gate is not None
    assert now.stages[2].gate.reviews[0].conditions_open == 1
    factories_plan.decided(factories_plan.review(house.workspace, edition), "recycle")
    assert journey(house, edition).current.name == "Organize"


def test_the_page_shows_stages_gates_and_open_conditions(
    house: House, review: GateReview, sign_in: Callable[[str], Client]
) -> None:
    factories_plan.decided(
        review, "conditional_go", conditions=(factories_plan.condition(house["noa"]),)
    )
    content = (
        sign_in("vera").get(reverse("journey", args=[house.slug])).content.decode()
    )
    assert "What calibrate puts out" in content
    assert "Gate before it: Ready to model" in content
    assert "Name the budget owner" in content
    assert "Overdue since 20 Mar 2026" in content
    assert "Open a review" not in content


def test_without_an_edition_with_gates_the_page_says_what_to_do(
    house: House, sign_in: Callable[[str], Client]
) -> None:
    factories.edition()
    page = sign_in("ada").get(reverse("journey", args=[house.slug]))
    assert b"No stages to go through" in page.content


def test_a_review_is_opened_examined_decided_and_signed_in_the_browser(
    house: House, edition: Edition, sign_in: Callable[[str], Client]
) -> None:
    ada, noa = sign_in("ada"), sign_in("noa")
    asked = {
        "scope": factories.root(house.workspace).pk,
        "edition": edition.pk,
        "stage": "S3",
    }
    ada.post(reverse("gate_open", args=[house.slug]), asked)
    opened = ada.post(reverse("gate_open", args=[house.slug]), asked)
    made = GateReview.objects.get()
    page = reverse("gate_review", args=[house.slug, made.pk])
    assert opened["Location"] == page
    marker = ada.get(page).context["findings"]["marker"].value()
    kept = ada.post(
        reverse("gate_findings", args=[house.slug, made.pk]),
        {
            "met_gate-model-1": "yes",
            "note_gate-model-1": "Seen on paper.",
            "link_gate-model-1": "https://example.org/page",
            "met_gate-model-2": "unknown",
            "marker": marker,
        },
    )
    assert kept.status_code == 302
    form = noa.get(page).context["deciding"]
    decide = reverse("gate_decide", args=[house.slug, made.pk])
    typed = {
        "decision": "go",
        "reason": "Good enough.",
        "marker": form["marker"].value(),
    }
    refused = noa.post(decide, typed)
    assert refused.status_code == 422
    assert b"unknown does not count as met" in refused.content
    assert b"Good enough." in refused.content
    typed |= {"decision": "conditional_go", "text_1": "Find out", "owner_1": ""}
    refused = noa.post(decide, typed)
    assert b"A condition needs a text, an owner and a due date." in refused.content
    typed |= {"owner_1": str(house["sam"].pk), "due_1": "2026-12-01"}
    assert noa.post(decide, typed).status_code == 302
    ada.post(reverse("gate_sign", args=[house.slug, made.pk]))
    content = ada.get(page).content.decode()
    assert "1 of 2 criteria met, 0 not met, 1 unknown" in content
    assert "Noa (" in content
    assert "Ada (" in content
    assert 'href="https://example.org/page"' in content
    again = noa.post(decide, typed | {"decision": "stop"})
    assert again.status_code == 422
    made.refresh_from_db()
    assert made.decision == "conditional_go"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://example.org/x", "nope"])
def test_a_link_that_is_no_web_page_is_refused_and_the_note_stays(
    house: House, review: GateReview, sign_in: Callable[[str], Client], link: str
) -> None:
    answer = sign_in("ada").post(
        reverse("gate_findings", args=[house.slug, review.pk]),
        {
            "met_gate-model-1": "yes",
            "note_gate-model-1": "A long note.",
            "link_gate-model-1": link,
            "met_gate-model-2": "no",
            "marker": gates.marker({}),
        },
    )
    assert answer.status_code == 422
    assert b"A long note." in answer.content
    review.refresh_from_db()
    assert review.findings == {}


def test_findings_of_two_people_meet_on_one_page(
    house: House, review: GateReview, sign_in: Callable[[str], Client]
) -> None:
    stale = gates.marker(review.findings)
    factories_plan.examined(review, True, False)
    answer = sign_in("noa").post(
        reverse("gate_findings", args=[house.slug, review.pk]),
        {
            "met_gate-model-1": "no",
            "note_gate-model-1": "I saw nothing.",
            "met_gate-model-2": "no",
            "marker": stale,
        },
    )
    content = answer.content.decode()
    assert answer.status_code == 422
    assert "I saw nothing." in content
    assert "Stands now:" in content
    assert "Seen." in content


def test_a_condition_is_met_by_its_owner_or_who_plans_and_nobody_else(
    house: House, review: GateReview, sign_in: Callable[[str], Client]
) -> None:
    factories_plan.decided(
        review, "conditional_go", conditions=(factories_plan.condition(house["vera"]),)
    )
    condition = review.conditions.get()
    address = reverse("condition_met", args=[house.slug, condition.pk])
    assert sign_in("sam").post(address).status_code == 403
    assert sign_in("rui").post(address).status_code == 403
    for _click in range(2):
        assert sign_in("vera").post(address).status_code == 302
    condition.refresh_from_db()
    assert condition.met_by == house["vera"]


def test_another_workspaces_review_is_not_found(
    house: House, review: GateReview, sign_in: Callable[[str], Client]
) -> None:
    otto = sign_in("otto")
    slug = house.other.slug
    assert otto.get(reverse("gate_review", args=[slug, review.pk])).status_code == 404
    for name in ("gate_findings", "gate_decide", "gate_sign"):
        assert otto.post(reverse(name, args=[slug, review.pk])).status_code == 404
    foreign = otto.post(
        reverse("gate_open", args=[slug]),
        {
            "scope": factories.root(house.workspace).pk,
            "edition": review.edition_id,
            "stage": "S3",
        },
    )
    assert foreign.status_code == 404


def test_twice_the_reviews_cost_no_more_queries(
    house: House, edition: Edition, sign_in: Callable[[str], Client]
) -> None:
    vera = sign_in("vera")

    def cost(rows: int) -> list[int]:
        made = [
            factories_plan.decided(
                factories_plan.review(house.workspace, edition),
                "conditional_go",
                conditions=(factories_plan.condition(house["noa"]),) * (2 * rows),
            )
            for _row in range(rows)
        ]
        counts = []
        for address in (
            reverse("journey", args=[house.slug]),
            reverse("gate_review", args=[house.slug, made[-1].pk]),
        ):
            with CaptureQueriesContext(connection) as queries:
                assert vera.get(address).status_code == 200
            counts.append(len(queries))
        return counts

    assert cost(2) == cost(4)
