"""Load an edition of a framework from a file, or all that the product ships."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.queries import editions as rows
from assessments.services import documents, editions
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

    from scoring.events import Json

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
            document = _document(file)
            number = editions.load(
                document=document,
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
        said = f"{document['key']} {document['version']}"
        self.stdout.write(f"{file}: {said} is edition {number}.")
        return ""


def _document(file: Path) -> dict[str, Json]:
    """Read a document, with the translations that lie beside it in files of their own.

    `translations/compel-18.de.yaml` holds the German texts of `compel-18.yaml`.
    """
    document = dict(editions.read(file.read_bytes()).plain)
    folder = file.parent / "translations"
    for one in sorted(folder.glob(f"{file.stem}.*{file.suffix}")):
        language = one.stem.removeprefix(f"{file.stem}.")
        spoken = document.setdefault("translations", {})
        if isinstance(spoken, dict):
            spoken[language] = dict(documents.read(one.read_bytes()).plain)
    return document


def _workspace_id(slug: str | None) -> int | None:
    if slug is None:
        return None
    found = rows.workspace_id(slug=slug)
    if found is None:
        raise CommandError(f"There is no workspace `{slug}`. Check the name.")
    return found
