"""The whole product on one machine: it comes up, and goes down without a trace."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 180.0
KEPT = ("PATH", "HOME", "LANG")


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.fixture
def busy() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


def test_a_busy_port_is_said_in_a_sentence_with_the_way_out(busy: int) -> None:
    with pytest.raises(CommandError, match=f"make run PORT={busy + 1}"):
        call_command("serve", port=str(busy), host="127.0.0.1")


@pytest.mark.parametrize("port", ["eighty", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(CommandError, match="a number from 1 to 65535"):
        call_command("serve", port=port, host="127.0.0.1")


def processes_with(data: Path) -> list[str]:
    """Return commands of all processes that were started for this data folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"DATA_DIR={data}".encode() in (entry / "environ").read_bytes():
                found.append((entry / "cmdline").read_bytes().decode())
        except OSError:
            continue  # it ended while we looked
    return found


@pytest.mark.embedded
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("words", "told"), [(["--no-demo"], False), ([], True)], ids=["none", "removed"]
)
def test_everything_comes_up_and_goes_down_together_and_no_removed_demo_returns(
    tmp_path: Path, words: list[str], *, told: bool
) -> None:
    (tmp_path / "demonstration.made").touch()
    port = free_port()
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    said: list[str] = []
    with subprocess.Popen(
        [sys.executable, "manage.py", "serve", *words, f"--port={port}"],
        cwd=ROOT,
        env=kept
        | {"EMBEDDED": "1", "SECRET_KEY": "for-tests", "DATA_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    ) as product:
        assert product.stdout is not None
        reader = threading.Thread(target=said.extend, args=(product.stdout,))
        reader.start()
        deadline = time.monotonic() + PATIENCE
        while "Compel is up" not in "".join(said) and product.poll() is None:
            assert time.monotonic() < deadline, said
            time.sleep(0.2)
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/accounts/login/", timeout=30
        ) as page:
            assert page.status == 200
        assert len(processes_with(tmp_path)) >= 4
        product.send_signal(signal.SIGINT)
        assert product.wait(60) == 0
        reader.join(10)
    assert ("The demonstration was removed" in "".join(said)) == told
    assert said[-1] == "Everything is down.\n"
    assert processes_with(tmp_path) == []
