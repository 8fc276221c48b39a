"""What the days of all services tell together, added up where the rollups are.

The rows of flow that 0021 asks for have not been written before this: they bring it.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("assessments", "0023_spans"),)
    operations = (
        migrations.AddField(
            model_name="workspaceday",
            name="told",
            field=models.BinaryField(default=b""),
        ),
    )
