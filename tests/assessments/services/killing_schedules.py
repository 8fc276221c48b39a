"""Workers of schedules that are killed, as `killing` kills those that read sources.

`python -m tests.assessments.services.killing_schedules` reads from standard input what
to do and prints what is stored in the end.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.db import connections

from tests.assessments.services.killing import BUSY, CALM, lives

# Fewer statements than a whole life takes, more than any of its transactions.
LONGEST = 90


def work(now: datetime) -> int:
    """Do what workers do for schedules; say whether there is more."""
    from assessments.models import Notice, ScheduleRun
    from assessments.services import noticing, reporting, scheduled_runs

    scheduled_runs.open_due(now=now)
    asked = set(reporting.reap(now=now))
    for run_id in scheduled_runs.unfinished(now=now):
        asked |= set(scheduled_runs.carry_out(run_id=run_id, now=now))
    for report_id in sorted(asked):
        _make(report_id, now)
    for notice_id in noticing.waiting(now=now):
        noticing.send(notice_id=notice_id, now=now)
    busy = ScheduleRun.objects.filter(state__in=["waiting", "making"]).exists()
    busy |= Notice.objects.filter(kind="report", sent_at=None).exists()
    return BUSY if busy else CALM


def _make(report_id: int, now: datetime) -> None:
    from assessments.services import reporting

    job = reporting.begin(report_id=report_id, now=now)
    if job is not None:
        body = f"{job.kind} {job.language}".encode()
        reporting.hand_over(report_id=report_id, scoring_id=None, body=body, now=now)


def stored(workspace_id: int) -> dict[str, Any]:
    """Return what schedules made of a workspace, without the numbers of its rows."""
    from django.conf import settings

    from assessments import models

    mine = {"cycle__workspace_id": workspace_id}
    runs = models.ScheduleRun.objects.filter(schedule__workspace_id=workspace_id)
    reports = models.Report.objects.filter(**mine)
    mails = models.ReportMail.objects.filter(report__in=reports)
    scorings = models.Scoring.objects.filter(trigger="schedule", **mine)
    folder = Path(settings.REPORTS_DIR) / str(workspace_id)

    def rows(found: Any, *names: str) -> list[list[str]]:
        told = found.values_list(*names)
        return sorted([str(value) for value in row] for row in told)

    return {
        "runs": rows(runs, "schedule__task", "period", "state", "made", "failed"),
        "scorings": rows(scorings, "cycle__title", "period", "card_sha256"),
        "reports": rows(reports, "cycle__title", "kind", "state", "sha256"),
        "files": len([one for one in folder.iterdir() if one.is_file()]),
        "mails": rows(mails, "report__cycle__title", "notice__email", "attached"),
        "unsent": mails.filter(notice__sent_at=None).count(),
    }


def only(workspace_id: int, now: datetime) -> None:
    """Let the schedules of this workspace alone have anything to do."""
    from assessments.models import Schedule

    Schedule.objects.update(paused_at=now)
    mine = Schedule.objects.filter(workspace_id=workspace_id)
    mine.update(paused_at=None, next_at=now)


def main() -> None:
    """Live the lives that standard input asks for, and print what is stored."""
    for name in ("noticing", "reporting", "scheduled_runs"):
        module = import_module(f"assessments.services.{name}")
        # How often is tried is no matter here: nobody is killed so often.
        for bound in ("_ATTEMPTS", "MOST_ATTEMPTS"):
            if hasattr(module, bound):
                setattr(module, bound, 1000)
    vars(import_module("assessments.services.noticing"))["_wait"] = _at_once
    asked = json.load(sys.stdin)
    now = datetime.fromisoformat(asked["now"])
    told = []
    for one in asked["workspaces"]:
        only(one["id"], now)
        # A fork may not share a connection, not even one that it never uses.
        connections.close_all()
        number = lives(
            now, kills=one["kills"], seed=asked["seed"], work=work, longest=LONGEST
        )
        told.append({"lives": number, "stored": stored(one["id"])})
    json.dump(told, sys.stdout)


def _at_once(_attempts: int) -> timedelta:
    return timedelta(0)


if __name__ == "__main__":
    django.setup()
    main()
