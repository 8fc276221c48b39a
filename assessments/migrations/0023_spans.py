"""How far levels move within the intervals of what was measured.

Null, so that SQLite adds the column and does not write the guarded table again.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("assessments", "0022_estate"),)
    operations = (
        migrations.AddField(
            model_name="scoring",
            name="spans",
            field=models.JSONField(blank=True, null=True),
        ),
    )
