"""MLflow: runs, versions, what is in production; recorded answers; refusals."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from assessments.connectors import http
from assessments.connectors.base import Garbled, Payload, Refused
from assessments.connectors.mlflow import MLflow
from assessments.connectors.mlflow.lists import run_of, version_of
from assessments.connectors.mlflow.production import Production
from assessments.connectors.mlflow.rules import Rules
from scoring.events import Deployment, Lane, ModelVersion, PipelineRun, Status
from tests import recorded
from tests.assessments.connectors.contract import HASTE, SECRET
from tests.assessments.connectors.platform import (
    Answer,
    Platform,
    as_json,
    page_of_html,
    serving,
)
from tests.assessments.connectors.subjects.mlflow import API, NOW, platform, source
from tests.assessments.connectors.telling import by_id, collected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.events import Event, Json

RULES = Rules.of({})
HOUR = timedelta(hours=1)


@pytest.fixture
def server() -> Iterator[Platform]:
    """An MLflow on loopback that tells our story."""
    told = platform()
    with serving(told):
        yield told


def read(server: Platform, cursor: Any = None, **rules: Any) -> tuple[Any, list[Event]]:
    """Read from a cursor on: the cursor after it, and the events."""
    now = rules.pop("now", NOW)
    pages, events = collected(
        MLflow(HASTE), source(server.address, **rules), now=now, cursor=cursor
    )
    return pages[-1].cursor, events


# ── what comes of our story ────────────────────────────────────────────────────────


def test_a_version_has_the_moments_of_its_way(server: Platform) -> None:
    _, events = read(server)

    version = by_id(events, ModelVersion)["ranker/4"]

    assert version == ModelVersion(
        id="ranker/4",
        model="ranker",
        version="4",
        dataset_ref="orders@41ab",
        dataset_at=datetime(2026, 1, 7, tzinfo=UTC),
        code_sha="d" * 40,
        trained_at=datetime(2026, 1, 8, 2, 30, tzinfo=UTC),
        evaluated_at=datetime(2026, 1, 8, 4, tzinfo=UTC),
        registered_at=datetime(2026, 1, 8, 2, 35, tzinfo=UTC),
        pipeline_run_id="d" * 32,
        attributes={"stage": "None", "parameters": 1},
    )


def test_tags_tell_what_a_version_was_made_in_and_who_let_it_out() -> None:
    row: dict[str, Any] = {
        "name": "ranker",
        "version": "9",
        "creation_timestamp": 1_767_866_700_000,
        "tags": [
            {"key": "team", "value": "Search"},
            {"key": "approval", "value": "approved"},
            {"key": "owner", "value": "somebody@example.org"},
        ],
    }
    run: dict[str, Any] = {
        "info": {"run_id": "r", "end_time": 1_767_866_400_000},
        "data": {
            "params": [{"key": "depth", "value": "3"}, {"key": "rate", "value": "1"}],
            "tags": [{"key": "mlflow.docker.image.id", "value": "sha256:1"}],
        },
    }
    body: dict[str, Json] = {
        "version": version_of(row, RULES),
        "run": run_of(run, RULES),
    }

    (event,) = MLflow().parse(
        Payload(sort="model_version", body=body), source("http://x")
    )

    assert dict(event.attributes) == {
        "parameters": 2,
        "image": "sha256:1",
        "team": "Search",
        "approval": "approved",
    }
    # Free tags may name people: those that nothing is made of are not kept.
    assert "somebody" not in str(body)


def test_a_run_is_a_tracked_training(server: Platform) -> None:
    _, events = read(server)

    whole = [run for run in by_id(events, PipelineRun).values() if run.stage is None]
    assert whole
    for run in whole:
        assert (run.attributes["purpose"], run.attributes["tracked"]) == (
            "training",
            True,
        )


def test_a_version_without_a_run_was_trained_when_it_was_registered(
    server: Platform,
) -> None:
    _, events = read(server)

    version = by_id(events, ModelVersion)["fraud/1"]

    assert version.trained_at == version.registered_at
    assert version.pipeline_run_id is None


def test_a_run_that_was_deleted_leaves_its_version(server: Platform) -> None:
    server.things[f"{API}/runs/get"] = None

    _, events = read(server)

    assert by_id(events, ModelVersion)["ranker/4"].pipeline_run_id == "d" * 32


def test_runs_are_pipeline_runs_and_children_are_their_stages(server: Platform) -> None:
    _, events = read(server)

    runs = by_id(events, PipelineRun)
    told = {
        key[0] + key[1]: (run.pipeline, run.stage, run.status, run.automated)
        for key, run in runs.items()
    }
    assert told == {
        "ee": ("ranker", None, Status.IN_PROGRESS, True),
        "dd": ("ranker", None, Status.SUCCESS, True),
        "c3": ("ranker", "trial-2", Status.SUCCESS, True),
        "cc": ("ranker", None, Status.SUCCESS, True),
        "bb": ("churn", None, Status.SUCCESS, False),
        "aa": ("churn", None, Status.CANCELLED, False),
        "99": ("fraud", None, Status.FAILURE, True),
    }
    assert {run.service for run in runs.values()} == {"training"}


def test_a_run_that_ended_is_asked_for_until_it_has(server: Platform) -> None:
    cursor, _ = read(server)
    rows = server.lists[f"{API}/runs/search"].rows
    rows[0]["info"] |= {"status": "FINISHED", "end_time": 1767999600000}
    ended, rows[:] = list(rows), []
    server.things[f"{API}/runs/get"] = {"run": ended[0]}

    _, events = read(server, cursor)

    assert by_id(events, PipelineRun)["e" * 32].status is Status.SUCCESS


# ── what is in production ──────────────────────────────────────────────────────────


def test_at_the_first_look_a_stage_has_its_moment_and_an_alias_the_registration(
    server: Platform,
) -> None:
    _, events = read(server)

    found = by_id(events, Deployment)
    assert {each.lane for each in found.values()} == {Lane.MODEL}
    assert {
        key: (each.finished_at, dict(each.attributes)) for key, each in found.items()
    } == {
        "churn/2": (
            datetime(2026, 1, 8, 12, tzinfo=UTC),
            {"by": "stage Production", "moment_of": "stage"},
        ),
        "fraud/1": (
            datetime(2026, 1, 6, 2, 5, tzinfo=UTC),
            {"by": "alias production", "moment_of": "registration"},
        ),
        "ranker/3": (
            datetime(2026, 1, 7, 2, 5, tzinfo=UTC),
            {"by": "alias champion", "moment_of": "registration"},
        ),
    }


def test_an_alias_that_moved_is_a_deployment_at_the_moment_of_the_look(
    server: Platform,
) -> None:
    cursor, _ = read(server)
    ranker = server.lists[f"{API}/registered-models/search"].rows[-1]
    ranker["aliases"] = [{"alias": "champion", "version": "4"}]

    after, events = read(server, cursor, now=NOW + HOUR)
    _, nothing = read(server, after, now=NOW + 2 * HOUR)

    (deployment,) = by_id(events, Deployment).values()
    assert (deployment.id, deployment.finished_at) == ("ranker/4", NOW + HOUR)
    assert deployment.model_version == "ranker/4"
    assert by_id(nothing, Deployment) == {}


def test_going_back_to_an_older_version_is_a_deployment_of_its_own(
    server: Platform,
) -> None:
    cursor, _ = read(server)
    ranker = server.lists[f"{API}/registered-models/search"].rows[-1]
    ranker["aliases"] = [{"alias": "champion", "version": "4"}]
    cursor, _ = read(server, cursor, now=NOW + HOUR)
    ranker["aliases"] = [{"alias": "champion", "version": "3"}]

    _, events = read(server, cursor, now=NOW + 2 * HOUR)

    assert set(by_id(events, Deployment)) == {"ranker/3@20260110T020000Z"}


def test_a_version_with_an_alias_and_a_stage_is_deployed_once(server: Platform) -> None:
    churn = server.lists[f"{API}/registered-models/search"].rows[0]
    churn["aliases"] = [{"alias": "champion", "version": "2"}]

    _, events = read(server)

    deployment = by_id(events, Deployment)["churn/2"]
    assert deployment.finished_at == datetime(2026, 1, 8, 12, tzinfo=UTC)
    assert deployment.attributes["by"] == "alias champion, stage Production"


# ── rules ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rules", "wanted"),
    [
        ({"aliases": [], "stages": []}, set()),
        ({"aliases": ["chall*"], "stages": []}, {"ranker/4"}),
        ({"aliases": [], "stages": ["Archived"]}, {"churn/1"}),
        ({"models": ["fr*"]}, {"fraud/1"}),
    ],
)
def test_rules_say_what_is_in_production(
    server: Platform, rules: dict[str, Any], wanted: set[str]
) -> None:
    _, events = read(server, **rules)

    assert set(by_id(events, Deployment)) == wanted


def test_experiments_are_read_by_name(server: Platform) -> None:
    _, some = read(server, experiments=["CH*"])
    _, none = read(server, experiments=[])

    assert {run.pipeline for run in by_id(some, PipelineRun).values()} == {"churn"}
    assert by_id(none, PipelineRun) == {}


def test_a_preview_says_why(server: Platform) -> None:
    preview = MLflow(HASTE).preview(source(server.address), now=NOW)

    assert {(each.what, each.reason) for each in preview.counted} == {
        (
            "churn, version 2: stage Production",
            "stage “Production” matches “Production”",
        ),
        (
            "fraud, version 1: alias production",
            "alias “production” matches “production”",
        ),
        ("ranker, version 3: alias champion", "alias “champion” matches “champion”"),
    }
    assert {each.reason for each in preview.left_out} == {
        "alias “challenger” does not mean production",
        "alias “shadow” does not mean production",
        "stage “Archived” does not mean production",
        "it is in no stage",
    }


# ── refusals and complaints ────────────────────────────────────────────────────────


def test_a_trial_says_what_is_readable(server: Platform) -> None:
    said = MLflow(HASTE).test(source(server.address), now=NOW)

    assert said == (
        "Found MLflow at 127.0.0.1. Readable: model versions, registered models and"
        " runs."
    )


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (as_json({"message": "no"}, status=401), "did not accept the credential"),
        (
            as_json({"error_code": "ENDPOINT_NOT_FOUND"}, status=404),
            "no MLflow at this",
        ),
        (page_of_html(), "a page, not with data"),
        (
            as_json({"error_code": "PERMISSION_DENIED"}, status=403),
            "may not read exper",
        ),
    ],
)
def test_a_refusal_says_what_to_do(
    server: Platform, answer: Answer, sentence: str
) -> None:
    server.fault = lambda _asked, _honest: answer

    with pytest.raises(Refused, match=sentence):
        MLflow(HASTE).test(source(server.address), now=NOW)


@pytest.mark.parametrize(
    ("secret", "header"),
    [("ada:word", "Basic YWRhOndvcmQ="), ("token", "Bearer token"), (None, None)],
)
def test_a_credential_is_a_password_or_a_token(
    server: Platform, secret: str | None, header: str | None
) -> None:
    server.admits = lambda asked: asked.headers.get("authorization") == header
    where = replace(source(server.address), secret=secret)

    MLflow(HASTE).test(where, now=NOW)


@pytest.mark.parametrize(
    ("sort", "change", "reason"),
    [
        ("run", {"info": {"run_id": "r", "experiment_id": "1", "status": "LOST",
                          "start_time": 1}}, "run.info.status: 'LOST' is none"),
        ("run", {"info": {"run_id": "r", "experiment_id": "1", "status": "FAILED"}},
         "run.info.start_time: is missing"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_garbled(
    sort: str, change: dict[str, Json], reason: str
) -> None:
    body: dict[str, Json] = {"run": change | {"tags": {}, "datasets": []}}

    with pytest.raises(Garbled, match=reason):
        list(MLflow().parse(Payload(sort=sort, body=body), source("http://x")))


# ── recorded from a real server ────────────────────────────────────────────────────


def _payloads() -> Iterator[Payload]:
    for row in recorded.rows("mlflow", "runs"):
        assert isinstance(row.payload, dict)
        run = run_of(row.payload, RULES)
        yield Payload(sort="run", body={"run": run, "experiment": "recorded"})
    for row in recorded.rows("mlflow", "model_versions"):
        assert isinstance(row.payload, dict)
        version = version_of(row.payload, RULES)
        yield Payload(sort="model_version", body={"version": version, "run": None})


def _deployed() -> Iterator[Payload]:
    with serving(platform()) as address:
        client = http.Client(address, headers={}, allow_local=True, patience=HASTE)
        production = Production(client, RULES, remembered=None, now=NOW)
        for row in recorded.rows("mlflow", "registered_models"):
            assert isinstance(row.payload, dict)
            body = production.body(row.payload)
            assert body is not None
            yield Payload(sort="production", body=body)


def test_every_recorded_row_is_understood_and_keeps_no_person() -> None:
    payloads = [*_payloads(), *_deployed()]

    events = [
        event for each in payloads for event in MLflow().parse(each, source("http://x"))
    ]

    assert Counter(event.kind.value for event in events) == {
        "pipeline_run": 60, "model_version": 40, "deployment": 3,
    }  # fmt: skip
    assert set(by_id(events, Deployment)) == {
        "churn-model/14",
        "fraud-model/14",
        "ranker/11",
    }
    assert "user-0" not in json.dumps([each.body for each in payloads])


def test_a_recorded_version_is_exactly_this() -> None:
    row = recorded.rows("mlflow", "model_versions")[0].payload
    assert isinstance(row, dict)
    body: dict[str, Json] = {"version": version_of(row, RULES), "run": None}

    (version,) = MLflow().parse(
        Payload(sort="model_version", body=body), source("http://x")
    )

    assert isinstance(version, ModelVersion)
    assert version.id == "fraud-model/14"
    assert version.code_sha == "b905579fcf67329feff0fd26193585f885fae26b"
    assert version.registered_at == datetime.fromtimestamp(1795243146.097, tz=UTC)
    assert version.pipeline_run_id == "0edc4ea420c9498fbebc62eb6d447092"


def test_the_secret_is_in_no_address(server: Platform) -> None:
    read(server)

    assert all(SECRET not in each.target for each in server.asked)
