"""Celery doors: ids in, one service call, nothing returned; safe to run twice."""

from assessments.tasks import (
    cycles,
    heartbeat,
    notices,
    plan,
    reports,
    telemetry,
    transfer,
)

__all__ = ["cycles", "heartbeat", "notices", "plan", "reports", "telemetry", "transfer"]
