"""`manage.py verify_audit [WORKSPACE]`: hold the journal's chain against itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.core.management.base import BaseCommand, CommandError

from assessments.queries import journal

if TYPE_CHECKING:
    from argparse import ArgumentParser

_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})", re.IGNORECASE)


class Command(BaseCommand):
    """Say for each workspace whether its journal holds; exit with 1 if one does not."""

    help = (
        "Verify that no entry of the journal was altered, removed, put in or moved. The"
        " end that it prints, noted elsewhere and given with --head, tells later"
        " whether the end was cut off."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a workspace, and an end of its journal that was noted elsewhere."""
        parser.add_argument("workspace", nargs="?", help="slug; without: all of them")
        parser.add_argument(
            "--head", metavar="NUMBER:SHA256", help="an end that was noted elsewhere"
        )

    def handle(self, **options: object) -> None:
        """Verify and report."""
        slug, noted = options["workspace"], self._noted(options["head"])
        if noted and not slug:
            raise CommandError("Name the workspace whose end was noted.")
        found = journal.workspaces(slug=str(slug) if slug else None)
        if not found and slug:
            raise CommandError(f"There is no workspace {slug}.")
        failed = 0
        for workspace_id, name in found:
            verdict = journal.verify(workspace_id=workspace_id, noted=noted)
            failed += not verdict.holds
            head = verdict.head
            self.stdout.write(f"{name}: {head.sequence} entries")
            self.stdout.write(f"  end      {head.sequence}:{head.sha256}")
            for problem in verdict.problems:
                self.stdout.write(f"  DIFFERS  {problem}")
            self.stdout.write("  holds" if verdict.holds else "  does NOT hold")
        if failed:
            raise CommandError(f"{failed} of {len(found)} journals do not hold.")
        self.stdout.write(f"{len(found)} verified, all hold.")

    def _noted(self, text: object) -> journal.Head | None:
        if text is None:
            return None
        match = _HEAD.fullmatch(str(text))
        if match is None:
            raise CommandError("Give --head as it was printed: NUMBER:SHA256.")
        return journal.Head(sequence=int(match[1]), sha256=match[2].lower())
