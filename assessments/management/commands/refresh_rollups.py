"""Bring the rollups up to date with the events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.management.base import BaseCommand

from assessments.services import rolling_up

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`manage.py refresh_rollups`: what is late; `--all` from the beginning."""

    help = "Roll up events that are not rolled up yet, or all of them again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what may be given."""
        parser.add_argument(
            "--all",
            action="store_true",
            dest="everything",
            help="judge all of history again, for example after an upgrade",
        )

    def handle(self, *, everything: bool, **_options: object) -> None:
        """Do it, and say how many services there were."""
        if everything:
            rolling_up.forget_all()
        count = sum(
            len(rolling_up.refresh_workspace(workspace_id=workspace_id))
            for workspace_id in rolling_up.left_behind()
        )
        self.stdout.write(f"{count} services brought up to date")
