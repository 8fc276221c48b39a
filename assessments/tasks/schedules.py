"""Celery doors: schedules. One knock a minute finds what is due in the rows."""

from __future__ import annotations

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from assessments.services import rescoring, scheduled_runs
from assessments.tasks import notices, reports


@shared_task
def wake() -> None:
    """Write the runs that are due, and let workers take on those that are not done."""
    now = timezone.now()
    scheduled_runs.open_due(now=now)
    for run_id in scheduled_runs.unfinished(now=now):
        run.delay(run_id)


@shared_task(autoretry_for=(rescoring.Contended,), retry_backoff=True, max_retries=5)
def run(run_id: int) -> None:
    """Carry a run out, or go on with it; safe to run twice."""
    for report_id in scheduled_runs.carry_out(run_id=run_id, now=timezone.now()):
        reports.render.delay(report_id)
    notices.send.delay()


def ask(run_id: int) -> None:
    """Ask for a run once what was written is committed.

    A broker that cannot be reached spoils nothing: `wake` finds the row.
    """

    def knock() -> None:
        run.delay(run_id)

    transaction.on_commit(knock, robust=True)
