"""MLflow's own server on loopback: what is done there is what is read here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from assessments.connectors.base import Refused
from assessments.connectors.mlflow import MLflow
from scoring.events import Deployment, ModelVersion, PipelineRun, Status
from tests import real_servers
from tests.assessments.connectors.subjects.mlflow import source
from tests.assessments.connectors.telling import by_id, collected

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assessments.connectors.base import Source

pytestmark = pytest.mark.mlflow

SHA = "4f1c0e9" + "0" * 33


class Server:
    """The server, as those work with it who train models."""

    def __init__(self, address: str) -> None:
        self.address = address

    def post(self, path: str, **body: Any) -> Any:
        """Ask for something to be done."""
        there = f"{self.address}/api/2.0/mlflow{path}"
        with httpx.Client(trust_env=False, timeout=30) as client:
            answer = client.post(there, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def trained(self, experiment: str, number: int) -> str:
        """Log a training run, and return its id."""
        started = 1_767_225_600_000 + number * 86_400_000
        run = self.post(
            "/runs/create",
            experiment_id=experiment,
            run_name=f"nightly-{number}",
            start_time=started,
            tags=[
                {"key": "mlflow.source.git.commit", "value": SHA},
                {"key": "mlflow.source.type", "value": "JOB"},
                {"key": "mlflow.user", "value": "somebody"},
            ],
        )["run"]["info"]["run_id"]
        data = {"name": "orders", "digest": f"d{number}", "source_type": "s3",
                "source": "{}"}  # fmt: skip
        context = [{"key": "mlflow.data.context", "value": "training"}]
        self.post(
            "/runs/log-inputs",
            run_id=run,
            datasets=[{"dataset": data, "tags": context}],
        )
        self.post(
            "/runs/update", run_id=run, status="FINISHED", end_time=started + 60_000
        )
        return str(run)

    def registered(self, model: str, run: str) -> str:
        """Register a version of a model, and return its number."""
        version = self.post(
            "/model-versions/create",
            name=model,
            source=f"runs:/{run}/model",
            run_id=run,
            tags=[{"key": "evaluated_at", "value": "2026-01-09T00:00:00Z"}],
        )["model_version"]["version"]
        return str(version)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """An MLflow with nothing in it."""
    address = f"http://127.0.0.1:{real_servers.free_port()}"
    command = [
        real_servers.program("mlflow") or "", "server", "--host", "127.0.0.1",
        "--port", address.rpartition(":")[2], "--workers", "1",
        "--backend-store-uri", f"sqlite:///{tmp_path}/mlflow.db",
        "--default-artifact-root", str(tmp_path / "artifacts"), "--no-serve-artifacts",
    ]  # fmt: skip
    settings = {
        "HOME": str(tmp_path),
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    }
    with real_servers.running(
        command, environment=settings, folder=tmp_path, healthy=f"{address}/health"
    ):
        yield Server(address)


def test_what_is_done_on_a_real_server_is_read_from_it(server: Server) -> None:
    where = replace(source(server.address), secret=None)
    said = MLflow().test(where, now=datetime.now(UTC))
    assert said == (
        "Found MLflow at 127.0.0.1. Readable: model versions, registered models and"
        " runs."
    )

    experiment = server.post("/experiments/create", name="ranker")["experiment_id"]
    runs = [server.trained(experiment, number) for number in range(3)]
    for model in ("ranker", "churn"):
        server.post("/registered-models/create", name=model)
    versions = [server.registered("ranker", run) for run in runs]
    server.registered("churn", runs[0])
    server.post(
        "/registered-models/alias", name="ranker", alias="champion", version="2"
    )
    staged = server.post(
        "/model-versions/transition-stage",
        name="churn",
        version="1",
        stage="Production",
        archive_existing_versions=True,
    )["model_version"]

    _first_reading(where, runs, versions, staged)


def _first_reading(
    where: Source, runs: list[str], versions: list[str], staged: Any
) -> None:
    pages, events = collected(MLflow(), where, now=datetime.now(UTC))

    assert versions == ["1", "2", "3"]
    found = by_id(events, ModelVersion)
    assert set(found) == {"ranker/1", "ranker/2", "ranker/3", "churn/1"}
    assert found["ranker/3"].trained_at == datetime(2026, 1, 3, 0, 1, tzinfo=UTC)
    assert found["ranker/3"].dataset_ref == "orders@d2"
    assert found["ranker/3"].code_sha == SHA
    assert found["ranker/3"].pipeline_run_id == runs[2]
    assert found["ranker/3"].evaluated_at == datetime(2026, 1, 9, tzinfo=UTC)
    made = by_id(events, PipelineRun)
    assert set(made) == set(runs)
    assert {(run.pipeline, run.automated, run.status) for run in made.values()} == {
        ("ranker", True, Status.SUCCESS)
    }
    deployed = by_id(events, Deployment)
    assert set(deployed) == {"ranker/2", "churn/1"}
    moment = datetime.fromtimestamp(0, UTC) + timedelta(
        milliseconds=staged["last_updated_timestamp"]
    )
    assert deployed["churn/1"].finished_at == moment

    # An alias that moves leaves no trace there but itself.
    server = Server(where.address)
    server.post(
        "/registered-models/alias", name="ranker", alias="champion", version="3"
    )
    later = datetime.now(UTC) + timedelta(hours=1)
    _, new = collected(MLflow(), where, now=later, cursor=pages[-1].cursor)
    moved = by_id(new, Deployment)
    assert set(moved) == {"ranker/3"}
    assert later - moved["ranker/3"].finished_at < timedelta(milliseconds=1)

    preview = MLflow().preview(where, now=later)
    assert {each.what for each in preview.counted} == {
        "ranker, version 3: alias champion",
        "churn, version 1: stage Production",
    }

    elsewhere = replace(where, address=f"{where.address}/not-here")
    with pytest.raises(Refused, match="no MLflow at this address"):
        MLflow().test(elsewhere, now=later)
