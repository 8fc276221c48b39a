"""Prometheus itself scrapes a workspace, and answers what Grafana will ask it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest

from assessments.services import api_tokens
from tests import factories, real_servers
from tests.assessments.api.test_prometheus import GRAFANA, expressions
from tests.assessments.queries.test_results import HOUR, answered

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django.live_server_helper import LiveServer

    from tests.assessments.conftest import Telemetry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.monitors]

_PATIENCE_SECONDS = 60
SCRAPING = """\
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
  - job_name: compel
    metrics_path: /api/v1/workspaces/%s/metrics
    authorization: {credentials: %s}
    static_configs: [{targets: ["%s"]}]
"""


def asked(address: str, query: str) -> list[dict[str, Any]]:
    with httpx.Client(trust_env=False, timeout=30) as client:
        answer = client.get(f"{address}/api/v1/query", params={"query": query})
    assert answer.is_success, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]["result"]
    return found


def awaited(address: str, query: str) -> list[dict[str, Any]]:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := asked(address, query):
            return found
        time.sleep(0.5)
    raise AssertionError(f"Prometheus has nothing for {query}.")


def test_it_scrapes_levels_and_understands_every_question_of_the_dashboard(
    house: factories.House,
    telemetry: Telemetry,
    live_server: LiveServer,
    tmp_path: Path,
) -> None:
    telemetry.values = {"B.M1": 2 * HOUR}
    factories.scored(answered(house))
    member = house.workspace.members.get(user=house["vera"])
    token = api_tokens.make(member_id=member.pk, name="scraper", now=factories.NOW)
    target = urlsplit(live_server.url).netloc
    (tmp_path / "prometheus.yml").write_text(SCRAPING % (house.slug, token, target))
    address = f"http://127.0.0.1:{real_servers.free_port()}"

    with real_servers.prometheus(tmp_path, address):
        (level,) = awaited(
            address, 'compel_score_level{code="B",column="measured",kind="domain"}'
        )
        for expression in expressions(json.loads(GRAFANA.read_text())["panels"]):
            asked(address, expression)

    assert level["value"][1] == "4"
    assert level["metric"]["scope"] == factories.root(house.workspace).name
