"""`manage.py write_report CYCLE KIND FILE`: a report as a file, kept nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError

from assessments.queries.report_kinds import KINDS
from assessments.reports.material import NothingScored
from assessments.tasks.reports import made_now

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Make one report of a cycle's newest scores, in the look of its workspace."""

    help = "Write a report of a cycle as it stands to a file, without keeping it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the cycle, the kind, the file and the language."""
        parser.add_argument("cycle", type=int, help="number of the cycle")
        parser.add_argument("kind", choices=list(KINDS), help="which report")
        parser.add_argument("file", type=Path, help="where to write it")
        parser.add_argument(
            "--language",
            choices=[code for code, _name in settings.LANGUAGES],
            default=settings.LANGUAGE_CODE,
            help="language of the report",
        )

    def handle(
        self, *, cycle: int, kind: str, file: Path, language: str, **_rest: object
    ) -> None:
        """Make it and write it."""
        try:
            body = made_now(cycle_id=cycle, kind=kind, language=language)
        except ObjectDoesNotExist:
            raise CommandError(f"There is no cycle {cycle}.") from None
        except NothingScored:
            raise CommandError(f"Cycle {cycle} has no scores yet.") from None
        file.write_bytes(body)
        self.stdout.write(f"{file}: {len(body)} bytes")
