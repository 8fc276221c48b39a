"""To be written."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessments", "0015_rule_versions")]  # noqa: RUF012
    operations = []  # noqa: RUF012
