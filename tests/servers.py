"""Servers that some tests need: where they are, and whether they answer."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

DATABASE_URL = os.environ.get(
    "TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres"
)
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
# Beside it, for a whole product: its worker must not take up what a test asked of its
# own worker at the same time.
OTHER_REDIS_URL = urlsplit(REDIS_URL)._replace(path="/14").geturl()
IN_CI = bool(os.environ.get("CI"))


def redis_answers() -> bool:
    """Say whether something listens where Redis should be."""
    place = urlsplit(REDIS_URL)
    try:
        with socket.create_connection(
            (place.hostname or "127.0.0.1", place.port or 6379), timeout=2
        ):
            return True
    except OSError:
        return False


@contextmanager
def fresh_database() -> Iterator[str]:
    """Make an empty database on PostgreSQL, and drop it at the end."""
    name = f"compel_{secrets.token_hex(6)}"
    try:
        server = psycopg.connect(DATABASE_URL, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        missing = f"no PostgreSQL answers at {DATABASE_URL}"
        (pytest.fail if IN_CI else pytest.skip)(missing)
    with server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(DATABASE_URL)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def chromium() -> str | None:
    """Return the browser's program, if there is one."""
    names = (
        os.environ.get("CHROMIUM", ""),
        "chromium",
        "chromium-browser",
        "google-chrome",
    )
    found = (shutil.which(name) for name in names if name)
    return next((path for path in found if path), None)
