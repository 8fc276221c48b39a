"""The key of each workspace for the pseudonyms of people."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0014_rule_versions")]

    operations = [
        migrations.CreateModel(
            name="PeopleKey",
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
                ("sealed", models.BinaryField(null=True)),
                ("leave_out", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField(null=True)),
                (
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="people_key",
                        to="assessments.workspace",
                    ),
                ),
            ],
            options={"ordering": ("pk",)},
        ),
    ]
