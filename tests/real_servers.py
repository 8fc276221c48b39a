"""Servers of platforms, started by a test on loopback and ended by it.

Each has an environment of its own under `.servers`, made by `make setup-dev`.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

_FOLDER = Path(__file__).resolve().parent.parent / ".servers"
# A machine that does much else beside takes its time.
_MOST_SECONDS = 240


def program(name: str) -> Path | None:
    """Return the program of a server; None: it is not installed."""
    found = _FOLDER / name / "bin" / name
    return found if found.is_file() else None


def free_port() -> int:
    """Return a port of loopback that nobody listens at."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port: int = opened.getsockname()[1]
        return port


def prometheus(folder: Path, address: str) -> AbstractContextManager[None]:
    """Run Prometheus with the `prometheus.yml` of a folder."""
    return running(
        [
            str(program("prometheus")),
            "--config.file=prometheus.yml", "--storage.tsdb.path=data",
            "--storage.tsdb.retention.time=30d", "--web.enable-lifecycle",
            "--rules.alert.resend-delay=5s",
            f"--web.listen-address={address.removeprefix('http://')}",
        ],
        environment={},
        folder=folder,
        healthy=f"{address}/-/ready",
    )  # fmt: skip


@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str],
    folder: Path,
    healthy: str,
) -> Iterator[None]:
    """Run a server until the test is over; wait until it answers at `healthy`."""
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=_environment(environment),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _await(process, healthy, folder / "server.log")
        yield
    finally:
        _end(process)


def run(
    command: Sequence[str | Path], *, environment: Mapping[str, str], folder: Path
) -> None:
    """Run a program of a server to its end."""
    subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=_environment(environment),
        check=True,
        capture_output=True,
        timeout=_MOST_SECONDS,
    )


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    # Neither the product's settings nor a proxy is for them.
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**kept, "DO_NOT_TRACK": "true", **more}


def _await(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + _MOST_SECONDS
    with httpx.Client(trust_env=False, timeout=5) as client:
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(httpx.HTTPError):
                if client.get(address).is_success:
                    return
            time.sleep(0.2)
    raise AssertionError(f"No answer at {address}:\n{log.read_text()[-2000:]}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a server with all that it started: they are a group of their own."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
