"""Gitea and Forgejo: what is read of a repository, and what becomes of it."""

from __future__ import annotations

import json
import re
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
from assessments.connectors.gitea import Gitea
from assessments.connectors.gitea.trimming import TRIMMING
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
from tests.assessments.connectors.subjects.gitea import SHOP, shop, source
from tests.assessments.connectors.telling import by_id, collected, understood

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from scoring.events import Json

NOW = datetime(2026, 1, 10, tzinfo=UTC)
EVERYTHING: dict[str, Any] = {"tags": ["*"], "not_tags": [], "incident_labels": ["bug"]}


@pytest.fixture
def gitea() -> Gitea:
    return Gitea(patience=HASTE)


@pytest.fixture
def forge() -> Iterator[Platform]:
    platform = shop()
    with serving(platform):
        yield platform


def parsed(sort: str, **body: Json) -> Any:
    """The events of one payload."""
    where = source("https://git.example.org", **EVERYTHING)
    return list(Gitea().parse(Payload(sort=sort, body=body), where))


# ── the whole story ────────────────────────────────────────────────────────────────


def test_releases_are_deployments_of_the_commit_of_their_tag(
    gitea: Gitea, forge: Platform
) -> None:
    _, found = collected(gitea, source(forge.address), now=NOW)

    deployments = by_id(found, Deployment)
    tags = {row["name"]: row["commit"]["sha"] for row in ours("gitea", "tags")}
    assert {each.attributes["tag"]: each.sha for each in deployments.values()} == {
        name: tags[name] for name in ("v1.0.0", "v1.0.1", "v1.1.0", "v1.1.1")
    }
    first = deployments["release-21"]
    assert first.status is Status.SUCCESS
    assert first.environment == "production"
    assert first.finished_at == datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert first.url == "https://git.example.org/acme/shop/releases/tag/v1.0.0"


def test_tags_are_deployments_by_rule(gitea: Gitea, forge: Platform) -> None:
    _, found = collected(gitea, source(forge.address, counts="tags"), now=NOW)

    deployments = by_id(found, Deployment)
    assert set(deployments) == {
        f"tag-v1.{each}" for each in ("0.0", "0.1", "1.0", "1.1")
    }
    assert deployments["tag-v1.1.1"].finished_at == datetime(2026, 1, 7, 13, tzinfo=UTC)


@pytest.mark.parametrize("server", ["runs", "forgejo_runs"])
def test_runs_are_deployments_by_rule(gitea: Gitea, server: str) -> None:
    with serving(shop(server)) as address:
        _, found = collected(gitea, source(address, counts="runs"), now=NOW)

    deployments = by_id(found, Deployment)
    assert {key: each.status for key, each in deployments.items()} == {
        "run-901": Status.CANCELLED,
        "run-903": Status.FAILURE,
        "run-904": Status.SUCCESS,
        "run-905": Status.IN_PROGRESS,
    }
    failed = deployments["run-903"]
    assert failed.started_at == datetime(2026, 1, 7, 10, 10, tzinfo=UTC)
    assert failed.finished_at == datetime(2026, 1, 7, 11, 0, tzinfo=UTC)
    runs = by_id(found, PipelineRun)
    assert {key: each.pipeline for key, each in runs.items()} == {
        "901": "deploy.yml",
        "902": "lint.yml",
        "903": "deploy.yml",
        "904": "deploy.yml",
        "905": "deploy.yml",
    }
    assert [key for key, each in runs.items() if not each.automated] == ["901"]
    # It waits: its start and its end are told as the beginning of time.
    assert runs["905"].started_at == datetime(2026, 1, 8, 8, tzinfo=UTC)
    assert runs["905"].finished_at is None


def test_merged_pull_requests_are_changes_with_their_commits(
    gitea: Gitea, forge: Platform
) -> None:
    _, found = collected(gitea, source(forge.address), now=NOW)

    changes = by_id(found, Change)
    commits = by_id(found, Commit)
    assert set(changes) == {"1", "2", "3"}
    prices = changes["1"]
    assert prices.first_commit_at == datetime(2026, 1, 6, 8, 0, tzinfo=UTC)
    assert prices.merged_at == datetime(2026, 1, 6, 12, 0, tzinfo=UTC)
    assert [commits[sha].attributes["message"] for sha in prices.commits] == [
        "Show prices"
    ]
    assert commits[prices.merged_sha].parents[1:] == prices.commits
    assert changes["3"].attributes["hotfix"] is True


