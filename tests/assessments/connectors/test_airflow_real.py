"""Airflow's own API server on loopback: runs made there are what is read here.

No scheduler takes part: runs are created, and marked as ended, through the API.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from assessments.connectors.airflow import Airflow
from assessments.connectors.base import Refused
from scoring.events import Deployment, PipelineRun, Status
from tests import real_servers
from tests.assessments.connectors.subjects.airflow import source
from tests.assessments.connectors.telling import by_id, collected

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assessments.connectors.base import Source
    from scoring.events import Event

pytestmark = pytest.mark.airflow

DAGS = """\
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

for name, first, second in (("train_ranker", "extract", "train"),
                            ("deploy_ranker", "check", "promote")):
    with DAG(name, schedule=None) as dag:
        EmptyOperator(task_id=first) >> EmptyOperator(task_id=second)
    globals()[name] = dag
"""
PASSWORD = "made-up-for-this-test"


class Server:
    """The server, as a person works with it who may do everything."""

    def __init__(self, address: str) -> None:
        self.address = address
        signed_in = self._ask(
            "POST", "/auth/token", {"username": "ada", "password": PASSWORD}, token=None
        )
        self.token = str(signed_in["access_token"])

    def asked(self, method: str, path: str, body: Any) -> Any:
        """Ask the API for something to be done."""
        return self._ask(method, f"/api/v2{path}", body, token=self.token)

    def _ask(self, method: str, path: str, body: Any, *, token: str | None) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        with httpx.Client(trust_env=False, timeout=60) as client:
            answer = client.request(
                method, self.address + path, json=body, headers=headers
            )
        assert answer.is_success, answer.text
        return answer.json()

    def ran(self, dag: str, run: str, state: str | None, **conf: Any) -> None:
        """Create a run, and say how it ended."""
        wanted = {"dag_run_id": run, "logical_date": None, "conf": conf}
        self.asked("POST", f"/dags/{dag}/dagRuns", wanted)
        if state:
            self.marked(dag, run, state)

    def marked(self, dag: str, run: str, state: str) -> None:
        """Say how a run ended."""
        self.asked("PATCH", f"/dags/{dag}/dagRuns/{run}", {"state": state})


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """An Airflow with two DAGs and no run."""
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags/ours.py").write_text(DAGS)
    (tmp_path / "passwords.json").write_text(f'{{"ada": "{PASSWORD}"}}')
    address = f"http://127.0.0.1:{real_servers.free_port()}"
    settings = {
        "HOME": str(tmp_path),
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "ada:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(
            tmp_path / "passwords.json"
        ),
        "AIRFLOW__API_AUTH__JWT_SECRET": "only-for-tests-" * 5,
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    airflow = str(real_servers.program("airflow"))
    for command in (["db", "migrate"], ["dags", "reserialize"]):
        real_servers.run([airflow, *command], environment=settings, folder=tmp_path)
    command = [
        airflow, "api-server", "--host", "127.0.0.1", "--workers", "1",
        "--port", address.rpartition(":")[2],
    ]  # fmt: skip
    with real_servers.running(
        command,
        environment=settings,
        folder=tmp_path,
        healthy=f"{address}/api/v2/version",
    ):
        yield Server(address)


def read(where: Source, cursor: Any = None) -> tuple[Any, list[Event]]:
    """Read from a cursor on: the cursor after it, and the events."""
    pages, events = collected(Airflow(), where, now=datetime.now(UTC), cursor=cursor)
    return pages[-1].cursor, events


def test_runs_on_a_real_server_are_read_from_it(server: Server) -> None:
    server.ran("train_ranker", "first", "success", git_sha="4f1c0e9")
    server.ran("train_ranker", "second", "failed")
    server.ran("deploy_ranker", "third", "success", model_version=7, git_sha="4f1c0e9")
    server.ran("deploy_ranker", "fourth", None)
    where = replace(source(server.address), secret=f"ada:{PASSWORD}")

    cursor, events = read(where)

    runs = by_id(events, PipelineRun)
    whole = {key: each.status for key, each in runs.items() if each.stage is None}
    assert whole == {
        "train_ranker/first": Status.SUCCESS,
        "train_ranker/second": Status.FAILURE,
        "deploy_ranker/third": Status.SUCCESS,
        "deploy_ranker/fourth": Status.IN_PROGRESS,
    }
    assert runs["train_ranker/first/extract"].stage == "extract"
    deployed = by_id(events, Deployment)
    assert set(deployed) == {"deploy_ranker/third", "deploy_ranker/fourth"}
    assert deployed["deploy_ranker/third"].model_version == "7"
    assert deployed["deploy_ranker/third"].sha == "4f1c0e9"
    assert deployed["deploy_ranker/third"].finished_at is not None

    server.marked("deploy_ranker", "fourth", "failed")
    _, later = read(where, cursor)

    assert by_id(later, Deployment)["deploy_ranker/fourth"].status is Status.FAILURE

    _looked_at(replace(where, secret=server.token))


def _looked_at(where: Source) -> None:
    now = datetime.now(UTC)
    said = Airflow().test(where, now=now)
    preview = Airflow().preview(where, now=now)

    assert said == "Found Airflow 3 at 127.0.0.1. Readable: DAG runs."
    assert [each.what for each in preview.counted] == [
        "deploy_ranker: fourth",
        "deploy_ranker: third",
    ]
    for wrong in ("nobody:nothing", "no-token", None):
        with pytest.raises(Refused, match="did not accept the credential"):
            Airflow().test(replace(where, secret=wrong), now=now)
    elsewhere = replace(where, address=f"{where.address}/not-here")
    with pytest.raises(Refused, match="a page, not with data; check the address"):
        Airflow().test(elsewhere, now=now)
