"""Take the database's guards away for a moment, and put them back."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator

_guards = import_module("assessments.migrations.0002_guards")


@contextmanager
def lifted() -> Iterator[None]:
    """Do what the guards would refuse: tampering, or emptying the test database."""
    with connection.cursor() as cursor:
        for sql in _guards.removal(connection.vendor):
            cursor.execute(sql)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for sql in _guards.statements(connection.vendor):
                cursor.execute(sql)
