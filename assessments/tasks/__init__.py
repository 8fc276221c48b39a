"""Celery doors: ids in, one service call, nothing returned; safe to run twice."""

from assessments.tasks import cycles, heartbeat, reports, telemetry

__all__ = ["cycles", "heartbeat", "reports", "telemetry"]
