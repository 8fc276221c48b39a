"""Databases to measure on: a fresh SQLite file, and PostgreSQL where one answers."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

_SERVER = os.environ.get(
    "BENCHMARK_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres"
)
_NAME = "compel_benchmark"


def run_on(address: str, module: str, *arguments: str) -> None:
    """Run a benchmark in a process of its own, on that database."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "DATA_DIR": folder,
            "DATABASE_URL": address or f"sqlite:///{folder}/benchmark.sqlite3",
            "DJANGO_SETTINGS_MODULE": "compel.settings",
            "EMBEDDED": "1",
            "LOG_LEVEL": "ERROR",
            "SECRET_KEY": "only-for-benchmarks",
        }
        command = [sys.executable, "-m", module, "--here", *arguments]
        # Our own module, with our own arguments.
        subprocess.run(command, env=environment, check=True)  # noqa: S603


@contextmanager
def postgresql() -> Iterator[str | None]:
    """Give the address of an empty database, or None where no server answers."""
    try:
        server = psycopg.connect(_SERVER, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        yield None
        return
    name = sql.Identifier(_NAME)
    with server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
        server.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield _SERVER.rsplit("/", 1)[0] + f"/{_NAME}"
        finally:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            server.execute(drop.format(name))


def run_on_each(module: str, *arguments: str) -> None:
    """Run a benchmark on PostgreSQL where one answers, and on SQLite."""
    with postgresql() as address:
        if address:
            run_on(address, module, *arguments)
    run_on("", module, *arguments)


def set_up() -> None:
    """Make the tables, in the process that measures."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
