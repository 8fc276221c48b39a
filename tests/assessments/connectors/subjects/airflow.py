"""Airflow 3, for the contract: training, a deployment and one that failed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from assessments.connectors.airflow import Airflow
from assessments.connectors.base import Source, clean_rules
from tests.assessments.connectors.contract import SECRET, Subject
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.platform import Asked, ByOffset, Listed, Platform

API = "/api/v2"
NOW = datetime(2026, 1, 10, tzinfo=UTC)


def source(address: str, **rules: Any) -> Source:
    """A source of that server."""
    return Source(
        kind="airflow",
        address=address,
        service_key="ranker",
        secret=SECRET,
        rules=clean_rules(Airflow.rule_fields, rules).rules,
        allow_local=True,
    )


def platform() -> Platform:
    """An Airflow that tells our story."""
    tasks = {
        f"{API}/dags/{name.replace('/', '/dagRuns/')}/taskInstances": _listed(
            "task_instances", rows
        )
        for name, rows in ours("airflow", "task_instances").items()
    }
    runs = _listed("dag_runs", ours("airflow", "dag_runs"))
    return Platform(
        lists={f"{API}/dags/~/dagRuns": runs, **tasks},
        things={f"{API}/version": {"version": "3.3.2", "git_version": None}},
        admits=_admits,
    )


def _listed(name: str, rows: list[Any]) -> Listed:
    return Listed(
        rows, turning=ByOffset(start="offset"), wrap=lambda page: {name: page}
    )


def _admits(asked: Asked) -> bool:
    """Anybody may ask for the version."""
    known = asked.headers.get("authorization") == f"Bearer {SECRET}"
    return known or asked.path == f"{API}/version"


SUBJECT = Subject(
    connector=Airflow,
    platform=platform,
    source=source,
    now=NOW,
    events=frozenset(
        {
            ("deployment", "deploy_ranker/asset-2"),
            ("deployment", "deploy_ranker/manual-1"),
            ("pipeline_run", "clean_up/manual-3"),
            ("pipeline_run", "deploy_ranker/asset-2"),
            ("pipeline_run", "deploy_ranker/manual-1"),
            ("pipeline_run", "deploy_ranker/manual-1/promote"),
            ("pipeline_run", "train_ranker/scheduled-1"),
            ("pipeline_run", "train_ranker/scheduled-1/extract"),
            ("pipeline_run", "train_ranker/scheduled-1/train[0]"),
            ("pipeline_run", "train_ranker/scheduled-1/train[1]"),
            ("pipeline_run", "train_ranker/scheduled-2"),
            ("pipeline_run", "train_ranker/scheduled-2/extract"),
            ("pipeline_run", "train_ranker/scheduled-2/train"),
            ("pipeline_run", "train_ranker/scheduled-3"),
            ("pipeline_run", "train_ranker/scheduled-3/extract"),
            ("pipeline_run", "train_ranker/scheduled-4"),
        }
    ),
    people=("rui.canary",),
)
