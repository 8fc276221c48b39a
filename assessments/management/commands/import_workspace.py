"""`manage.py import_workspace FILE`: read in what `export_workspace` wrote."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug
from django.utils import timezone

from assessments.services.refusals import Refusal
from assessments.services.transferring import checking, importing

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Make a workspace from a file, then verify all that was sealed in it."""

    help = "Read in a workspace that was exported, and verify it; all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and another name if the first is taken."""
        parser.add_argument("file", type=Path, help="what export_workspace wrote")
        parser.add_argument("--slug", default="", help="another name in addresses")

    def handle(self, *, file: Path, slug: str, **_options: object) -> None:
        """Import, and say what came and whether it holds."""
        try:
            if slug:
                validate_slug(slug)
            with file.open("rb") as stream:
                came = importing.read(stream=stream, slug=slug, now=timezone.now())
        except ValidationError:
            raise CommandError("A name has letters, digits, - and _ only.") from None
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        self._tell(came)
        found = list(checking.troubles(workspace_id=came.workspace_id))
        for trouble in found:
            self.stdout.write(f"DIFFERS  {trouble}")
        if found:
            raise CommandError(
                f"The workspace is here, but {len(found)} things do not hold. They came"
                " so, unless the same command says otherwise where it came from."
            )
        self.stdout.write("Every sealed cycle, the journal and all files hold.")

    def _tell(self, came: importing.Imported) -> None:
        self.stdout.write(f"Workspace “{came.slug}” is number {came.workspace_id}.")
        if came.renumbered:
            self.stdout.write(
                "Its numbers were taken here; sealed texts keep those that it had."
            )
        for username in came.made:
            self.stdout.write(f"account made, without a password: {username}")
        for sha256 in came.missing:
            self.stderr.write(f"MISSING  file {sha256}: it was lost before the export")
        self.stdout.write(
            "Give each source its credential again and resume it; make tokens anew."
        )
