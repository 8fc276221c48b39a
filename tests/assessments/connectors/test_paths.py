"""Which files a change touches: asked where rules have paths, and only there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from assessments.connectors.base import Source
from assessments.connectors.git import Git
from assessments.connectors.gitlab import GitLab
from tests.assessments.connectors import test_github
from tests.assessments.connectors.conftest import HASTE
from tests.assessments.connectors.platform import Listed, serving
from tests.assessments.connectors.subjects import gitlab as subject

if TYPE_CHECKING:
    from pathlib import Path

    from assessments.connectors.base import Connector
    from assessments.connectors.github import GitHub
    from scoring.events import Json
    from tests.assessments.connectors.fake_github import GitHubOnLoopback
    from tests.assessments.connectors.repositories import Repository

NOW = datetime(2026, 1, 10, tzinfo=UTC)
TABLE: dict[str, Json] = {
    "service_table": [{"service": "orders", "paths": ["services/orders"]}]
}


def bodies(connector: Connector, source: Source, sort: str) -> list[dict[str, Any]]:
    return [
        dict(payload.body)
        for page in connector.fetch(source, cursor={}, now=NOW)
        for payload in page.payloads
        if payload.sort == sort
    ]


def by_paths(source: Source) -> Source:
    return replace(source, rules={**source.rules, **TABLE})


# ── GitHub and GitLab ──────────────────────────────────────────────────────────────


def test_github_names_the_files_of_each_pull_request(
    github: GitHub, hub: GitHubOnLoopback
) -> None:
    files = [
        {"filename": "services/orders/a.py", "previous_filename": "old/a.py"},
        {"filename": "README.md"},
    ]
    for row in hub.lists["pulls"]:
        hub.lists[f"pulls/{row['number']}/files"] = files

    found = bodies(github, by_paths(test_github.source(hub)), "pull_request")

    assert found
    for body in found:
        assert body["change_paths"] == ["README.md", "old/a.py", "services/orders/a.py"]


def test_github_is_not_asked_for_files_without_need(
    github: GitHub, hub: GitHubOnLoopback
) -> None:
    found = bodies(github, test_github.source(hub), "pull_request")

    assert found
    assert not any("change_paths" in body for body in found)
    assert not any(path.endswith("/files") for path in hub.paths())


def test_gitlab_names_the_files_of_each_merge_request_where_the_server_can() -> None:
    lab = subject.shop()
    path = f"{subject.SHOP}/merge_requests/1/diffs"
    lab.lists[path] = Listed([{"new_path": "services/orders/a.py", "old_path": "a.py"}])

    with serving(lab):
        where = by_paths(subject.source(lab.address))
        found = bodies(GitLab(patience=HASTE), where, "merge_request")

    told = {body["merge_request"]["iid"]: body["change_paths"] for body in found}
    # The others answer as a server does that knows no such list.
    assert told == {1: ["a.py", "services/orders/a.py"], 2: None, 3: None}


# ── Git ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def monorepo(repository: Repository) -> Repository:
    work(repository, "services/orders/a.py", at="2026-01-02T09:00:00+00:00")
    repository.branch("side")
    work(repository, "services/billing/b.py", at="2026-01-03T09:00:00+00:00")
    work(repository, "services/orders/c.py", at="2026-01-03T10:00:00+00:00")
    repository.stand_on("main")
    repository.merge("side", at="2026-01-04T09:00:00+00:00")
    return repository


def work(repository: Repository, name: str, *, at: str) -> None:
    file = repository.path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(name)
    repository.git("add", ".")
    repository.commit(f"Write {name}", at=at)


def at(repository: Repository, storage: Path) -> Source:
    return Source(
        kind="git",
        address=str(repository.path),
        service_key="shop",
        storage=storage,
        allow_local=True,
    )


def test_git_names_the_files_of_a_commit_and_of_all_that_a_merge_brought(
    monorepo: Repository, tmp_path: Path
) -> None:
    where = by_paths(at(monorepo, tmp_path / "storage"))
    found = {body["message"]: body for body in bodies(Git(), where, "commit")}

    first = found["Write services/orders/a.py"]
    assert first["paths"] == first["change_paths"] == ["services/orders/a.py"]
    aside = found["Write services/billing/b.py"]
    assert aside["paths"] == ["services/billing/b.py"]
    assert "change_paths" not in aside
    merge = found["Merge branch 'side'"]
    assert merge["paths"] == []
    assert merge["change_paths"] == ["services/billing/b.py", "services/orders/c.py"]


def test_a_clone_without_folders_is_fetched_anew_once_paths_are_asked_for(
    monorepo: Repository, tmp_path: Path
) -> None:
    where = at(monorepo, tmp_path / "storage")
    assert not any("paths" in body for body in bodies(Git(), where, "commit"))

    found = bodies(Git(), by_paths(where), "commit")

    assert len(found) == 4
    assert all("paths" in body for body in found)
