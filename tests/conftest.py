"""What every test may ask for: a house of personas, browsers signed in as them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client, TransactionTestCase

from tests import factories, guards

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


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
