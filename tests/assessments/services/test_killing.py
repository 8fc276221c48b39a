"""A hundred workers killed while they read: nothing is lost, and nothing doubled."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from assessments.services import sources
from tests import factories
from tests.assessments.connectors.platform import Listed, Platform, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessments.models import Workspace

ROOT = Path(__file__).resolve().parents[3]
NOW = factories.NOW
DAYS = 100
KILLS = 100
SEED = 20260302


def stamp(days: float) -> str:
    """So many days ago, as GitHub writes it."""
    return f"{NOW - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


def commit(number: int, days: float) -> dict[str, Any]:
    parents = [{"sha": f"{number - 1:040x}"}] if number > 1 else []
    said = {"committer": {"date": stamp(days)}, "message": f"Number {number}"}
    return {
        "sha": f"{number:040x}",
        "parents": parents,
        "commit": said | {"author": {"date": stamp(days)}},
    }


def deployment(number: int, days: float) -> dict[str, Any]:
    return {
        "id": number,
        "sha": f"{number:040x}",
        "environment": "production",
        "created_at": stamp(days),
        "updated_at": stamp(days),
    }


def status(days: float, state: str) -> dict[str, Any]:
    return {"state": state, "created_at": stamp(days), "updated_at": stamp(days)}


def issue(number: int, days: float) -> dict[str, Any]:
    return {
        "number": number,
        "title": "It is down",
        "state": "closed",
        "labels": [{"name": "incident"}],
        "created_at": stamp(days),
        "updated_at": stamp(days - 0.1),
        "closed_at": stamp(days - 0.1),
    }


def _later(row: Any, asked: Any, moment: str) -> bool:
    return bool(asked.query.get("since", "") <= moment <= asked.query.get("until", "~"))


def story() -> Platform:
    """A hundred days: a commit a day, a deployment every other day, some incidents."""
    numbers = range(DAYS - 1, 0, -1)
    commits = [commit(number, DAYS - number) for number in numbers]
    deployments = [deployment(number, DAYS - number - 0.2) for number in numbers[::2]]
    issues = [issue(number, DAYS - number - 0.3) for number in numbers[::9]]
    place = "/api/v3/repos/acme/shop"
    lists = {
        f"{place}/commits": Listed(
            commits,
            wanted=lambda row, asked: _later(
                row, asked, row["commit"]["committer"]["date"]
            ),
        ),
        f"{place}/pulls": Listed([]),
        f"{place}/actions/runs": Listed([], wrap=lambda rows: {"workflow_runs": rows}),
        f"{place}/deployments": Listed(deployments),
        f"{place}/issues": Listed(
            issues, wanted=lambda row, asked: _later(row, asked, row["updated_at"])
        ),
    }
    for row in deployments:
        days = DAYS - row["id"] - 0.25
        state = "failure" if row["id"] % 7 == 0 else "success"
        lists[f"{place}/deployments/{row['id']}/statuses"] = Listed(
            [status(days, state)]
        )
    return Platform(lists=lists, page_size=8)


@pytest.fixture
def address() -> Iterator[str]:
    with serving(story()) as address:
        yield address


def connected(address: str) -> Workspace:
    """A workspace of its own that reads the story."""
    workspace = factories.workspace()
    sources.connect(
        workspace_id=workspace.pk,
        scope_id=factories.root(workspace).pk,
        kind="github",
        name="Shop",
        address=f"{address}/acme/shop",
        rules={"history_days": DAYS + 1, "incident_labels": ["incident"]},
        by=None,
        now=NOW,
    )
    return workspace


def database(folder: Path) -> str:
    """Where other processes find what this test stored."""
    if connection.vendor == "postgresql":
        told = connection.settings_dict
        login = f"{told['USER']}:{told['PASSWORD']}".rstrip(":")
        return f"postgres://{login}@{told['HOST']}:{told['PORT']}/{told['NAME']}"
    copy = sqlite3.connect(folder / "copy.sqlite3")
    connection.ensure_connection()
    connection.connection.backup(copy)
    copy.close()
    return f"sqlite:///{folder}/copy.sqlite3"


def lived(
    url: str,
    folder: Path,
    *workspaces: tuple[Workspace, int],
    program: str = "tests.assessments.services.killing",
) -> Any:
    """Let workers live in processes of their own; return what they leave of each."""
    asked = {
        "now": NOW.isoformat(),
        "seed": SEED,
        "workspaces": [{"id": each.pk, "kills": kills} for each, kills in workspaces],
    }
    more = {
        "DATABASE_URL": url,
        "DATA_DIR": str(folder),
        "ALLOW_LOCAL_SOURCES": "1",
        "EMAIL_URL": f"filemail:///{folder}/mails",
    }
    ran = subprocess.run(
        [sys.executable, "-m", program],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", **more},
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return json.loads(ran.stdout)


@pytest.mark.django_db(transaction=True)
def test_a_hundred_killed_workers_lose_and_double_nothing(
    address: str, tmp_path: Path
) -> None:
    undisturbed, disturbed = connected(address), connected(address)

    whole, rest = lived(
        database(tmp_path), tmp_path, (undisturbed, 0), (disturbed, KILLS)
    )

    assert rest["lives"] > KILLS
    assert len(whole["stored"]["events"]) == DAYS - 1 + 50 + 11
    assert whole["stored"]["past"] == [["done", True]]
    assert rest["stored"] == whole["stored"]
