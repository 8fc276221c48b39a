"""Celery doors: reports. Render, then hand over."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from assessments.queries.results import results
from assessments.reports import board, workbook
from assessments.services import reporting

_UNMADE = (
    "It could not be made; the worker's log has the reason under report {number}."
    " Ask for it again. If it fails again, tell whoever runs this server."
)


def _body(job: reporting.Job) -> tuple[int | None, bytes]:
    shown = results(cycle_id=job.cycle_id)
    if job.kind == "workbook":
        return shown.header.scoring_id, workbook.render(shown)
    return shown.header.scoring_id, board.render(shown)


@shared_task
def render(report_id: int) -> None:
    """Make a report that waits; safe to run twice."""
    job = reporting.begin(report_id=report_id, now=timezone.now())
    if job is None:
        return
    try:
        scoring_id, body = _body(job)
        reporting.hand_over(
            report_id=report_id, scoring_id=scoring_id, body=body, now=timezone.now()
        )
    except BaseException:
        # Whatever happened, the person who waits must learn that it ended.
        sentence = _UNMADE.format(number=report_id)
        reporting.give_up(report_id=report_id, sentence=sentence, now=timezone.now())
        raise


@shared_task
def reap() -> None:
    """Close reports whose maker died, and knock again for those that wait."""
    for report_id in reporting.reap(now=timezone.now()):
        render.delay(report_id)
