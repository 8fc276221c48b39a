"""Payloads recorded from the real GitHub: all are understood, and measured right."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from statistics import mean, median
from typing import TYPE_CHECKING, Any

import pytest

from assessments.connectors.base import (
    Garbled,
    Payload,
    Source,
    clean_rules,
    said,
    trimmed,
)
from assessments.connectors.git import Git, history
from assessments.connectors.github import GitHub
from assessments.connectors.github.trimming import TRIMMING
from assessments.connectors.repositories import Commit, Tag
from scoring.events import dump
from tests import recorded
from tests.assessments.connectors.conftest import HASTE, measured
from tests.assessments.connectors.described import Description
from tests.assessments.connectors.fake_github import GitHubOnLoopback, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from scoring.events import Event, Json

NOW = datetime(2022, 9, 5, tzinfo=UTC)
EVERYTHING: dict[str, Any] = {
    "counts": "both",
    "environments": ["*"],
    "workflows": ["*"],
    "run_branches": [],
    "run_events": [],
    "incident_labels": ["bug", "enhancement", "question"],
    "history_days": 3650,
}


def source(address: str = "acme/shop", **rules: Any) -> Source:
    """A source that counts as much as it can, unless told otherwise."""
    return Source(
        kind="github",
        address=address,
        service_key="ants",
        rules=clean_rules(GitHub.rule_fields, EVERYTHING | rules).rules,
        allow_local=True,
    )


def _status_of(payload: Any) -> dict[str, Json]:
    return {
        "deployment": payload["deployment"],
        "statuses": [payload["deployment_status"]],
    }


def _of_graph(payload: Any) -> dict[str, Json]:
    """A deployment of the other API, in the shape of this one."""
    statuses = payload.get("Statuses") or {"nodes": []}
    return {
        "deployment": {
            "id": payload["DatabaseId"],
            "sha": payload["CommitOid"],
            "environment": payload["Environment"],
            "created_at": payload["CreatedAt"],
        },
        "statuses": [
            {"state": each["state"].lower(), "created_at": each["updatedAt"]}
            for each in statuses["nodes"]
        ],
    }


# File, sort, how a row becomes a payload, and how many events all rows make.
CASES: tuple[tuple[str, str, Callable[[Any], dict[str, Json]], dict[str, int]], ...] = (
    ("actions_runs", "workflow_run", lambda row: {"run": row},
     {"pipeline_run": 124, "deployment": 120}),
    ("actions_runs_other", "workflow_run", lambda row: {"run": row},
     {"pipeline_run": 11, "deployment": 11}),
    ("webhook_workflow_run", "workflow_run", lambda row: {"run": row["workflow_run"]},
     {"pipeline_run": 4, "deployment": 3}),
    ("commits", "commit", lambda row: {"commit": row}, {"commit": 300}),
    ("commits_single", "commit", lambda row: {"commit": row}, {"commit": 47}),
    ("pulls_commits", "commit", lambda row: {"commit": row}, {"commit": 94}),
    ("pulls", "pull_request", lambda row: {"pull_request": row, "commits": []},
     {"change": 26}),
    ("pulls_single", "pull_request", lambda row: {"pull_request": row, "commits": []},
     {}),
    ("issues", "issue", lambda row: {"issue": row}, {"incident": 13}),
    ("webhook_issues", "issue", lambda row: {"issue": row["issue"]}, {"incident": 21}),
    ("deployments", "deployment", lambda row: {"deployment": row, "statuses": []},
     {"deployment": 2}),
    ("webhook_deployment_status", "deployment", _status_of, {"deployment": 3}),
    ("graphql_deployments_flattened", "deployment", _of_graph, {"deployment": 7}),
)  # fmt: skip


@pytest.mark.parametrize(("name", "sort", "body", "wanted"), CASES)
def test_every_recorded_row_is_understood(
    name: str,
    sort: str,
    body: Callable[[Any], dict[str, Json]],
    wanted: dict[str, int],
) -> None:
    found: dict[str, int] = {}
    for row in recorded.rows("github", name):
        kept = {
            key: trimmed(value, TRIMMING) for key, value in body(row.payload).items()
        }
        for event in GitHub().parse(Payload(sort=sort, body=kept), source()):
            found[event.kind] = found.get(event.kind, 0) + 1
            json.dumps(dump(event))

    assert found == wanted


@pytest.mark.parametrize(("name", "sort", "body", "wanted"), CASES)
def test_no_recorded_person_is_kept(
    name: str,
    sort: str,
    body: Callable[[Any], dict[str, Json]],
    wanted: dict[str, int],
) -> None:
    # The owner of a repository is part of its address; a branch is called what it is.
    public = re.compile(r"https?://[^\"\s]+|\"(ref|head_branch)\": \"[^\"]*\"")
    for row in recorded.rows("github", name):
        kept = json.dumps(trimmed(dict(body(row.payload)), TRIMMING))
        assert not re.search(r"user-\d{4}", public.sub("", kept))
        assert "example.invalid" not in kept


@pytest.mark.parametrize("field", ["id", "status", "created_at", "head_branch"])
@pytest.mark.parametrize("value", [None, True, [], {}, "\x00", -1, 1e300, "9" * 5000])
def test_a_recorded_run_with_a_spoiled_field_never_breaks_the_parser(
    field: str, value: Json
) -> None:
    row = recorded.rows("github", "actions_runs")[0].payload
    assert isinstance(row, dict)

    spoiled = Payload(sort="workflow_run", body={"run": row | {field: value}})

    reason = ""
    try:
        list(GitHub().parse(spoiled, source()))
    except Garbled as garbled:
        reason = garbled.reason

    assert not reason or reason.startswith(f"run.{field}: ")


# ── a whole repository, served again ───────────────────────────────────────────────


def _of_ants(name: str, key: str) -> list[Any]:
    rows = [
        row.payload
        for row in recorded.rows("github", name)
        if row.path.startswith("/repos/user-0001/ants/")
    ]
    return sorted(rows, key=lambda row: str(row[key]), reverse=True)


@pytest.fixture
def ants() -> Iterator[GitHubOnLoopback]:
    """One recorded repository, its rows back in the lists that they came from."""
    lists: dict[str, list[Any]] = {
        "commits": [],
        "deployments": [],
        "pulls": _of_ants("pulls", "updated_at"),
        "actions/runs": _of_ants("actions_runs", "created_at"),
        "issues": _of_ants("issues", "updated_at"),
    }
    for pull in lists["pulls"]:
        lists[f"pulls/{pull['number']}/commits"] = []
    for row in recorded.rows("github", "pulls_commits"):
        path = row.path.partition("/ants/")[2].partition("?")[0]
        lists.setdefault(path, []).append(row.payload)
    description = Description(recorded.specification("github.trim"))
    hub = GitHubOnLoopback(lists=lists, page_size=7, description=description)
    with serving(hub):
        yield hub
    assert hub.complaints == []


def events_of(hub: GitHubOnLoopback, **rules: Any) -> list[Event]:
    """Everything that one reading of the repository brings."""
    github = GitHub(HASTE)
    where = source(f"{hub.address}/user-0001/ants", **rules)
    return [
        event
        for page in github.fetch(where, cursor={}, now=NOW)
        for payload in page.payloads
        for event in github.parse(payload, where)
    ]


def test_a_recorded_repository_is_read_whole_and_measured(
    ants: GitHubOnLoopback, tmp_path: Path
) -> None:
    found = events_of(ants, counts="workflow_runs", workflows=["CodeQL"])

    kinds = [event.kind.value for event in found]
    merged = [row for row in ants.lists["pulls"] if row["merged_at"]]
    on_master = [row for row in merged if row["base"]["ref"] == "master"]
    assert kinds.count("change") == len(on_master)
    assert kinds.count("pipeline_run") == len(ants.lists["actions/runs"]) == 20


def test_recorded_runs_measure_as_counted_by_hand(
    ants: GitHubOnLoopback, tmp_path: Path
) -> None:
    found = events_of(
        ants,
        counts="workflow_runs",
        workflows=["codeql"],
        run_branches=["master"],
        incident_labels=[],
    )

    answer = measured(found, tmp_path)

    # Of 20 runs 13 are CodeQL on master; one is still under way, one failed on
    # 1 July at 13:35:19, and the next one succeeded on 2 July at 05:06:23.
    assert set(answer) == {"window", "lanes", "flow"}
    assert set(answer["lanes"]) == {"code", "model"}
    code = answer["lanes"]["code"]
    assert code["deployment_frequency"]["status"] == "value"
    assert code["deployment_frequency"]["n"] == 11
    assert code["change_fail_rate"]["failed"] == 1
    assert code["change_fail_rate"]["total"] == 12
    assert code["change_fail_rate"]["ratio"] == pytest.approx(1 / 12)
    recovery = code["failed_deployment_recovery_time"]
    assert (recovery["n"], recovery["open"]) == (1, 0)
    assert recovery["median_s"] == recovery["mean_s"] == recovery["p95_s"] == 55864.0
    # All of these pull requests were merged long before the first run.
    assert code["change_lead_time"]["median_s"] is None
    assert answer["lanes"]["model"]["deployment_frequency"]["status"] == "unknown"


# ── a recorded history, measured and counted another way ───────────────────────────


def _history() -> tuple[list[Any], list[Any]]:
    """The newest 300 commits of a repository, oldest first, and tags on them."""
    commits = [row.payload for row in recorded.rows("git", "log")][::-1]
    known = {commit["sha"] for commit in commits if isinstance(commit, dict)}
    tags = [
        row.payload
        for row in recorded.rows("git", "tags")
        if isinstance(row.payload, dict)
        and (row.payload["peeled"] or row.payload["object"]) in known
        and "-beta" in str(row.payload["ref"])
    ]
    return commits, tags


def _payloads() -> Iterator[Payload]:
    """The same as `git log` and `git for-each-ref` would have given."""
    commits, tags = _history()
    log = (
        Commit(
            sha=commit["sha"],
            parents=tuple(commit["parents"]),
            committed_at=commit["committer"]["date"],
            authored_at=commit["author"]["date"],
            message=said(commit["message"]),
        )
        for commit in commits
    )
    mainline = history.Mainline(
        branch="main",
        is_default=True,
        shas=frozenset(commit["sha"] for commit in commits),
    )
    yield from history.payloads(log, mainline)
    for tag in tags:
        yield history.of_tag(
            Tag(
                name=tag["ref"].removeprefix("refs/tags/"),
                target=tag["object"],
                sha=tag["peeled"] or tag["object"],
                annotated=bool(tag["peeled"]),
                tagged_at=tag["date"],
            )
        )


def test_a_recorded_history_has_the_lead_times_that_counting_gives(
    tmp_path: Path,
) -> None:
    where = Source(
        kind="git",
        address="/x",
        service_key="lake",
        rules=clean_rules(
            Git.rule_fields, {"tags": ["v*-beta*"], "not_tags": []}
        ).rules,
    )
    found = [event for each in _payloads() for event in Git().parse(each, where)]

    answer = measured(found, tmp_path)["lanes"]["code"]

    # The history is one line: a commit went out with the first tag after it.
    commits, tags = _history()
    place = {commit["sha"]: at for at, commit in enumerate(commits)}
    out = sorted((place[tag["peeled"] or tag["object"]], tag["date"]) for tag in tags)
    first, _ = out[0]
    leads = [
        (datetime.fromisoformat(tagged) - datetime.fromisoformat(made)).total_seconds()
        for at, made in enumerate(each["committer"]["date"] for each in commits)
        if at > first
        for tagged in [next((when for end, when in out if end >= at), None)]
        if tagged
    ]
    assert answer["deployment_frequency"]["n"] == len(tags) == 26
    assert answer["change_lead_time"]["n"] == len(leads)
    assert answer["change_lead_time"]["median_s"] == median(leads)
    assert answer["change_lead_time"]["mean_s"] == pytest.approx(mean(leads))
