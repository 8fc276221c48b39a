"""Reports say in which language they speak."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0008_moving_a_workspace")]

    operations = [
        migrations.AddField(
            model_name="report",
            name="language",
            field=models.CharField(default="en", max_length=10),
        ),
    ]
