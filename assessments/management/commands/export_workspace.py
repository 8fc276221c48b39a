"""`manage.py export_workspace SLUG FILE`: write a whole workspace to a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.services.refusals import Refusal
from assessments.services.transferring import exporting

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Write everything but secrets, so that another server can go on with it."""

    help = "Write a workspace with everything in it to a file, but for its secrets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the workspace and where to write."""
        parser.add_argument("slug", help="the workspace's name in addresses")
        parser.add_argument("file", type=Path, help="where to write, a .zip")

    def handle(self, *, slug: str, file: Path, **_options: object) -> None:
        """Write the file whole, or leave none."""
        draft = file.with_suffix(f"{file.suffix}.part")
        try:
            workspace_id = exporting.named(slug=slug)
            with draft.open("wb") as stream:
                done = exporting.write(
                    workspace_id=workspace_id, stream=stream, now=timezone.now()
                )
            draft.replace(file)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        except OSError as error:
            raise CommandError(
                f"{file} cannot be written: {error.strerror}."
            ) from error
        finally:
            draft.unlink(missing_ok=True)
        for sha256 in done.missing:
            self.stderr.write(f"MISSING  file {sha256}: the storage does not have it")
        self.stdout.write(f"{done.rows} rows and {done.files} files written to {file}")
        self.stdout.write(
            "Not in it: passwords, credentials of sources, tokens, links and mails that"
            " wait. Sources arrive paused."
        )
