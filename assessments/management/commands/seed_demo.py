"""Make the demonstration workspace, or remove it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.services import organization
from assessments.services.demonstration import seeding, story
from assessments.tasks.reports import made_now

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Seeds the demonstration; asked again, it only renews the password."""

    help = (
        "Make the demonstration workspace: a simulated organization, and this "
        "repository's own Git history as a real source. The password of its people is "
        "DEMO_PASSWORD, or a random one that is printed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--remove", action="store_true", help="remove the demonstration workspace"
        )
        parser.add_argument(
            "--report",
            metavar="FOLDER",
            type=Path,
            help="also put the board report of the newest locked cycle into FOLDER",
        )

    def handle(self, *, remove: bool, report: Path | None, **_rest: Any) -> None:
        if remove:
            self._remove()
            return
        workspace_id = self._seed()
        if report is not None:
            self._put_report(workspace_id, report)

    def _seed(self) -> int:
        now = timezone.now()
        tale = story.read(settings.BASE_DIR / "fixtures" / "demo" / "story.yaml")
        given = os.environ.get("DEMO_PASSWORD", "")
        password = given or secrets.token_urlsafe(9)
        workspace = seeding.standing()
        if workspace is None:
            seeding.clear_away()
            repository = settings.BASE_DIR
            has_history = (repository / ".git").exists()
            workspace = seeding.seed(
                tale,
                password=password,
                repository=repository if has_history else None,
                now=now,
            )
        seeding.give_password(tale, password=password)
        names = ", ".join(
            f"{person.username} ({person.role})" for person in tale.people
        )
        self.stdout.write(f"Demonstration workspace: {workspace.name}")
        self.stdout.write(f"People: {names}")
        self.stdout.write(f"Password of each: {'DEMO_PASSWORD' if given else password}")
        return workspace.pk

    def _put_report(self, workspace_id: int, folder: Path) -> None:
        cycle_id = seeding.newest_locked_cycle(workspace_id=workspace_id)
        folder.mkdir(parents=True, exist_ok=True)
        place = folder / "board-report.pdf"
        place.write_bytes(made_now(cycle_id=cycle_id))
        self.stdout.write(f"Board report: {place}")

    def _remove(self) -> None:
        workspace = seeding.standing()
        if workspace is None:
            raise CommandError("There is no demonstration workspace to remove.")
        name = workspace.name
        organization.remove_workspace(workspace_id=workspace.pk)
        self.stdout.write(f"Removed: {name}")
