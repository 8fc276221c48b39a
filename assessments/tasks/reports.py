"""Celery doors: reports. Render, then hand over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from celery import shared_task
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from assessments.queries import delivery
from assessments.queries.results import results
from assessments.reports import board, workbook
from assessments.services import measuring, reporting
from scoring.events import Window

if TYPE_CHECKING:
    from assessments.charts.trends import Trend
    from assessments.queries.results import Header, Results

_UNMADE = gettext_lazy(
    "It could not be made; the worker's log has the reason under report %(number)s."
    " Ask for it again. If it fails again, tell whoever runs this server."
)


# Charts look back half a year: one quarter alone shows no direction.
_LOOK_BACK = timedelta(days=182)


def _trends(header: Header) -> list[Trend]:
    first = min(header.period_start, header.period_end - _LOOK_BACK)
    seen = measuring.dashboard(
        workspace_id=header.workspace_id,
        service_ids=delivery.service_ids(
            workspace_id=header.workspace_id, scope_id=header.scope_id
        ),
        window=Window.of_days(first, header.period_end),
    )
    return list(seen.trends.values())


def _board(shown: Results) -> bytes:
    return board.render(shown, _trends(shown.header))


def _body(job: reporting.Job) -> tuple[int | None, bytes]:
    with translation.override(job.language):
        shown = results(cycle_id=job.cycle_id)
        body = workbook.render(shown) if job.kind == "workbook" else _board(shown)
    return shown.header.scoring_id, body


def board_report(*, cycle_id: int) -> bytes:
    """Return the board report of a cycle as it stands, without keeping it."""
    return _board(results(cycle_id=cycle_id))


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
        with translation.override(job.language):
            sentence = _UNMADE % {"number": report_id}
        reporting.give_up(report_id=report_id, sentence=sentence, now=timezone.now())
        raise


@shared_task
def reap() -> None:
    """Close reports whose maker died, and knock again for those that wait."""
    for report_id in reporting.reap(now=timezone.now()):
        render.delay(report_id)
