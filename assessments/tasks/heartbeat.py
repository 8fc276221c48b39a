"""The scheduler's knock, answered by a worker: both are alive."""

from celery import shared_task
from django.utils import timezone

from assessments.services import heartbeat


@shared_task
def beat() -> None:
    """Leave a sign of life."""
    heartbeat.beat(now=timezone.now())
