"""Synchronize sources now, in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.services import backfilling, collecting, rolling_up
from assessments.services.refusals import Refusal

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`manage.py synchronize`: what is due; `--source` for one, due or not."""

    help = "Synchronize the sources that are due, or one, and roll up what is new."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what may be given."""
        parser.add_argument("--source", type=int, help="its number")

    def handle(self, *, source: int | None, **_options: object) -> None:
        """Carry them out one after the other."""
        now = timezone.now()
        try:
            waiting = (
                collecting.due(now=now)
                if source is None
                else [collecting.asked(source_id=source, now=now)]
            )
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        for synchronization_id in waiting:
            collecting.synchronize(
                synchronization_id=synchronization_id,
                now=timezone.now(),
                clock=timezone.now,
            )
            said = collecting.outcome(synchronization_id=synchronization_id)
            self.stdout.write(said)
        now = timezone.now()
        for backfill_id in (
            backfilling.due(now=now)
            if source is None
            else backfilling.of_source(source_id=source, now=now)
        ):
            self._backfill(backfill_id)
        for workspace_id in rolling_up.left_behind():
            rolling_up.refresh_workspace(workspace_id=workspace_id)

    def _backfill(self, backfill_id: int) -> None:
        """Do slice after slice, until there is nothing to do at once."""
        while backfilling.carry_on(
            backfill_id=backfill_id, now=timezone.now(), clock=timezone.now
        ):
            pass
        self.stdout.write(backfilling.outcome(backfill_id=backfill_id))
