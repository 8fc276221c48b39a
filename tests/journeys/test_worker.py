"""A real worker, on both brokers: it does its work, and its lines can be followed."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.servers import REDIS_URL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0
ASK = """
import django; django.setup()
import structlog
from assessments.tasks.heartbeat import beat
structlog.contextvars.bind_contextvars(request_id="4711-the-page")
beat.delay()
"""

# Processes of their own must not see what the tests set for themselves.
KEPT = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH")

pytestmark = pytest.mark.embedded


@pytest.fixture(scope="module")
def fresh_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as `migrate` leaves it, to be copied."""
    folder = tmp_path_factory.mktemp("fresh")
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=ROOT,
        env=_environment(folder),
        check=True,
    )
    return folder / "compel.sqlite3"


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {
        "EMBEDDED": "1",
        "SECRET_KEY": "only-for-tests",
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "compel.settings",
        "PYTHONWARNINGS": "ignore",
    }


@pytest.fixture(params=["files", pytest.param("redis", marks=pytest.mark.redis)])
def surroundings(
    request: pytest.FixtureRequest, fresh_database: Path, tmp_path: Path
) -> dict[str, str]:
    """The embedded product in a folder of its own, on this broker."""
    environment = _environment(tmp_path)
    shutil.copy(fresh_database, tmp_path)
    if request.param == "redis":
        environment["REDIS_URL"] = REDIS_URL
    return environment


@pytest.fixture
def worker(surroundings: dict[str, str], tmp_path: Path) -> Iterator[Path]:
    """Start a worker; return where it writes its lines."""
    lines = tmp_path / "worker.log"
    command = [sys.executable, "-m", "celery", "-A", "compel", "worker"]
    quiet = ["--concurrency=1", "--without-gossip", "--without-mingle"]
    with (
        lines.open("w") as log,
        subprocess.Popen(
            [*command, *quiet],
            cwd=ROOT,
            env=surroundings,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield lines
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if what():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def test_a_task_is_carried_out_and_its_line_carries_the_id_of_the_request(
    worker: Path, surroundings: dict[str, str], tmp_path: Path
) -> None:
    subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=surroundings, check=True)
    wait_for(lambda: "task_succeeded" in worker.read_text())
    done = next(
        line for line in worker.read_text().splitlines() if "task_succeeded" in line
    )
    assert '"request_id": "4711-the-page"' in done
    with sqlite3.connect(tmp_path / "compel.sqlite3") as database:
        count = database.execute("SELECT count(*) FROM assessments_heartbeat")
        assert count.fetchone() == (1,)
    database.close()
