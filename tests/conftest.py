"""What every test may ask for: a house of personas, browsers signed in as them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import timezone, translation
from hypothesis import HealthCheck, settings

from tests import factories, guards, real_servers, servers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytest_django import Settings


# How fast a machine is, is no matter of properties.
settings.register_profile(
    "any-machine",
    parent=settings.get_profile(settings.get_current_profile_name()),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("any-machine")

# What a marker needs, and how to have it.
NEEDS = {
    "redis": (servers.redis_answers, f"no Redis answers at {servers.REDIS_URL}"),
    "browser": (servers.chromium, "no Chromium; install it or name it in CHROMIUM"),
    "mlflow": (lambda: real_servers.program("mlflow"), "no MLflow; make setup-dev"),
    "airflow": (lambda: real_servers.program("airflow"), "no Airflow; make setup-dev"),
    "monitors": (
        lambda: all(map(real_servers.program, ("prometheus", "alertmanager"))),
        "no Prometheus or no Alertmanager; make setup-dev on Debian",
    ),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what this machine cannot run; CI has to have everything."""
    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.skip("for PostgreSQL only")
    for marker, (there, missing) in NEEDS.items():
        if item.get_closest_marker(marker) and not there():
            (pytest.fail if servers.IN_CI else pytest.skip)(missing)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was skipped for want of a server."""
    for marker, (there, missing) in NEEDS.items():
        if not there():
            terminalreporter.write_line(
                f"═══ SKIPPED: tests marked “{marker}”: {missing} ═══", yellow=True
            )


@pytest.fixture(autouse=True, scope="session")
def emptied_despite_guards() -> Iterator[None]:
    """Let the database be emptied after a test that committed for good."""
    plain = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]  # private

    def teardown(self: TransactionTestCase) -> None:
        with guards.lifted():
            plain(self)

    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def in_english() -> None:
    """Forget the language and the time zone of whoever asked last in this thread."""
    translation.deactivate()
    timezone.deactivate()


@pytest.fixture
def house(db: None) -> factories.House:
    """A workspace with Ada, Rui, Noa, Petra, Vera and Sam; Otto leads another."""
    return factories.house()


@pytest.fixture
def sign_in(house: factories.House) -> Callable[[str], Client]:
    """Give a browser in which that persona is signed in."""

    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(
            house[name], backend="django.contrib.auth.backends.ModelBackend"
        )
        return client

    return signed_in


@pytest.fixture
def eager_tasks() -> Iterator[None]:
    """Carry tasks out where they are asked for."""
    from compel.celery import app

    app.conf.task_always_eager = True
    app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager = False
    app.conf.task_eager_propagates = False


@pytest.fixture
def evidence_folder(settings: Settings, tmp_path: Path) -> Path:
    """Where files of evidence are kept in this test alone."""
    mine = settings.STORAGES["evidence"] | {"OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"evidence": mine}
    return tmp_path
