"""Whether an API token writes; those made so far read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("assessments", "0006_journal_chain"),)

    operations = (
        migrations.AddField(
            model_name="apitoken",
            name="writes",
            field=models.BooleanField(default=False),
        ),
    )
