"""Bitbucket Cloud: what is read of a repository, and what becomes of it."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from assessments.connectors.base import (
    Garbled,
    Payload,
    Refused,
    Source,
    trimmed,
)
from assessments.connectors.bitbucket import Bitbucket
from assessments.connectors.bitbucket.trimming import TRIMMING
from scoring.events import Change, Commit, Deployment, Incident, PipelineRun, Status
from tests import recorded
from tests.assessments.connectors.conftest import HASTE, measured
from tests.assessments.connectors.contract import SECRET
from tests.assessments.connectors.payloads import ours
from tests.assessments.connectors.platform import (
    Answer,
    Platform,
    as_json,
    page_of_html,
    serving,
)
from tests.assessments.connectors.subjects.bitbucket import SHOP, shop, source, uuids
from tests.assessments.connectors.telling import by_id, collected, understood

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from scoring.events import Json

NOW = datetime(2026, 1, 10, tzinfo=UTC)
EVERYTHING: dict[str, Any] = {
    "production_by": "name",
    "environments": ["*"],
    "incidents": ["*"],
}


@pytest.fixture
def bitbucket() -> Bitbucket:
    return Bitbucket(patience=HASTE)


@pytest.fixture
def cloud() -> Iterator[Platform]:
    platform = shop()
    with serving(platform):
        yield platform


def parsed(sort: str, **body: Json) -> Any:
    """The events of one payload."""
    where = source("https://bitbucket.org", **EVERYTHING)
    return list(Bitbucket().parse(Payload(sort=sort, body=body), where))


# ── the whole story ────────────────────────────────────────────────────────────────


def test_deployments_to_production_have_their_outcome_and_its_moment(
    bitbucket: Bitbucket, cloud: Platform
) -> None:
    _, found = collected(bitbucket, source(cloud.address), now=NOW)

    deployments = {
        each.attributes["release"]: each for each in by_id(found, Deployment).values()
    }
    assert {key: each.status for key, each in deployments.items()} == {
        "#1": Status.SUCCESS,
        "#2": Status.SUCCESS,
        "#3": Status.FAILURE,
        "#4": Status.SUCCESS,
        "#6": Status.IN_PROGRESS,
    }
    first = deployments["#1"]
    assert first.id == uuids("deployments")["1"]
    assert first.environment == "production"
    assert first.started_at == datetime(2026, 1, 5, 9, 51, 0, 200_000, tzinfo=UTC)
    assert first.finished_at == datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
    assert first.url == (
        "https://bitbucket.org/acme/shop/addon/pipelines/home#!/results/1"
    )
    assert deployments["#6"].finished_at is None


def test_merged_pull_requests_are_changes_by_what_they_became(
    bitbucket: Bitbucket, cloud: Platform
) -> None:
    _, found = collected(bitbucket, source(cloud.address), now=NOW)

    changes = by_id(found, Change)
    commits = by_id(found, Commit)
    assert set(changes) == {"1", "2", "3"}
    prices = changes["1"]
    assert prices.first_commit_at == datetime(2026, 1, 6, 8, 0, tzinfo=UTC)
    # Not when it was last written on.
    assert prices.merged_at == datetime(2026, 1, 6, 12, 0, tzinfo=UTC)
    assert len(prices.merged_sha) == 40
    assert commits[prices.merged_sha].parents[1:] == prices.commits
    assert prices.url == "https://bitbucket.org/acme/shop/pull-requests/1"
    assert changes["3"].attributes["hotfix"] is True
    assert "hotfix" not in changes["2"].attributes


def test_commits_say_what_they_revert(bitbucket: Bitbucket, cloud: Platform) -> None:
    _, found = collected(bitbucket, source(cloud.address), now=NOW)

    commits = by_id(found, Commit)
    assert len(commits) == 7
    reverts = {each.attributes.get("reverts") for each in commits.values()} - {None}
    assert {commits[sha].attributes["message"] for sha in reverts} == {"Take payments"}


def test_issues_are_incidents_by_component_or_kind_and_priority(
    bitbucket: Bitbucket, cloud: Platform
) -> None:
    _, found = collected(bitbucket, source(cloud.address), now=NOW)

    incidents = by_id(found, Incident)
    assert {key: each.severity for key, each in incidents.items()} == {
        "9": "blocker",
        "11": "major",
    }
    # Its history says when; it was written on two hours later.
    ended = datetime(2026, 1, 7, 13, 10, 0, 123_456, tzinfo=UTC)
    assert incidents["9"].resolved_at == ended
    assert incidents["11"].resolved_at is None


def test_pipelines_tell_what_a_person_started(
    bitbucket: Bitbucket, cloud: Platform
) -> None:
    _, found = collected(bitbucket, source(cloud.address), now=NOW)

    runs = by_id(found, PipelineRun)
    by_number = {key: runs[number] for key, number in uuids("pipelines").items()}
    assert {key: (each.status, each.pipeline) for key, each in by_number.items()} == {
        "1": (Status.CANCELLED, "custom: deploy"),
        "2": (Status.SUCCESS, "default"),
        "3": (Status.FAILURE, "branches: main"),
        "4": (Status.SUCCESS, "branches: main"),
        "5": (Status.IN_PROGRESS, "branches: main"),
    }
    assert [key for key, each in by_number.items() if not each.automated] == ["1"]
    assert by_number["4"].finished_at == datetime(2026, 1, 7, 13, 0, tzinfo=UTC)


def test_the_story_measures_as_it_was_written(
    bitbucket: Bitbucket, cloud: Platform, tmp_path: Path
) -> None:
    issues = cloud.lists[f"{SHOP}/issues"]
    issues.rows = [row for row in issues.rows if row["id"] == 9]

    _, found = collected(bitbucket, source(cloud.address), now=NOW)
    code = measured(found, tmp_path)["lanes"]["code"]

    # Six hours, four, and one and a half; the first deployment yields none.
    assert code["change_lead_time"]["n"] == 3
    assert code["change_lead_time"]["median_s"] == 4 * 3600
    assert code["change_fail_rate"]["failed"] == 1
    assert code["change_fail_rate"]["total"] == 4
    assert code["failed_deployment_recovery_time"]["median_s"] == 2 * 3600
    assert code["deployment_rework_rate"]["ratio"] == 0.25
    assert code["deployment_frequency"]["n"] == 3


# ── again and again ────────────────────────────────────────────────────────────────


def test_a_second_reading_asks_only_for_what_may_have_changed(
    bitbucket: Bitbucket, cloud: Platform
) -> None:
    pages, _ = collected(bitbucket, source(cloud.address), now=NOW)
    cloud.asked.clear()

    again, _ = collected(
        bitbucket, source(cloud.address), now=NOW, cursor=pages[-1].cursor
    )

    assert f"{SHOP}/pullrequests/1/commits" not in cloud.paths()
    assert f"{SHOP}/issues/9/changes" not in cloud.paths()
    kept = [payload.sort for page in again for payload in page.payloads]
    assert kept.count("issue") == 1


def test_a_deployment_that_ends_later_is_read_again(
    bitbucket: Bitbucket, cloud: Platform
) -> None:
    pages, _ = collected(bitbucket, source(cloud.address), now=NOW)
    rows = {row["number"]: row for row in cloud.lists[f"{SHOP}/deployments/"].rows}
    rows[6]["state"] |= {
        "name": "COMPLETED",
        "status": {"name": "STOPPED"},
        "completed_on": "2026-02-01T08:00:00Z",
    }
    rows[6]["last_update_time"] = "2026-02-01T08:00:00Z"
    then = datetime(2026, 2, 2, tzinfo=UTC)

    _, found = collected(
        bitbucket, source(cloud.address), now=then, cursor=pages[-1].cursor
    )

    ended = by_id(found, Deployment)[uuids("deployments")["6"]]
    assert ended.status is Status.CANCELLED


def test_a_pipeline_under_way_is_asked_for_until_it_ends(
    bitbucket: Bitbucket, cloud: Platform
) -> None:
    pages, _ = collected(bitbucket, source(cloud.address), now=NOW)
    waiting = ours("bitbucket", "pipelines")[0]
    number = waiting["uuid"].replace("{", "%7B").replace("}", "%7D")
    ended = {"name": "COMPLETED", "result": {"name": "ERROR"}}
    cloud.things[f"{SHOP}/pipelines/{number}"] = waiting | {"state": ended}
    cloud.lists[f"{SHOP}/pipelines/"].rows = []

    _, found = collected(
        bitbucket, source(cloud.address), now=NOW, cursor=pages[-1].cursor
    )

    (run,) = by_id(found, PipelineRun).values()
    assert run.status is Status.FAILURE


def test_environments_are_asked_for_once(bitbucket: Bitbucket, cloud: Platform) -> None:
    collected(bitbucket, source(cloud.address), now=NOW)

    assert cloud.paths().count(f"{SHOP}/environments/") == 1


# ── rules and their preview ────────────────────────────────────────────────────────


def test_a_preview_says_why_each_candidate_counts_or_not(
    bitbucket: Bitbucket, cloud: Platform
) -> None:
    preview = bitbucket.preview(source(cloud.address), now=NOW)

    counted = {each.what: each.reason for each in preview.counted}
    assert counted["Deployment #3"] == (
        "environment “Production” is of the type Production"
    )
    assert {each.what: each.reason for each in preview.left_out} == {
        "Deployment #5": "environment “Staging” is of the type Staging",
        "Deployment #7": "it waits to be deployed",
    }
    assert preview.looked_at == "Looked at 7 deployments of acme/shop."


def test_names_say_what_is_production_by_rule(
    bitbucket: Bitbucket, cloud: Platform
) -> None:
    where = source(cloud.address, production_by="name", environments=["stag*"])

    _, found = collected(bitbucket, where, now=NOW)

    assert set(by_id(found, Deployment)) == {uuids("deployments")["5"]}


def test_names_say_it_where_the_type_is_not_told(
    bitbucket: Bitbucket, cloud: Platform
) -> None:
    for row in cloud.lists[f"{SHOP}/environments/"].rows:
        del row["environment_type"]

    _, found = collected(bitbucket, source(cloud.address), now=NOW)

    assert len(by_id(found, Deployment)) == 5


def test_pull_requests_into_another_branch_are_no_changes(
    bitbucket: Bitbucket, cloud: Platform
) -> None:
    _, found = collected(bitbucket, source(cloud.address, branch="next"), now=NOW)

    assert by_id(found, Change) == {}
    commits = [each for each in cloud.asked if each.path == f"{SHOP}/commits"]
    assert {each.query["include"] for each in commits} == {"next"}


@pytest.mark.parametrize(
    ("told", "rules", "sort"),
    [
        ({"mainbranch": None}, {}, "commit"),
        ({"has_issues": False}, {}, "issue"),
        ({}, {"incidents": []}, "issue"),
        ({}, {"pipelines": "skip"}, "pipeline"),
    ],
)
def test_what_is_not_there_or_not_wanted_is_not_asked_for(
    bitbucket: Bitbucket,
    cloud: Platform,
    told: dict[str, Json],
    rules: dict[str, Any],
    sort: str,
) -> None:
    cloud.things[SHOP] |= told

    pages, _ = collected(bitbucket, source(cloud.address, **rules), now=NOW)

    sorts = {payload.sort for page in pages for payload in page.payloads}
    assert sorts == {
        "commit", "pull_request", "deployment", "pipeline", "issue"
    } - {sort}  # fmt: skip


# ── what is odd ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ({"name": "COMPLETED", "result": {"name": "SUCCESSFUL"}}, "success"),
        ({"name": "COMPLETED", "result": {"name": "FAILED"}}, "failure"),
        ({"name": "COMPLETED", "result": {"name": "ERROR"}}, "failure"),
        ({"name": "COMPLETED", "result": {"name": "EXPIRED"}}, "failure"),
        ({"name": "COMPLETED", "result": {"name": "STOPPED"}}, "cancelled"),
        ({"name": "IN_PROGRESS", "stage": {"name": "HALTED"}}, "in_progress"),
        ({"name": "PENDING"}, "in_progress"),
        ({"name": "PARSING"}, "in_progress"),
    ],
)
def test_each_state_of_a_pipeline_is_known(state: dict[str, Json], status: str) -> None:
    row = ours("bitbucket", "pipelines")[1] | {"state": state}

    (event,) = parsed("pipeline", pipeline=row)

    assert event.status == status
    assert (event.finished_at is None) == (status == "in_progress")


def test_a_pull_request_whose_commit_is_gone_was_merged_when_it_changed() -> None:
    row = ours("bitbucket", "pullrequests")[-1]

    (change,) = parsed("pull_request", pull_request=row, commits=[])

    assert change.merged_sha is None
    assert change.merged_at == datetime(2026, 1, 6, 12, 0, 0, 123_456, tzinfo=UTC)


def test_a_closed_issue_without_history_ended_when_it_changed() -> None:
    row = next(each for each in ours("bitbucket", "issues") if each["id"] == 9)

    (incident,) = parsed("issue", issue=row)

    assert incident.resolved_at == datetime(2026, 1, 7, 15, 0, 0, 123_456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sort", "body", "reason"),
    [
        ("deployment", {"deployment": 1}, "deployment: is a number, not an object"),
        (
            "deployment",
            {"deployment": {"uuid": "{a}", "state": {"name": "COMPLETED"}}},
            "deployment.state.status: is missing, not an object",
        ),
        (
            "deployment",
            {"deployment": {"uuid": "{a}", "state": {"name": "ODD"}}},
            "deployment.state.name: 'ODD' is none that we know",
        ),
        (
            "pipeline",
            {"pipeline": {"state": {"name": "COMPLETED", "result": {"name": "ODD"}}}},
            "pipeline.state.result.name: 'ODD' is none that we know",
        ),
        (
            "pull_request",
            {"pull_request": {"state": "ODD"}},
            "pull_request.state: 'ODD' is none that we know",
        ),
        ("commit", {"commit": {"hash": "a"}}, "commit.date: is missing"),
        ("issue", {"issue": {"state": "odd"}}, "issue.state: 'odd' is none that we"),
        ("gist", {}, "sort: 'gist' is not one of"),
    ],
)
def test_what_cannot_be_understood_names_the_field(
    sort: str, body: dict[str, Json], reason: str
) -> None:
    with pytest.raises(Garbled) as garbled:
        parsed(sort, **body)

    assert garbled.value.reason.startswith(reason)


# ── what goes wrong ────────────────────────────────────────────────────────────────


def test_a_test_says_what_can_be_read(bitbucket: Bitbucket, cloud: Platform) -> None:
    cloud.always(f"{SHOP}/issues", Answer(403))

    assert bitbucket.test(source(cloud.address), now=NOW) == (
        "Found acme/shop. Readable: Repositories, Pull requests and Pipelines."
        " Not readable with this token: Issues."
    )


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Answer(401), "Bitbucket did not accept the token: it may have expired"),
        (Answer(403), "give it the permission Repositories: Read"),
        (Answer(404), "There is no repository acme/shop that this token may see"),
        (page_of_html(), "answered with a page, not with data"),
        (as_json([]), "does not answer as Bitbucket Cloud does"),
    ],
)
def test_each_refusal_says_what_to_do(
    bitbucket: Bitbucket, cloud: Platform, answer: Answer, sentence: str
) -> None:
    cloud.always(SHOP, answer)

    with pytest.raises(Refused, match=re.escape(sentence)) as refused:
        collected(bitbucket, source(cloud.address), now=NOW)

    assert SECRET not in refused.value.sentence


def test_a_preview_of_a_list_that_is_shut_says_what_to_allow(
    bitbucket: Bitbucket, cloud: Platform
) -> None:
    cloud.always(f"{SHOP}/deployments/", Answer(403))

    with pytest.raises(Refused, match="may not read Pipelines of acme/shop"):
        bitbucket.preview(source(cloud.address), now=NOW)


def test_an_api_token_goes_with_its_owners_address(
    bitbucket: Bitbucket, cloud: Platform
) -> None:
    pair = f"ada@example.org:{SECRET}"
    basic = f"Basic {b64encode(pair.encode()).decode()}"
    cloud.admits = lambda asked: basic in asked.headers.values()

    found = bitbucket.test(replace(source(cloud.address), secret=pair), now=NOW)

    assert found.startswith("Found acme/shop.")


# ── addresses ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "address", ["{}/acme/shop", "{}/acme/shop.git", "{}/acme/shop/pull-requests/3"]
)
def test_an_address_leads_to_the_api_of_its_repository(
    bitbucket: Bitbucket, cloud: Platform, address: str
) -> None:
    where = replace(source(""), address=address.format(cloud.address))

    assert bitbucket.test(where, now=NOW).startswith("Found acme/shop.")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "Enter the repository"),
        ("shop", "Enter the repository"),
        ("https://bitbucket.org/acme", "Enter the repository"),
        ("acme/../x", "Enter the repository"),
        ("https://bitbucket.example.org/acme/shop", "choose Bitbucket Data Center"),
    ],
)
def test_an_address_without_a_repository_is_refused(address: str, reason: str) -> None:
    where = Source(kind="bitbucket", address=address, service_key="shop")

    with pytest.raises(Refused, match=reason):
        Bitbucket().check(where)


@pytest.mark.parametrize(
    "address", ["acme/shop", "https://www.bitbucket.org/acme/shop"]
)
def test_an_address_of_the_cloud_is_taken(address: str) -> None:
    Bitbucket().check(Source(kind="bitbucket", address=address, service_key="shop"))


# ── recorded ───────────────────────────────────────────────────────────────────────


def _deployment(row: Any) -> dict[str, Json]:
    return {"deployment": row, "environment": row["environment"]}


# File, sort, how a row becomes a payload, how many events all rows make, and how many
# are refused for a word.
Case = tuple[
    str, str, "Callable[[Any], dict[str, Json]]", dict[str, int], dict[str, int]
]
CASES: tuple[Case, ...] = (
    ("deployments", "deployment", _deployment, {"deployment": 5},
     # They were asked for without the field that says how they ended, and one of them
     # was copied with states that Bitbucket does not have.
     {"deployment.state.status: is missing, not an object": 15,
      "deployment.state.name: 'CANCELLED' is none that we know": 1,
      "deployment.state.name: 'ROLLED_BACK' is none that we know": 1,
      "deployment.state.name: 'UNKNOWN' is none that we know": 1}),
    ("pipelines", "pipeline", lambda row: {"pipeline": row}, {"pipeline_run": 20},
     {"pipeline.state.result.name: 'COMPLETED' is none that we know": 1,
      "pipeline.state.name: 'PASSED' is none that we know": 1}),
    ("pull_requests", "pull_request",
     lambda row: {"pull_request": row, "commits": []}, {"change": 27}, {}),
    ("commits", "commit", lambda row: {"commit": row}, {"commit": 2}, {}),
    ("issues", "issue", lambda row: {"issue": row}, {"incident": 30}, {}),
)  # fmt: skip


@pytest.mark.parametrize(("name", "sort", "body", "wanted", "reasons"), CASES)
def test_every_recorded_row_is_understood_and_keeps_no_person(
    name: str,
    sort: str,
    body: Callable[[Any], dict[str, Json]],
    wanted: dict[str, int],
    reasons: dict[str, int],
) -> None:
    payloads = [
        Payload(
            sort=sort,
            body={
                key: trimmed(value, TRIMMING)
                for key, value in body(row.payload).items()
            },
        )
        for row in recorded.rows("bitbucket", name)
    ]

    found = understood(
        Bitbucket(), source("https://bitbucket.org", **EVERYTHING), payloads
    )

    assert dict(found.kinds) == wanted
    assert Counter(found.reasons) == reasons
    kept = json.dumps([payload.body for payload in payloads])
    assert not re.search(r"user-\d{4}", re.sub(r"https?://[^\"\s]+", "", kept))
    assert "example.invalid" not in kept


def test_a_recorded_pull_request_has_the_time_of_its_first_commit() -> None:
    rows = recorded.rows("bitbucket", "pull_requests")
    pull = next(
        row.payload
        for row in rows
        if isinstance(row.payload, dict) and row.payload["state"] == "MERGED"
    )
    commits = [
        row.payload for row in recorded.rows("bitbucket", "pull_requests_commits")
    ]

    (change,) = parsed("pull_request", pull_request=pull, commits=commits)

    assert change.first_commit_at == datetime.fromisoformat("2015-08-09T08:58:59+00:00")
    assert len(change.commits) == 8
