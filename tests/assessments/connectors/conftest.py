"""What tests of connectors may ask for: servers on loopback, repositories, sources."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from assessments.connectors import http
from assessments.connectors.github import GitHub
from scoring.events import dump
from tests import recorded
from tests.assessments.connectors import payloads
from tests.assessments.connectors.described import Description
from tests.assessments.connectors.fake_github import GitHubOnLoopback, serving
from tests.assessments.connectors.repositories import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scoring.events import Event

# Long enough for a busy machine, short enough for a test that waits it out.
HASTE = http.Patience(
    attempts=3,
    first_pause_seconds=0.01,
    longest_pause_seconds=2.0,
    timeout_seconds=2.0,
    answer_seconds=5.0,
)


def ours(name: str) -> Any:
    """Return payloads of our own for GitHub."""
    return payloads.ours("github", name)


def measured(found: list[Event], folder: Path) -> Any:
    """What the engine's command says of these events."""
    file = folder / "events.jsonl"
    lines = [json.dumps(dump(event)) for event in found]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "scoring", "measure", str(file), "--json"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    return json.loads(done.stdout)


@pytest.fixture
def hub() -> Iterator[GitHubOnLoopback]:
    """GitHub on loopback, telling the story of acme/shop.

    Every request is held against the official description, where that is at hand.
    """
    lists = {
        name.replace("actions_", "actions/"): ours(name)
        for name in ("commits", "pulls", "deployments", "actions_runs", "issues")
    }
    lists["issues"].sort(key=lambda row: row["updated_at"], reverse=True)
    for number, rows in ours("pulls_commits").items():
        lists[f"pulls/{number}/commits"] = rows
    for number, rows in ours("deployments_statuses").items():
        lists[f"deployments/{number}/statuses"] = rows
    with serving(GitHubOnLoopback(lists=lists)) as hub:
        yield hub
    assert not hub.complaints


@pytest.fixture
def described_hub(hub: GitHubOnLoopback) -> GitHubOnLoopback:
    """GitHub on loopback that holds every request against its description."""
    hub.description = Description(recorded.specification("github.trim"))
    return hub


@pytest.fixture
def github() -> GitHub:
    """The connector, in haste."""
    return GitHub(patience=HASTE)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """An empty repository to commit to."""
    return Repository(tmp_path / "work")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
