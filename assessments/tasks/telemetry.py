"""Celery doors: telemetry."""