def test_issues_with_a_label_are_incidents(gitea: Gitea, forge: Platform) -> None:
    _, found = collected(gitea, source(forge.address), now=NOW)

    incidents = by_id(found, Incident)
    assert set(incidents) == {"9", "11"}
    assert (incidents["9"].severity, incidents["9"].cause) == ("1", "code")
    assert incidents["9"].resolved_at == datetime(2026, 1, 7, 13, 10, tzinfo=UTC)
    assert incidents["11"].resolved_at is None


def test_issues_without_the_label_are_not_kept_where_a_server_gives_all(
    gitea: Gitea, forge: Platform
) -> None:
    forge.lists[f"{SHOP}/issues"].wanted = lambda row, asked: bool(row or asked)

    pages, _ = collected(gitea, source(forge.address), now=NOW)

    kept: list[Any] = [
        payload.body["issue"]
        for page in pages
        for payload in page.payloads
        if payload.sort == "issue"
    ]
    assert sorted(each["number"] for each in kept) == [9, 11]


def test_the_story_measures_as_it_was_written(
    gitea: Gitea, forge: Platform, tmp_path: Path
) -> None:
    issues = forge.lists[f"{SHOP}/issues"]
    issues.rows = [row for row in issues.rows if row["number"] == 9]

    _, found = collected(gitea, source(forge.address, counts="runs"), now=NOW)
    code = measured(found, tmp_path)["lanes"]["code"]

    # One run failed at eleven, the next one succeeded at one.
    assert code["change_fail_rate"]["failed"] == 1
    assert code["change_fail_rate"]["total"] == 2
    assert code["failed_deployment_recovery_time"]["median_s"] == 2 * 3600


# ── again and again ────────────────────────────────────────────────────────────────


def test_a_second_reading_asks_only_for_issues_that_changed(
    gitea: Gitea, forge: Platform
) -> None:
    pages, _ = collected(gitea, source(forge.address), now=NOW)
    forge.asked.clear()

    collected(gitea, source(forge.address), now=NOW, cursor=pages[-1].cursor)

    asked = {
        each.query["labels"]: each.query["since"]
        for each in forge.asked
        if each.path.endswith("/issues")
    }
    assert asked["incident"] == "2026-01-08T09:50:00Z"
    assert f"{SHOP}/pulls/1/commits" not in forge.paths()


def test_a_run_under_way_is_asked_for_until_it_ends(
    gitea: Gitea, forge: Platform
) -> None:
    pages, _ = collected(gitea, source(forge.address), now=NOW)
    runs = forge.lists[f"{SHOP}/actions/runs"].rows
    at = "2026-01-20T08:00:00Z"
    runs.insert(0, runs[1] | {"id": 999, "created_at": at})
    then = datetime(2026, 1, 21, tzinfo=UTC)
    second, _ = collected(
        gitea, source(forge.address), now=then, cursor=pages[-1].cursor
    )
    ended = {"status": "completed", "conclusion": "failure"}
    forge.things[f"{SHOP}/actions/runs/905"] |= ended

    _, found = collected(
        gitea, source(forge.address), now=then, cursor=second[-1].cursor
    )

    assert by_id(found, PipelineRun)["905"].status is Status.FAILURE


# ── rules and their preview ────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("counts", "looked_at", "left_out"),
    [
        (
            "releases",
            "Looked at the 5 newest releases of acme/shop.",
            {"Release v1.1.0-rc1": "it is a draft or a pre-release"},
        ),
        (
            "tags",
            "Looked at the 5 newest tags of acme/shop.",
            {"Tag v1.1.0-rc1": "tag “v1.1.0-rc1” matches “*-rc*”"},
        ),
        (
            "runs",
            "Looked at the 5 newest runs of acme/shop.",
            {"Run 902": "workflow “lint.yml” does not deploy to production"},
        ),
    ],
)
def test_a_preview_says_why_each_candidate_counts_or_not(
    gitea: Gitea,
    forge: Platform,
    counts: str,
    looked_at: str,
    left_out: dict[str, str],
) -> None:
    preview = gitea.preview(source(forge.address, counts=counts), now=NOW)

    assert {each.what: each.reason for each in preview.left_out} == left_out
    assert len(preview.counted) == 4
    assert all(each.at for each in preview.counted)
    assert preview.looked_at == looked_at


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ({"tags": ["shop-*"]}, "tag “v1.0.0” is no deployment to production"),
        ({"tags": ["V1.*"]}, "tag “v1.0.0” matches “V1.*”"),
        ({"not_tags": ["*.0"]}, "tag “v1.0.0” matches “*.0”"),
    ],
)
def test_a_tag_is_judged_by_its_name(
    gitea: Gitea, forge: Platform, rules: dict[str, Any], reason: str
) -> None:
    where = source(forge.address, counts="tags", **rules)

    preview = gitea.preview(where, now=NOW)

    reasons = {each.what: each.reason for each in preview.counted + preview.left_out}
    assert reasons["Tag v1.0.0"] == reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"head_branch": "idea"}, "runs on branch “idea” do not count"),
        ({"conclusion": "skipped"}, "the run was skipped"),
    ],
)
def test_a_run_is_left_out_for_a_reason(
    gitea: Gitea, forge: Platform, change: dict[str, str], reason: str
) -> None:
    runs = forge.lists[f"{SHOP}/actions/runs"]
    runs.rows = [ours("gitea", "runs")[1] | change]

    preview = gitea.preview(source(forge.address, counts="runs"), now=NOW)

    assert [each.reason for each in preview.left_out] == [reason]


