"""Whether each part that the product stands on is there."""

from __future__ import annotations

import socket
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from assessments.models import Heartbeat

if TYPE_CHECKING:
    from datetime import datetime

_QUIET_TOO_LONG = timedelta(minutes=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part: well, or what is wrong and what to do."""

    name: str
    well: bool
    says: str
    remedy: str = ""


def parts(*, now: datetime) -> list[Part]:
    """Look at database, migrations, broker, storage and worker, in this order."""
    database = _database()
    found = [database, _broker(), _storage()]
    if database.well:
        found[1:1] = [_migrations()]
        found.append(_worker(now))
    return found


def _database() -> Part:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Part(
            name="database",
            well=False,
            says="does not answer",
            remedy="Start the database, or correct DATABASE_URL.",
        )
    return Part(name="database", well=True, says=connection.vendor)


def _migrations() -> Part:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        missing = [None]  # type: ignore[list-item]  # the plan itself cannot be read
    if missing:
        return Part(
            name="migrations",
            well=False,
            says=f"{len(missing)} not applied",
            remedy="Run: manage.py migrate",
        )
    return Part(name="migrations", well=True, says="all applied")


def _broker() -> Part:
    address = urlsplit(settings.REDIS_URL)
    if not address.hostname:
        return Part(name="broker", well=True, says="files in the data folder")
    try:
        place = (address.hostname, address.port or 6379)
        with socket.create_connection(place, timeout=2):
            pass
    except OSError:
        return Part(
            name="broker",
            well=False,
            says="Redis does not answer",
            remedy="Start Redis, or correct REDIS_URL.",
        )
    return Part(name="broker", well=True, says="Redis")


def _storage() -> Part:
    folder = Path(settings.REPORTS_DIR)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"trial")
    except OSError:
        return Part(
            name="storage",
            well=False,
            says="the report folder cannot be written",
            remedy="Make DATA_DIR a folder that this process may write.",
        )
    return Part(name="storage", well=True, says="writable")


def _worker(now: datetime) -> Part:
    remedy = "Start both: celery -A compel worker, celery -A compel beat"
    try:
        seen = Heartbeat.objects.values_list("seen_at", flat=True).first()
    except DatabaseError:
        seen = None
    if seen is None:
        return Part(name="worker", well=False, says="never seen", remedy=remedy)
    age = now - seen
    seconds = round(age.total_seconds())
    return Part(
        name="worker",
        well=age <= _QUIET_TOO_LONG,
        says=f"last seen {seconds} s ago",
        remedy="" if age <= _QUIET_TOO_LONG else remedy,
    )
