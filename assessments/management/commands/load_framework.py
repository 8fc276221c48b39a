"""Load an edition of a framework from a file, or all that the product ships."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.queries import editions as rows
from assessments.services import editions
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

REMEDY = "Correct the file and load it again; docs/editions.md describes every field."


class Command(BaseCommand):
    """Translate file and options into one call of the service for each edition."""

    help = "Load an edition of a framework from a YAML file and publish it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Describe the options."""
        parser.add_argument("file", nargs="*", type=Path, help="YAML or JSON, UTF-8")
        parser.add_argument(
            "--shipped",
            action="store_true",
            help="load every edition that comes with the product",
        )
        parser.add_argument(
            "--workspace",
            metavar="SLUG",
            help="the workspace that owns the edition; without it, all have it",
        )
        parser.add_argument(
            "--draft", action="store_true", help="keep it a draft that may be replaced"
        )

    def handle(
        self,
        *,
        file: list[Path],
        shipped: bool,
        workspace: str | None,
        draft: bool,
        **_options: object,
    ) -> None:
        """Load all files; a file that is refused does not keep the others out."""
        folder = Path(settings.BASE_DIR) / "fixtures" / "frameworks"
        files = [*sorted(folder.glob("*.yaml")), *file] if shipped else file
        if not files:
            raise CommandError("Name a file, or use --shipped.")
        workspace_id = _workspace_id(workspace)
        refused = [
            why
            for one in files
            if (why := self._load(one, workspace_id=workspace_id, publish=not draft))
        ]
        if refused:
            raise CommandError("\n".join(refused))

    def _load(self, file: Path, *, workspace_id: int | None, publish: bool) -> str:
        """Load one file; return why it was refused, or nothing."""
        try:
            document = editions.read(file.read_bytes())
            number = editions.load(
                document=document.plain,
                workspace_id=workspace_id,
                publish=publish,
                now=timezone.now(),
            )
        except OSError as error:
            return f"{file}: cannot be read ({error.strerror}). Check the path."
        except editions.Defective as refusal:
            lines = "\n".join(f"  {defect}" for defect in refusal.defects)
            return f"{file} is not an edition:\n{lines}\n{REMEDY}"
        except Refusal as refusal:
            return f"{file}: {refusal.sentence}"
        said = f"{document.plain['key']} {document.plain['version']}"
        self.stdout.write(f"{file}: {said} is edition {number}.")
        return ""


def _workspace_id(slug: str | None) -> int | None:
    if slug is None:
        return None
    found = rows.workspace_id(slug=slug)
    if found is None:
        raise CommandError(f"There is no workspace `{slug}`. Check the name.")
    return found
