"""To be written."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessments", "0011_event_by_source_and_day")]  # noqa: RUF012
    operations = []  # noqa: RUF012
