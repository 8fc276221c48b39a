"""Take a file of events, or standard input, into a source."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.services import lines, receiving, rolling_up
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from typing import BinaryIO

    from assessments.services.normalizing import Intake

_STANDARD_INPUT = "-"
_MOST_LISTED = 100


class Command(BaseCommand):
    """`manage.py import_events FILE --source NAME`: docs/events.md has the columns."""

    help = "Take events from a .jsonl, .json or .csv file, gzip or not; - for stdin."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what may be given."""
        parser.add_argument("file", type=_existing, help="a file, or - for stdin")
        parser.add_argument("--source", required=True, help="its name or number")
        parser.add_argument("--workspace", default="", help="slug; needed if several")
        parser.add_argument(
            "--create", action="store_true", help="make the source if there is none"
        )
        parser.add_argument(
            "--layout",
            choices=[layout.value for layout in lines.Layout],
            help="of standard input; files tell by their name",
        )

    def handle(
        self,
        *,
        file: str,
        source: str,
        workspace: str,
        create: bool,
        layout: str | None,
        **_options: object,
    ) -> None:
        """Store what can be stored, and list the rest."""
        now = timezone.now()
        laid_out = lines.Layout(layout) if layout else lines.layout_of(file)
        try:
            target = receiving.named_source(
                workspace=workspace, source=source, create=create, now=now
            )
            with _opened(file) as stream:
                intake = receiving.read_in(
                    source_id=target.source_id,
                    stream=stream,
                    layout=laid_out,
                    now=now,
                    bounded=False,
                )
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        rolling_up.refresh_workspace(workspace_id=target.workspace_id)
        self._tell(intake)

    def _tell(self, intake: Intake) -> None:
        for number, reason in intake.rejected[:_MOST_LISTED]:
            place = f"line {number}" if number else "file"
            self.stderr.write(f"{place}: {reason}")
        more = len(intake.rejected) - _MOST_LISTED
        if more > 0:
            self.stderr.write(f"… and {more} more; the source's page lists them")
        self.stdout.write(
            f"{intake.stored} stored, {intake.unchanged} unchanged,"
            f" {len(intake.rejected)} rejected"
        )


def _existing(file: str) -> str:
    if file != _STANDARD_INPUT and not Path(file).is_file():
        raise ArgumentTypeError(f"there is no file {file}")
    return file


def _opened(file: str) -> BinaryIO:
    return sys.stdin.buffer if file == _STANDARD_INPUT else Path(file).open("rb")
