"""The worker's sign of life, and the check that files can be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessments.models import Heartbeat

if TYPE_CHECKING:
    from datetime import datetime

WORKER = "worker"


def beat(*, now: datetime) -> None:
    """Write down that a worker carried out the scheduler's knock."""
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"seen_at": now})
