"""Celery doors: mails, reminders, and links that have ended."""

from __future__ import annotations

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from assessments.services import inviting, noticing, reminding


@shared_task
def send() -> None:
    """Send what waits; what fails is tried again, each time after a longer while."""
    for notice_id in noticing.waiting(now=timezone.now()):
        noticing.send(notice_id=notice_id, now=timezone.now())


@shared_task
def remind_due() -> None:
    """Write the reminders that are due, and close what ended links opened."""
    now = timezone.now()
    for cycle_id in reminding.open_cycles():
        reminding.remind_due(cycle_id=cycle_id, now=now)
    inviting.retire(now=now)
    send.delay()


def ask() -> None:
    """Ask for the mails to go out once what was written is committed.

    A broker that cannot be reached spoils nothing: the schedule asks again.
    """
    transaction.on_commit(send.delay, robust=True)
