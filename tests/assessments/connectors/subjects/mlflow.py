"""MLflow, for the contract: three experiments, five models, one of them pending."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from assessments.connectors.base import Source, clean_rules
from assessments.connectors.mlflow import MLflow
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

if TYPE_CHECKING:
    from collections.abc import Callable

API = "/api/2.0/mlflow"
NOW = datetime(2026, 1, 10, tzinfo=UTC)


def source(address: str, **rules: Any) -> Source:
    """A source of that server."""
    return Source(
        kind="mlflow",
        address=address,
        service_key="training",
        secret=SECRET,
        rules=clean_rules(MLflow.rule_fields, rules).rules,
        allow_local=True,
    )


def platform() -> Platform:
    """An MLflow that tells our story."""
    runs = ours("mlflow", "runs")
    versions = ours("mlflow", "versions")
    return Platform(
        lists={
            f"{API}/experiments/search": _listed("experiments", "experiments"),
            f"{API}/runs/search": _listed("runs", "runs", rows=runs, wanted=_of_runs),
            f"{API}/model-versions/search": _listed(
                "model_versions", "versions", rows=versions
            ),
            f"{API}/registered-models/search": _listed("registered_models", "models"),
        },
        things={
            f"{API}/runs/get": _single("run", runs, _is_run),
            f"{API}/model-versions/get": _single(
                "model_version", versions, _is_version
            ),
        },
        admits=lambda asked: asked.headers.get("authorization") == f"Bearer {SECRET}",
    )


def _listed(
    name: str,
    file: str,
    *,
    rows: list[Any] | None = None,
    wanted: Callable[[Any, Asked], bool] | None = None,
) -> Listed:
    # MLflow leaves the name out where there are no rows.
    listed = Listed(
        ours("mlflow", file) if rows is None else rows,
        turning=ByToken(),
        wrap=lambda page: {name: page} if page else {},
    )
    if wanted:
        listed.wanted = wanted
    return listed


def _of_runs(row: Any, asked: Asked) -> bool:
    """Whether a run is of the experiments asked for; the filter is not read."""
    info = row.get("info") if isinstance(row, dict) else None
    experiment = info.get("experiment_id") if isinstance(info, dict) else None
    return not isinstance(experiment, str) or experiment in asked.body["experiment_ids"]


def _single(
    name: str, rows: list[Any], is_it: Callable[[Any, Asked], bool]
) -> Callable[[Asked], Answer]:
    def answer(asked: Asked) -> Answer:
        found = [row for row in rows if isinstance(row, dict) and is_it(row, asked)]
        if found:
            return as_json({name: found[0]})
        return as_json({"error_code": "RESOURCE_DOES_NOT_EXIST"}, status=404)

    return answer


def _is_run(row: Any, asked: Asked) -> bool:
    info = row.get("info")
    return isinstance(info, dict) and info.get("run_id") == asked.query["run_id"]


def _is_version(row: Any, asked: Asked) -> bool:
    wanted = (asked.query["name"], asked.query["version"])
    return (row.get("name"), row.get("version")) == wanted


SUBJECT = Subject(
    connector=MLflow,
    platform=platform,
    source=source,
    now=NOW,
    events=frozenset(
        {
            ("deployment", "churn/2"),
            ("deployment", "fraud/1"),
            ("deployment", "ranker/3"),
            ("model_version", "churn/1"),
            ("model_version", "churn/2"),
            ("model_version", "fraud/1"),
            ("model_version", "ranker/3"),
            ("model_version", "ranker/4"),
            ("pipeline_run", "9" * 32),
            ("pipeline_run", "a" * 32),
            ("pipeline_run", "b" * 32),
            ("pipeline_run", "c" * 32),
            ("pipeline_run", "c3" * 16),
            ("pipeline_run", "d" * 32),
            ("pipeline_run", "e" * 32),
        }
    ),
    of_now=frozenset(
        ("deployment", name) for name in ("churn/2", "fraud/1", "ranker/3")
    ),
    people=("rui.canary",),
)
