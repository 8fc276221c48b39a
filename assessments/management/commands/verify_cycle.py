"""`manage.py verify_cycle CYCLE | --all`: compute scores again and compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ObjectDoesNotExist
from django.core.management.base import BaseCommand, CommandError

from assessments.services import verifying

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Say for each cycle whether it holds; exit with 1 if one does not."""

    help = (
        "Compute every proposal and score of a cycle again from its stored inputs and"
        " compare them, byte for byte, with what is stored."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take cycle numbers, or --all."""
        parser.add_argument("cycle", nargs="*", type=int, help="number of a cycle")
        parser.add_argument(
            "--all", action="store_true", help="every cycle that has been scored"
        )

    def handle(self, **options: object) -> None:
        """Verify and report."""
        named = options["cycle"]
        cycles = verifying.cycle_ids() if options["all"] else named
        if not isinstance(cycles, list) or (not cycles and not options["all"]):
            raise CommandError("Give the number of a cycle, or --all.")
        failed = 0
        for cycle_id in cycles:
            try:
                found = verifying.verify(cycle_id=cycle_id)
            except ObjectDoesNotExist:
                raise CommandError(f"There is no cycle {cycle_id}.") from None
            failed += not found.holds
            self._report(found)
        if failed:
            raise CommandError(f"{failed} of {len(cycles)} cycles do not hold.")
        self.stdout.write(f"{len(cycles)} verified, all hold.")

    def _report(self, found: verifying.Verification) -> None:
        state = "locked" if found.locked else "not locked"
        self.stdout.write(f"Cycle {found.cycle_id} “{found.title}” ({state})")
        if found.scoring_id is None:
            self.stdout.write("  has no scoring yet")
        else:
            self.stdout.write(f"  scores   sha256:{found.card_sha256}")
        if found.locked:
            self.stdout.write(f"  content  sha256:{found.content_sha256}")
        for difference in found.differences:
            self.stdout.write(f"  DIFFERS  {difference}")
        if found.holds:
            self.stdout.write("  holds")
