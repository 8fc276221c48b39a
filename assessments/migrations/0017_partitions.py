"""To be written."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessments", "0016_pseudonyms")]  # noqa: RUF012
    operations = []  # noqa: RUF012
