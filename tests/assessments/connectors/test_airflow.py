"""Airflow: runs, tasks, deployments; recorded answers; both APIs; refusals."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from assessments.connectors.airflow import Airflow
from assessments.connectors.airflow.lists import run_of, task_of
from assessments.connectors.airflow.rules import Rules
from assessments.connectors.base import Garbled, Payload, Refused
from scoring.events import Deployment, Lane, PipelineRun, Status
from tests import recorded
from tests.assessments.connectors.contract import HASTE
from tests.assessments.connectors.platform import (
    Answer,
    Asked,
    Platform,
    as_json,
    page_of_html,
    serving,
)
from tests.assessments.connectors.subjects.airflow import API, NOW, platform, source
from tests.assessments.connectors.telling import by_id, collected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.connectors.base import Source
    from scoring.events import Event, Json

RULES = Rules.of({})


@pytest.fixture
def server() -> Iterator[Platform]:
    """An Airflow 3 on loopback that tells our story."""
    told = platform()
    with serving(told):
        yield told


def read(where: Source, cursor: Any = None) -> tuple[Any, list[Event]]:
    """Read from a cursor on: the cursor after it, and the events."""
    pages, events = collected(Airflow(HASTE), where, now=NOW, cursor=cursor)
    return pages[-1].cursor, events


# ── what comes of our story ────────────────────────────────────────────────────────


def test_runs_of_deploying_dags_are_deployments(server: Platform) -> None:
    _, events = read(source(server.address))

    found = by_id(events, Deployment)
    assert found["deploy_ranker/manual-1"] == Deployment(
        id="deploy_ranker/manual-1",
        service="ranker",
        environment="production",
        sha="d" * 40,
        status=Status.SUCCESS,
        started_at=datetime(2026, 1, 4, 9, 0, 2, tzinfo=UTC),
        finished_at=datetime(2026, 1, 4, 9, 10, tzinfo=UTC),
        lane=Lane.MODEL,
        model_version="4",
        attributes={"pipeline": "deploy_ranker"},
    )
    assert found["deploy_ranker/asset-2"].status is Status.FAILURE
    assert len(found) == 2


def test_runs_and_tasks_are_pipeline_runs_and_their_stages(server: Platform) -> None:
    _, events = read(source(server.address))

    runs = by_id(events, PipelineRun)
    told = {
        key.removeprefix("train_ranker/scheduled-"): (
            each.stage,
            each.status,
            each.automated,
        )
        for key, each in runs.items()
        if key.startswith("train")
    }
    assert told == {
        "1": (None, Status.SUCCESS, True),
        "1/extract": ("extract", Status.SUCCESS, True),
        "1/train[0]": ("train", Status.SUCCESS, True),
        "1/train[1]": ("train", Status.SUCCESS, True),
        "2": (None, Status.FAILURE, True),
        "2/extract": ("extract", Status.FAILURE, True),
        "2/train": ("train", Status.CANCELLED, True),
        "3": (None, Status.IN_PROGRESS, True),
        "3/extract": ("extract", Status.IN_PROGRESS, True),
        "4": (None, Status.IN_PROGRESS, True),
    }
    assert runs["train_ranker/scheduled-1"].attributes["purpose"] == "training"
    assert runs["clean_up/manual-3"].automated is False
    # It was marked as done without having started: it was due then.
    assert runs["clean_up/manual-3"].started_at == datetime(2026, 1, 6, 9, tzinfo=UTC)


def test_only_what_was_updated_since_is_asked_for(server: Platform) -> None:
    cursor, _ = read(source(server.address))
    asked: list[Asked] = server.asked
    before = len(asked)

    read(source(server.address), cursor)

    lists = [each for each in asked[before:] if each.path == f"{API}/dags/~/dagRuns"]
    # The newest end, and what may have appeared late.
    assert lists[0].query["updated_at_gte"] == "2026-01-06T08:55:00Z"


def test_a_run_that_was_cleared_comes_again_however_old_it_is(server: Platform) -> None:
    cursor, _ = read(source(server.address))
    run = server.lists[f"{API}/dags/~/dagRuns"].rows[1]
    run |= {"state": "running", "start_date": "2026-01-09T20:00:00Z", "end_date": None}

    _, events = read(source(server.address), cursor)

    again = by_id(events, PipelineRun)["train_ranker/scheduled-2"]
    assert again.status is Status.IN_PROGRESS
    assert again.started_at == datetime(2026, 1, 9, 20, tzinfo=UTC)


# ── rules ──────────────────────────────────────────────────────────────────────────


def test_rules_name_dags_and_what_they_deliver(server: Platform) -> None:
    where = source(
        server.address,
        dags=["*_ranker"],
        deploying_dags=["train_*"],
        training_dags=[],
        delivers="code",
        automated_types=["manual"],
        tasks="skip",
    )

    _, events = read(where)

    runs = by_id(events, PipelineRun)
    assert {run.pipeline for run in runs.values()} == {"train_ranker", "deploy_ranker"}
    assert {run.stage for run in runs.values()} == {None}
    assert runs["deploy_ranker/manual-1"].automated is True
    deployed = by_id(events, Deployment)
    assert {each.lane for each in deployed.values()} == {Lane.CODE}
    assert set(deployed) == {f"train_ranker/scheduled-{n}" for n in (1, 2, 3, 4)}
    assert not any("taskInstances" in each.path for each in server.asked)


def test_a_preview_says_why(server: Platform) -> None:
    preview = Airflow(HASTE).preview(source(server.address), now=NOW)

    assert [(each.what, each.reason) for each in preview.counted] == [
        ("deploy_ranker: manual-1", "DAG “deploy_ranker” matches “*deploy*”"),
        ("deploy_ranker: asset-2", "DAG “deploy_ranker” matches “*deploy*”"),
    ]
    assert len(preview.left_out) == 5
    assert server.asked[-1].query["order_by"] == "-run_after"


# ── both APIs, and both credentials ────────────────────────────────────────────────


def test_users_of_airflow_3_are_given_a_token(server: Platform) -> None:
    server.things["/auth/token"] = lambda asked: as_json(
        {"access_token": f"for {asked.body['username']}"}, status=201
    )
    server.admits = lambda asked: (
        asked.path in {"/auth/token", f"{API}/version"}
        or asked.headers.get("authorization") == "Bearer for ada"
    )

    said = Airflow(HASTE).test(
        replace(source(server.address), secret="ada:word"), now=NOW
    )

    assert said == "Found Airflow 3 at 127.0.0.1. Readable: DAG runs."


def test_airflow_2_is_read_by_its_own_api() -> None:
    told = platform()
    told.lists = {
        path.replace("/api/v2", "/api/v1"): rows for path, rows in told.lists.items()
    }
    told.things = {}
    told.admits = lambda asked: (
        "version" in asked.path
        or asked.headers.get("authorization") == "Basic YWRhOndvcmQ="
    )
    with serving(told) as address:
        where = replace(source(address), secret="ada:word")
        _, events = read(where)
        said = Airflow(HASTE).test(where, now=NOW)
        Airflow(HASTE).preview(where, now=NOW)

    assert len(events) == 16
    assert said == "Found Airflow 2 at 127.0.0.1. Readable: DAG runs."
    assert told.asked[-1].query["order_by"] == "-execution_date"


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (
            as_json({"detail": "Invalid JWT token"}, status=403),
            "did not accept the cred",
        ),
        (
            as_json({"detail": "Not authenticated"}, status=401),
            "did not accept the cred",
        ),
        (as_json({"error": "no route"}, status=404), "There is no API of Airflow"),
        (page_of_html(), "a page, not with data"),
        (as_json({"detail": "odd"}, status=422), "refused the request"),
    ],
)
def test_a_refusal_says_what_to_do(
    server: Platform, answer: Answer, sentence: str
) -> None:
    server.fault = lambda _asked, _honest: answer

    for secret in ("token", "ada:word"):
        where = replace(source(server.address), secret=secret)
        with pytest.raises(Refused, match=sentence):
            Airflow(HASTE).test(where, now=NOW)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": "shelved"}, "run.state: 'shelved' is none that we know"),
        ({"dag_run_id": None}, "run.dag_run_id: is missing"),
        ({"start_date": "2026-01-04T09:00:02"}, "run.start_date: .* has no offset"),
    ],
)
def test_what_is_not_known_is_garbled(change: dict[str, Json], reason: str) -> None:
    row = platform().lists[f"{API}/dags/~/dagRuns"].rows[2]
    body: dict[str, Json] = {"run": run_of(row, RULES) | change, "tasks": None}

    with pytest.raises(Garbled, match=reason):
        list(Airflow().parse(Payload(sort="dag_run", body=body), source("http://x")))


# ── recorded from a real server ────────────────────────────────────────────────────


def test_every_recorded_row_is_understood_and_keeps_no_person() -> None:
    tasks: dict[tuple[str, str], list[Json]] = {}
    for row in recorded.rows("airflow", "task_instances"):
        assert isinstance(row.payload, dict)
        whole = (str(row.payload["dag_id"]), str(row.payload["dag_run_id"]))
        tasks.setdefault(whole, []).append(task_of(row.payload))
    payloads = []
    for row in recorded.rows("airflow", "dag_runs"):
        assert isinstance(row.payload, dict)
        whole = (str(row.payload["dag_id"]), str(row.payload["dag_run_id"]))
        body: dict[str, Json] = {
            "run": run_of(row.payload, RULES),
            "tasks": tasks.get(whole),
        }
        payloads.append(Payload(sort="dag_run", body=body))

    events = [
        event
        for each in payloads
        for event in Airflow().parse(each, source("http://x"))
    ]

    assert Counter(event.kind.value for event in events) == {
        "pipeline_run": 156, "deployment": 20,
    }  # fmt: skip
    statuses = Counter(
        (event.stage is None, event.status.value)
        for event in events
        if isinstance(event, PipelineRun)
    )
    assert statuses == {
        (True, "success"): 44, (True, "failure"): 12,
        (False, "success"): 85, (False, "failure"): 6, (False, "cancelled"): 9,
    }  # fmt: skip
    assert "user-0" not in json.dumps([each.body for each in payloads])
    first = by_id(events, PipelineRun)["retrain_churn_model/manual-000"]
    assert first.sha == "9a9a80fdea7b5bf55eb561a4216363698b529b4a"
    assert first.finished_at == datetime(2026, 11, 21, 6, 53, 53, 251060, tzinfo=UTC)
    assert first.attributes["purpose"] == "training"
