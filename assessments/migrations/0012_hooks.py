"""Where platforms push to, and what they pushed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0011_event_by_source_and_day")]
    operations = [
        migrations.CreateModel(
            name="Hook",
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
                ("key", models.CharField(max_length=64, unique=True)),
                ("secret", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                ("refused_at", models.DateTimeField(blank=True, null=True)),
                ("refusal", models.TextField(blank=True)),
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hook",
                        to="assessments.source",
                    ),
                ),
            ],
            options={"ordering": ("pk",)},
        ),
        migrations.CreateModel(
            name="Delivery",
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
                ("identity", models.CharField(max_length=200)),
                ("received_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for a worker"),
                            ("taken", "A worker is at it"),
                            ("done", "Done"),
                            ("idle", "Nothing of interest"),
                            ("garbled", "Not understood"),
                            ("left", "Left to polling"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("payloads", models.JSONField(blank=True, default=list)),
                ("knocks", models.JSONField(blank=True, default=list)),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("events", models.PositiveIntegerField(default=0)),
                ("reason", models.TextField(blank=True)),
                (
                    "hook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="assessments.hook",
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "taken"])),
                        fields=["hook", "next_attempt_at"],
                        name="delivery_to_do",
                    ),
                    models.Index(fields=["received_at"], name="delivery_by_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hook", "identity"), name="one_delivery_per_identity"
                    )
                ],
            },
        ),
    ]
