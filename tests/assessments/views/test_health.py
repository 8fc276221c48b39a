"""Health, for machines."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from assessments.services import heartbeat
from assessments.tasks.heartbeat import beat

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from pytest_django.fixtures import Settings


def test_healthz_says_that_the_process_is_up_and_asks_no_database(
    client: Client,
) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_readyz_is_well_when_every_part_is(client: Client) -> None:
    beat()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    parts = answer.json()["parts"]
    assert list(parts) == ["database", "migrations", "broker", "storage", "worker"]
    assert all(part["well"] for part in parts.values())


@pytest.mark.django_db
def test_readyz_tells_a_silent_worker_and_what_to_start(client: Client) -> None:
    heartbeat.beat(now=timezone.now() - timedelta(minutes=10))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    worker = answer.json()["parts"]["worker"]
    assert worker["says"] == "last seen 600 s ago"
    assert "celery -A compel worker" in worker["remedy"]


@pytest.mark.django_db
def test_readyz_tells_a_broker_that_does_not_answer(
    client: Client, settings: Settings
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    broker = client.get("/readyz").json()["parts"]["broker"]
    assert not broker["well"]
    assert "REDIS_URL" in broker["remedy"]


@pytest.mark.django_db
def test_readyz_tells_a_folder_that_cannot_be_written(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    settings.REPORTS_DIR = blocked
    storage = client.get("/readyz").json()["parts"]["storage"]
    assert not storage["well"]
    assert "DATA_DIR" in storage["remedy"]


@pytest.mark.django_db
def test_readyz_tells_a_database_that_does_not_answer(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", refuse)
    parts = client.get("/readyz").json()["parts"]
    assert not parts["database"]["well"]
    assert "worker" not in parts
