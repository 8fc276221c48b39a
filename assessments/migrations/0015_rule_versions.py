"""To be written."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessments", "0014_backfills")]  # noqa: RUF012
    operations = []  # noqa: RUF012
