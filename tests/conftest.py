"""What every test may ask for: a house of personas, browsers signed in as them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from tests import factories

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


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
