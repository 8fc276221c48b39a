"""Bitbucket Data Center: what is read of a repository, and what becomes of it."""

from __future__ import annotations

import json
import re
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
from assessments.connectors.bitbucket_server import BitbucketServer
from assessments.connectors.bitbucket_server.trimming import TRIMMING
from scoring.events import Change, Commit, Deployment, PipelineRun, Status
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
from tests.assessments.connectors.subjects.bitbucket_server import (
    BUILDS,
    SHOP,
    shop,
    source,
)
from tests.assessments.connectors.telling import by_id, collected, understood

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from scoring.events import Json

NOW = datetime(2026, 1, 10, tzinfo=UTC)


@pytest.fixture
def bitbucket() -> BitbucketServer:
    return BitbucketServer(patience=HASTE)


@pytest.fixture
def server() -> Iterator[Platform]:
    platform = shop()
    with serving(platform):
        yield platform


def parsed(sort: str, **body: Json) -> Any:
    """The events of one payload."""
    where = source("https://git.example.org")
    return list(BitbucketServer().parse(Payload(sort=sort, body=body), where))


# ── the whole story ────────────────────────────────────────────────────────────────


def test_tags_are_deployments_at_the_moment_of_their_commit(
    bitbucket: BitbucketServer, server: Platform
) -> None:
    _, found = collected(bitbucket, source(server.address), now=NOW)

    deployments = by_id(found, Deployment)
    tags = {row["displayId"]: row["latestCommit"] for row in _ours("tags")}
    assert {each.attributes["tag"]: each.sha for each in deployments.values()} == {
        name: tags[name] for name in ("v1.0.0", "v1.0.1", "v1.1.0", "v1.1.1")
    }
    last = deployments["tag-v1.1.1"]
    assert last.environment == "production"
    assert last.status is Status.SUCCESS
    assert last.finished_at == datetime(2026, 1, 7, 12, 0, tzinfo=UTC)


def test_builds_are_deployments_by_rule(
    bitbucket: BitbucketServer, server: Platform
) -> None:
    _, found = collected(bitbucket, source(server.address, counts="builds"), now=NOW)

    deployments = {
        each.attributes["number"]: each for each in by_id(found, Deployment).values()
    }
    assert {key: each.status for key, each in deployments.items()} == {
        "501": Status.SUCCESS,
        "502": Status.SUCCESS,
        "503": Status.FAILURE,
        "504": Status.SUCCESS,
        "506": Status.IN_PROGRESS,
    }
    failed = deployments["503"]
    assert failed.started_at == datetime(2026, 1, 7, 10, 51, tzinfo=UTC)
    assert failed.finished_at == datetime(2026, 1, 7, 11, 0, tzinfo=UTC)
    assert failed.url == "https://ci.example.org/browse/SHOP-503"
    assert deployments["506"].finished_at is None


def test_builds_of_commits_are_pipeline_runs(
    bitbucket: BitbucketServer, server: Platform
) -> None:
    _, found = collected(bitbucket, source(server.address), now=NOW)

    runs = [each for each in found if isinstance(each, PipelineRun)]
    assert len(runs) == 8
    (old,) = (each for each in runs if (each.url or "").endswith("LINT-2"))
    # Older servers tell one moment alone.
    assert old.started_at == old.finished_at == datetime(2026, 1, 7, 9, 12, tzinfo=UTC)
    assert {each.pipeline for each in runs} == {"SHOP-DEPLOY", "SHOP-LINT"}
    # Nothing tells whether a person started them.
    assert not any(each.automated for each in runs)


def test_merged_pull_requests_are_changes_with_their_commits(
    bitbucket: BitbucketServer, server: Platform
) -> None:
    _, found = collected(bitbucket, source(server.address), now=NOW)

    changes = by_id(found, Change)
    commits = by_id(found, Commit)
    assert set(changes) == {"1", "2", "3"}
    prices = changes["1"]
    assert prices.first_commit_at == datetime(2026, 1, 6, 8, 0, tzinfo=UTC)
    assert prices.opened_at == datetime(2026, 1, 6, 8, 30, tzinfo=UTC)
    assert prices.merged_at == datetime(2026, 1, 6, 12, 0, tzinfo=UTC)
    assert commits[prices.merged_sha].parents[1:] == prices.commits
    assert prices.url == (
        "https://git.example.org/projects/ACME/repos/shop/pull-requests/1"
    )
    assert changes["3"].attributes["hotfix"] is True


