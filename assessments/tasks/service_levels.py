"""Celery doors: service levels. Rows say what is to be counted."""

from __future__ import annotations

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from assessments.services.service_levels import counting, watching


@shared_task
def refresh(workspace_id: int) -> None:
    """Count what changed in a workspace, and watch what burns."""
    now = timezone.now()
    counting.catch_up(workspace_id=workspace_id, now=now)
    watching.watch(workspace_id=workspace_id, now=now)


@shared_task
def refresh_due() -> None:
    """Knock for every workspace that promises something: time goes by everywhere."""
    for workspace_id in counting.workspaces():
        refresh.delay(workspace_id)


def ask(workspace_id: int) -> None:
    """Ask for counting once what was written is committed."""

    def knock() -> None:
        refresh.delay(workspace_id)

    transaction.on_commit(knock, robust=True)
