"""Take the database's guards away for a moment, and put them back."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator

# In the order in which they are installed.
_GUARDS = [
    import_module(f"assessments.migrations.{name}")
    for name in ("0002_guards", "0004_guards_of_agreement", "0006_journal_chain")
]


def statements(vendor: str) -> list[str]:
    """Return the SQL of every guard there is."""
    return [sql for guards in _GUARDS for sql in guards.statements(vendor)]


@contextmanager
def lifted() -> Iterator[None]:
    """Do what the guards would refuse: tampering, or emptying the test database."""
    with connection.cursor() as cursor:
        for guards in reversed(_GUARDS):
            for sql in guards.removal(connection.vendor):
                cursor.execute(sql)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for sql in statements(connection.vendor):
                cursor.execute(sql)
