"""Kubeflow Pipelines: runs, tasks, deployments, rules, refusals."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from assessments.connectors.base import Garbled, Payload, Refused
from assessments.connectors.kubeflow import Kubeflow
from assessments.connectors.kubeflow.lists import run_of
from scoring.events import Deployment, Lane, PipelineRun, Status
from tests.assessments.connectors.contract import HASTE
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.platform import (
    Answer,
    Platform,
    as_json,
    page_of_html,
    serving,
)
from tests.assessments.connectors.subjects.kubeflow import (
    API,
    NOW,
    platform,
    run_id,
    source,
)
from tests.assessments.connectors.telling import by_id, collected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.events import Event, Json


@pytest.fixture
def server() -> Iterator[Platform]:
    """A Kubeflow on loopback that tells our story."""
    told = platform()
    with serving(told):
        yield told


def read(server: Platform, cursor: Any = None, **rules: Any) -> tuple[Any, list[Event]]:
    """Read from a cursor on: the cursor after it, and the events."""
    where = source(server.address, **rules)
    pages, events = collected(Kubeflow(HASTE), where, now=NOW, cursor=cursor)
    return pages[-1].cursor, events


def test_runs_have_the_name_of_their_pipeline_and_tasks_are_stages(
    server: Platform,
) -> None:
    _, events = read(server)

    runs = by_id(events, PipelineRun)
    told = {
        key.replace("-aaaa-bbbb-cccc-dddddddddddd", "")[7:]: (
            each.pipeline, each.stage, each.status, each.automated
        )
        for key, each in runs.items()
    }  # fmt: skip
    assert told == {
        "1": ("train-ranker", None, Status.SUCCESS, True),
        "2": ("train-ranker", None, Status.FAILURE, True),
        "2/t1": ("train-ranker", "extract", Status.SUCCESS, True),
        "2/t2": ("train-ranker", "train", Status.FAILURE, True),
        "3": ("one-off", None, Status.CANCELLED, False),
        "4": ("deploy-ranker", None, Status.SUCCESS, False),
        "5": ("deploy-ranker", None, Status.FAILURE, False),
        "6": ("train-ranker", None, Status.IN_PROGRESS, True),
        "6/t1": ("train-ranker", "extract", Status.SUCCESS, True),
        "6/t2": ("train-ranker", "train", Status.IN_PROGRESS, True),
    }
    # A moment in 1970 stands for one that is not known.
    assert runs[run_id(6)].finished_at is None
    assert runs[run_id(1)].attributes["purpose"] == "training"


def test_runs_of_deploying_pipelines_are_deployments_of_models(
    server: Platform,
) -> None:
    _, events = read(server)

    found = by_id(events, Deployment)
    assert set(found) == {run_id(4), run_id(5)}
    assert found[run_id(4)] == Deployment(
        id=run_id(4),
        service="ranker",
        environment="production",
        status=Status.SUCCESS,
        started_at=datetime(2026, 1, 7, 10, tzinfo=UTC),
        finished_at=datetime(2026, 1, 7, 10, 5, tzinfo=UTC),
        lane=Lane.MODEL,
        attributes={"pipeline": "deploy-ranker"},
    )


def test_a_run_under_way_is_asked_for_until_it_ends(server: Platform) -> None:
    cursor, _ = read(server)
    rows = server.lists[f"{API}/runs"].rows
    rows[0] |= {"state": "SUCCEEDED", "finished_at": "2026-01-09T23:50:00Z"}
    server.things[f"{API}/runs/{{id}}"] = rows[0]
    server.lists[f"{API}/runs"].rows = []

    _, events = read(server, cursor)

    assert by_id(events, PipelineRun)[run_id(6)].status is Status.SUCCESS


def test_rules_name_pipelines_and_the_namespace(server: Platform) -> None:
    _, events = read(
        server,
        namespace="team",
        pipelines=["*-ranker"],
        deploying_pipelines=["train-*"],
        training_pipelines=[],
    )

    assert {each.pipeline for each in by_id(events, PipelineRun).values()} == {
        "train-ranker",
        "deploy-ranker",
    }
    assert set(by_id(events, Deployment)) == {run_id(1), run_id(2), run_id(6)}
    assert all(each.query["namespace"] == "team" for each in server.asked)


def test_a_preview_says_why(server: Platform) -> None:
    preview = Kubeflow(HASTE).preview(source(server.address), now=NOW)

    assert {each.reason for each in preview.counted} == {
        "pipeline “deploy-ranker” matches “*deploy*”"
    }
    assert (len(preview.counted), len(preview.left_out)) == (2, 4)


def test_a_trial_says_what_was_found(server: Platform) -> None:
    said = Kubeflow(HASTE).test(source(server.address), now=NOW)

    assert said == "Found Kubeflow Pipelines at 127.0.0.1. Readable: runs."


@pytest.mark.parametrize(
    ("path", "answer", "sentence"),
    [
        ("pipelines", as_json({"code": 16}, status=401), "did not accept the token"),
        ("pipelines", page_of_html(), "a page, not with data"),
        ("runs", as_json({"code": 7}, status=403), "may not read runs of this names"),
        ("runs", as_json({"code": 5}, status=404), "no API of Kubeflow Pipelines"),
        ("runs", as_json({"code": 3}, status=400), "refused the request"),
    ],
)
def test_a_refusal_says_what_to_do(
    server: Platform, path: str, answer: Answer, sentence: str
) -> None:
    server.always(f"{API}/{path}", answer)

    with pytest.raises(Refused, match=sentence):
        Kubeflow(HASTE).test(source(server.address), now=NOW)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            {"state": "RUNTIMESTATE_UNSPECIFIED"},
            "run.state: 'RUNTIMESTATE_UNSP.* is none",
        ),
        ({"created_at": None}, "run.created_at: is missing"),
        ({"error": {"code": 13, "message": "x"}}, "run.error: the server could not"),
    ],
)
def test_what_is_not_known_is_garbled(change: dict[str, Json], reason: str) -> None:
    row = ours("kubeflow", "runs")[3] | change
    body: dict[str, Json] = {"run": run_of(row), "pipeline": None}

    with pytest.raises(Garbled, match=reason):
        list(Kubeflow().parse(Payload(sort="run", body=body), source("http://x")))
