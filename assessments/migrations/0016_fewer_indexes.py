"""Indexes that only cost: another one begins with the same column.

The event table stays one table (ADR 0096). An index is dropped by its name, on both
databases: altering the column would make SQLite write the whole table again.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

_INDEXES = (
    ("assessments_event_source_id_1c6f5e73", "assessments_event", "source_id"),
    ("assessments_event_service_id_4f8c6de3", "assessments_event", "service_id"),
    ("assessments_rawrecord_source_id_d2df7b91", "assessments_rawrecord", "source_id"),
)


def _belongs(to: str, name: str) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name=name,
        to=f"assessments.{to}",
    )


class Migration(migrations.Migration):
    dependencies = [("assessments", "0015_pseudonyms")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("event", "source", _belongs("source", "events")),
                migrations.AlterField(
                    "event", "service", _belongs("service", "events")
                ),
                migrations.AlterField(
                    "rawrecord", "source", _belongs("source", "raw_records")
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    f'DROP INDEX IF EXISTS "{name}"',
                    f'CREATE INDEX "{name}" ON "{table}" ("{column}")',
                )
                for name, table, column in _INDEXES
            ],
        )
    ]
