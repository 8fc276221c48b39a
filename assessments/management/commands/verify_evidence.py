"""`manage.py verify_evidence`: read every stored file again and compare its hash."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from assessments.services import file_store


class Command(BaseCommand):
    """Name every file that is missing or not as it was; exit with 1 if there is one."""

    help = "Read every stored file of evidence again and compare it with its hash."

    def handle(self, **_options: object) -> None:
        """Verify and report."""
        found = 0
        for trouble in file_store.troubles():
            found += 1
            self.stdout.write(
                f"workspace {trouble.workspace_id}  sha256:{trouble.sha256}"
                f"  {trouble.sentence}  ({trouble.key})"
            )
        of = file_store.count()
        if found:
            raise CommandError(f"{found} of {of} files are not as they were.")
        self.stdout.write(f"{of} files verified, all are as they were.")
