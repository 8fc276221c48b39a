"""Celery doors: ids in, one service call, nothing returned; safe to run twice."""

from assessments.tasks import (
    alerts,
    cycles,
    heartbeat,
    notices,
    plan,
    reports,
    schedules,
    service_levels,
    telemetry,
    transfer,
    upkeep,
)

__all__ = [
    "alerts",
    "cycles",
    "heartbeat",
    "notices",
    "plan",
    "reports",
    "schedules",
    "service_levels",
    "telemetry",
    "transfer",
    "upkeep",
]
