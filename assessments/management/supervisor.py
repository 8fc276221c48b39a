"""Keeps a few processes running together: all of them, or none.

A child that dies is started again, a few times; one that keeps dying brings all the
others down. Signals bring all down. Nothing is left behind.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_RESTARTS = 3  # within
_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One process to keep: its name on screen and its command."""

    name: str
    command: Sequence[str]
    once: bool = False  # it does something and ends; only a failure is worth a word


@dataclass(slots=True, kw_only=True)
class _Child:
    part: Part
    process: subprocess.Popen[bytes]
    started: deque[float] = field(default_factory=lambda: deque(maxlen=_RESTARTS))


class Supervisor:
    """Starts parts, watches them, brings them down."""

    def __init__(
        self,
        *,
        logs: Path,
        environment: Mapping[str, str],
        say: Callable[[str], None],
        grace_seconds: float = 12.0,
    ) -> None:
        self._logs = logs
        self._environment = dict(environment)
        self._say = say
        self._grace_seconds = grace_seconds
        self._children: list[_Child] = []
        self._stopping = False
        self._cause = ""
        self._failed: set[str] = set()
        logs.mkdir(parents=True, exist_ok=True)

    def listen(self) -> None:
        """Take Ctrl-C, a terminal that closes and a polite kill as the wish to end."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked)

    @property
    def stopping(self) -> bool:
        """Whether the end was asked for, or cannot be avoided."""
        return self._stopping

    def start(self, part: Part) -> None:
        """Start a part; what it writes goes to a file of its name."""
        file = self._logs / f"{part.name}.log"
        if file.exists():
            file.replace(file.with_suffix(".log.1"))
        child = _Child(part=part, process=self._spawn(part))
        child.started.append(time.monotonic())
        self._children.append(child)

    def running(self, name: str) -> bool:
        """Say whether a part is up."""
        return any(
            child.part.name == name and child.process.poll() is None
            for child in self._children
        )

    def failed(self, name: str) -> bool:
        """Say whether a part that runs once did not succeed."""
        return name in self._failed

    def look(self) -> None:
        """Notice what has ended, and start it again or give up."""
        for child in list(self._children):
            code = child.process.poll()
            if code is not None and not self._stopping:
                self._ended(child, code)

    def watch(self) -> int:
        """Stay until the end is asked for or a part dies for good."""
        while not self._stopping:
            self.look()
            time.sleep(0.3)
        return self.stop()

    def stop(self) -> int:
        """Bring everything down; 0 when that was asked for, 1 when a part died."""
        self._stopping = True
        for child in self._children:
            _signal(child.process, signal.SIGTERM)
        deadline = time.monotonic() + self._grace_seconds
        for child in self._children:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.1, deadline - time.monotonic()))
        for child in self._children:
            _signal(child.process, signal.SIGKILL)
            child.process.wait()
        self._children.clear()
        return 1 if self._cause else 0

    def _asked(self, number: int, frame: object) -> None:  # noqa: ARG002  # a signal handler
        self._stopping = True

    def _spawn(self, part: Part) -> subprocess.Popen[bytes]:
        with (self._logs / f"{part.name}.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603  # our own commands
                list(part.command),
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A group of its own: Ctrl-C reaches us alone, and the end reaches
                # whatever a part has started.
                start_new_session=True,
                preexec_fn=_die_with_parent
                if sys.platform == "linux"
                else None,  # one thread here
            )

    def _ended(self, child: _Child, code: int) -> None:
        part = child.part
        if part.once:
            self._children.remove(child)
            if code:
                self._failed.add(part.name)
                self._say(f"{part.name} did not succeed:\n{self._last_words(part)}")
            return
        recent = [at for at in child.started if time.monotonic() - at < _SECONDS]
        if len(recent) >= _RESTARTS:
            self._cause = part.name
            self._stopping = True
            self._say(
                f"{part.name} keeps ending (exit code {code}); everything is brought"
                f" down. Its last words, from {self._logs / part.name}.log:\n"
                f"{self._last_words(part)}"
            )
            return
        self._say(f"{part.name} ended (exit code {code}); starting it again.")
        _signal(child.process, signal.SIGKILL)  # what it may have left behind
        child.process = self._spawn(part)
        child.started.append(time.monotonic())

    def _last_words(self, part: Part) -> str:
        file = self._logs / f"{part.name}.log"
        lines = file.read_text(errors="replace").splitlines()[-12:]
        return "\n".join(f"    {line}" for line in lines)


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Reach the whole group of a part, which outlives its leader."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _die_with_parent() -> None:
    """Ask the kernel to end this child should we be killed outright."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