def test_the_story_measures_as_it_was_written(
    bitbucket: BitbucketServer, server: Platform, tmp_path: Path
) -> None:
    _, found = collected(bitbucket, source(server.address, counts="builds"), now=NOW)
    code = measured(found, tmp_path)["lanes"]["code"]

    # Six hours, four, and one and a half; the first deployment yields none.
    assert code["change_lead_time"]["n"] == 3
    assert code["change_lead_time"]["median_s"] == 4 * 3600
    assert code["change_fail_rate"]["failed"] == 1
    assert code["change_fail_rate"]["total"] == 4
    assert code["failed_deployment_recovery_time"]["median_s"] == 2 * 3600
    assert code["deployment_frequency"]["n"] == 3


# ── again and again ────────────────────────────────────────────────────────────────


def test_a_second_reading_asks_no_details_of_old_pull_requests(
    bitbucket: BitbucketServer, server: Platform
) -> None:
    pages, _ = collected(bitbucket, source(server.address), now=NOW)
    server.asked.clear()

    collected(bitbucket, source(server.address), now=NOW, cursor=pages[-1].cursor)

    assert f"{SHOP}/pull-requests/1/commits" not in server.paths()
    assert f"{SHOP}/pull-requests/3/commits" in server.paths()


def test_the_commit_of_a_tag_is_asked_for_once(
    bitbucket: BitbucketServer, server: Platform
) -> None:
    collected(bitbucket, source(server.address), now=NOW)

    (first, *_) = _ours("tags")
    assert server.paths().count(f"{SHOP}/commits/{first['latestCommit']}") == 1


def test_a_build_that_ends_later_is_read_again(
    bitbucket: BitbucketServer, server: Platform
) -> None:
    where = source(server.address, counts="builds")
    pages, _ = collected(bitbucket, where, now=NOW)
    newest = _ours("commits")[0]["id"]
    builds = server.lists[f"{BUILDS}/{newest}"].rows
    (waiting,) = (each for each in builds if each["state"] == "INPROGRESS")
    waiting["state"] = "FAILED"

    _, found = collected(bitbucket, where, now=NOW, cursor=pages[-1].cursor)

    ended = by_id(found, Deployment)[f"build-{newest}/{waiting['key']}"]
    assert ended.status is Status.FAILURE


# ── rules and their preview ────────────────────────────────────────────────────────


def test_a_preview_of_tags_says_why_each_counts_or_not(
    bitbucket: BitbucketServer, server: Platform
) -> None:
    preview = bitbucket.preview(source(server.address, tags=["v1.1*"]), now=NOW)

    assert {each.what: each.reason for each in preview.counted} == {
        "Tag v1.1.0": "tag “v1.1.0” matches “v1.1*”",
        "Tag v1.1.1": "tag “v1.1.1” matches “v1.1*”",
    }
    assert {each.what: each.reason for each in preview.left_out} == {
        "Tag v1.1.0-rc1": "tag “v1.1.0-rc1” matches “*-rc*”",
        "Tag v1.0.0": "tag “v1.0.0” is no deployment to production",
        "Tag v1.0.1": "tag “v1.0.1” is no deployment to production",
    }
    assert preview.looked_at == "Looked at the 5 newest tags of ACME/shop."


def test_a_preview_of_builds_says_why_each_counts_or_not(
    bitbucket: BitbucketServer, server: Platform
) -> None:
    preview = bitbucket.preview(source(server.address, counts="builds"), now=NOW)

    assert {each.reason for each in preview.counted} == {
        "build “Deploy to prod” matches “*deploy*prod*”"
    }
    assert {each.what: each.reason for each in preview.left_out} == {
        "Build Deploy to staging": (
            "build “Deploy to staging” does not deploy to production"
        ),
        "Build Lint": "build “Lint” does not deploy to production",
    }
    assert all(each.at for each in preview.counted + preview.left_out)
    assert preview.looked_at == "Looked at the 8 newest builds of ACME/shop."


