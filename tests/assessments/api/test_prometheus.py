"""Prometheus' text format: the same numbers as elsewhere, and nothing for unknown."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from prometheus_client.parser import text_string_to_metric_families

from assessments.services import api_tokens
from tests import factories
from tests.assessments.queries.test_results import HOUR, answered
from tests.assessments.services.test_normalizing import deployment, pushed, taken

if TYPE_CHECKING:
    from tests.assessments.conftest import Telemetry

    Labels = frozenset[tuple[str, str]]

pytestmark = pytest.mark.django_db

GRAFANA = Path(__file__).parents[3] / "fixtures" / "grafana" / "compel.json"


@pytest.fixture
def token(house: factories.House) -> str:
    member = house.workspace.members.get(user=house["vera"])
    return api_tokens.make(member_id=member.pk, name="scraper", now=factories.NOW)


def scraped(house: factories.House, token: str) -> dict[tuple[str, Labels], float]:
    """Every series by name and labels."""
    answer = Client().get(
        reverse("api_metrics", args=[house.slug]),
        headers={"authorization": f"Bearer {token}", "accept": "text/plain"},
    )
    assert answer.status_code == 200
    assert answer["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def of(found: dict[tuple[str, Labels], float], name: str, **labels: str) -> list[float]:
    return [
        value
        for (told, having), value in found.items()
        if told == name and set(labels.items()) <= having
    ]


def test_what_is_unknown_has_no_value_and_says_so(
    house: factories.House, token: str
) -> None:
    found = scraped(house, token)

    assert of(found, "compel_delivery_value") == []
    assert set(of(found, "compel_delivery_known")) == {0.0}
    assert set(of(found, "compel_delivery_observations")) == {0.0}


def test_levels_are_those_of_the_newest_cycle(
    house: factories.House, token: str, telemetry: Telemetry
) -> None:
    telemetry.values = {"B.M1": 2 * HOUR}
    factories.scored(answered(house))

    found = scraped(house, token)

    level = "compel_score_level"
    assert of(found, level, code="B", column="measured") == [4.0]
    assert of(found, level, code="B", column="declared") == [3.0]
    assert of(found, level, kind="scope", column="agreed") == [3.0]
    assert of(found, level, code="C", column="measured") == []
    coverage = "compel_score_coverage_ratio"
    assert of(found, coverage, code="B", column="measured") == [1.0]


def test_sources_say_how_they_stand_and_names_are_escaped(
    house: factories.House, token: str
) -> None:
    source = pushed(house.workspace)
    source.name = 'Build "one"\\two\nthree'
    source.save()
    taken(source, deployment(1))

    found = scraped(house, token)

    assert of(found, "compel_source_events", source=source.name) == [1.0]
    assert of(found, "compel_source_failing", source=source.name) == [0.0]


def test_another_workspace_learns_nothing(house: factories.House, token: str) -> None:
    other = factories.workspace(name="Elsewhere")
    answer = Client().get(
        reverse("api_metrics", args=[other.slug]),
        headers={"authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 404


def expressions(panels: list[dict[str, Any]]) -> list[str]:
    return [one["expr"] for panel in panels for one in panel.get("targets", [])]


def test_the_grafana_dashboard_asks_only_for_what_is_exposed(
    house: factories.House, token: str
) -> None:
    board = json.loads(GRAFANA.read_text())
    answer = Client().get(
        reverse("api_metrics", args=[house.slug]),
        headers={"authorization": f"Bearer {token}"},
    )
    exposed = set(re.findall(r"# TYPE (\w+) gauge", answer.content.decode()))

    asked = expressions(board["panels"])

    assert asked
    for one in asked:
        assert set(re.findall(r"compel_\w+", one)) <= exposed, one
    ids = [panel["id"] for panel in board["panels"]]
    assert len(ids) == len(set(ids))
    # Panels stand beside each other, and none on another.
    places = {
        (x, y)
        for panel in board["panels"]
        for place in [panel["gridPos"]]
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    }
    areas = [panel["gridPos"]["w"] * panel["gridPos"]["h"] for panel in board["panels"]]
    assert len(places) == sum(areas)
