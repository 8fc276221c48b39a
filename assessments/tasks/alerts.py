"""Celery doors: alerts."""

from celery import shared_task
from django.utils import timezone

from assessments.services import alerting
from assessments.tasks import notices


@shared_task
def watch() -> None:
    """Look in every workspace for what is wrong or over, and send what is news."""
    for workspace_id in alerting.workspaces():
        watch_one.delay(workspace_id)


@shared_task
def watch_one(workspace_id: int) -> None:
    """Look in one workspace; safe to run twice."""
    alerting.watch(workspace_id=workspace_id, now=timezone.now())
    notices.send.delay()
