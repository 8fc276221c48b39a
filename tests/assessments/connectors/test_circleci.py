"""CircleCI: which pipelines are read, and what becomes of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from assessments.connectors.base import (
    Garbled,
    Payload,
    Refused,
    Source,
    clean_rules,
    trimmed,
)
from assessments.connectors.circleci import CircleCI
from assessments.connectors.circleci.address import project
from assessments.connectors.circleci.lists import TRIMMING, without_parameters
from scoring.events import Deployment, PipelineRun, Status
from tests.assessments.connectors.contract import HASTE, SECRET
from tests.assessments.connectors.platform import Platform, page_of_html, serving
from tests.assessments.connectors.subjects.circleci import SUBJECT
from tests.assessments.connectors.telling import (
    by_id,
    collected,
    recorded_rows,
    understood,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = SUBJECT.now
LIST = "/api/v2/project/gh/acme/shop/pipeline"
ANY: dict[str, Any] = {"deploy_workflows": ["*"], "branches": []}


def source(hub: Platform | None = None, address: str = "", **rules: Any) -> Source:
    """A source at the hub, or at nowhere for what needs no network."""
    return Source(
        kind="circleci",
        address=address or f"{hub.address if hub else 'http://ci.test'}/gh/acme/shop",
        service_key="shop",
        secret=SECRET,
        rules=clean_rules(CircleCI.rule_fields, rules).rules,
        allow_local=True,
    )


@pytest.fixture
def hub() -> Iterator[Platform]:
    """A CircleCI on loopback."""
    platform = SUBJECT.platform()
    with serving(platform):
        yield platform


@pytest.fixture
def circleci() -> CircleCI:
    """The connector, in haste."""
    return CircleCI(HASTE)


# ── the whole story ────────────────────────────────────────────────────────────────


def test_jobs_and_workflows_that_deploy_are_deployments(
    circleci: CircleCI, hub: Platform
) -> None:
    _, found = collected(circleci, source(hub), now=NOW)

    deployments = by_id(found, Deployment)
    assert {key.rpartition("-")[2]: d.status for key, d in deployments.items()} == {
        "gh/acme/shop#12": Status.SUCCESS,
        "gh/acme/shop#32": Status.FAILURE,
        "gh/acme/shop#33": Status.SUCCESS,  # run again an hour later
        "000000000401": Status.CANCELLED,
    }
    first = deployments["gh/acme/shop#12"]
    assert first.sha == "01" * 20
    assert first.started_at == datetime(2026, 1, 5, 9, 20, 5, tzinfo=UTC)
    assert first.finished_at == datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
    assert first.attributes["branch"] == "main"
    assert first.url.startswith(f"{hub.address}/pipelines/gh/acme/shop/1/workflows/")


def test_workflows_and_jobs_that_started_are_runs(
    circleci: CircleCI, hub: Platform
) -> None:
    _, found = collected(circleci, source(hub), now=NOW)

    runs = by_id(found, PipelineRun)
    assert Counter(run.stage for run in runs.values()) == {
        None: 6,
        "build": 4,  # the one taken over into the second attempt counts once
        "deploy-production": 3,
        "push": 1,
    }
    assert runs["gh/acme/shop#21"].status is Status.FAILURE  # took too long
    assert runs["gh/acme/shop#41"].automated is False  # asked for over the API
    assert runs["gh/acme/shop#61"].automated is True  # on schedule
    assert runs["gh/acme/shop#41"].sha == "04" * 20


def test_branches_go_by_the_rules(circleci: CircleCI, hub: Platform) -> None:
    where = source(hub, deploy_jobs=["build"], branches=["cart"])

    _, found = collected(circleci, where, now=NOW)

    assert set(by_id(found, Deployment)) == {"gh/acme/shop#21"}


def test_a_workflow_on_hold_is_asked_for_until_it_ends(
    circleci: CircleCI, hub: Platform
) -> None:
    pages, _ = collected(circleci, source(hub), now=NOW)
    held = hub.lists[LIST].rows[0]["id"]
    (workflow,) = hub.lists[f"/api/v2/pipeline/{held}/workflow"].rows
    workflow |= {"status": "success", "stopped_at": "2026-01-19T08:00:00Z"}
    newer = hub.lists[LIST].rows[1] | {"created_at": "2026-01-20T08:00:00Z"}
    hub.lists[LIST].rows[:0] = [newer | {"number": 7}] * 2

    later = NOW + timedelta(days=12)
    again, found = collected(circleci, source(hub), cursor=pages[-1].cursor, now=later)

    assert by_id(found, PipelineRun)[workflow["id"]].status is Status.SUCCESS
    assert pages[-1].cursor["pipelines"] != again[-1].cursor["pipelines"]
    assert "open" not in str(again[-1].cursor)


def test_a_preview_says_why(circleci: CircleCI, hub: Platform) -> None:
    seen = circleci.preview(source(hub), now=NOW)

    assert [each.reason for each in seen.counted] == [
        "workflow “release-production” matches “*release*prod*”",
        "job “deploy-production” matches “*deploy*prod*”",
        "job “deploy-production” matches “*deploy*prod*”",
        "job “deploy-production” matches “*deploy*prod*”",
    ]
    assert {each.reason for each in seen.left_out} == {
        "neither workflow “build-and-deploy” nor a job of it deploys",
    }


# ── set-up and refusals ────────────────────────────────────────────────────────────


def test_a_test_names_the_project(circleci: CircleCI, hub: Platform) -> None:
    assert circleci.test(source(hub), now=NOW) == (
        "Found acme/shop. Readable: pipelines."
    )


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, "CircleCI did not accept the token"),
        (403, "There is no project acme/shop that this token may see"),
        (404, "There is no project acme/shop that this token may see"),
    ],
)
def test_refusals_say_what_to_do(
    status: int, sentence: str, circleci: CircleCI, hub: Platform
) -> None:
    hub.always(LIST, page_of_html(status))

    for attempt in (circleci.test, circleci.preview):
        with pytest.raises(Refused, match=re.escape(sentence)):
            attempt(source(hub), now=NOW)
    with pytest.raises(Refused, match=re.escape(sentence)):
        collected(circleci, source(hub), now=NOW)


@pytest.mark.parametrize(
    ("address", "api", "slug"),
    [
        ("gh/acme/shop", "https://circleci.com/api/v2", "gh/acme/shop"),
        (
            "https://app.circleci.com/pipelines/github/acme/shop?branch=main",
            "https://circleci.com/api/v2",
            "gh/acme/shop",
        ),
        (
            "https://app.circleci.com/pipelines/circleci/Org1/Proj2",
            "https://circleci.com/api/v2",
            "circleci/Org1/Proj2",
        ),
        (
            "https://ci.example.org:8443/bb/acme/shop",
            "https://ci.example.org:8443/api/v2",
            "bb/acme/shop",
        ),
    ],
)
def test_addresses_lead_to_a_project(address: str, api: str, slug: str) -> None:
    found = project(source(address=address))

    assert (found.api, found.slug) == (api, slug)


@pytest.mark.parametrize("address", ["acme/shop", "https://circleci.com/gh/acme", "x"])
def test_addresses_of_no_project_are_refused(address: str) -> None:
    with pytest.raises(Refused, match="gh/acme/shop"):
        CircleCI().check(source(address=address))


# ── payloads ───────────────────────────────────────────────────────────────────────


def pipeline(job: Any = None, **workflow: Any) -> Payload:
    """A payload of a pipeline with one workflow."""
    made: dict[str, Any] = {
        "id": "w1",
        "name": "build",
        "status": "success",
        "created_at": "2026-01-05T09:00:00Z",
        "stopped_at": "2026-01-05T09:10:00Z",
    }
    jobs = [job] if job else []
    body: dict[str, Any] = {
        "pipeline": {"number": 1, "project_slug": "gh/acme/shop"},
        "workflows": [{"workflow": made | workflow, "jobs": jobs}],
    }
    return Payload(sort="pipeline", body=body)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (pipeline(status="odd"), "workflow.status: 'odd' is none that we know"),
        (
            pipeline(created_at="2026-01-05T09:00:00"),
            "workflows[0].workflow.created_at: '2026-01-05T09:00:00' has no offset",
        ),
        (pipeline({"status": "odd"}), "jobs.status: 'odd' is none that we know"),
        (pipeline(stopped_at=None), "workflows[0].workflow.stopped_at: is missing"),
    ],
)
def test_what_is_garbled_names_its_field(payload: Payload, reason: str) -> None:
    with pytest.raises(Garbled) as garbled:
        list(CircleCI().parse(payload, source()))
    assert garbled.value.reason == reason


# ── recorded ───────────────────────────────────────────────────────────────────────


def recorded_pipelines() -> list[Payload]:
    """Recorded pipelines with their workflows and jobs, as they are kept."""
    workflows = recorded_rows("circleci", "workflows")
    jobs = recorded_rows("circleci", "jobs")
    found: list[dict[str, Any]] = [
        {
            "pipeline": without_parameters(row),
            "workflows": [
                {"workflow": each, "jobs": jobs if row["number"] == 9 else []}
                for each in workflows
                if each["pipeline_id"] == row["id"]
            ],
        }
        for row in recorded_rows("circleci", "pipelines")
    ]
    return [
        Payload(
            sort="pipeline",
            body={name: trimmed(each, TRIMMING) for name, each in row.items()},
        )
        for row in found
    ]


def test_recorded_pipelines_are_understood() -> None:
    found = understood(CircleCI(), source(**ANY), recorded_pipelines())

    runs = by_id(found.events, PipelineRun)
    assert Counter(run.stage is None for run in runs.values()) == {True: 9, False: 9}
    assert found.reasons == []
    assert Counter(
        d.status.value for d in by_id(found.events, Deployment).values()
    ) == ({"failure": 5, "success": 4})


def test_a_recorded_workflow_without_moments_is_refused() -> None:
    rows = [pipeline(**row) for row in recorded_rows("circleci", "workflows")]

    found = understood(CircleCI(), source(), rows)

    assert found.kinds == {"pipeline_run": 15}
    assert found.reasons == ["workflows[0].workflow.created_at: is missing"]


def test_a_recorded_workflow_is_told_exactly() -> None:
    found = understood(CircleCI(), source(**ANY), recorded_pipelines())

    run = by_id(found.events, PipelineRun)["6731159f-5275-4bfa-ba70-39d343d63814"]
    assert run.started_at == datetime(2023, 3, 25, 17, 52, 15, tzinfo=UTC)
    assert run.finished_at == datetime(2023, 3, 25, 17, 52, 23, tzinfo=UTC)
    assert run.status is Status.FAILURE
    assert run.automated is True
    assert run.attributes["branch"] == "master"


def test_no_recorded_person_is_kept() -> None:
    # The owner of a repository is part of its address.
    public = re.compile(r"https?://[^\"\s]+|\"project_slug\": \"[^\"]*\"")
    kept = json.dumps([payload.body for payload in recorded_pipelines()])
    assert not re.search(r"user-\d{4}|add circle", public.sub("", kept))