def test_a_run_on_a_tag_is_known_by_it(gitea: Gitea, forge: Platform) -> None:
    on_tag = {"head_branch": "", "path": "deploy.yml@refs/tags/v1.2"}
    runs = forge.lists[f"{SHOP}/actions/runs"]
    runs.rows = [ours("gitea", "runs")[1] | on_tag]

    _, found = collected(gitea, source(forge.address, counts="runs"), now=NOW)

    assert by_id(found, Deployment)["run-904"].attributes["branch"] == "v1.2"


def test_pull_requests_into_another_branch_are_no_changes(
    gitea: Gitea, forge: Platform
) -> None:
    _, found = collected(gitea, source(forge.address, branch="next"), now=NOW)

    assert by_id(found, Change) == {}
    commits = [each for each in forge.asked if each.path == f"{SHOP}/commits"]
    assert {each.query["sha"] for each in commits} == {"next"}


@pytest.mark.parametrize(
    ("told", "sort"),
    [
        ({"empty": True}, "commit"),
        ({"has_pull_requests": False}, "pull_request"),
        ({"has_releases": False}, "release"),
        ({"has_actions": False}, "run"),
        ({"has_issues": False}, "issue"),
    ],
)
def test_a_unit_that_is_switched_off_is_not_asked_for(
    gitea: Gitea, forge: Platform, told: dict[str, Json], sort: str
) -> None:
    forge.things[SHOP] |= told

    pages, _ = collected(gitea, source(forge.address), now=NOW)

    sorts = {payload.sort for page in pages for payload in page.payloads}
    assert sorts == {"commit", "pull_request", "release", "run", "issue"} - {sort}


# ── what is odd ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"status": "completed", "conclusion": "success"}, "success"),
        ({"status": "completed", "conclusion": "skipped"}, "cancelled"),
        ({"status": "failure"}, "failure"),
        ({"status": "cancelled"}, "cancelled"),
        ({"status": "blocked"}, "in_progress"),
        ({"status": "running"}, "in_progress"),
        ({"status": "requested"}, "in_progress"),
    ],
)
def test_each_status_of_a_run_is_known(told: dict[str, Json], status: str) -> None:
    (event,) = parsed("run", run=ours("gitea", "runs")[1] | told)

    assert event.status == status


def test_a_release_without_a_tag_has_no_commit(gitea: Gitea, forge: Platform) -> None:
    del forge.things[f"{SHOP}/tags/v1.0.0"]

    _, found = collected(gitea, source(forge.address), now=NOW)

    assert by_id(found, Deployment)["release-21"].sha is None


