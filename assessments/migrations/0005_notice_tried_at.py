"""Remember when a notice was tried last."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_guards_of_agreement")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="tried_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
