"""Backfills in slices, what was seen again, and what is gone at its platform."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0012_hooks")]

    operations = [
        migrations.CreateModel(
            name="Backfill",
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
                (
                    "purpose",
                    models.CharField(
                        choices=[("past", "Read the past"), ("again", "Read again")],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for its turn"),
                            ("running", "Running"),
                            ("paused", "Paused"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="waiting",
                        max_length=20,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("reached", models.DateTimeField(blank=True, null=True)),
                ("cursor", models.JSONField(blank=True, default=dict)),
                ("pages", models.PositiveIntegerField(default=0)),
                ("events", models.PositiveIntegerField(default=0)),
                ("rejected", models.PositiveIntegerField(default=0)),
                ("worked_seconds", models.FloatField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("seen_alive_at", models.DateTimeField(blank=True, null=True)),
                ("not_before", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("doing", models.CharField(blank=True, max_length=200)),
                ("error", models.TextField(blank=True)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="backfills",
                        to="assessments.source",
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "running", "paused"])
                        ),
                        fields=("source", "purpose"),
                        name="one_backfill_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Sighting",
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
                ("kind", models.CharField(max_length=20)),
                ("external_id", models.CharField(max_length=250)),
                ("at", models.DateTimeField()),
                ("walk", models.BigIntegerField()),
                ("missed", models.PositiveSmallIntegerField(default=0)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sightings",
                        to="assessments.source",
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
                "indexes": [
                    models.Index(
                        fields=["source", "at"], name="sighting_by_source_and_time"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "kind", "external_id"),
                        name="one_sighting_per_identity",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Vanished",
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
                ("kind", models.CharField(max_length=20)),
                ("external_id", models.CharField(max_length=250)),
                ("at", models.DateTimeField()),
                ("data", models.JSONField()),
                ("gone_since", models.DateTimeField()),
                ("counted", models.BooleanField()),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="vanished",
                        to="assessments.service",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="vanished",
                        to="assessments.source",
                    ),
                ),
            ],
            options={
                "ordering": ("-gone_since", "-at", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "kind", "external_id"),
                        name="one_vanished_per_identity",
                    )
                ],
            },
        ),
    ]
