"""Doors for the upkeep of the store."""

from celery import shared_task

from assessments.services import upkeep


@shared_task
def refresh_statistics() -> None:
    """Let the database know how long its tables are by now."""
    upkeep.refresh_statistics()
