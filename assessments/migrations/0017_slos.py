"""Service level objectives, what was counted for them, and what burns."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0016_fewer_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Slo",
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
                ("name", models.CharField(max_length=63)),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("software", "Software"),
                            ("model-quality", "Model quality"),
                        ],
                        max_length=20,
                    ),
                ),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                ("dirty_from", models.DateTimeField(blank=True, null=True)),
                ("revision", models.PositiveBigIntegerField(default=0)),
                ("known_from", models.DateTimeField(blank=True, null=True)),
                ("counted_to", models.DateTimeField(blank=True, null=True)),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slos",
                        to="assessments.service",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slos",
                        to="assessments.workspace",
                    ),
                ),
            ],
            options={
                "ordering": ("name", "pk"),
            },
        ),
        migrations.CreateModel(
            name="SloBurn",
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
                ("rule", models.CharField(max_length=40)),
                ("severity", models.CharField(max_length=10)),
                ("since", models.DateTimeField()),
                ("noticed_at", models.DateTimeField()),
                ("cleared_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cleared_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("slowed", "It no longer burns that fast"),
                            ("changed", "The objective was changed"),
                            ("retired", "The objective was retired"),
                        ],
                        max_length=10,
                    ),
                ),
                ("detail", models.JSONField(default=dict)),
                (
                    "slo",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="burns",
                        to="assessments.slo",
                    ),
                ),
            ],
            options={
                "ordering": ("-since", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="SloReview",
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
                ("week", models.DateField()),
                ("note", models.TextField()),
                ("written_at", models.DateTimeField()),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slo_reviews",
                        to="assessments.workspace",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-week",),
            },
        ),
        migrations.CreateModel(
            name="SloVersion",
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
                ("number", models.PositiveIntegerField()),
                ("document", models.JSONField()),
                ("made_at", models.DateTimeField()),
                ("why", models.CharField(blank=True, max_length=1000)),
                ("counts_from", models.DateField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "slo",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="assessments.slo",
                    ),
                ),
            ],
            options={
                "ordering": ("slo", "-number"),
            },
        ),
        migrations.CreateModel(
            name="SloDay",
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
                ("day", models.DateField()),
                ("good", models.PositiveIntegerField()),
                ("bad", models.PositiveIntegerField()),
                ("unknown", models.PositiveIntegerField()),
                ("slots", models.JSONField(default=dict)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="assessments.sloversion",
                    ),
                ),
            ],
            options={
                "ordering": ("day", "pk"),
            },
        ),
        migrations.AddConstraint(
            model_name="slo",
            constraint=models.UniqueConstraint(
                fields=("workspace", "name"), name="one_slo_per_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="sloburn",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cleared_at__isnull", True)),
                fields=("slo", "rule"),
                name="one_open_burn_per_rule",
            ),
        ),
        migrations.AddConstraint(
            model_name="sloreview",
            constraint=models.UniqueConstraint(
                fields=("workspace", "week"), name="one_slo_review_per_week"
            ),
        ),
        migrations.AddConstraint(
            model_name="sloversion",
            constraint=models.UniqueConstraint(
                fields=("slo", "number"), name="one_slo_version_per_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="sloversion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("slo",),
                name="one_slo_version_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="sloday",
            constraint=models.UniqueConstraint(
                fields=("version", "day"), name="one_slo_day_per_version"
            ),
        ),
    ]
