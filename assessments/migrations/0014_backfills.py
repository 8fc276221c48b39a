"""To be written."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessments", "0013_mappings")]  # noqa: RUF012
    operations = []  # noqa: RUF012
