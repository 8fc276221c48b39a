"""Run the whole product on one machine: web, worker and scheduler."""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError

from assessments.management.supervisor import Part, Supervisor
from assessments.services.demonstration import seeding

if TYPE_CHECKING:
    from argparse import ArgumentParser

_PATIENCE_SECONDS = 90


class Command(BaseCommand):
    """Prepares the data folder, then keeps three processes running together."""

    help = "Run web, worker and scheduler on this machine until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the options."""
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000")
        parser.add_argument(
            "--no-demo", action="store_true", help="make no demonstration workspace"
        )

    def handle(self, *, host: str, port: str, no_demo: bool, **_rest: object) -> None:
        """Prepare, start, watch."""
        number = _port(port)
        _refuse_busy(host, number)
        data = Path(settings.DATA_DIR)
        data.mkdir(parents=True, exist_ok=True)
        with (data / "run.lock").open("a") as lock:
            _hold(lock, data)
            self._prepare()
            code = self._run(host, number, data, demo=not no_demo)
        if code:
            sys.exit(code)

    def _prepare(self) -> None:
        self._say("Preparing the database …")
        call_command("migrate", verbosity=0, interactive=False)
        if "load_framework" in get_commands():
            self._say("Loading the editions …")
            call_command("load_framework", "--shipped", stdout=_Nowhere())

    def _run(self, host: str, port: int, data: Path, *, demo: bool) -> int:
        password, is_ours = _demo_password(data)
        supervisor = Supervisor(
            logs=data / "logs",
            environment=_environment(data, password),
            say=self._say,
        )
        supervisor.listen()
        self._say("Starting web, worker and scheduler …")
        for part in _parts(host, port, data):
            supervisor.start(part)
        address = f"http://{'localhost' if host == '127.0.0.1' else host}:{port}/"
        if self._wait_for_first_page(supervisor, host, port):
            self._say(f"\nCompel is up: {address}")
            if demo and "seed_demo" in get_commands():
                self._make_demo(supervisor, data, password, is_ours=is_ours)
            self._say(f"Logs: {data / 'logs'} · Ctrl-C brings everything down.\n")
        code = supervisor.watch()
        self._say("Everything is down.")
        return code

    def _wait_for_first_page(
        self, supervisor: Supervisor, host: str, port: int
    ) -> bool:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline and not supervisor.stopping:
            supervisor.look()
            if _answers(f"http://{host}:{port}/healthz"):
                return True
            time.sleep(0.2)
        return False

    def _make_demo(
        self, supervisor: Supervisor, data: Path, password: str, *, is_ours: bool
    ) -> None:
        made = data / "demonstration.made"
        if made.exists() and seeding.standing() is None:
            self._say("The demonstration was removed. To have it again: make demo")
            return
        self._say("Looking after the demonstration; making it takes a minute or two …")
        supervisor.start(
            Part(name="demo", command=(*_python(), "manage.py", "seed_demo"), once=True)
        )
        while supervisor.running("demo") and not supervisor.stopping:
            supervisor.look()
            time.sleep(0.3)
        supervisor.look()
        if supervisor.stopping or supervisor.failed("demo"):
            return
        made.touch()
        shown = password if is_ours else "the one in DEMO_PASSWORD"
        self._say(f"Sign in as ada (a lead) · password: {shown}")
        self._say("Others with the same password: see Members in the demonstration.")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


class _Nowhere:
    """Takes what another command would print."""

    def write(self, words: str) -> None:
        """Forget it."""


def _parts(host: str, port: int, data: Path) -> tuple[Part, ...]:
    worker = (*_python(), "-m", "celery", "-A", "compel", "worker")
    beat = (*_python(), "-m", "celery", "-A", "compel", "beat")
    return (
        Part(
            name="web",
            command=(
                *_python(),
                "-m",
                "gunicorn",
                "compel.wsgi:application",
                f"--bind={host}:{port}",
                "--workers=2",
                "--threads=4",
                "--timeout=120",
                "--graceful-timeout=5",
                f"--worker-tmp-dir={data}",
            ),
        ),
        Part(
            name="worker",
            command=(
                *worker,
                "--concurrency=2",
                "--without-gossip",
                "--without-mingle",
                "--without-heartbeat",
                "--loglevel=INFO",
            ),
        ),
        Part(name="scheduler", command=(*beat, "--pidfile=", "--loglevel=INFO")),
    )


def _environment(data: Path, password: str) -> dict[str, str]:
    """Return what the children see; a container's root is warned of once, by us."""
    warnings = "ignore:You're running the worker with superuser privileges"
    return os.environ | {
        "DATA_DIR": str(data),
        "DEMO_PASSWORD": password,
        "PYTHONWARNINGS": f"{warnings}:RuntimeWarning",
        "PYTHONUNBUFFERED": "1",
    }


def _demo_password(data: Path) -> tuple[str, bool]:
    """Return the password of the demonstration's people, and whether we chose it."""
    given = os.environ.get("DEMO_PASSWORD", "")
    if given:
        return given, False
    file = data / "demo_password"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(9) + "\n")
    return file.read_text().strip(), True


def _python() -> tuple[str, ...]:
    return (sys.executable,)


def _port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 2**16:
        return int(text)
    raise CommandError(f"PORT is “{text}”: give a number from 1 to 65535.")


def _refuse_busy(host: str, port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({error.strerror}). Stop what listens"
                f" there, or choose another one: make run PORT={port + 1}"
            ) from error


def _hold(lock: IO[str], data: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise CommandError(
            f"Compel is running already with the data in {data}. Stop it first, or"
            " choose another folder with DATA_DIR."
        ) from error


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310  # our own address
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
