"""Twice the people, units, questions and rows: the same queries, page by page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import (
    factories,
    factories_calibration,
    factories_evidence,
    factories_participation,
    factories_plan,
    frameworks,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.contrib.auth.models import User
    from django.test import Client

    from assessments.models import Cycle, Edition, Scope
    from tests.assessments.conftest import Telemetry
    from tests.factories import House

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("telemetry", "evidence_folder"),
]
BEFORE = (date(2025, 10, 1), date(2025, 12, 31))
NOW = (date(2026, 1, 1), date(2026, 3, 31))
# Pages about a cycle, with what else is in their address.
OF_A_CYCLE = (
    ("cycle",),
    ("answer_overview",),
    ("answer_domain", "X0"),
    ("answer_cards", "X0"),
    ("answer", "X0.1"),
    ("participants",),
    ("results",),
    ("domain_result", "X0"),
    ("topic_why", "X0.1"),
    ("calibration",),
    ("calibration_topic", "X0.1"),
    ("disputes",),
    ("comparison",),
    ("cycle_evidence",),
    ("gaps",),
)
OF_A_WORKSPACE = (
    "asked",
    "cycles",
    "portfolio",
    "practices",
    "heatmap",
    "heatmap_csv",
    "evidence",
    "plan",
)


def test_no_page_of_an_assessment_asks_more_for_twice_of_everything(
    house: House, sign_in: Callable[[str], Client], telemetry: Telemetry
) -> None:
    ada = sign_in("ada")
    few = _costs(ada, house, _grown(house, telemetry, 2))
    many = _costs(ada, house, _grown(house, telemetry, 4))
    assert many == few


def _costs(client: Client, house: House, cycle: Cycle) -> dict[str, int]:
    """Return how many queries each page asks, and keeping an answer."""
    pages = {
        name: reverse(name, args=[house.slug, cycle.pk, *rest])
        for name, *rest in OF_A_CYCLE
    } | {name: reverse(name, args=[house.slug]) for name in OF_A_WORKSPACE}
    costs = {}
    for name, address in pages.items():
        client.get(address)  # editions are parsed once per process
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200, name
        costs[name] = len(asked)
    with CaptureQueriesContext(connection) as asked:
        kept = client.post(
            reverse("answer", args=[house.slug, cycle.pk, "X0.1"]),
            {"choice": "2"},
            headers={"Accept": "application/json"},
        )
    assert kept.status_code == 200
    return costs | {"an answer is kept": len(asked)}


def _grown(house: House, telemetry: Telemetry, size: int) -> Cycle:
    """Return the last of as many units' cycles, with as much of everything in them."""
    telemetry.values = {f"X{n}.M1": 7200.0 for n in range(size)}
    edition = _edition(size)
    people = [factories.member(house.workspace).user for _ in range(size)]
    units = [
        factories.unit(house.workspace, f"Unit {size}.{number}")
        for number in range(size)
    ]
    for unit in units:
        factories.locked(_answered(house, unit, edition, BEFORE, people))
    *_, cycle = [_answered(house, unit, edition, NOW, people) for unit in units]
    for number, person in enumerate(people):
        topic = f"X{number}.1"
        factories_evidence.link(
            house.workspace,
            person,
            f"https://wiki.example.org/{size}/{number}",
            to=(cycle, topic),
        )
        factories_plan.initiative(
            house.workspace,
            cycle=cycle,
            title=f"Number {size}.{number}",
            expected={f"X{number}": "5.0"},
            owner=person,
        )
        factories_calibration.settlement(cycle, topic)
        factories_calibration.dispute(cycle, topic)
    factories_participation.invited(
        cycle, f"guest-{size}@example.org", domains=("X0", "X1")
    )
    return factories.scored(cycle)


def _edition(size: int) -> Edition:
    """An edition of as many domains, each with as many topics and one metric."""
    domains = [
        frameworks.domain(
            f"X{n}",
            *(frameworks.topic(f"X{n}.{number}") for number in range(1, size + 1)),
            criteria=[frameworks.criterion(f"X{n}.M1", f"X{n}.1")],
        )
        for n in range(size)
    ]
    pillar = {"code": "process", "name": "Process", "domains": domains}
    return factories.edition(frameworks.plain(pillar, key=f"of-{size}"))  # type: ignore[arg-type]  # a row of rows


def _answered(
    house: House,
    unit: Scope,
    edition: Edition,
    period: tuple[date, date],
    people: Sequence[User],
) -> Cycle:
    """A scored cycle in which these people and Ada are asked for all and answered."""
    first, last = period
    codes = [f"X{n}" for n in range(len(people))]
    cycle = factories.cycle(
        house.workspace,
        scope=unit,
        of=edition,
        first=first,
        last=last,
        targets=dict.fromkeys(codes, "5.0"),
    )
    everybody = [house["ada"], *people]
    factories_participation.asked(cycle, *everybody, domains=codes)
    for level, person in enumerate(everybody):
        for code in codes:
            for number in range(1, len(people) + 1):
                factories.rating(cycle, f"{code}.{number}", person, 1 + level % 4)
    return factories.scored(cycle)