def test_builds_are_not_asked_for_where_they_are_left_out(
    bitbucket: BitbucketServer, server: Platform
) -> None:
    _, found = collected(bitbucket, source(server.address, builds="skip"), now=NOW)

    assert not any(path.startswith(BUILDS) for path in server.paths())
    assert by_id(found, PipelineRun) == {}


def test_pull_requests_into_another_branch_are_no_changes(
    bitbucket: BitbucketServer, server: Platform
) -> None:
    _, found = collected(bitbucket, source(server.address, branch="next"), now=NOW)

    assert by_id(found, Change) == {}
    commits = [each for each in server.asked if each.path == f"{SHOP}/commits"]
    assert {each.query["until"] for each in commits} == {"next"}


def test_older_servers_are_asked_for_the_default_branch_in_their_way(
    bitbucket: BitbucketServer, server: Platform
) -> None:
    told = server.things.pop(f"{SHOP}/default-branch")
    server.things[f"{SHOP}/branches/default"] = told

    _, found = collected(bitbucket, source(server.address), now=NOW)

    assert len(by_id(found, Change)) == 3


def test_a_repository_without_a_branch_has_nothing_to_read(
    bitbucket: BitbucketServer, server: Platform
) -> None:
    del server.things[f"{SHOP}/default-branch"]

    pages, found = collected(bitbucket, source(server.address), now=NOW)

    assert (pages, found) == ([], [])


# ── what is odd ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("SUCCESSFUL", "success"),
        ("FAILED", "failure"),
        ("CANCELLED", "cancelled"),
        ("INPROGRESS", "in_progress"),
    ],
)
def test_each_state_of_a_build_is_known(state: str, status: str) -> None:
    commit = _ours("commits")[0]
    build = ours("bitbucket_server", "builds")[commit["id"]][0] | {"state": state}

    _, event = parsed("commit", commit=commit, builds=[build])

    assert event.status == status
    assert (event.finished_at is None) == (status == "in_progress")


def test_a_build_of_which_nobody_knows_the_state_is_none() -> None:
    build: dict[str, Json] = {"key": "a", "state": "UNKNOWN", "dateAdded": 0}

    found = parsed("commit", commit=_ours("commits")[0], builds=[build])

    assert [event.kind.value for event in found] == ["commit"]


def test_a_pull_request_without_its_merge_became_its_last_commit() -> None:
    pull = _ours("pull_requests")[-1]
    del pull["properties"]["mergeCommit"]

    (change,) = parsed("pull_request", pull_request=pull, commits=[])

    assert change.merged_sha == pull["fromRef"]["latestCommit"]


@pytest.mark.parametrize(
    ("sort", "body", "reason"),
    [
        ("tag", {"tag": None}, "tag: is missing, not an object"),
        (
            "tag",
            {"tag": {"displayId": "v1"}, "commit": {"id": "a"}},
            "commit.committerTimestamp: is missing, not a number",
        ),
        (
            "pull_request",
            {"pull_request": {"state": "ODD"}},
            "pull_request.state: 'ODD' is none that we know",
        ),
        (
            "pull_request",
            {"pull_request": {"state": "MERGED", "closedDate": 10**30}},
            "pull_request.closedDate: ",
        ),
        ("commit", {"commit": {"id": "a"}}, "commit.committerTimestamp: is missing"),
        (
            "commit",
            {
                "commit": {"id": "a", "committerTimestamp": 0, "parents": []},
                "builds": [{"state": "ODD"}],
            },
            "build.state: 'ODD' is none that we know",
        ),
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


def test_a_test_says_what_can_be_read(
    bitbucket: BitbucketServer, server: Platform
) -> None:
    found = bitbucket.test(source(server.address), now=NOW)

    assert found == "Found ACME/shop. Readable: Repository."


@pytest.mark.parametrize("path", [SHOP, f"{SHOP}/default-branch"])
@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Answer(401), "Bitbucket did not accept the token: it may have expired"),
        (Answer(403), "give it the permission Repository read"),
        (page_of_html(), "answered with a page, not with data"),
        (as_json([]), "check the address"),
    ],
)
def test_each_refusal_says_what_to_do(
    bitbucket: BitbucketServer,
    server: Platform,
    path: str,
    answer: Answer,
    sentence: str,
) -> None:
    server.always(path, answer)

    with pytest.raises(Refused, match=re.escape(sentence)) as refused:
        collected(bitbucket, source(server.address), now=NOW)

    assert SECRET not in refused.value.sentence


