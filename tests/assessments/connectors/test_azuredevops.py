"""Azure DevOps: what is read of a project, and what becomes of it."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest

from assessments.connectors.azuredevops import AzureDevOps
from assessments.connectors.azuredevops.address import project
from assessments.connectors.azuredevops.asking import TRIMMING
from assessments.connectors.base import (
    Garbled,
    Payload,
    Refused,
    Source,
    clean_rules,
    trimmed,
)
from scoring.events import Change, Commit, Deployment, PipelineRun, Status
from tests.assessments.connectors.conftest import measured
from tests.assessments.connectors.contract import HASTE, SECRET
from tests.assessments.connectors.platform import Platform, page_of_html, serving
from tests.assessments.connectors.subjects.azuredevops import SUBJECT
from tests.assessments.connectors.telling import (
    by_id,
    collected,
    recorded_rows,
    understood,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = SUBJECT.now
API = "/acme/shop/_apis"
RECORDS = f"{API}/distributedtask/environments/7/environmentdeploymentrecords"


def source(
    hub: Platform | None = None, path: str = "/acme/shop/_git/app", **rules: Any
) -> Source:
    """A source at the hub, or in the cloud for what needs no network."""
    return Source(
        kind="azuredevops",
        address=(hub.address if hub else "https://dev.azure.com") + path,
        service_key="app",
        secret=SECRET,
        rules=clean_rules(AzureDevOps.rule_fields, rules).rules,
        allow_local=True,
    )


@pytest.fixture
def hub() -> Iterator[Platform]:
    """An Azure DevOps on loopback."""
    platform = SUBJECT.platform()
    with serving(platform):
        yield platform


@pytest.fixture
def azure() -> AzureDevOps:
    """The connector, in haste."""
    return AzureDevOps(HASTE)


# ── the whole story ────────────────────────────────────────────────────────────────


def test_deployments_to_production_environments_are_deployments(
    azure: AzureDevOps, hub: Platform
) -> None:
    _, found = collected(azure, source(hub), now=NOW)

    deployments = by_id(found, Deployment)
    assert {key: each.status for key, each in deployments.items()} == {
        "environment-31": Status.SUCCESS,  # with issues
        "environment-32": Status.FAILURE,
        "environment-33": Status.SUCCESS,  # the stage was run again
        "environment-34": Status.IN_PROGRESS,
    }
    again = deployments["environment-33"]
    assert again.sha == "03" * 20  # of the build it is of
    assert again.started_at == datetime(2026, 1, 7, 10, 0, 5, tzinfo=UTC)
    assert again.finished_at == datetime(2026, 1, 7, 10, 5, tzinfo=UTC)
    assert again.attributes["attempt"] == 2
    assert again.url == "https://dev.azure.com/acme/shop/_build/results?buildId=103"
    assert "/release/" not in "".join(hub.paths())


def test_stages_of_releases_are_deployments(azure: AzureDevOps, hub: Platform) -> None:
    _, found = collected(azure, source(hub, counts="releases"), now=NOW)

    deployments = by_id(found, Deployment)
    assert {key: each.status for key, each in deployments.items()} == {
        "release-41": Status.SUCCESS,
        "release-42": Status.FAILURE,
        "release-44": Status.IN_PROGRESS,
        "release-45": Status.CANCELLED,  # rejected
    }
    assert deployments["release-41"].sha == "41" * 20
    assert deployments["release-41"].attributes["release"] == "Release-41"
    assert "distributedtask" not in "".join(hub.paths())


def test_builds_are_deployments_where_the_rules_say_so(
    azure: AzureDevOps, hub: Platform
) -> None:
    _, found = collected(azure, source(hub, counts="builds"), now=NOW)

    assert set(by_id(found, Deployment)) == {"build-101"}
    assert by_id(found, Deployment)["build-101"].status is Status.SUCCESS


def test_builds_are_runs(azure: AzureDevOps, hub: Platform) -> None:
    _, found = collected(azure, source(hub, pipelines=["app*"]), now=NOW)

    runs = by_id(found, PipelineRun)
    assert {key: run.status for key, run in runs.items()} == {
        "102": Status.SUCCESS,
        "103": Status.FAILURE,
        "104": Status.CANCELLED,
        "105": Status.SUCCESS,  # partly
        "106": Status.IN_PROGRESS,
    }
    assert runs["104"].automated is True
    assert runs["106"].started_at.isoformat() == "2026-01-09T08:00:00.123456+00:00"


def test_what_succeeded_partly_goes_by_the_rules(
    azure: AzureDevOps, hub: Platform
) -> None:
    _, found = collected(azure, source(hub, partly="failure"), now=NOW)

    assert by_id(found, PipelineRun)["105"].status is Status.FAILURE
    assert by_id(found, Deployment)["environment-31"].status is Status.FAILURE


def test_pull_requests_into_the_default_branch_are_changes(
    azure: AzureDevOps, hub: Platform
) -> None:
    _, found = collected(azure, source(hub), now=NOW)
    _, other = collected(azure, source(hub, branch="release/1"), now=NOW)

    changes = by_id(found, Change)
    assert set(changes) == {"1", "3"}
    assert set(by_id(other, Change)) == {"4"}
    repair = changes["3"]
    assert repair.merged_sha == "05" * 20
    assert repair.commits == ("04" * 20,)
    assert repair.first_commit_at == datetime(2026, 1, 8, 8, tzinfo=UTC)
    assert repair.merged_at == datetime(2026, 1, 8, 8, 50, tzinfo=UTC)
    assert repair.attributes["hotfix"] is True
    assert repair.attributes["reverts"] == "02" * 20


def test_commits_have_their_parents(azure: AzureDevOps, hub: Platform) -> None:
    _, found = collected(azure, source(hub), now=NOW)

    commits = by_id(found, Commit)
    assert len(commits) == 5  # those of pull requests are among them
    assert commits["05" * 20].parents == ("03" * 20, "04" * 20)
    assert commits["04" * 20].attributes["reverts"] == "02" * 20


def test_changes_are_delivered_by_the_deployment_that_contains_them(
    azure: AzureDevOps, hub: Platform, tmp_path: Path
) -> None:
    _, found = collected(azure, source(hub), now=NOW)

    lanes = measured(found, tmp_path)["lanes"]

    # Pull request 1, deployed with build 103 at the second attempt.
    assert lanes["code"]["change_lead_time"]["n"] == 1
    assert lanes["code"]["change_lead_time"]["median_s"] == 3 * 3600 + 5 * 60


def test_of_a_project_alone_no_repository_is_read(
    azure: AzureDevOps, hub: Platform
) -> None:
    _, found = collected(azure, source(hub, "/acme/shop"), now=NOW)

    assert Counter(type(event) for event in found) == {PipelineRun: 6, Deployment: 4}
    assert not [path for path in hub.paths() if "/git/" in path]


def test_a_build_that_is_gone_costs_the_revision_alone(
    azure: AzureDevOps, hub: Platform
) -> None:
    hub.always(f"{API}/build/builds/103", page_of_html(404))

    _, found = collected(azure, source(hub), now=NOW)

    assert by_id(found, Deployment)["environment-33"].sha is None
    assert by_id(found, Deployment)["environment-34"].sha == "05" * 20


def test_a_preview_says_why(azure: AzureDevOps, hub: Platform) -> None:
    seen = azure.preview(source(hub, counts="both"), now=NOW)
    builds = azure.preview(source(hub, counts="builds"), now=NOW)

    assert {each.what for each in seen.counted} >= {"Deployment 33 by app"}
    assert [each.reason for each in seen.left_out] == [
        "environment “Test” is not production"
    ]
    assert [each.reason for each in builds.counted] == [
        "pipeline “deploy app” matches “*deploy*”"
    ]
    assert builds.looked_at == "Looked at the 6 newest builds of shop/app."


# ── set-up and refusals ────────────────────────────────────────────────────────────


def test_a_test_names_what_is_readable(azure: AzureDevOps, hub: Platform) -> None:
    assert azure.test(source(hub, counts="both"), now=NOW) == (
        "Found shop/app. Readable: Code, Build, Environment and Release."
    )


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        (f"{API}/git/repositories/app", 401, "did not accept the token"),
        (f"{API}/git/repositories/app", 404, "There is no shop/app that this token"),
        (f"{API}/distributedtask/environments", 403, "may not read Environment"),
        (RECORDS, 403, "The token may not read Environment of shop/app"),
        (f"{API}/build/builds", 403, "The token may not read Build of shop/app"),
        (f"{API}/release/deployments", 403, "may not read Release of shop/app"),
        (f"{API}/release/deployments", 401, "did not accept the token"),
    ],
)
def test_refusals_say_what_to_do(
    path: str, status: int, sentence: str, azure: AzureDevOps, hub: Platform
) -> None:
    hub.always(path, page_of_html(status))
    where = source(hub, counts="both")

    with pytest.raises(Refused, match=re.escape(sentence)):
        azure.test(where, now=NOW)
    with pytest.raises(Refused, match=re.escape(sentence)):
        collected(azure, where, now=NOW)


def test_releases_are_read_though_builds_are_shut(
    azure: AzureDevOps, hub: Platform
) -> None:
    hub.always(f"{API}/build/builds", page_of_html(403))
    pages = azure.fetch(source(hub, counts="releases"), cursor={}, now=NOW)

    sorts = {each.sort for page in islice(pages, 5) for each in page.payloads}

    assert sorts == {"commit", "pull_request", "release"}
    with pytest.raises(Refused, match="may not read Build of shop/app"):
        list(pages)


@pytest.mark.parametrize(
    ("address", "api", "releases", "title"),
    [
        (
            "https://dev.azure.com/acme/shop/_git/app?path=/x",
            "https://dev.azure.com/acme",
            "https://vsrm.dev.azure.com/acme",
            "shop/app",
        ),
        (
            "acme/My%20Shop",
            "https://dev.azure.com/acme",
            "https://vsrm.dev.azure.com/acme",
            "My Shop",
        ),
        (
            "https://acme.visualstudio.com/shop/_git/app",
            "https://acme.visualstudio.com",
            "https://acme.vsrm.visualstudio.com",
            "shop/app",
        ),
        (
            "https://acme.visualstudio.com/_git/shop",
            "https://acme.visualstudio.com",
            "https://acme.vsrm.visualstudio.com",
            "shop",
        ),
        (
            "https://dev.azure.com/acme/_git/shop",
            "https://dev.azure.com/acme",
            "https://vsrm.dev.azure.com/acme",
            "shop",
        ),
        (
            "https://tfs.example.org:8443/tfs/Main/shop/_git/app",
            "https://tfs.example.org:8443/tfs/Main",
            "https://tfs.example.org:8443/tfs/Main",
            "shop/app",
        ),
    ],
)
def test_addresses_lead_to_a_project(
    address: str, api: str, releases: str, title: str
) -> None:
    found = project(Source(kind="azuredevops", address=address, service_key="app"))

    assert (found.api, found.releases_api, found.title) == (api, releases, title)


@pytest.mark.parametrize("path", ["/acme", "/acme/shop/_git", ""])
def test_addresses_of_no_project_are_refused(path: str) -> None:
    with pytest.raises(Refused, match="_git/app"):
        AzureDevOps().check(source(path=path))


# ── payloads ───────────────────────────────────────────────────────────────────────


def build(**fields: Any) -> Payload:
    """A payload of a build."""
    made: dict[str, Any] = {
        "id": 1,
        "definition": {"name": "app"},
        "status": "completed",
        "result": "succeeded",
        "queueTime": "2026-01-05T09:00:00Z",
        "finishTime": "2026-01-05T09:10:00Z",
    }
    return Payload(sort="build", body={"build": made | fields})


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (build(status="odd"), "build.status: 'odd' is none that we know"),
        (build(result="odd"), "build.result: 'odd' is none that we know"),
        (build(finishTime=None), "build.finishTime: is missing"),
        (build(queueTime="2026-01-05"), "build.queueTime: '2026-01-05' has no offset"),
        (Payload(sort="odd", body={}), "sort: 'odd' is not one of"),
    ],
)
def test_what_is_garbled_names_its_field(payload: Payload, reason: str) -> None:
    with pytest.raises(Garbled, match=re.escape(reason)):
        list(AzureDevOps().parse(payload, source()))


# ── recorded ───────────────────────────────────────────────────────────────────────


def recorded_payloads(name: str, sort: str) -> list[Payload]:
    """Recorded rows as they are kept."""
    rows = recorded_rows("azuredevops", name)
    if name == "webhooks":
        merged = [r for r in rows if r.get("eventType") == "git.pullrequest.merged"]
        rows = [row["resource"] for row in merged]
    return [
        Payload(
            sort=sort,
            # Commits are kept with their parents, which have a request of their own.
            body={sort: trimmed({**row, "parents": []}, TRIMMING), "commits": []},
        )
        for row in rows
    ]


@pytest.mark.parametrize(
    ("name", "sort", "kinds"),
    [
        ("builds", "build", {"pipeline_run": 7, "deployment": 2}),
        ("commits", "commit", {"commit": 3}),
        ("pull_requests_commits", "commit", {"commit": 1}),
        ("pull_requests", "pull_request", {"change": 1}),
        ("webhooks", "pull_request", {"change": 2}),
    ],
)
def test_every_recorded_row_is_understood(
    name: str, sort: str, kinds: dict[str, int]
) -> None:
    where = source(counts="builds", deploy_pipelines=["deploy*"])

    found = understood(AzureDevOps(), where, recorded_payloads(name, sort))

    assert found.kinds == kinds
    assert found.reasons == []


def test_recorded_builds_are_told_exactly() -> None:
    found = understood(AzureDevOps(), source(), recorded_payloads("builds", "build"))

    runs = by_id(found.events, PipelineRun)
    assert {key: run.status.value for key, run in runs.items()} == {
        **dict.fromkeys(("12", "13", "14", "15"), "success"),
        "16": "in_progress",
        "17": "in_progress",
        "18": "cancelled",
    }
    first = runs["12"]
    assert first.started_at.isoformat() == "2023-02-25T06:22:32.809778+00:00"
    assert first.sha == "40c59264e73fc5e1a6cab192f1622d26b7bd5c2a"
    assert first.automated is False  # somebody started it


@pytest.mark.parametrize(
    ("name", "sort"),
    [
        ("builds", "build"),
        ("commits", "commit"),
        ("pull_requests_commits", "commit"),
        ("pull_requests", "pull_request"),
        ("webhooks", "pull_request"),
    ],
)
def test_no_recorded_person_is_kept(name: str, sort: str) -> None:
    # The owner of an organization is part of its addresses, and of a repository's name.
    public = re.compile(r"https?://[^\"\s]+|user-0248/test-repo")
    kept = json.dumps([payload.body for payload in recorded_payloads(name, sort)])
    assert not re.search(r"user-\d{4}|example\.invalid", public.sub("", kept))


def test_a_build_tells_how_long_it_waited_once_it_is_started() -> None:
    started = build(startTime="2026-01-05T09:04:00Z")
    told = [
        next(AzureDevOps().parse(payload, source())).attributes
        for payload in (started, build())
    ]
    assert [each.get("queued_at") for each in told] == [
        "2026-01-05T09:00:00+00:00",
        None,
    ]
