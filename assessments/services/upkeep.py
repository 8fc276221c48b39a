"""Upkeep of the store itself."""

from __future__ import annotations

from django.db import connection


def refresh_statistics() -> None:
    """Let SQLite count its rows, by which it chooses among indexes.

    Without, it reads whole histories where an index leads to a row. PostgreSQL counts
    by itself. A look is bounded, however large the tables are.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA analysis_limit=1000")
        cursor.execute("ANALYZE")
