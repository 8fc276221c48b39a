"""CircleCI, telling of six pipelines of acme/shop."""

from __future__ import annotations

from datetime import UTC, datetime

from assessments.connectors.base import Source, clean_rules
from assessments.connectors.circleci import CircleCI
from tests.assessments.connectors.contract import SECRET, Subject
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.platform import ByToken, Listed, Platform

_API = "/api/v2"
_PAGES = ByToken(parameter="page-token")


def _platform() -> Platform:
    pipelines = ours("circleci", "pipelines")
    lists = {"project/gh/acme/shop/pipeline": pipelines}
    for pipeline, workflows in ours("circleci", "workflows").items():
        lists[f"pipeline/{pipeline}/workflow"] = workflows
    for workflow, jobs in ours("circleci", "jobs").items():
        lists[f"workflow/{workflow}/job"] = jobs
    return Platform(
        lists={
            f"{_API}/{path}": Listed(rows, _PAGES, wrap=lambda part: {"items": part})
            for path, rows in lists.items()
        },
        things={f"{_API}/pipeline/{row['id']}": row for row in pipelines},
        admits=lambda asked: asked.headers.get("circle-token") == SECRET,
    )


def _source(address: str) -> Source:
    return Source(
        kind="circleci",
        address=f"{address}/pipelines/github/acme/shop",
        service_key="shop",
        secret=SECRET,
        rules=clean_rules(CircleCI.rule_fields, {}).rules,
        allow_local=True,
    )


_WORKFLOWS = (101, 201, 301, 302, 401, 601)
_JOBS = (11, 12, 21, 31, 32, 33, 41, 61)
_DEPLOYED = ("gh/acme/shop#12", "gh/acme/shop#32", "gh/acme/shop#33")
_RELEASED = "00000000-0000-4000-8000-000000000401"

SUBJECT = Subject(
    connector=CircleCI,
    platform=_platform,
    source=_source,
    now=datetime(2026, 1, 9, 9, tzinfo=UTC),
    events=frozenset(
        {("pipeline_run", f"00000000-0000-4000-8000-{n:012d}") for n in _WORKFLOWS}
        | {("pipeline_run", f"gh/acme/shop#{n}") for n in _JOBS}
        | {("deployment", each) for each in (*_DEPLOYED, _RELEASED)}
    ),
    people=("ada-example", "Ada Example", "ada@", "s3cr3t-parameter"),
)