@pytest.mark.parametrize(
    ("sort", "body", "reason"),
    [
        ("release", {"release": None}, "release: is missing, not an object"),
        ("release", {"release": {"tag_name": "v1"}}, "release.draft: is missing"),
        ("tag", {"tag": {"commit": {"created": "x"}}}, "tag.commit.created: 'x' is no"),
        ("run", {"run": {"id": True}}, "run.id: is a truth, not a number"),
        (
            "run",
            {"run": {"id": 1, "status": "completed", "conclusion": "odd"}},
            "run.conclusion: 'odd' is none that we know",
        ),
        ("run", {"run": {"id": 1, "status": "odd"}}, "run.status: 'odd' is none"),
        (
            "pull_request",
            {"pull_request": {"merged": True}},
            "pull_request.merged_at: is missing",
        ),
        ("commit", {"commit": {"sha": "a"}}, "commit.commit: is missing"),
        ("issue", {"issue": {"labels": ["a"]}}, "issue.labels[0]: is a text"),
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


def test_a_test_says_what_can_be_read(gitea: Gitea, forge: Platform) -> None:
    forge.always(f"{SHOP}/issues", Answer(403))

    assert gitea.test(source(forge.address), now=NOW) == (
        "Found acme/shop. Readable: Code, Pull requests, Releases and Actions."
        " Not readable with this token: Issues."
    )


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Answer(401), "did not accept the token"),
        (Answer(403), "give it the scope read:repository"),
        (Answer(404), "There is no repository acme/shop that this token may see"),
        (page_of_html(), "answered with a page, not with data"),
        (as_json([]), "does not answer as Gitea or Forgejo does"),
    ],
)
def test_each_refusal_says_what_to_do(
    gitea: Gitea, forge: Platform, answer: Answer, sentence: str
) -> None:
    forge.always(SHOP, answer)

    with pytest.raises(Refused, match=re.escape(sentence)) as refused:
        collected(gitea, source(forge.address), now=NOW)

    assert SECRET not in refused.value.sentence


def test_a_server_without_a_list_of_runs_is_no_error(
    gitea: Gitea, forge: Platform
) -> None:
    forge.always(f"{SHOP}/actions/runs", Answer(404))

    _, found = collected(gitea, source(forge.address), now=NOW)

    assert by_id(found, Deployment)
    assert by_id(found, PipelineRun) == {}


def test_a_preview_of_a_list_that_is_shut_says_what_to_allow(
    gitea: Gitea, forge: Platform
) -> None:
    forge.always(f"{SHOP}/releases", Answer(403))

    with pytest.raises(Refused, match="may not read Releases of acme/shop"):
        gitea.preview(source(forge.address), now=NOW)


# ── addresses ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("{}/acme/shop", SHOP),
        ("{}/acme/shop.git", SHOP),
        ("{}/acme/shop/pulls/3", SHOP),
        ("{}/git/acme/shop/", f"/git{SHOP}"),
    ],
)
def test_an_address_leads_to_the_api_of_its_repository(
    gitea: Gitea, forge: Platform, address: str, asked: str
) -> None:
    where = Source(
        kind="gitea",
        address=address.format(forge.address),
        service_key="shop",
        allow_local=True,
    )

    with pytest.raises(Refused):  # no token
        gitea.test(where, now=NOW)

    assert forge.paths() == [asked]


@pytest.mark.parametrize(
    "address",
    ["", "codeberg.org", "https://codeberg.org/acme", "https://a.org/../x", "acme/x"],
)
def test_an_address_without_a_repository_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        Gitea().check(Source(kind="gitea", address=address, service_key="shop"))


# ── recorded ───────────────────────────────────────────────────────────────────────

# File, sort, how a row becomes a payload, and how many events all rows make.
CASES: tuple[tuple[str, str, Callable[[Any], dict[str, Json]], dict[str, int]], ...] = (
    ("commits", "commit", lambda row: {"commit": row}, {"commit": 2}),
    ("pulls", "pull_request", lambda row: {"pull_request": row, "commits": []}, {}),
    ("issues", "issue", lambda row: {"issue": row}, {}),
)


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
        for row in recorded.rows("gitea", name)
    ]

    found = understood(
        Gitea(), source("https://git.example.org", **EVERYTHING), payloads
    )

    assert found.reasons == []
    assert dict(found.kinds) == wanted
    kept = json.dumps([payload.body for payload in payloads])
    assert not re.search(r"user-\d{4}", re.sub(r"https?://[^\"\s]+", "", kept))
    assert "example.invalid" not in kept


def test_an_example_of_a_release_has_no_moment_and_is_said_to() -> None:
    (row, _) = recorded.rows("gitea", "releases")

    with pytest.raises(Garbled, match=r"release\.created_at: is missing"):
        parsed("release", release=row.payload)


def test_webhooks_tell_pull_requests_issues_and_releases_alike() -> None:
    kinds: dict[str, int] = {}
    for row in recorded.rows("gitea", "webhooks"):
        event = row.payload if isinstance(row.payload, dict) else {}
        for sort in ("pull_request", "issue", "release"):
            if isinstance(event.get(sort), dict):
                body: dict[str, Json] = {sort: event[sort], "commits": []}
                for each in parsed(sort, **body):
                    kinds[each.kind.value] = kinds.get(each.kind.value, 0) + 1
    assert kinds == {"change": 1, "deployment": 1, "incident": 2}