def test_a_repository_that_is_not_there_is_refused_with_a_remedy(
    bitbucket: BitbucketServer, server: Platform
) -> None:
    server.always(SHOP, Answer(404))

    with pytest.raises(Refused, match="There is no repository ACME/shop that this"):
        bitbucket.test(source(server.address), now=NOW)


def test_a_preview_of_a_list_that_is_shut_says_what_to_allow(
    bitbucket: BitbucketServer, server: Platform
) -> None:
    server.always(f"{SHOP}/tags", Answer(403))

    with pytest.raises(Refused, match="may not read tags of ACME/shop"):
        bitbucket.preview(source(server.address), now=NOW)


# ── addresses ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("{}/projects/ACME/repos/shop", SHOP),
        ("{}/projects/ACME/repos/shop/pull-requests/3/overview", SHOP),
        ("{}/scm/ACME/shop.git", SHOP),
        ("{}/users/ada/repos/shop/browse", "/rest/api/1.0/projects/~ada/repos/shop"),
        ("{}/git/projects/ACME/repos/shop", f"/git{SHOP}"),
    ],
)
def test_an_address_leads_to_the_api_of_its_repository(
    bitbucket: BitbucketServer, server: Platform, address: str, asked: str
) -> None:
    where = replace(source(""), address=address.format(server.address), secret=None)

    with pytest.raises(Refused):  # no token
        bitbucket.test(where, now=NOW)

    assert server.paths() == [asked]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "git.example.org",
        "https://git.example.org/projects/ACME",
        "https://git.example.org/projects/../repos/x",
        "https://git.example.org/dashboard",
    ],
)
def test_an_address_without_a_repository_is_refused(address: str) -> None:
    where = Source(kind="bitbucket_server", address=address, service_key="shop")

    with pytest.raises(Refused):
        BitbucketServer().check(where)


# ── recorded ───────────────────────────────────────────────────────────────────────

# File, sort, how a row becomes a payload, and how many events all rows make.
CASES: tuple[tuple[str, str, Callable[[Any], dict[str, Json]], dict[str, int]], ...] = (
    ("pull_requests", "pull_request",
     lambda row: {"pull_request": row, "commits": []}, {"change": 3}),
    ("commits", "commit", lambda row: {"commit": row}, {"commit": 1}),
    ("pull_requests_commits", "commit", lambda row: {"commit": row}, {"commit": 22}),
)  # fmt: skip


@pytest.mark.parametrize(("name", "sort", "body", "wanted"), CASES)
def test_every_recorded_row_is_understood_and_keeps_no_person(
    name: str,
    sort: str,
    body: Callable[[Any], dict[str, Json]],
    wanted: dict[str, int],
) -> None:
    payloads = [
        Payload(
            sort=sort,
            body={
                key: trimmed(value, TRIMMING)
                for key, value in body(row.payload).items()
            },
        )
        for row in recorded.rows("bitbucket_server", name)
    ]

    found = understood(BitbucketServer(), source("https://git.example.org"), payloads)

    assert found.reasons == []
    assert dict(found.kinds) == wanted
    kept = json.dumps([payload.body for payload in payloads])
    assert not re.search(r"user-\d{4}", re.sub(r"https?://[^\"\s]+", "", kept))
    assert "example.invalid" not in kept


def test_a_recorded_pull_request_has_its_moments() -> None:
    rows = [row.payload for row in recorded.rows("bitbucket_server", "pull_requests")]
    pull = next(row for row in rows if isinstance(row, dict) and row["id"] == 4)
    commits: list[Json] = [
        row.payload
        for row in recorded.rows("bitbucket_server", "pull_requests_commits")
        if row.parent == {"BitbucketId": 4}
    ]

    *_, change = parsed("pull_request", pull_request=pull, commits=commits)

    assert change.merged_at == datetime(2023, 12, 18, 8, 32, 55, 341_000, tzinfo=UTC)
    assert change.first_commit_at < change.merged_at
    assert change.attributes["base"] == "develop"


def _ours(name: str) -> Any:
    return ours("bitbucket_server", name)
