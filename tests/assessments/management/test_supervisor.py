"""Processes that run together: all of them, or none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from assessments.management.supervisor import Part, Supervisor

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 20.0


def script(folder: Path, name: str, body: str) -> Part:
    file = folder / f"{name}.py"
    file.write_text(textwrap.dedent(body))
    return Part(name=name, command=(sys.executable, str(file)))


def supervisor(folder: Path, said: list[str]) -> Supervisor:
    return Supervisor(
        logs=folder / "logs",
        environment=os.environ,
        say=said.append,
        grace_seconds=1.0,
    )


def alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def wait_until(true: object) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if true():  # type: ignore[operator]  # a function without arguments
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


SLEEPER = """
    import os, pathlib, sys, time
    pathlib.Path(__file__).with_suffix(".pid").write_text(str(os.getpid()))
    time.sleep(600)
"""


def pid_of(folder: Path, name: str) -> int:
    file = folder / f"{name}.pid"
    wait_until(lambda: file.exists() and file.read_text())
    return int(file.read_text())


def test_what_dies_is_started_again(tmp_path: Path) -> None:
    said: list[str] = []
    them = supervisor(tmp_path, said)
    them.start(script(tmp_path, "web", SLEEPER))
    first = pid_of(tmp_path, "web")
    (tmp_path / "web.pid").unlink()
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: not them.running("web"))
    them.look()
    second = pid_of(tmp_path, "web")
    assert second != first
    assert "starting it again" in said[0]
    them.stop()
    assert not alive(second)


def test_what_keeps_dying_brings_all_down_with_its_last_words(tmp_path: Path) -> None:
    said: list[str] = []
    them = supervisor(tmp_path, said)
    them.start(script(tmp_path, "web", SLEEPER))
    web = pid_of(tmp_path, "web")
    them.start(script(tmp_path, "worker", "raise SystemExit('no broker')"))
    code = them.watch()
    assert code == 1
    assert not alive(web)
    assert "worker keeps ending" in said[-1]
    assert "no broker" in said[-1]


def test_the_end_reaches_what_a_part_has_started(tmp_path: Path) -> None:
    them = supervisor(tmp_path, [])
    child = script(tmp_path, "grandchild", SLEEPER)
    body = f"""
        import signal, subprocess, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        subprocess.Popen({list(child.command)!r})
        time.sleep(600)
    """
    them.start(script(tmp_path, "worker", body))
    grandchild = pid_of(tmp_path, "grandchild")
    them.stop()
    wait_until(lambda: not alive(grandchild))


def test_a_part_that_runs_once_may_end(tmp_path: Path) -> None:
    said: list[str] = []
    them = supervisor(tmp_path, said)
    part = script(tmp_path, "demo", "print('done')")
    them.start(Part(name="demo", command=part.command, once=True))
    wait_until(lambda: not them.running("demo"))
    them.look()
    assert (said, them.stopping) == ([], False)
    assert them.stop() == 0


def test_a_killed_supervisor_leaves_nothing_behind(tmp_path: Path) -> None:
    part = script(tmp_path, "web", SLEEPER)
    keeper = script(
        tmp_path,
        "keeper",
        f"""
        import os, pathlib
        from assessments.management.supervisor import Part, Supervisor
        here = pathlib.Path({str(tmp_path)!r})
        them = Supervisor(logs=here, environment=os.environ, say=print)
        them.start(Part(name="web", command={list(part.command)!r}))
        them.watch()
        """,
    )
    with subprocess.Popen(
        list(keeper.command), env=os.environ | {"PYTHONPATH": "."}
    ) as us:
        web = pid_of(tmp_path, "web")
        us.kill()
    wait_until(lambda: not alive(web))
