"""GitHub: what is read of a repository, and what becomes of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest

from assessments.connectors import lists
from assessments.connectors.base import (
    Garbled,
    Payload,
    Refused,
    Source,
    Unreachable,
    clean_rules,
)
from assessments.connectors.github import GitHub
from scoring.events import (
    Change,
    Commit,
    Deployment,
    Event,
    Incident,
    PipelineRun,
    Status,
)
from tests.assessments.connectors.conftest import measured, ours
from tests.assessments.connectors.fake_github import Answer, GitHubOnLoopback

if TYPE_CHECKING:
    from pathlib import Path

    from assessments.connectors.base import Page, Plain
    from scoring.events import Json

NOW = datetime(2026, 1, 10, tzinfo=UTC)
CANARY = "ghp_canary0000000000000000000000000000"


def source(
    hub: GitHubOnLoopback | None = None, *, secret: str | None = None, **rules: Any
) -> Source:
    """A source at the hub, or at nowhere for what needs no network."""
    return Source(
        kind="github",
        address=f"{hub.address}/acme/shop" if hub else "acme/shop",
        service_key="shop",
        secret=secret,
        rules=clean_rules(GitHub.rule_fields, rules).rules,
        allow_local=True,
    )


def collected(
    github: GitHub, where: Source, cursor: Plain | None = None
) -> tuple[list[Page], list[Event]]:
    """Everything that one reading brings."""
    pages = list(github.fetch(where, cursor=cursor or {}, now=NOW))
    found = [
        event
        for page in pages
        for payload in page.payloads
        for event in github.parse(payload, where)
    ]
    return pages, found


def of(found: list[Event], kind: type[Event]) -> dict[str, Any]:
    """The events of one kind, by id."""
    return {event.id: event for event in found if isinstance(event, kind)}


def parsed(sort: str, **body: Json) -> Any:
    """The events of one payload."""
    return list(GitHub().parse(Payload(sort=sort, body=body), source()))


# ── the whole story ────────────────────────────────────────────────────────────────


def test_deployments_to_production_have_their_outcome_and_its_moment(
    github: GitHub, hub: GitHubOnLoopback
) -> None:
    _, found = collected(github, source(hub))

    deployments = of(found, Deployment)
    assert {key: each.status for key, each in deployments.items()} == {
        "501": Status.SUCCESS,
        "502": Status.SUCCESS,
        "503": Status.FAILURE,
        "504": Status.SUCCESS,
        "506": Status.IN_PROGRESS,
    }
    first = deployments["501"]
    assert first.environment == "production"
    assert first.started_at == datetime(2026, 1, 5, 9, 51, tzinfo=UTC)
    # Becoming inactive a day later is not when it was deployed.
    assert first.finished_at == datetime(2026, 1, 5, 10, 0, tzinfo=UTC)


def test_merged_pull_requests_are_changes_with_their_commits(
    github: GitHub, hub: GitHubOnLoopback
) -> None:
    _, found = collected(github, source(hub))

    changes = of(found, Change)
    commits = {
        each["commit"]["message"].split("\n")[0]: each for each in hub.lists["commits"]
    }
    assert set(changes) == {"1", "2", "3"}
    prices = changes["1"]
    assert prices.first_commit_at == datetime(2026, 1, 6, 8, 0, tzinfo=UTC)
    assert prices.merged_at == datetime(2026, 1, 6, 12, 0, tzinfo=UTC)
    assert prices.commits == (commits["Show prices"]["sha"],)
    repair = changes["3"]
    assert repair.labels == ("hotfix",)
    assert repair.attributes["hotfix"] is True
    assert repair.attributes["reverts_change"] == "2"
    assert repair.attributes["branch"] == "revert-2-payments"


def test_commits_say_what_they_revert(github: GitHub, hub: GitHubOnLoopback) -> None:
    _, found = collected(github, source(hub))

    commits = of(found, Commit)
    assert len(commits) == 7
    reverts = {each.attributes.get("reverts") for each in commits.values()} - {None}
    assert {commits[sha].attributes["message"] for sha in reverts} == {"Take payments"}


def test_issues_with_a_label_are_incidents(
    github: GitHub, hub: GitHubOnLoopback
) -> None:
    _, found = collected(github, source(hub))

    incidents = of(found, Incident)
    assert set(incidents) == {"9", "11"}  # a pull request with the label is none
    assert incidents["9"].resolved_at == datetime(2026, 1, 7, 13, 10, tzinfo=UTC)
    assert incidents["9"].severity == "1"
    assert incidents["9"].cause == "code"
    assert incidents["11"].resolved_at is None


def test_workflow_runs_count_as_deployments_only_by_rule(
    github: GitHub, hub: GitHubOnLoopback
) -> None:
    _, found = collected(github, source(hub, counts="workflow_runs"))

    assert set(of(found, PipelineRun)) == {"901", "902", "903", "904", "905"}
    deployments = of(found, Deployment)
    assert {key: each.status for key, each in deployments.items()} == {
        "run-901": Status.CANCELLED,
        "run-903": Status.FAILURE,
        "run-904": Status.SUCCESS,
        "run-905": Status.IN_PROGRESS,
    }
    assert deployments["run-904"].attributes["attempt"] == 2
    assert not of(found, PipelineRun)["901"].automated


def test_no_person_is_in_payloads_or_events(
    github: GitHub, hub: GitHubOnLoopback
) -> None:
    pages, found = collected(github, source(hub))

    kept = json.dumps([payload.body for page in pages for payload in page.payloads])
    for text in (kept, repr(found)):
        for word in ("ada@", "rui@", "Ada Example", "Rui Example", "ada-example"):
            assert word not in text


def test_the_story_measures_as_it_was_written(
    github: GitHub, hub: GitHubOnLoopback, tmp_path: Path
) -> None:
    hub.lists["issues"] = [row for row in hub.lists["issues"] if row["number"] == 9]

    _, found = collected(github, source(hub))
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
    github: GitHub, hub: GitHubOnLoopback
) -> None:
    hub.lists["deployments"][-1]["created_at"] = "2025-12-01T00:00:00Z"
    pages, _ = collected(github, source(hub))
    hub.asked.clear()

    again, _ = collected(github, source(hub), pages[-1].cursor)

    assert "/repos/acme/shop/deployments/501/statuses" not in hub.paths()
    assert "/repos/acme/shop/pulls/1/commits" not in hub.paths()
    assert sum(len(page.payloads) for page in again) < sum(
        len(page.payloads) for page in pages
    )


def test_a_deployment_under_way_is_asked_for_until_it_ends(
    github: GitHub, hub: GitHubOnLoopback
) -> None:
    pages, _ = collected(github, source(hub))
    later = {"id": 507, "environment": "production", "sha": "f" * 40, "ref": "main"}
    at = "2026-01-20T08:00:00Z"
    hub.lists["deployments"].insert(0, later | {"created_at": at, "updated_at": at})
    ended = [{"id": 20, "state": "success", "created_at": at}]
    hub.lists["deployments/507/statuses"] = ended
    second, _ = collected(github, source(hub), pages[-1].cursor)
    hub.lists["deployments/506/statuses"] = ended

    _, found = collected(github, source(hub), second[-1].cursor)

    assert of(found, Deployment)["506"].status is Status.SUCCESS


def test_an_interrupted_reading_goes_on_where_it_stood(
    github: GitHub, hub: GitHubOnLoopback
) -> None:
    hub.page_size = 2
    first = list(islice(github.fetch(source(hub), cursor={}, now=NOW), 2))
    hub.asked.clear()

    rest, found = collected(github, source(hub), first[-1].cursor)

    assert "page=3" in hub.asked[0]
    shas = [
        event.id
        for page in [*first, *rest]
        for payload in page.payloads
        if payload.sort == "commit"
        for event in github.parse(payload, source(hub))
    ]
    assert sorted(shas) == sorted(each["sha"] for each in hub.lists["commits"])
    assert len(of(found, Change)) == 3


def test_every_request_is_as_github_describes_it(
    github: GitHub, described_hub: GitHubOnLoopback
) -> None:
    described_hub.page_size = 2
    where = source(described_hub, counts="both")

    pages, _ = collected(github, where)
    collected(github, where, pages[-1].cursor)
    newer, older = (described_hub.lists["commits"][place]["sha"] for place in (0, 3))
    asked = lists.Stretch(base=older, head=newer)
    collected(github, where, lists.stretching(pages[-1].cursor, [asked]))
    github.preview(where, now=NOW)
    github.test(where, now=NOW)

    assert described_hub.asked
    assert described_hub.complaints == []


# ── rules and their preview ────────────────────────────────────────────────────────


def test_a_preview_says_why_each_candidate_counts_or_not(
    github: GitHub, hub: GitHubOnLoopback
) -> None:
    preview = github.preview(source(hub, counts="both"), now=NOW)

    assert {each.what for each in preview.counted} >= {"Deployment 503 of main"}
    reasons = {each.what: each.reason for each in preview.left_out}
    assert reasons["Deployment 505 of main"] == (
        "environment “staging” is not production"
    )
    assert reasons["Run 902 of Lint on payments"] == (
        "workflow “Lint” does not deploy to production"
    )
    assert preview.looked_at == (
        "Looked at the 6 newest deployments and 5 newest workflow runs of acme/shop."
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"event": "pull_request"}, "runs started by “pull_request” do not count"),
        ({"head_branch": "idea"}, "runs on branch “idea” do not count"),
        ({"conclusion": "skipped"}, "the run was skipped"),
    ],
)
def test_a_run_is_left_out_for_a_reason(
    github: GitHub, hub: GitHubOnLoopback, change: dict[str, str], reason: str
) -> None:
    hub.lists["actions/runs"] = [ours("actions_runs")[1] | change]

    preview = github.preview(source(hub, counts="workflow_runs"), now=NOW)

    assert [each.reason for each in preview.left_out] == [reason]


def test_environments_that_are_production_are_a_rule(
    github: GitHub, hub: GitHubOnLoopback
) -> None:
    _, found = collected(github, source(hub, environments=["stag*"]))

    assert set(of(found, Deployment)) == {"505"}
    # The engine's word for it, whatever it is called over there.
    assert of(found, Deployment)["505"].environment == "production"


def test_pull_requests_into_another_branch_are_no_changes(
    github: GitHub, hub: GitHubOnLoopback
) -> None:
    _, found = collected(github, source(hub, branch="next"))

    assert of(found, Change) == {}


# ── what is odd ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("states", "status"),
    [
        (["queued", "in_progress", "failure", "in_progress", "success"], "success"),
        (["success", "failure"], "failure"),
        (["in_progress", "error"], "failure"),
        (["inactive"], "success"),
        (["waiting"], "in_progress"),
        ([], "in_progress"),
    ],
)
def test_the_last_outcome_of_a_deployment_counts(
    states: list[str], status: str
) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    statuses: list[Json] = [
        {"state": state, "created_at": (at + timedelta(hours=place)).isoformat()}
        for place, state in enumerate(states)
    ]
    deployment = ours("deployments")[-1]

    (event,) = parsed("deployment", deployment=deployment, statuses=statuses)

    assert event.status == status


def test_labels_may_be_texts_and_missing_fields_are_survived() -> None:
    bare: dict[str, Json] = {
        "number": 1,
        "merged_at": "2026-01-01T00:00:00Z",
        "labels": ["hotfix"],
        "head": None,
        "title": None,
        "user": None,
    }

    (change,) = parsed("pull_request", pull_request=bare, commits=[])

    assert change.labels == ("hotfix",)
    assert change.first_commit_at is None


@pytest.mark.parametrize(
    ("sort", "body", "reason"),
    [
        ("deployment", {"deployment": [], "statuses": []}, "deployment: is a list"),
        (
            "deployment",
            {
                "deployment": {"id": 1, "environment": "prod", "created_at": "x"},
                "statuses": [],
            },
            "deployment.created_at: 'x' is no moment",
        ),
        ("workflow_run", {"run": {"id": True}}, "run.id: is a truth, not a number"),
        (
            "workflow_run",
            {"run": {"id": 1, "status": "completed", "conclusion": "odd"}},
            "run.conclusion: 'odd' is none that we know",
        ),
        (
            "pull_request",
            {"pull_request": {"merged_at": "2026-01-01T00:00:00Z"}, "commits": None},
            "commits: is missing, not a list",
        ),
        ("commit", {"commit": {"sha": "a"}}, "commit.commit: is missing"),
        ("issue", {"issue": {"labels": 4}}, "issue.labels: is a number, not a list"),
        ("gist", {}, "sort: 'gist' is not one of"),
    ],
)
def test_what_cannot_be_understood_names_the_field(
    sort: str, body: dict[str, Json], reason: str
) -> None:
    with pytest.raises(Garbled) as garbled:
        parsed(sort, **body)

    assert garbled.value.reason.startswith(reason)


def test_rows_of_wrong_types_are_kept_and_the_others_read(
    github: GitHub, hub: GitHubOnLoopback
) -> None:
    hub.lists["deployments"] += ["nonsense", None, {"id": "x"}]
    hub.lists["pulls"] += [17]

    pages = list(github.fetch(source(hub), cursor={}, now=NOW))

    garbled = 0
    for page in pages:
        for payload in page.payloads:
            try:
                list(github.parse(payload, source(hub)))
            except Garbled:
                garbled += 1
    assert garbled == 4


# ── when it goes wrong ─────────────────────────────────────────────────────────────


def test_a_wrong_token_is_refused_with_a_remedy_and_without_the_token(
    github: GitHub, hub: GitHubOnLoopback, caplog: pytest.LogCaptureFixture
) -> None:
    hub.token = "another"

    with pytest.raises(Refused, match="Create a new one") as refused:
        collected(github, source(hub, secret=CANARY))

    assert CANARY not in repr(refused.value) + str(refused.value) + caplog.text
    assert CANARY not in repr(source(hub, secret=CANARY))


def test_a_repository_that_is_not_there_is_refused_with_a_remedy(
    github: GitHub, hub: GitHubOnLoopback
) -> None:
    hub.always("commits", Answer(status=404))

    with pytest.raises(Refused, match="no repository acme/shop"):
        collected(github, source(hub))


def test_a_list_that_is_shut_does_not_stop_the_others(
    github: GitHub, hub: GitHubOnLoopback
) -> None:
    hub.always("deployments", Answer(status=403))
    pages: list[Page] = []

    with pytest.raises(Refused, match="may not read Deployments of acme/shop"):
        pages.extend(github.fetch(source(hub), cursor={}, now=NOW))

    sorts = {payload.sort for page in pages for payload in page.payloads}
    assert sorts == {"commit", "pull_request", "workflow_run", "issue"}


def test_what_the_rules_leave_out_is_not_asked_for(
    github: GitHub, hub: GitHubOnLoopback
) -> None:
    for path in ("actions/runs", "issues"):
        hub.always(path, Answer(status=403))

    _, found = collected(github, source(hub, pipeline_runs="skip", incident_labels=[]))

    assert of(found, Deployment)
    assert of(found, PipelineRun) == {}


def test_an_empty_repository_without_issues_is_no_error(
    github: GitHub, hub: GitHubOnLoopback
) -> None:
    hub.always("commits", Answer(status=409))
    hub.always("issues", Answer(status=410))

    _, found = collected(github, source(hub))

    assert of(found, Deployment)


def test_a_limit_keeps_what_was_read_and_says_when_to_come_back(
    github: GitHub, hub: GitHubOnLoopback
) -> None:
    reset = str(int(datetime.now(tz=UTC).timestamp()) + 900)
    hub.always(
        "pulls",
        Answer(
            status=403,
            headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset},
        ),
    )
    pages: list[Page] = []

    with pytest.raises(Unreachable) as limit:
        pages.extend(github.fetch(source(hub), cursor={}, now=NOW))

    assert pages[-1].cursor.keys() == {"commits"}
    assert limit.value.retry_after is not None
    assert timedelta(minutes=14) < limit.value.retry_after < timedelta(minutes=16)


def test_the_test_says_what_the_token_may_read(
    github: GitHub, hub: GitHubOnLoopback
) -> None:
    hub.always("actions/runs", Answer(status=403))

    assert github.test(source(hub), now=NOW) == (
        "Found acme/shop. Readable: Contents, Pull requests, Deployments and Issues."
        " Not readable with this token: Actions."
    )


# ── addresses ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "address",
    ["", "shop", "acme/", "https://github.com/acme", "acme/../x", "ftp://a.org/a/b"],
)
def test_an_address_without_a_repository_is_refused(address: str) -> None:
    where = Source(kind="github", address=address, service_key="shop")

    with pytest.raises(Refused):
        GitHub().test(where, now=NOW)


def test_a_token_in_the_address_is_refused_without_repeating_it() -> None:
    where = Source(
        kind="github", address=f"https://x:{CANARY}@github.com/a/b", service_key="b"
    )

    with pytest.raises(Refused) as refused:
        GitHub().test(where, now=NOW)

    assert CANARY not in refused.value.sentence
