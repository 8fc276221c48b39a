"""What days tell beside their rollups: stages of lead time, pipelines, gates.

Events that are stored already tell of it too: every service is marked, so that a worker
judges its whole history once more.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

_BEGINNING = "1970-01-01T00:00:00+00:00"


def _judge_again(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001 -- Django's signature
    services = apps.get_model("assessments", "Service").objects
    services.update(dirty_from=_BEGINNING, revision=models.F("revision") + 1)


class Migration(migrations.Migration):
    dependencies = (("assessments", "0020_saved_views"),)
    operations = (
        migrations.CreateModel(
            name="DayFlow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("lane", models.CharField(max_length=10)),
                ("day", models.DateField()),
                ("told", models.BinaryField(default=b"")),
                ("gates", models.JSONField(default=dict)),
                (
                    "service",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="day_flows",
                        to="assessments.service",
                    ),
                ),
            ],
            options={"ordering": ("day", "pk")},
        ),
        migrations.AddConstraint(
            model_name="dayflow",
            constraint=models.UniqueConstraint(
                fields=("service", "lane", "day"),
                name="one_flow_per_service_lane_and_day",
            ),
        ),
        migrations.RunPython(_judge_again, migrations.RunPython.noop),
    )
