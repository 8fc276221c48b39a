"""Celery doors: what a plan promised, and when it falls due."""

from celery import shared_task
from django.utils import timezone

from assessments.services import gating


@shared_task
def conditions_due() -> None:
    """Tell owners of conditions that fall due or are late."""
    gating.remind(now=timezone.now())
