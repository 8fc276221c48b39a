"""Reports for three sorts of readers, in a workspace's look, asked for by schedules."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (
        ("assessments", "0018_schedules_and_alerts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )
    operations = (
        migrations.CreateModel(
            name="Brand",
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
                ("primary", models.CharField(max_length=7)),
                ("accent", models.CharField(max_length=7)),
                ("cover_text", models.CharField(blank=True, max_length=300)),
                ("sha256", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                (
                    "logo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="assessments.storedfile",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="brands",
                        to="assessments.workspace",
                    ),
                ),
            ],
            options={"ordering": ("-pk",)},
        ),
        migrations.AddField(
            model_name="report",
            name="brand",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="assessments.brand",
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="layout",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="report",
            name="named",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="report",
            name="origin",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="report",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="report",
            name="kind",
            field=models.CharField(max_length=20),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(
                condition=models.Q(("origin", ""), _negated=True),
                fields=("cycle", "origin", "kind", "language"),
                name="one_report_per_origin_and_kind",
            ),
        ),
    )
