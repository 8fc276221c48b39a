"""Triggers for what came after the first guards.

- Settlements and signatures are only ever added, and not to a locked cycle.
- What evidence supports in a locked cycle stays as it was.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from django.db import migrations

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import StateApps

first = import_module("assessments.migrations.0002_guards")

SETTLEMENT = (
    "A settlement is never changed or removed: settle again, the newest counts."
)
SIGNATURE = "A signature is never changed or removed."

_APPEND_ONLY = (("settlement", SETTLEMENT), ("signature", SIGNATURE))
_EVERY = "INSERT OR UPDATE OR DELETE"


def _sqlite() -> list[str]:
    statements = []
    for table, sentence in _APPEND_ONLY:
        statements += first._lite_append_only(table, sentence)  # noqa: SLF001
    statements += first._lite_of_a_cycle(  # noqa: SLF001
        "support", "OLD.cycle_id", "NEW.cycle_id"
    )
    return statements


def _postgresql() -> list[str]:
    triggers = [
        (table, f"guard_append_only('{sentence}')") for table, sentence in _APPEND_ONLY
    ]
    # It asks for the cycle of a row, which a support has as a scoring does.
    triggers.append(("support", "guard_scoring()"))
    return [
        *(
            f"CREATE TRIGGER guard_{table}_rows BEFORE {_EVERY} ON assessments_{table}"
            f" FOR EACH ROW EXECUTE FUNCTION {function}"
            for table, function in triggers
        ),
        *(
            f"CREATE TRIGGER guard_{table}_truncated BEFORE TRUNCATE"
            f" ON assessments_{table} FOR EACH STATEMENT"
            " EXECUTE FUNCTION guard_truncate()"
            for table, _ in triggers
        ),
    ]


def statements(vendor: str) -> list[str]:
    """Return the SQL that installs these guards, on top of the first ones."""
    return _postgresql() if vendor == "postgresql" else _sqlite()


def removal(vendor: str) -> list[str]:
    """Return the SQL that takes them away; the first ones stay."""
    words = [sql.split() for sql in statements(vendor)]
    if vendor == "postgresql":
        return [
            f"DROP TRIGGER IF EXISTS {found[2]} ON {found[found.index('ON') + 1]}"
            for found in words
        ]
    return [f"DROP TRIGGER {found[2]}" for found in words]


def install(
    apps: StateApps,  # noqa: ARG001  # the signature of RunPython
    schema_editor: BaseDatabaseSchemaEditor,
) -> None:
    """Create the triggers."""
    for sql in statements(schema_editor.connection.vendor):
        schema_editor.execute(sql, None)


def uninstall(
    apps: StateApps,  # noqa: ARG001  # the signature of RunPython
    schema_editor: BaseDatabaseSchemaEditor,
) -> None:
    """Drop the triggers."""
    for sql in removal(schema_editor.connection.vendor):
        schema_editor.execute(sql, None)


class Migration(migrations.Migration):
    """Install the guards of agreement and signing."""

    dependencies = [("assessments", "0003_whole_assessment")]

    operations = [migrations.RunPython(install, uninstall)]
