"""Kubeflow Pipelines, for the contract: nightly training, two deployments by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from assessments.connectors.base import Source, clean_rules
from assessments.connectors.kubeflow import Kubeflow
from tests.assessments.connectors.contract import SECRET, Subject
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.platform import (
    Answer,
    Asked,
    ByToken,
    Listed,
    Platform,
    as_json,
)

API = "/pipeline/apis/v2beta1"
NOW = datetime(2026, 1, 10, tzinfo=UTC)


def source(address: str, **rules: Any) -> Source:
    """A source of that server."""
    return Source(
        kind="kubeflow",
        address=f"{address}/pipeline",
        service_key="ranker",
        secret=SECRET,
        rules=clean_rules(Kubeflow.rule_fields, rules).rules,
        allow_local=True,
    )


def run_id(number: int) -> str:
    """Return the id of a run of the story."""
    return f"0000000{number}-aaaa-bbbb-cccc-dddddddddddd"


def platform() -> Platform:
    """A Kubeflow that tells our story."""
    runs = ours("kubeflow", "runs")

    def single(asked: Asked) -> Answer:
        wanted = asked.path.rpartition("/")[2]
        found = [
            row for row in runs if isinstance(row, dict) and row.get("run_id") == wanted
        ]
        return as_json(found[0]) if found else as_json({"code": 5}, status=404)

    return Platform(
        lists={
            f"{API}/runs": _listed("runs", runs),
            f"{API}/pipelines": _listed("pipelines", ours("kubeflow", "pipelines")),
        },
        things={f"{API}/runs/{{id}}": single},
        admits=lambda asked: asked.headers.get("authorization") == f"Bearer {SECRET}",
    )


def _listed(name: str, rows: list[Any]) -> Listed:
    return Listed(
        rows,
        turning=ByToken(size="page_size"),
        wrap=lambda page: {name: page, "total_size": len(rows)} if page else {},
    )


SUBJECT = Subject(
    connector=Kubeflow,
    platform=platform,
    source=source,
    now=NOW,
    events=frozenset(
        {("pipeline_run", run_id(number)) for number in range(1, 7)}
        | {
            ("pipeline_run", f"{run_id(n)}/{task}")
            for n in (2, 6)
            for task in ("t1", "t2")
        }
        | {("deployment", run_id(number)) for number in (4, 5)}
    ),
    people=("rui.canary",),
)
