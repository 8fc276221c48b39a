"""To be written."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessments", "0012_hooks")]  # noqa: RUF012
    operations = []  # noqa: RUF012
