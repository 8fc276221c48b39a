"""Bamboo, telling of a plan and of its deployment project."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from assessments.connectors.bamboo import Bamboo
from assessments.connectors.base import Source, clean_rules
from tests.assessments.connectors.contract import SECRET, Subject
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.platform import ByOffset, Listed, Platform

_API = "/ci/rest/api/latest"
_PAGES = ByOffset("start-index", "max-result")


def _results(rows: list[Any]) -> Any:
    return {"results": {"size": len(rows), "result": rows}}


def _deployed(rows: list[Any]) -> Any:
    return {"results": rows, "size": len(rows)}


def _platform() -> Platform:
    builds = ours("bamboo", "results")
    deployed = ours("bamboo", "deployment_results")
    things: dict[str, Any] = {
        f"{_API}/project/SHOP.json": ours("bamboo", "project"),
        f"{_API}/deploy/project/all.json": ours("bamboo", "deployment_projects"),
    }
    things |= {f"{_API}/result/{row['key']}.json": row for row in builds}
    things |= {f"{_API}/deploy/result/{row['id']}.json": row for row in deployed}
    return Platform(
        lists={
            f"{_API}/result/SHOP-APP.json": Listed(builds, _PAGES, _results),
            f"{_API}/deploy/environment/2/results.json": Listed(
                deployed, _PAGES, _deployed
            ),
        },
        things=things,
        admits=lambda asked: asked.headers.get("authorization") == f"Bearer {SECRET}",
    )


def _source(address: str) -> Source:
    rules = {"deploy_stages": ["deploy to prod*"]}
    return Source(
        kind="bamboo",
        address=f"{address}/ci/browse/SHOP",
        service_key="app",
        secret=SECRET,
        rules=clean_rules(Bamboo.rule_fields, rules).rules,
        allow_local=True,
    )


_RUNS = ("1", "1/Build", "2", "2/Build", "2/Deploy to production", "3", "3/Build",
         "4", "4/Build", "5", "5/Build")  # fmt: skip

SUBJECT = Subject(
    connector=Bamboo,
    platform=_platform,
    source=_source,
    now=datetime(2026, 1, 9, 9, tzinfo=UTC),
    events=frozenset(
        {("pipeline_run", f"SHOP-APP-{each}") for each in _RUNS}
        | {("deployment", f"deployment-{n}") for n in range(901, 906)}
        | {("deployment", "SHOP-APP-2/Deploy to production")}
    ),
    people=("Ada Example", "user/ada", '"ada"'),
)
