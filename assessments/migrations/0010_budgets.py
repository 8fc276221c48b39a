"""What platforms let us ask is counted once for all workers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0009_report_language")]

    operations = [
        migrations.CreateModel(
            name="Budget",
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
                ("host", models.CharField(max_length=260)),
                ("mark", models.CharField(blank=True, max_length=64)),
                ("most", models.PositiveIntegerField(blank=True, null=True)),
                ("remaining", models.PositiveIntegerField(blank=True, null=True)),
                ("resets_at", models.DateTimeField(blank=True, null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("rests_until", models.DateTimeField(blank=True, null=True)),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("host", "mark"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("host", "mark"), name="one_budget_per_credential"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="source",
            name="credential_mark",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
    ]
