"""Celery doors: cycles."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from assessments.services import rescoring


@shared_task(autoretry_for=(rescoring.Contended,), retry_backoff=True, max_retries=5)
def rescore(cycle_id: int, trigger: str, period: str | None = None) -> None:
    """Score a cycle: after answers, decisions or events, or once for a period."""
    rescoring.rescore(
        cycle_id=cycle_id, trigger=trigger, period=period, now=timezone.now()
    )


@shared_task
def rescore_due() -> None:
    """Ask for what is due by rhythm, for what a lost task left stale, and thin."""
    now = timezone.now()
    for cycle_id, period in rescoring.due_cycles(now=now):
        rescore.delay(cycle_id, "schedule", period)
    for cycle_id in rescoring.stale_cycles():
        rescore.delay(cycle_id, "answer")
    for cycle_id in rescoring.live_cycles():
        rescoring.thin(cycle_id=cycle_id, now=now)


@shared_task
def rescore_cycles_of_services(service_ids: list[int]) -> None:
    """Score the live cycles whose scope holds one of these services."""
    for cycle_id in rescoring.cycles_of_services(service_ids=service_ids):
        rescore.delay(cycle_id, "events")


def ask(cycle_id: int, trigger: str) -> None:
    """Ask for a scoring once what was written is committed.

    A broker that cannot be reached spoils no answer: `rescore_due` finds what is stale.
    """

    def knock() -> None:
        rescore.delay(cycle_id, trigger)

    transaction.on_commit(knock, robust=True)
