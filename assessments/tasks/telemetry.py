"""Celery doors: telemetry. Rows say what is to be done; a message only knocks."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from assessments.services import (
    backfilling,
    collecting,
    delivering,
    hooks,
    retention,
    rolling_up,
)
from assessments.tasks import service_levels
from assessments.tasks.cycles import rescore_cycles_of_services


@shared_task
def synchronize(synchronization_id: int) -> None:
    """Carry out one synchronization, then bring its services up to date."""
    collecting.synchronize(
        synchronization_id=synchronization_id, now=timezone.now(), clock=timezone.now
    )
    workspace_id = collecting.workspace_of(synchronization_id=synchronization_id)
    if workspace_id is not None:
        refresh_rollups(workspace_id)
    knock_for_backfills(synchronization_id)


def knock_for_backfills(synchronization_id: int) -> None:
    """Let the backfills of a source go on when its synchronization is over."""
    source_id = collecting.source_of(synchronization_id=synchronization_id)
    if source_id is None:
        return
    now = timezone.now()
    for backfill_id in backfilling.of_source(source_id=source_id, now=now):
        backfill.delay(backfill_id)


@shared_task
def backfill(backfill_id: int) -> None:
    """Do one slice of a backfill, and knock for what comes next at its source.

    Rollups are brought up to date every minute and in the end, not after each slice.
    """
    more = backfilling.carry_on(
        backfill_id=backfill_id, now=timezone.now(), clock=timezone.now
    )
    for synchronization_id in collecting.waiting_beside(backfill_id=backfill_id):
        synchronize.delay(synchronization_id)
    if more:
        backfill.delay(backfill_id)
        return
    workspace_id = backfilling.workspace_of(backfill_id=backfill_id)
    if workspace_id is not None:
        refresh_rollups(workspace_id)


@shared_task
def deliver(source_id: int) -> None:
    """Do what the waiting deliveries of a source ask for, then bring it up to date."""
    worked = delivering.work(source_id=source_id, now=timezone.now())
    if worked is None:
        return
    if worked.asked is not None:
        synchronize.delay(worked.asked)
    if worked.more:
        deliver.delay(source_id)
    refresh_rollups(worked.workspace_id)


@shared_task
def synchronize_due() -> None:
    """Knock for every synchronization that is due or waits, and for what is late."""
    for synchronization_id in collecting.due(now=timezone.now()):
        synchronize.delay(synchronization_id)
    for backfill_id in backfilling.due(now=timezone.now()):
        backfill.delay(backfill_id)
    for source_id in delivering.due(now=timezone.now()):
        deliver.delay(source_id)
    for workspace_id in rolling_up.left_behind():
        refresh_rollups.delay(workspace_id)


@shared_task
def refresh_rollups(workspace_id: int) -> None:
    """Bring the rollups of a workspace up to date, then what rests on them."""
    refreshed = rolling_up.refresh_workspace(workspace_id=workspace_id)
    if refreshed:
        service_levels.refresh.delay(workspace_id)
        rescore_cycles_of_services.delay(refreshed)


@shared_task
def reap() -> None:
    """End synchronizations and slices whose worker died."""
    collecting.reap(now=timezone.now())
    backfilling.reap(now=timezone.now())


@shared_task
def drop_raw_records() -> None:
    """Drop what platforms answered and pushed longer ago than it is to be kept."""
    retention.drop_raw_records(now=timezone.now())
    hooks.drop_deliveries(now=timezone.now())
