"""Celery doors: exports of whole workspaces."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from assessments.services.transferring import asking


@shared_task
def export(export_id: int) -> None:
    """Make an export that waits; safe to run twice."""
    if not asking.begin(export_id=export_id, now=timezone.now()):
        return
    try:
        asking.make(export_id=export_id, now=timezone.now())
    except BaseException:
        # Whatever happened, the person who waits must learn that it ended.
        asking.give_up(export_id=export_id, now=timezone.now())
        raise


@shared_task
def reap() -> None:
    """Remove what was kept for a day, and knock again for what waits."""
    for export_id in asking.reap(now=timezone.now()):
        export.delay(export_id)
