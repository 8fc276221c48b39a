"""Workers that are killed while they make reports: forks of one process.

`python -m tests.assessments.tasks.dying` reads from standard input of which cycle a
schedule wants reports, and prints what is stored after the last life.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
from django.db import connection, connections

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = ("workbook", "auditor_md", "board_pdf")
# Statements of one life that makes all of them, and some more.
_LONGEST_LIFE = 240
_MOST_LIVES = 300


def work(cycle_id: int, period: int) -> None:
    """Do what beat, a schedule and a worker do: reap, ask, make what waits."""
    from django.utils import timezone

    from assessments.models import Report
    from assessments.services import reporting
    from assessments.tasks import reports as tasks

    # Long enough after whoever died before.
    reporting.reap(now=timezone.now() + timedelta(minutes=11))
    for kind in KINDS:
        reporting.ask(
            cycle_id=cycle_id,
            kind=kind,
            by=None,
            origin=f"schedule-1/{period}",
            now=timezone.now(),
        )
    waiting = Report.objects.filter(cycle_id=cycle_id, state="waiting")
    for report_id in waiting.order_by("pk").values_list("pk", flat=True):
        tasks.render(report_id)


def life(act: Callable[[], None]) -> bool:
    """Live once, in a process of its own; say whether it was killed."""
    child = os.fork()
    if child:
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if ended not in {0, -signal.SIGKILL}:
            raise SystemExit(f"a life ended with {ended}")
        return ended != 0
    status = 1
    try:
        act()
        status = 0
    finally:
        os._exit(status)


def lives(cycle_id: int, *, kills: int, seed: int) -> int:
    """Let a schedule go on, period after period, until so many have been killed."""
    from tests.assessments.services.killing import Killer

    chance = random.Random(seed)
    killed = period = 0

    def disturbed() -> None:
        killer = Killer(chance.randint(1, _LONGEST_LIFE), chance.random() < 0.5)
        with connection.execute_wrapper(killer):
            work(cycle_id, period)

    for _number in range(_MOST_LIVES):
        # Each fork draws anew, and would draw the same.
        chance.random()
        if killed == kills:
            break
        if life(disturbed):
            killed += 1
        else:
            period += 1
    if killed < kills or life(lambda: work(cycle_id, period)):
        raise SystemExit(f"only {killed} killed")
    return period + 1


def stored(cycle_id: int) -> dict[str, Any]:
    """Return what there is in the end: rows, files, and the journal's word on them."""
    from django.conf import settings

    from assessments.models import JournalEntry, Report
    from assessments.queries import journal

    reports = list(Report.objects.filter(cycle_id=cycle_id).order_by("pk"))
    folder = Path(settings.REPORTS_DIR)
    workspace_id = reports[0].cycle.workspace_id
    told = JournalEntry.objects.filter(workspace_id=workspace_id)
    return {
        "states": sorted({each.state for each in reports}),
        "wanted": sorted({(each.origin, each.kind) for each in reports}),
        "reports": len(reports),
        "hashes": {
            kind: sorted({each.sha256 for each in reports if each.kind == kind})
            for kind in KINDS
        },
        "files": sorted(place.name for place in (folder / str(workspace_id)).iterdir()),
        "kept": sorted(Path(each.file_name).name for each in reports),
        "true": all(
            hashlib.sha256((folder / each.file_name).read_bytes()).hexdigest()
            == each.sha256
            for each in reports
        ),
        "asked": told.filter(verb="report.asked").count(),
        "made": told.filter(verb="report.made").count(),
        "chain": journal.verify(workspace_id=workspace_id).holds,
    }


def main() -> None:
    """Live the lives that standard input asks for, and print what is stored."""
    # What a life needs is loaded once, before it.
    from assessments.reports import pdf
    from assessments.tasks import reports

    reports.render.app.loader.import_default_modules()
    pdf.render("<html lang=en><title>Fonts</title><p>Fonts</p></html>")
    asked = json.load(sys.stdin)
    # A fork may not share a connection, not even one that it never uses.
    connections.close_all()
    periods = lives(asked["cycle"], kills=asked["kills"], seed=asked["seed"])
    json.dump({"periods": periods, **stored(asked["cycle"])}, sys.stdout)


if __name__ == "__main__":
    django.setup()
    main()
